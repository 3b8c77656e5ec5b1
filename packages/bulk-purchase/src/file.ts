// The file of a bulk purchase: CSV with the columns meter, amount and reference, in any order. Each
// line is one purchase; what is wrong with a line is said beside it.

import { type Currency, err, ok, parseAmount, type Result } from '@prewatt/quantities';

export type BulkLine = {
  /** As an editor counts, the heading being 1. */
  readonly line: number;
  readonly meter: string;
  readonly amount: string;
  readonly reference: string;
};

export type GoodLine = BulkLine & { readonly amountMinor: bigint };
export type LineFault = 'badMeter' | 'badAmount' | 'badReference' | 'duplicateReference';

export const faultWords: Readonly<Record<LineFault, string>> = {
  badMeter: 'Write the 11, 13 or 18 digits that stand on the meter.',
  badAmount: 'Write an amount above zero, with a point before the cents.',
  badReference: 'Write a reference of 1 to 60 plain letters and digits.',
  duplicateReference: 'A line before has this reference; each purchase needs its own.',
};

const columns = ['meter', 'amount', 'reference'] as const;

export function readBulkFile(text: string): Result<readonly BulkLine[], string> {
  const [heading = '', ...rows] = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  const separator = heading.includes(';') ? ';' : ',';
  const cells = (row: string) => row.split(separator).map((cell) => unquoted(cell.trim()));
  const names = cells(heading).map((name) => name.toLowerCase());
  const missing = columns.filter((name) => !names.includes(name));
  if (missing.length > 0) return err(`the first line has no column ${missing.join(', ')}`);
  const lines = rows.flatMap((row, nth) => {
    if (row.trim() === '') return [];
    const found = cells(row);
    const cell = (name: string) => found[names.indexOf(name)] ?? '';
    return [
      {
        ...{ line: nth + 2, meter: cell('meter').replace(/[\s-]/g, '') },
        ...{ amount: cell('amount'), reference: cell('reference') },
      },
    ];
  });
  return lines.length === 0 ? err('the file has no lines') : ok(lines);
}

const unquoted = (cell: string): string => /^"([^"]*)"$/.exec(cell)?.[1] ?? cell;

/** The line with its amount in minor units, or what is wrong; `seen` are references before it. */
export function checkLine(
  line: BulkLine,
  o: { readonly currency: Currency; readonly seen: Set<string> },
): Result<GoodLine, LineFault> {
  if (!/^\d{11}$|^\d{13}$|^\d{18}$/.test(line.meter)) return err('badMeter');
  const amount = parseAmount(line.amount, o.currency);
  if (!amount.ok || amount.value <= 0n) return err('badAmount');
  if (!/^[\x20-\x7e]{1,60}$/.test(line.reference)) return err('badReference');
  if (o.seen.has(line.reference)) return err('duplicateReference');
  o.seen.add(line.reference);
  return ok({ ...line, amountMinor: amount.value });
}
