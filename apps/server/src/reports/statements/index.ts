// The public face of statements.

export { sentenceOf } from './labels.ts';
export { type Period, periodOf, statementOf } from './service.ts';
