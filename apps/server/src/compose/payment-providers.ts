// The payment providers of this process: those of the secrets file, and the sandbox after them, so
// that earlier payments still find their provider.

import {
  createProviders,
  createSandboxProvider,
  type PaymentProvider,
} from '../money/payments/index.ts';
import type { Config } from './config.ts';

/** The first asks for new money. */
export function providersOf({
  clocks,
  secrets,
  sandboxUrl,
}: Config): [PaymentProvider, ...PaymentProvider[]] {
  const sandbox = createSandboxProvider({
    ...{ baseUrl: sandboxUrl, clocks },
    apiKey: secrets.sandboxApiKey,
    webhookSecret: secrets.sandboxWebhookSecret,
  });
  const { nowMs } = clocks.real;
  const [first, ...others] = createProviders(secrets.paymentProviders, { fetch, nowMs });
  return first === undefined ? [sandbox] : [first, ...others, sandbox];
}

/**
 * Those that are looked after: of the secrets file, else the sandbox. A sandbox behind them is only
 * there for payments of before, and mostly away.
 */
export const watchedOf = (
  providers: readonly PaymentProvider[],
  { secrets }: Config,
): readonly PaymentProvider[] => providers.slice(0, Math.max(1, secrets.paymentProviders.length));

/** Pages of providers that a form may lead to. */
export function paymentOriginsOf({ secrets, sandboxUrl }: Config): string[] {
  const pages = {
    paystack: ['https://checkout.paystack.com'],
    flutterwave: ['https://checkout.flutterwave.com'],
    stripe: ['https://checkout.stripe.com'],
    razorpay: ['https://rzp.io', 'https://razorpay.com'],
    daraja: [],
    momo: [],
    airtel: [],
  } as const;
  const own = secrets.paymentProviders.flatMap(({ kind }) => [...pages[kind]]);
  return [...own, new URL(sandboxUrl).origin];
}
