// How cells and lines of exports are written: RFC 4180 lines, and no text that a spreadsheet runs.

import { type Currency, formatAmount, zonedAt } from '@prewatt/quantities';
import { stringify } from 'csv-stringify/sync';

/**
 * Lines of CSV. A cell that begins with = + - @, a tab, a carriage return or a full-width form of
 * those gets an apostrophe in front (OWASP, CSV injection).
 */
export const csvLines = (rows: readonly (readonly string[])[]): string =>
  stringify(
    rows.map((row) => [...row]),
    { escape_formulas: true, record_delimiter: 'windows' },
  );

/** How this utility's values are written. */
export type Cells = {
  readonly money: (amountMinor: bigint | null) => string;
  readonly kWh: (energyWh: bigint | null) => string;
  /** An instant in the utility's zone, with its offset. */
  readonly at: (epochMs: number | null) => string;
  readonly currency: string;
  readonly zone: string;
};

export function createCells(o: { readonly currency: Currency; readonly zone: string }): Cells {
  return {
    money: (amountMinor) => (amountMinor === null ? '' : formatAmount(amountMinor, o.currency)),
    kWh: (energyWh) => (energyWh === null ? '' : formatAmount(energyWh, { code: '', scale: 3 })),
    at: (epochMs) =>
      epochMs === null
        ? ''
        : zonedAt(epochMs, o.zone).toString({ timeZoneName: 'never', fractionalSecondDigits: 0 }),
    currency: o.currency.code,
    zone: o.zone,
  };
}
