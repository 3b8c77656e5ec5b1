// The public face of corrections.

export { correctionActs } from './acts.ts';
export type { CreditDeps } from './credit.ts';
export { meterExchangeAct } from './exchange-act.ts';
export { takenAfterReversal } from './late.ts';
export { refundsDue } from './refunds.ts';
export { correctionLines } from './timeline.ts';
