// A priced amount as the API gives it: of a quote, or of a sale as it rests in its row.

import type { QuoteLineJson, TrialQuote } from '@prewatt/api';
import type { PurchaseQuote } from '@prewatt/vending-rules';
import type { Selectable } from 'kysely';
import type { Tables } from '../../base/tables.ts';

type QuoteJson = Omit<TrialQuote, 'amountMinor' | 'tokens'>;

type Priced = Pick<PurchaseQuote, 'broughtForwardMinor' | 'creditMinor'> & {
  readonly quote: Pick<PurchaseQuote['quote'], 'energyWh' | 'lines' | 'remainderMinor'>;
};

export const quoteJson = (purchase: Priced): QuoteJson => ({
  broughtForwardMinor: purchase.broughtForwardMinor.toString(),
  energyWh: purchase.quote.energyWh.toString(),
  creditMinor: purchase.creditMinor?.toString() ?? null,
  lines: purchase.quote.lines.map(({ kind, label, amountMinor, energyWh, explanation }) => ({
    kind,
    label,
    amountMinor: amountMinor.toString(),
    energyWh: energyWh?.toString() ?? null,
    explanation,
  })),
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

/** The lines of a stored sale, without what is kept with them for the code alone. */
export const storedLinesJson = (lines: StoredQuote['lines']): QuoteLineJson[] =>
  ((lines ?? []) as QuoteLineJson[]).map(({ kind, label, amountMinor, energyWh, explanation }) => ({
    kind,
    label,
    amountMinor,
    energyWh,
    explanation,
  }));
