// Outgoing webhooks after the Standard Webhooks rules: how a message is signed, what each answer of
// a receiver means, when it is tried again, and which addresses are never called.

import { err, ok, type Result } from '@prewatt/quantities';
import { base64Of, bytesFromBase64, utf8Bytes } from '../base/bytes.ts';
import {
  type Headers,
  headerOf,
  hmacSha256,
  isBase64Of,
  type SignatureFault,
} from '../base/signatures.ts';

export { isPublicAddress, type UrlFault, webhookUrlFault } from './addresses.ts';

/** The key inside "whsec_" + base64; null when it is none of 24 to 64 bytes. */
export function webhookKey(secret: string): Uint8Array | null {
  const key = bytesFromBase64(secret.replace(/^whsec_/, ''));
  return key !== null && key.length >= 24 && key.length <= 64 ? key : null;
}

export type WebhookMessage = {
  /** Stable over retries: the receiver's key against doubles. */
  readonly id: string;
  readonly timestampSeconds: number;
  readonly body: Uint8Array;
};

function signedText({ id, timestampSeconds, body }: WebhookMessage): Uint8Array {
  const head = utf8Bytes(`${id}.${timestampSeconds}.`);
  const text = new Uint8Array(head.length + body.length);
  text.set(head);
  text.set(body, head.length);
  return text;
}

/** The three headers; one signature for each secret (several while one is replaced). */
export function signWebhook(
  message: WebhookMessage,
  secrets: readonly string[],
): Result<Readonly<Record<string, string>>, 'no-secret'> {
  const keys = secrets.map(webhookKey).filter((key) => key !== null);
  if (keys.length === 0 || keys.length !== secrets.length) return err('no-secret');
  const text = signedText(message);
  return ok({
    'webhook-id': message.id,
    'webhook-timestamp': String(message.timestampSeconds),
    'webhook-signature': keys.map((key) => `v1,${base64Of(hmacSha256(key, text))}`).join(' '),
  });
}

/** A receiver's check, as others will make it of ours: any v1 under any secret, time near. */
export function verifyWebhook(
  body: Uint8Array,
  headers: Headers,
  o: {
    readonly secrets: readonly string[];
    readonly nowSeconds: number;
    readonly toleranceSeconds: number;
  },
): Result<null, SignatureFault> {
  const keys = o.secrets.map(webhookKey).filter((key) => key !== null);
  if (keys.length === 0) return err('no-secret');
  const id = headerOf(headers, 'webhook-id');
  const time = headerOf(headers, 'webhook-timestamp');
  const signatures = headerOf(headers, 'webhook-signature');
  if (id === null || time === null || signatures === null) return err('no-signature');
  if (!/^\d{1,12}$/.test(time)) return err('malformed-signature');
  const timestampSeconds = Number(time);
  if (o.nowSeconds - timestampSeconds > o.toleranceSeconds) return err('too-old');
  if (timestampSeconds - o.nowSeconds > o.toleranceSeconds) return err('from-the-future');
  const given = signatures
    .slice(0, 8000)
    .split(' ')
    .filter((each) => each.startsWith('v1,'))
    .map((each) => each.slice(3));
  let matched = false;
  // The time as it was sent: what was signed is its text.
  const text = signedText({ id, timestampSeconds, body });
  if (String(timestampSeconds) !== time) return err('malformed-signature');
  for (const key of keys) {
    const mac = hmacSha256(key, text);
    for (const one of given.slice(0, 32)) matched = isBase64Of(one, mac) || matched;
  }
  return matched ? ok(null) : err('wrong-signature');
}

/** Delays before each attempt, in seconds; 10 attempts over three days and more. */
export const retryDelaysSeconds: readonly number[] = [
  0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
];

export type DeliveryAction = 'delivered' | 'retry' | 'throttle' | 'disable-endpoint' | 'give-up';

export type Delivery = {
  readonly action: DeliveryAction;
  /** Until the next attempt, before jitter; null when there is none. */
  readonly delaySeconds: number | null;
};

/**
 * What an answer means (null: none came in time). `attempt` counts from 1. `retryAfterSeconds` is
 * the receiver's wish, honoured up to a day.
 */
export function afterDelivery(o: {
  readonly httpStatus: number | null;
  readonly attempt: number;
  readonly retryAfterSeconds: number | null;
}): Delivery {
  const { httpStatus, attempt, retryAfterSeconds } = o;
  if (httpStatus !== null && httpStatus >= 200 && httpStatus < 300) {
    return { action: 'delivered', delaySeconds: null };
  }
  if (httpStatus === 410) return { action: 'disable-endpoint', delaySeconds: null };
  const planned = retryDelaysSeconds[attempt];
  if (planned === undefined) return { action: 'give-up', delaySeconds: null };
  const wished = Math.min(Math.max(retryAfterSeconds ?? 0, 0), 86_400);
  const throttled = httpStatus === 429 || httpStatus === 502 || httpStatus === 504;
  // Redirects are failures: a message goes to the address that was agreed.
  return { action: throttled ? 'throttle' : 'retry', delaySeconds: Math.max(planned, wished) };
}
