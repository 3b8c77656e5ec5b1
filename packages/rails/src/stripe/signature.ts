// Stripe's signature header: a time and one or more MACs over "time.body". Any v1 under any of our
// secrets passes (both rotate), v0 never does, and the time must be near on both sides.

import { err, ok, type Result } from '@prewatt/quantities';
import { utf8Bytes } from '../base/bytes.ts';
import {
  type Headers,
  headerOf,
  hmacSha256,
  isHexOf,
  type SignatureFault,
} from '../base/signatures.ts';

export type StripeSecrets = {
  readonly secrets: readonly string[];
  readonly nowSeconds: number;
  /** 300 is Stripe's own; both into the past and into the future. */
  readonly toleranceSeconds: number;
};

export function verifyStripe(
  raw: Uint8Array,
  headers: Headers,
  { secrets, nowSeconds, toleranceSeconds }: StripeSecrets,
): Result<null, SignatureFault> {
  const usable = secrets.filter((secret) => secret !== '');
  if (usable.length === 0) return err('no-secret');
  const header = headerOf(headers, 'stripe-signature');
  if (header === null) return err('no-signature');
  const parts = header
    .slice(0, 4000)
    .split(',')
    .map((part) => part.trim().split('='));
  const times = parts.filter(([name]) => name === 't').map(([, value = '']) => value);
  const macs = parts.filter(([name]) => name === 'v1').map(([, value = '']) => value);
  const [time = ''] = times;
  if (times.length !== 1 || !/^\d{1,12}$/.test(time)) return err('malformed-signature');
  if (macs.length === 0) return err('no-signature');
  if (nowSeconds - Number(time) > toleranceSeconds) return err('too-old');
  if (Number(time) - nowSeconds > toleranceSeconds) return err('from-the-future');
  const prefix = utf8Bytes(`${time}.`);
  const signed = new Uint8Array(prefix.length + raw.length);
  signed.set(prefix);
  signed.set(raw, prefix.length);
  let matched = false;
  for (const secret of usable.slice(0, 8)) {
    const mac = hmacSha256(secret, signed);
    for (const given of macs.slice(0, 16)) matched = isHexOf(given, mac) || matched;
  }
  return matched ? ok(null) : err('wrong-signature');
}
