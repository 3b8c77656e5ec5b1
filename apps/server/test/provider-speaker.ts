// How a fake provider of the tests speaks: its own API, and what it sends. Shared by all of them.

import type { ProviderConfig } from '../src/money/payments/index.ts';
import type { RawNotification } from '../src/money/payments/provider.ts';

/** One payment as the provider has it. */
export type Money = {
  readonly id: string;
  readonly asked: string;
  /** Decimal, in the currency's main unit. */
  amount: string;
  currency: string;
  state: 'pending' | 'paid' | 'failed';
  readonly providerRef: string;
};

export type Asked = {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string;
};
export type Spoken = {
  readonly api: (asked: Asked, world: Held) => { readonly status: number; readonly body: unknown };
  readonly tell: (
    money: Money,
    o: { readonly forged: boolean; readonly nowMs: number },
  ) => RawNotification;
};
export type Held = {
  readonly money: Map<string, Money>;
  readonly add: (asked: string, id: string, amount: string, currency: string) => Money;
};

export const secret = 'a-secret-part-of-the-callback-address';
export const notifies = (
  body: object | string,
  o: { headers?: Record<string, string>; path?: readonly string[] } = {},
): RawNotification => ({
  rawBody: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  header: (name) => o.headers?.[name],
  path: o.path ?? [],
  address: '192.0.2.1',
});

export const token = { status: 200, body: { access_token: 'token', expires_in: '3599' } };
export const notFound = { status: 404, body: { message: 'not found' } };
export const sub = (amount: string): number => Math.round(Number(amount) * 100);

export type Speaker = {
  readonly config: ProviderConfig;
  readonly spoken: Spoken;
  readonly currency: { readonly code: string; readonly scale: number };
  readonly phone: string;
  readonly namesAmount: boolean;
  readonly namesCurrency: boolean;
};
export const kes = { code: 'KES', scale: 2 };
export const kenyan = '+254722000101';
