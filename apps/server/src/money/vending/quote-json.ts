// A priced amount as the API gives it: of a quote, or of a sale as it rests in its row.

import type { QuoteLineJson, Receipt, TrialQuote } from '@prewatt/api';
import type { PurchaseQuote } from '@prewatt/vending-rules';
import type { Selectable } from 'kysely';
import type { Tables } from '../../base/tables.ts';
import type { MeterTakes } from './meter-takes.ts';

type QuoteJson = Omit<TrialQuote, 'amountMinor' | 'tokens'>;

type Taken = Pick<Receipt, 'recoveredEnergyWh' | 'recoveredMinor'>;

type Priced = Pick<PurchaseQuote, 'broughtForwardMinor' | 'creditMinor'> & {
  readonly quote: Pick<PurchaseQuote['quote'], 'energyWh' | 'lines' | 'remainderMinor'>;
};

export const quoteJson = (purchase: Priced): QuoteJson => ({
  broughtForwardMinor: purchase.broughtForwardMinor.toString(),
  energyWh: purchase.quote.energyWh.toString(),
  creditMinor: purchase.creditMinor?.toString() ?? null,
  lines: purchase.quote.lines.map(
    ({ kind, label, amountMinor, energyWh, explanation, percent }) => ({
      kind,
      label,
      amountMinor: amountMinor.toString(),
      energyWh: energyWh?.toString() ?? null,
      explanation,
      ...percentOf(percent),
    }),
  ),
  remainderMinor: purchase.quote.remainderMinor.toString(),
});

type StoredQuote = Pick<
  Selectable<Tables['sales']>,
  'brought_forward_minor' | 'energy_wh' | 'credit_minor' | 'lines' | 'remainder_minor'
>;

export const storedQuoteJson = (row: StoredQuote): QuoteJson => ({
  broughtForwardMinor: (row.brought_forward_minor ?? 0n).toString(),
  energyWh: (row.energy_wh ?? 0n).toString(),
  creditMinor: row.credit_minor?.toString() ?? null,
  lines: storedLinesJson(row.lines),
  remainderMinor: (row.remainder_minor ?? 0n).toString(),
});

/** What the meter takes of a sale's tokens, as it was known when they were made. */
export const takenJson = (takes: MeterTakes): Taken => ({
  recoveredEnergyWh: takes.energyWh.toString(),
  recoveredMinor: takes.minor.toString(),
});

export const storedTakenJson = (
  row: Pick<Selectable<Tables['sales']>, 'recovered_energy_wh' | 'recovered_minor'>,
): Taken => ({
  recoveredEnergyWh: (row.recovered_energy_wh ?? 0n).toString(),
  recoveredMinor: (row.recovered_minor ?? 0n).toString(),
});

/** The lines of a stored sale, without what is kept with them for the code alone. */
export const storedLinesJson = (lines: StoredQuote['lines']): QuoteLineJson[] =>
  ((lines ?? []) as QuoteLineJson[]).map(
    ({ kind, label, amountMinor, energyWh, explanation, percent }) => ({
      ...{ kind, label, amountMinor, energyWh, explanation },
      ...percentOf(percent),
    }),
  );

const percentOf = (percent: string | undefined) => (percent === undefined ? {} : { percent });
