// What a field of the form makes of a value of the document and of what somebody types. A value
// that its field could not write again, exactly, is not shown: it is left to the JSON.

import { amountText, readAmount } from './amount-text.ts';
import { isList, isObject, isSame, type Json, type JsonObject } from './json.ts';

export type FieldKind =
  | 'text'
  | 'prose'
  | 'amount'
  /** kWh up to which a block goes; empty is null: no end. */
  | 'limit'
  | 'whole'
  | 'day'
  /** Empty is null: no last day. */
  | 'lastDay'
  /** Empty is null: not known. */
  | 'known'
  | 'time'
  | 'yes'
  /** Numbers of months or of days of the week. */
  | 'numbers'
  /** Texts, one a line. */
  | 'lines'
  /** Codes, with commas between them. */
  | 'codes'
  | 'per'
  | 'counting'
  | 'nthPurchase';

type Codec = {
  readonly write: (value: Json | undefined) => string | null;
  readonly read: (text: string) => Json | undefined;
};

const plain: Codec = {
  write: (value) => (value === undefined ? '' : typeof value === 'string' ? value : null),
  read: (text) => (text === '' ? undefined : text),
};

const orNull = (codec: Codec): Codec => ({
  write: (value) => (value === null ? '' : codec.write(value)),
  read: (text) => codec.read(text) ?? null,
});

const amount: Codec = { write: amountText, read: readAmount };

const isWhole = (text: string): boolean => /^(0|[1-9]\d{0,14})$/.test(text);
const wholeOrText = (text: string): Json => (isWhole(text) ? Number(text) : text);

const whole: Codec = {
  write: (value) => (typeof value === 'number' ? String(value) : plain.write(value)),
  read: (text) => (text.trim() === '' ? undefined : wholeOrText(text.trim())),
};

const yes: Codec = {
  write: (value) => (value === undefined ? '' : value === true ? 'yes' : 'no'),
  read: (text) => (text === '' ? undefined : text === 'yes'),
};

const listOf = (sign: string, item: (text: string) => Json): Codec => ({
  write: (value) => {
    if (value === undefined) return '';
    return isList(value) ? value.map(String).join(sign) : null;
  },
  read: (text) => {
    if (text.trim() === '') return undefined;
    const items = text.split(sign.trim() === '' ? sign : sign.trim()).map((each) => each.trim());
    return items.filter((each) => each !== '').map(item);
  },
});

/** "30 days", "2 months", "2 months from month 2", or one of the words. */
const spans = (words: readonly string[]): Codec => ({
  write: (value) => {
    if (!isObject(value)) return plain.write(value);
    const { days, months, startsIn } = value;
    if (days !== undefined) return `${String(days)} days`;
    const start = startsIn === undefined ? '' : ` from month ${String(startsIn)}`;
    return `${String(months)} months${start}`;
  },
  read: (text) => {
    const match = /^(\d{1,4}) (days|months)(?: from month (\d{1,2}))?$/.exec(text);
    if (match === null || words.includes(text)) return plain.read(text);
    const [, count = '', unit = '', start] = match;
    const span: JsonObject = { [unit]: Number(count) };
    return start === undefined ? span : { ...span, startsIn: Number(start) };
  },
});

/** "first", "later", "4 to 6", "from 4", "up to 3" */
const nthPurchase: Codec = {
  write: (value) => {
    if (!isObject(value)) return plain.write(value);
    const { from, upto } = value;
    if (from === undefined) return `up to ${String(upto)}`;
    return upto === undefined ? `from ${String(from)}` : `${String(from)} to ${String(upto)}`;
  },
  read: (text) => {
    const [, from, upto] = /^(\d{1,4}) to (\d{1,4})$/.exec(text) ?? [];
    if (from !== undefined && upto !== undefined) return { from: Number(from), upto: Number(upto) };
    const [, side, count] = /^(from|up to) (\d{1,4})$/.exec(text) ?? [];
    if (side === undefined) return plain.read(text);
    return { [side === 'from' ? 'from' : 'upto']: Number(count) };
  },
};

const codecs: Readonly<Record<FieldKind, Codec>> = {
  text: plain,
  prose: plain,
  day: plain,
  time: plain,
  amount,
  limit: orNull(amount),
  whole,
  lastDay: orNull(plain),
  known: orNull(plain),
  yes,
  numbers: listOf(', ', wholeOrText),
  lines: listOf('\n', (text) => text),
  codes: listOf(', ', (text) => text),
  per: spans(['month', 'week', 'day', 'year', 'purchase']),
  counting: spans(['calendar-month']),
  nthPurchase,
};

/** What stands in the field; null where the value cannot be shown in it. */
export function fieldText(kind: FieldKind, value: Json | undefined): string | null {
  const text = codecs[kind].write(value);
  if (text === null || value === undefined) return text;
  return isSame(fieldValue(kind, text), value) ? text : null;
}

/** What a text of the field means in the document; undefined: nothing is written. */
export const fieldValue = (kind: FieldKind, text: string): Json | undefined =>
  codecs[kind].read(text);
