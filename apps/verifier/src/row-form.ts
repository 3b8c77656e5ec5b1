// A row of the export in either form, by its list of columns: the text of ROW(...)::text, or since
// a later list the bytes of record_send. Both come apart into values that are shown as text.

import { bytesOfRow, type SentValue, sentNumber, sentValues, textOfValue } from './row-bytes.ts';
import { rowOfValues, valuesOfRow } from './row-text.ts';

/** What is hashed. */
export type RowBody = string | Buffer;
/** `sent` in rows of bytes. */
export type RowValue = { readonly text: string | null; readonly sent?: SentValue };

/** Null for what is no row; throws for a value that is none of its type. */
export function valuesOf(body: RowBody): RowValue[] | null {
  if (typeof body === 'string') return valuesOfRow(body)?.map((text) => ({ text })) ?? null;
  return sentValues(body)?.map((sent) => ({ sent, text: textOfValue(sent) })) ?? null;
}

/** The row with another value in one place; null where that value has another form. */
export function bodyWith(values: readonly RowValue[], at: number, value: RowValue): RowBody | null {
  const others = values.with(at, value);
  const type = values[at]?.sent?.type;
  if (type === undefined) return rowOfValues(others.map(({ text }) => text));
  if (value.sent?.type !== type) return null;
  return bytesOfRow(others.flatMap(({ sent }) => sent ?? []));
}

/** As it may have been before: none, or a number a little off or by a factor. */
export function near({ text, sent }: RowValue): readonly RowValue[] {
  const nothing = { text: null, ...(sent && { sent: { ...sent, bytes: null } }) };
  if (text === 't' || text === 'f') {
    const bytes = Buffer.from([text === 't' ? 0 : 1]);
    return [nothing, { text: text === 't' ? 'f' : 't', ...(sent && { sent: { ...sent, bytes } }) }];
  }
  if (text === null || !/^-?\d{1,18}$/.test(text)) return [nothing];
  const number = BigInt(text);
  const steps = [1n, 2n, 5n, 10n, 100n, 1000n, 10_000n, 100_000n, 1_000_000n];
  const factors = [2n, 10n, 100n, 1000n];
  const numbers = [
    ...steps.flatMap((step) => [number - step, number + step]),
    ...factors.flatMap((factor) => [number * factor, number / factor]),
    -number,
  ];
  const told = numbers.flatMap((value): readonly RowValue[] => {
    if (sent === undefined) return [{ text: String(value) }];
    const other = sentNumber(sent.type, value);
    return other === null ? [] : [{ text: String(value), sent: other }];
  });
  return [nothing, ...told];
}
