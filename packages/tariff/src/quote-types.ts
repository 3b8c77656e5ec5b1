// What a quote is asked with, what it says, and how it is refused.

import type { Currency } from '@prewatt/quantities';
import type { CivilMoment, MissingParameter } from './conditions.ts';
import type { Debt } from './debt.ts';
import type { TariffPosition } from './position.ts';

export type QuoteLine = {
  readonly kind: 'energy' | 'tax' | 'fee' | 'debt';
  /** "energy", "reprice", "free", a charge's or levy's code, or "debt". */
  readonly code: string;
  readonly label: string;
  /** Negative only for rebates and for repricing downwards. */
  readonly amountMinor: bigint;
  readonly energyWh?: bigint;
  /** Of a levy that is a share: how many per cent, "16.5". */
  readonly percent?: string;
  readonly debtId?: string;
  /** One plain sentence in English. */
  readonly explanation: string;
};

export type Quote = {
  readonly tariffId: string;
  readonly tariffVersion: number;
  readonly currency: Currency;
  readonly date: string;
  readonly paidMinor: bigint;
  /** To be delivered, free energy included. */
  readonly energyWh: bigint;
  readonly lines: readonly QuoteLine[];
  /** Stays prepaid. */
  readonly remainderMinor: bigint;
  /** Why so much of it stays, where more energy would have other prices; one plain sentence. */
  readonly cliff?: string;
  /** Energy bought earlier in the month. */
  readonly monthEnergyWhBefore: bigint;
  /** Fees and debt that fell due and were not taken now. */
  readonly deferred: readonly { code: string; label: string; amountMinor: bigint }[];
  readonly positionAfter: TariffPosition;
};

/** In order of precedence. */
export type QuoteRefusal =
  | { readonly code: 'amount-invalid' }
  | { readonly code: 'date-invalid' }
  | { readonly code: 'not-in-force'; readonly from: string; readonly to: string | null }
  | { readonly code: 'date-before-position'; readonly lastPurchaseDate: string }
  | MissingParameter
  | { readonly code: 'no-price' }
  | { readonly code: 'amount-too-small'; readonly leastAmountMinor: bigint };

export type Protection = {
  /** Debt takes at most this share of a purchase (10000 = all of it). */
  readonly debtShareCapBasisPoints: number;
  /** Every purchase keeps this much energy, or all that its money buys if that is less. */
  readonly floorEnergyWh: bigint;
};

export type QuoteOptions = {
  readonly at: CivilMoment;
  readonly position: TariffPosition;
  readonly debts: readonly Debt[];
  /** 'none' reproduces utilities that protect nobody: a purchase may then yield zero energy. */
  readonly protection: Protection | 'none';
  /**
   * The largest energy that a token carries and that is not above the given one; idempotent, never
   * falling.
   */
  readonly floorToEncodableWh: (energyWh: bigint) => bigint;
  /** Values by name for the document's parameters (facts of the connection, published figures). */
  readonly parameters?: Readonly<Record<string, string>>;
};
