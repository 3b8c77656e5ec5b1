// The public face of corrections.

export { approvedCorrections } from './approved-corrections.ts';
export type { CreditDeps } from './credit.ts';
export { chargeDebt, giveBackCharge } from './debts.ts';
export { mayExchange } from './exchange.ts';
export { exchangeRefusals, meterExchangeApproval } from './exchange-approval.ts';
export { takenAfterReversal } from './late.ts';
export { moveOf } from './moved.ts';
export { refundPaymentApproval } from './refund-by-two.ts';
export { createRefundSending } from './refund-orders.ts';
export { refundsDue } from './refunds.ts';
export { correctionLines } from './timeline.ts';
export { unallocatedApprovals } from './unallocated-approvals.ts';
