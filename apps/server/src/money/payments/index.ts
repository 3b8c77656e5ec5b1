// The public face of payments.

export { paymentLife } from './payment-life.ts';
export type { PaymentProvider, ProviderStatus } from './provider.ts';
export { createSandboxProvider } from './sandbox-provider.ts';
export { createPayments, type NotifyRefusal, type Payments, type StartRefusal } from './service.ts';
