// Twilio: signatures over the public URL and the sorted fields, status callbacks, texts in.

import { err, ok, type Result } from '@prewatt/quantities';
import { base64Of, hexOf } from '../base/bytes.ts';
import { formFields } from '../base/forms.ts';
import {
  type Headers,
  headerOf,
  hmacSha1,
  isHexOf,
  type SignatureFault,
  sameText,
  sha256,
} from '../base/signatures.ts';
import {
  type DeliveryOutcome,
  type DeliveryReason,
  type DeliveryReport,
  report,
} from './delivery.ts';
import { type InboundSms, inboundSms } from './inbound.ts';

export type TwilioRequest = {
  /** The address that Twilio called: rebuilt from the public name, not from behind a proxy. */
  readonly url: string;
  /** Fields of a form; empty for a JSON body. A repeated field has several values. */
  readonly fields: Readonly<Record<string, string | readonly string[]>>;
  /** For a JSON body: the URL carries `bodySHA256`. */
  readonly rawBody: Uint8Array | null;
};

/** base64 HMAC-SHA1; tried with and without the default port, and both encodings of the query. */
export function verifyTwilio(
  request: TwilioRequest,
  headers: Headers,
  token: string,
): Result<null, SignatureFault> {
  if (token === '') return err('no-secret');
  const given = headerOf(headers, 'x-twilio-signature');
  if (given === null) return err('no-signature');
  if (!URL.canParse(request.url)) return err('malformed-signature');
  const bodyHash = new URL(request.url).searchParams.get('bodySHA256');
  if (bodyHash !== null) {
    const body = request.rawBody ?? new Uint8Array();
    if (!isHexOf(bodyHash, sha256(body))) return err('wrong-signature');
  }
  const text = bodyHash === null ? fieldText(request.fields) : '';
  let matched = false;
  for (const url of urlVariants(request.url)) {
    matched = sameText(given, base64Of(hmacSha1(token, url + text))) || matched;
  }
  return matched ? ok(null) : err('wrong-signature');
}

function fieldText(fields: TwilioRequest['fields']): string {
  return Object.keys(fields)
    .sort()
    .map((name) => {
      const value = fields[name] ?? '';
      const values = typeof value === 'string' ? [value] : [...new Set(value)].sort();
      return values.map((each) => name + each).join('');
    })
    .join('');
}

function urlVariants(text: string): Set<string> {
  const variants = new Set([text]);
  const url = new URL(text);
  const standard = url.protocol === 'https:' ? '443' : '80';
  const [before = '', query] = splitQuery(text);
  const head = /^([a-z]+:\/\/(?:[^/@]*@)?[^/:]+)(:\d+)?(.*)$/i.exec(before);
  const [, origin = before, port, path = ''] = head ?? [];
  const heads = new Set([before, `${origin}${path}`]);
  if (port === undefined || port === `:${standard}`) heads.add(`${origin}:${standard}${path}`);
  // Another port than the standard one is part of the name: it stays.
  if (port !== undefined && port !== `:${standard}`) heads.delete(`${origin}${path}`);
  for (const each of heads) {
    variants.add(query === null ? each : `${each}?${query}`);
    if (query !== null) variants.add(`${each}?${query.replaceAll('%20', '+')}`);
    if (query !== null) variants.add(`${each}?${query.replaceAll('+', '%20')}`);
    if (query !== null) variants.add(`${each}?${decoded(query)}`);
  }
  return variants;
}

function splitQuery(text: string): [string, string | null] {
  const at = text.indexOf('?');
  return at === -1 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(query: string): string {
  try {
    return decodeURIComponent(query);
  } catch {
    return query;
  }
}

const states: Readonly<Record<string, DeliveryOutcome>> = {
  accepted: 'pending',
  queued: 'pending',
  scheduled: 'pending',
  sending: 'pending',
  sent: 'pending',
  delivered: 'delivered',
  read: 'read',
  undelivered: 'failed',
  failed: 'failed',
  canceled: 'failed',
};
const reasons: Readonly<Record<string, DeliveryReason>> = {
  '30003': 'unreachable',
  '30004': 'blocked',
  '30005': 'unknown-number',
  '30006': 'landline',
  '30007': 'filtered',
  '30008': 'unknown',
  '21610': 'opted-out',
};

/** A status callback's form. */
export function readTwilioReport(raw: Uint8Array): Result<DeliveryReport, 'unexpected-shape'> {
  const fields = formFields(raw);
  const id = fields['MessageSid'] ?? fields['SmsSid'];
  const status = fields['MessageStatus'] ?? fields['SmsStatus'];
  if (id === undefined || status === undefined) return err('unexpected-shape');
  const outcome = states[status.toLowerCase()] ?? 'pending';
  const code = fields['ErrorCode'] ?? '';
  const reason = outcome === 'failed' ? (reasons[code] ?? 'unknown') : null;
  return ok(report(id, outcome, { reason, optedOut: code === '21610' }));
}

/** An incoming text's form. */
export function readTwilioInbound(raw: Uint8Array): Result<InboundSms, 'unexpected-shape'> {
  const { MessageSid, From, To, Body } = formFields(raw);
  if (From === undefined || Body === undefined) return err('unexpected-shape');
  const sender = From.replace(/^whatsapp:/, '');
  return ok(
    inboundSms({ messageId: MessageSid ?? null, sender, recipient: To ?? null, text: Body }),
  );
}

/** hex SHA-256 of a JSON body, for a URL that we give Twilio. */
export const bodySha256 = (raw: Uint8Array): string => hexOf(sha256(raw));
