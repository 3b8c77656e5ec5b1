// The public face of corrections.

export { correctionActs } from './acts.ts';
export type { CreditDeps } from './credit.ts';
export { mayExchange } from './exchange.ts';
export { exchangeRefusals, meterExchangeAct } from './exchange-act.ts';
export { takenAfterReversal } from './late.ts';
export { moveOf } from './moved.ts';
export { refundPaymentAct } from './refund-by-two.ts';
export { refundsDue } from './refunds.ts';
export { correctionLines } from './timeline.ts';
