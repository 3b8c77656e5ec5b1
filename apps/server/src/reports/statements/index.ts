// The public face of statements.

export { type Period, periodOf, statementOf, trialQuoteOf } from './service.ts';
export { sentenceOf } from './words.ts';
