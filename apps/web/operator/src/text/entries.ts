// What a person types into a form, as the API wants it: the value, or a sentence that says what to
// write instead. The server checks again; this only says so sooner.

import { duplicateNames } from '@prewatt/api';
import {
  type Currency,
  err,
  formatAmount,
  ok,
  parseAmount,
  type Result,
} from '@prewatt/quantities';

export type Read<T> = Result<T, string>;

/** "120.50" -> "12050" minor units; `zero` says whether 0 is an answer. */
export function readMoney(
  text: string,
  currency: Currency,
  zero: 'allowed' | 'refused' = 'refused',
): Read<string> {
  const amount = parseAmount(text, currency);
  const like = formatAmount(5n * 10n ** BigInt(currency.scale), currency);
  if (!amount.ok) {
    if (amount.error === 'amount-too-precise')
      return err(`${currency.code} has ${currency.scale} decimals at most.`);
    if (amount.error === 'amount-out-of-range') return err('That is too much.');
    return err(`Write digits, with a point before decimals: ${like}.`);
  }
  if (zero === 'refused' && amount.value === 0n) return err('Write an amount above zero.');
  return ok(amount.value.toString());
}

/** "1.75" per cent -> 175 basis points, from 0 to 100 per cent. */
export function readPercent(text: string): Read<number> {
  const match = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(text.trim());
  const points =
    match === null ? Number.NaN : Number(`${match[1]}${(match[2] ?? '').padEnd(2, '0')}`);
  return points <= 10_000
    ? ok(points)
    : err('Write a percentage from 0 to 100, with up to two decimals.');
}

/** "60" -> 60, up to `most`. */
export function readCount(text: string, most: number): Read<number> {
  const count = /^\d{1,9}$/.test(text.trim()) ? Number(text.trim()) : Number.NaN;
  return count <= most ? ok(count) : err(`Write a whole number from 0 to ${most}.`);
}

/** "900" kWh -> "900000" Wh, up to three decimals. */
export function readKwh(text: string): Read<string> {
  const match = /^(\d{1,10})(?:\.(\d{1,3}))?$/.exec(text.trim());
  if (match === null) return err('Write kWh in digits, with a point before decimals.');
  return ok(BigInt(`${match[1]}${(match[2] ?? '').padEnd(3, '0')}`).toString());
}

/** Words of a length in characters, without blanks around them. */
export function readText(text: string, least: number, most: number): Read<string> {
  const words = text.trim();
  if (words === '' && least > 0) return err('This is needed.');
  if (words.length < least) return err(`Write at least ${least} characters.`);
  if (words.length > most) return err(`Write at most ${most} characters.`);
  return ok(words);
}

/** 175 basis points -> "1.75 %", 200 -> "2 %". */
export const percentText = (basisPoints: number): string => `${percentEntry(basisPoints)} %`;

/** 175 basis points -> "1.75", as it would be typed. */
export const percentEntry = (basisPoints: number): string => String(basisPoints / 100);

/** "900500" Wh -> "900.5", as it would be typed. */
export function kwhEntry(energyWh: string): string {
  const digits = energyWh.padStart(4, '0');
  const fraction = digits.slice(-3).replace(/0+$/, '');
  return fraction === '' ? digits.slice(0, -3) : `${digits.slice(0, -3)}.${fraction}`;
}

/** "12050" minor units -> "120.50", as it would be typed. */
export const moneyEntry = (amountMinor: string, currency: Currency): string =>
  formatAmount(BigInt(amountMinor), currency);

/** A document as it is pasted or read from a file. */
export function readDocument(text: string): Read<object> {
  try {
    const value: unknown = JSON.parse(text);
    const [twice] = duplicateNames(text);
    if (twice !== undefined) return err(`${twice} stands twice: leave one out.`);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return ok(value);
    }
    return err('Write one JSON document, from { to }.');
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : 'it cannot be read';
    return err(text.trim() === '' ? 'Write the document.' : `No JSON: ${why}`);
  }
}

/** A document as one would type it: what fits a line stands on one. */
export function documentEntry(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const inline = inlineJson(value);
  if (indent !== '' && indent.length + inline.length <= 76) return inline;
  const deeper = `${indent}  `;
  const isList = Array.isArray(value);
  const items = Object.entries(value).map(([name, each]) => {
    const text = documentEntry(each, deeper);
    return isList ? `${deeper}${text}` : `${deeper}${JSON.stringify(name)}: ${text}`;
  });
  const [open, close] = isList ? '[]' : '{}';
  return items.length === 0 ? inline : `${open}\n${items.join(',\n')}\n${indent}${close}`;
}

function inlineJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inlineJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const items = Object.entries(value).map(
    ([name, each]) => `${JSON.stringify(name)}: ${inlineJson(each)}`,
  );
  return items.length === 0 ? '{}' : `{ ${items.join(', ')} }`;
}
