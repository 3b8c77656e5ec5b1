// Delivery receipts. Optional fields win over the text, whose form every vendor changes: keys in
// any case and order, missing keys, a state without its label, dates of three lengths, ids in
// hexadecimal here and decimal there.

import type { DeliveryOutcome } from '../messaging/delivery.ts';
import { asciiAgain } from './gsm.ts';

export type Receipt = {
  readonly id: string;
  /** Other ways in which the receipt itself names the message. */
  readonly altIds: readonly string[];
  readonly state: Exclude<DeliveryOutcome, 'read'>;
  /** The text's own word. */
  readonly rawState: string | null;
  readonly err: string | null;
  /** Local time of the message centre, to the minute or second; null for zeros. */
  readonly submitDate: string | null;
  readonly doneDate: string | null;
};

export type ReceiptInput = {
  readonly text: string;
  readonly esmClass: number;
  readonly receiptedMessageId: string | null;
  readonly messageState: number | null;
};

/**
 * The receipt in a deliver_sm, or null when it is none. What a customer wrote is never one, however
 * much its text looks like it: the message class decides.
 */
export function readReceipt(input: ReceiptInput): Receipt | null {
  const kind = input.esmClass & 0x3c;
  const intermediate = kind === 0x20;
  if (kind !== 0x04 && !intermediate && input.receiptedMessageId === null) return null;
  const fields = fieldsOf(input.text.slice(0, 2000).replaceAll('\0', ''));
  const written = fields.get('id') === undefined ? null : asciiAgain(fields.get('id') ?? '');
  const id = input.receiptedMessageId ?? written;
  if (id === null || id === '') return null;
  const rawState = fields.get('stat') ?? null;
  const state = stateOf(input.messageState, rawState);
  const named = written === null ? [] : [written, unpadded(written)];
  return {
    id,
    altIds: [...new Set(named)].filter((each) => each !== id),
    state: intermediate ? 'pending' : state,
    rawState,
    err: fields.get('err') ?? null,
    submitDate: dateOf(fields.get('submit date')),
    doneDate: dateOf(fields.get('done date')),
  };
}

const byNumber: Readonly<Record<number, Receipt['state']>> = {
  1: 'pending',
  2: 'delivered',
  3: 'failed',
  4: 'failed',
  5: 'failed',
  6: 'pending',
  7: 'pending',
  8: 'failed',
};

function stateOf(number: number | null, word: string | null): Receipt['state'] {
  const stated = number === null ? undefined : byNumber[number];
  if (stated !== undefined) return stated;
  const text = word?.toUpperCase() ?? '';
  if (/^DELIV/.test(text)) return 'delivered';
  // Words of vendors: DND_REJECTED, UNDELIVERABLE, EXPIRED_SMSC, NOT_DELIVERED, FAILURE.
  return /^(UNDELIV|NOT[ _]?DELIV|EXPIR|DELETED|FAIL)|REJECT/.test(text) ? 'failed' : 'pending';
}

const keys = /(?:^|[\s,;|])(id|sub|dlvrd|submit[ _]date|done[ _]date|stat|err|text):/gi;

/** Key to value; what the customer's text repeats of the keys comes after them and is not taken. */
function fieldsOf(text: string): Map<string, string> {
  const found = [...text.matchAll(keys)].map((match) => ({
    key: (match[1] ?? '').toLowerCase().replace('_', ' '),
    start: match.index,
    end: match.index + match[0].length,
  }));
  const fields = new Map<string, string>();
  for (const [index, { key, end }] of found.entries()) {
    if (fields.has(key)) continue;
    const value = text.slice(end, found[index + 1]?.start ?? text.length).trim();
    const [first = '', ...more] = value.split(/\s+/);
    const day = key.endsWith('date')
      ? /^"?(\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?)/.exec(value)
      : null;
    const word = day?.[1]?.replace(/\D/g, '') ?? first.replace(/[,;|]$/, '').replace(/^"|"$/g, '');
    fields.set(key, key === 'text' ? value : word);
    // "done date:2611291208 DELIVRD err:000": the label of the state is missing.
    const loose = more.find((each) => /^[A-Z_]{5,20}$/.test(each));
    if (key !== 'text' && loose !== undefined && !fields.has('stat')) fields.set('stat', loose);
  }
  for (const [key, value] of fields) if (/^(null|\.{3})$/.test(value)) fields.delete(key);
  return fields;
}

/** YYMMDDhhmm, with seconds, or with a full year. */
function dateOf(text: string | undefined): string | null {
  const match = /^(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?$/.exec(text ?? '');
  const long = text?.length === 14 || (text?.length === 12 && /^20[2-9]\d[01]/.test(text));
  if (match === null || text === undefined || /^0+$/.test(text)) return null;
  const year = long ? text.slice(0, 4) : `20${text.slice(0, 2)}`;
  const rest = text.slice(long ? 4 : 2);
  const [month, day, hour, minute, second] = rest.match(/\d\d/g) ?? [];
  const date = `${year}-${month}-${day}T${hour}:${minute}${second === undefined ? '' : `:${second}`}`;
  const [, m = '', d = ''] = /^\d{4}-(\d\d)-(\d\d)/.exec(date) ?? [];
  return Number(m) >= 1 && Number(m) <= 12 && Number(d) >= 1 && Number(d) <= 31 ? date : null;
}

const unpadded = (id: string): string => id.replace(/^0+(?=.)/, '');

/**
 * Keys under which an id is filed and looked for, the surest first: as it is, in lower case without
 * padding and dashes, then from hexadecimal to decimal and back.
 */
export function messageIdKeys(id: string): string[] {
  const plain = unpadded(id.trim().toLowerCase().slice(0, 80));
  const bare = plain.replaceAll('-', '');
  const keys = [id, plain, bare];
  if (/^[0-9a-f]{1,16}$/.test(plain)) keys.push(BigInt(`0x${plain}`).toString());
  if (/^\d{1,19}$/.test(plain)) keys.push(BigInt(plain).toString(16));
  return [...new Set(keys)];
}

/** Whether the id of a submit_sm_resp and one of a receipt can be the same message's. */
export function isSameMessageId(submitted: string, receipted: string): boolean {
  const [, plain = submitted] = messageIdKeys(submitted);
  const wanted = [submitted, plain, plain.replaceAll('-', '')];
  const named = messageIdKeys(receipted);
  return wanted.some((key) => named.includes(key));
}
