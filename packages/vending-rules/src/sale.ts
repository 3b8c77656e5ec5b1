// A sale before and after it is decided: what is known, what was asked for, and what is to be
// written.

import type { Transfer } from '@prewatt/ledger';
import type { RandomBytes, Result } from '@prewatt/quantities';
import type { PriceBasis, SellableConnection } from './connection.ts';
import type { KeysToIssue, NewKeyChange } from './key-change.ts';
import type { SoldPurchase } from './purchase.ts';
import type { KeyRefusal } from './refusals.ts';

/** A connection as its next sale finds it. */
export type SaleState<C extends SellableConnection> = {
  readonly connection: C;
  readonly basis: PriceBasis;
  readonly lastTid: number | null;
  /** Derived when it is asked for. */
  readonly keys: () => Result<KeysToIssue, KeyRefusal>;
  readonly nowMs: number;
};

export type SaleOrder = {
  /** Made by the caller, who knows the sale by it. */
  readonly saleId: string;
  readonly amountMinor: bigint;
  /**
   * `cash`: the sale begins with its tokens, and whoever pays posts the money in the same
   * transaction. `paid`: the sale is there, and its money is posted as the customer's already.
   */
  readonly origin: 'cash' | 'paid';
  /**
   * It turns money that was the customer's already into a token: no purchase, so no arrears are
   * taken of it. What was paid into the wallet has given its share.
   */
  readonly isCarried?: true;
  /** It pays what the customer owes, and buys nothing. */
  readonly pays?: 'debts' | undefined;
};

export type IssuedToken = {
  readonly id: string;
  readonly tid: number;
  readonly digits: string;
} & Carried;

/** Energy, or for a meter that counts in money an amount in 10^-5 of the currency's base unit. */
export type Carried =
  | { readonly energyWh: bigint; readonly amountE5: null }
  | { readonly energyWh: null; readonly amountE5: bigint };

/** A sale that was decided and is to be written. */
export type IssuedSale<C extends SellableConnection> = SaleOrder & {
  readonly connection: C;
  readonly purchase: SoldPurchase;
  /** What a vendor's signing budget counts: money on a meter as energy at its price now. */
  readonly budgetWh: bigint;
  /** In the order in which they must be entered: that of their TIDs. */
  readonly tokens: readonly IssuedToken[];
  /** Goes before them when the meter does not hold the key that it should hold. */
  readonly keyChange: NewKeyChange | null;
  /** Lifts a power limit, before them and after the key change. */
  readonly lift: LiftToken | null;
  readonly baseDate: number;
  /** Null before a connection's first token. */
  readonly lastTid: number | null;
  /** Prepaid money to energy sales, tax, fees and debt. */
  readonly transfers: readonly Transfer[];
};

export type Chance = { readonly newUuid: () => string; readonly random: RandomBytes };

/** The sale, and how its connection stands after it. */
export type DecidedSale<C extends SellableConnection> = {
  readonly sale: IssuedSale<C>;
  readonly after: SaleState<C>;
};

/** The token that lifts a power limit. */
export type LiftToken = {
  readonly id: string;
  readonly tid: number;
  readonly digits: string;
};
