// WhatsApp Cloud API: signatures over the raw bytes (names arrive as \\u escapes, so only these
// verify), batches of states and messages, unordered and repeated, and answers to what is sent.

import { err, ok, type Result } from '@prewatt/quantities';
import { isObject, type Json, listAt, parseJson, wordAt } from '../base/json.ts';
import {
  type Headers,
  headerOf,
  hmacSha256,
  isHexOf,
  type SignatureFault,
  sameText,
} from '../base/signatures.ts';
import {
  type DeliveryOutcome,
  type DeliveryReason,
  type DeliveryReport,
  report,
} from './delivery.ts';
import { type InboundSms, inboundSms } from './inbound.ts';

export function verifyWhatsapp(
  raw: Uint8Array,
  headers: Headers,
  secret: string,
): Result<null, SignatureFault> {
  if (secret === '') return err('no-secret');
  const given = headerOf(headers, 'x-hub-signature-256');
  if (given === null) return err('no-signature');
  if (!given.startsWith('sha256=')) return err('malformed-signature');
  return isHexOf(given.slice(7), hmacSha256(secret, raw)) ? ok(null) : err('wrong-signature');
}

/** The answer to the question that sets a webhook up: the challenge, or null to refuse. */
export function whatsappChallenge(
  query: Readonly<Record<string, string>>,
  verifyToken: string,
): string | null {
  const token = query['hub.verify_token'] ?? '';
  const right = verifyToken !== '' && sameText(token, verifyToken);
  return query['hub.mode'] === 'subscribe' && right ? (query['hub.challenge'] ?? null) : null;
}

const states: Readonly<Record<string, DeliveryOutcome>> = {
  accepted: 'pending',
  sent: 'pending',
  delivered: 'delivered',
  read: 'read',
  failed: 'failed',
};
const reasons: Readonly<Record<string, DeliveryReason>> = {
  '131026': 'undeliverable',
  '131047': 'outside-window',
  '130429': 'rate-limited',
  '131056': 'rate-limited',
  '131048': 'rate-limited',
  '131049': 'filtered',
  '131050': 'opted-out',
  '132000': 'template',
  '132001': 'template',
  '132005': 'template',
  '132007': 'template',
  '132012': 'template',
  '190': 'token',
};

/**
 * Every state and message of a webhook, in the order of the body. A webhook is of a whole account:
 * with `phoneNumberId`, what is of another of its numbers is left out.
 */
export function readWhatsapp(
  raw: Uint8Array,
  { phoneNumberId = null }: { readonly phoneNumberId?: string | null } = {},
): Result<readonly (DeliveryReport | InboundSms)[], 'unexpected-shape'> {
  const json = parseJson(raw);
  if (!isObject(json) || wordAt(json, 'object') !== 'whatsapp_business_account') {
    return err('unexpected-shape');
  }
  const isOfNumber = (value: Json): boolean =>
    phoneNumberId === null || wordAt(value, 'metadata', 'phone_number_id') === phoneNumberId;
  const values = listAt(json, 'entry')
    .flatMap((entry) => listAt(entry, 'changes').flatMap((change) => listAt(change, 'value')))
    .filter(isOfNumber);
  return ok(
    values.flatMap((value) => [
      ...listAt(value, 'statuses').flatMap(statusOf),
      ...listAt(value, 'messages').flatMap((message) => messageOf(message, value)),
    ]),
  );
}

function statusOf(status: Json): DeliveryReport[] {
  const id = wordAt(status, 'id');
  if (id === null) return [];
  const outcome = states[wordAt(status, 'status')?.toLowerCase() ?? ''] ?? 'pending';
  if (outcome !== 'failed') return [report(id, outcome)];
  const [first] = listAt(status, 'errors');
  const reason = reasons[wordAt(first, 'code') ?? ''] ?? 'unknown';
  // Whatever stopped it here, a token still has to arrive.
  return [report(id, 'failed', { reason, fallback: 'sms', optedOut: reason === 'opted-out' })];
}

function messageOf(message: Json, value: Json): InboundSms[] {
  const sender = wordAt(message, 'from');
  if (sender === null) return [];
  const text =
    wordAt(message, 'text', 'body') ??
    wordAt(message, 'button', 'text') ??
    wordAt(message, 'interactive', 'button_reply', 'title') ??
    '';
  const recipient = wordAt(value, 'metadata', 'display_phone_number');
  return [inboundSms({ messageId: wordAt(message, 'id'), sender, recipient, text })];
}

export type WhatsappSent =
  | { readonly kind: 'sent'; readonly messageId: string }
  | { readonly kind: 'fault'; readonly code: number; readonly reason: DeliveryReason };

/** What the send call answered: the id that states name, or the code of its error. */
export function readWhatsappSent(raw: Uint8Array): Result<WhatsappSent, 'unexpected-shape'> {
  const json = parseJson(raw);
  const code = wordAt(json, 'error', 'code');
  if (code !== null && /^\d{1,9}$/.test(code)) {
    return ok({ kind: 'fault', code: Number(code), reason: reasons[code] ?? 'unknown' });
  }
  const messageId = wordAt(json, 'messages', 0, 'id');
  return messageId === null ? err('unexpected-shape') : ok({ kind: 'sent', messageId });
}
