// A priced purchase: the quote of the tariff, and what goes where.

import type { Quote } from '@prewatt/tariff';

export type PurchaseQuote = {
  readonly amountMinor: bigint;
  readonly broughtForwardMinor: bigint;
  readonly quote: Quote;
  /** The version of the tariff that priced it. */
  readonly tariffVersionId: string;
  /** Money on the meter, where it counts in money; null: the credit is energy, or a wallet's. */
  readonly creditMinor: bigint | null;
};

/** What of a purchase a sale's row and receipt need: all that there is of one into a wallet. */
export type SoldPurchase = Omit<PurchaseQuote, 'quote'> & {
  readonly quote: Pick<
    Quote,
    'energyWh' | 'lines' | 'remainderMinor' | 'monthEnergyWhBefore' | 'positionAfter'
  >;
};
