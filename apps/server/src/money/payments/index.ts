// The public face of payments.

export {
  accountOfPayment,
  meterOfAccount,
  meterPanOfAccount,
  paymentOfAccount,
} from './accounts.ts';
export { arrivalLife } from './arrival-life.ts';
export { type AskedBefore, unclearMs } from './asked-before.ts';
export type { Cards } from './cards.ts';
export { type FloatPayment, type FloatRefusal, floatPayments, floatState } from './floats.ts';
export { friendRequest } from './open-checkout.ts';
export { type PayerReceipt, payerText } from './payer-words.ts';
export { paymentLife } from './payment-life.ts';
export type { AskedRefund, PaymentProvider, ProviderStatus, RefundWord } from './provider.ts';
export {
  createProviders,
  type ProviderConfig,
  providerConfigs,
} from './providers/configured.ts';
export { createSandboxProvider } from './providers/sandbox/index.ts';
export {
  createPayments,
  type NotifyRefusal,
  type Payments,
  type StartRefusal,
} from './service.ts';
export {
  lockUnallocated,
  markDecided,
  unallocatedCount,
} from './unallocated.ts';
