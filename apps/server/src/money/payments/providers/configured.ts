// Which providers a server has, as its secrets file says: the first asks for new money, the others
// still answer for payments of theirs. Checked whole at the start, like all configuration.

import { darajaAddresses } from '@prewatt/rails';
import { z } from 'zod';
import type { PaymentProvider } from '../provider.ts';
import { createAirtel } from './airtel/index.ts';
import { createDaraja } from './daraja/index.ts';
import { createFlutterwave } from './flutterwave/index.ts';
import { createProviderCall } from './http.ts';
import { createMomo } from './momo/index.ts';
import { createPaystack } from './paystack/index.ts';
import { createRazorpay } from './razorpay/index.ts';
import { createStripe } from './stripe/index.ts';

const secret = z.string().min(8, 'at least 8 characters: take it whole from the portal');
/** Unguessable, and fit for an address. */
const callbackSecret = z
  .string()
  .regex(/^[A-Za-z0-9_-]{24,128}$/, '24 to 128 letters, digits, - or _: openssl rand -hex 24');
const shortcode = z.string().regex(/^\d{5,7}$/, '5 to 7 digits, in quotes');
const addresses = z.array(z.string().min(3)).default([]);
const https = z.url({ protocol: /^https?$/ });

/** One entry of `paymentProviders` in the secrets file. */
const providerConfig = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('daraja'),
    baseUrl: https.default('https://api.safaricom.co.ke'),
    consumerKey: secret,
    consumerSecret: secret,
    shortcode,
    passkey: secret,
    till: shortcode.nullable().default(null),
    callbackSecret,
    addresses: z.array(z.string()).default([...darajaAddresses]),
    pull: z.boolean().default(false),
    initiator: z
      .strictObject({ name: z.string().min(1).max(100), securityCredential: secret })
      .nullable()
      .default(null),
  }),
  z.strictObject({
    kind: z.literal('momo'),
    baseUrl: https.default('https://proxy.momoapi.mtn.com'),
    apiUser: z.string().min(1),
    apiKey: secret,
    subscriptionKey: secret,
    targetEnvironment: z.string().min(1),
    disbursement: z
      .strictObject({ apiUser: z.string().min(1), apiKey: secret, subscriptionKey: secret })
      .nullable()
      .default(null),
    callbackSecret,
    addresses,
  }),
  z.strictObject({
    kind: z.literal('airtel'),
    baseUrl: https,
    clientId: z.string().min(1),
    clientSecret: secret,
    country: z.string().regex(/^[A-Z]{2}$/, 'two capital letters, as ZM'),
    countryCode: z.string().regex(/^\d{1,3}$/, 'the digits before phone numbers, as 260'),
    callbackKey: secret.nullable().default(null),
    callbackSecret,
    addresses,
  }),
  z.strictObject({
    kind: z.literal('paystack'),
    baseUrl: https.default('https://api.paystack.co'),
    secretKey: secret,
    email: z.email(),
    production: z.boolean().default(true),
  }),
  z.strictObject({
    kind: z.literal('flutterwave'),
    baseUrl: https.default('https://api.flutterwave.com'),
    secretKey: secret,
    webhookHash: secret,
    email: z.email(),
  }),
  z.strictObject({
    kind: z.literal('razorpay'),
    baseUrl: https.default('https://api.razorpay.com'),
    keyId: z.string().min(1),
    keySecret: secret,
    webhookSecret: secret,
  }),
  z.strictObject({
    kind: z.literal('stripe'),
    baseUrl: https.default('https://api.stripe.com'),
    secretKey: secret,
    webhookSecrets: z.array(secret).min(1).max(4),
    production: z.boolean().default(true),
  }),
]);

export const providerConfigs = z
  .array(providerConfig)
  .max(8)
  .refine(
    (all) => new Set(all.map(({ kind }) => kind)).size === all.length,
    'each kind of provider once',
  );
export type ProviderConfig = z.output<typeof providerConfig>;

/** Longer than any of them should take; the customer waits for no more than this. */
const timeoutMs = 20_000;

export function createProviders(
  configs: readonly ProviderConfig[],
  o: { readonly fetch: typeof fetch; readonly nowMs: () => number; readonly timeoutMs?: number },
): PaymentProvider[] {
  return configs.map((config) => {
    const call = createProviderCall({ ...o, timeoutMs: o.timeoutMs ?? timeoutMs });
    return createProvider(config, { call, nowMs: o.nowMs });
  });
}

function createProvider(
  config: ProviderConfig,
  deps: { readonly call: ReturnType<typeof createProviderCall>; readonly nowMs: () => number },
): PaymentProvider {
  switch (config.kind) {
    case 'daraja': {
      const kind = config.till === null ? 'pay-bill' : 'till';
      return createDaraja({ config: { ...config, kind }, ...deps });
    }
    case 'momo':
      return createMomo({ config, ...deps });
    case 'airtel':
      return createAirtel({ config, ...deps });
    case 'paystack':
      return createPaystack({ config, ...deps });
    case 'flutterwave':
      return createFlutterwave({ config, ...deps });
    case 'razorpay':
      return createRazorpay({ config, ...deps });
    case 'stripe':
      return createStripe({ config, ...deps });
  }
}
