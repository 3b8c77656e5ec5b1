// One sale decided: priced, with its tokens and transfers, or refused. Pure: given what is known of
// the connection it answers, and says what is known after it, so that several sales of one
// connection in a batch follow each other. Writes nothing.

import { salePostings, type Transfer } from '@prewatt/ledger';
import { err, expectOk, ok, type RandomBytes, type Result } from '@prewatt/quantities';
import { issueSale as issueSaleTokens, type SaleError } from '@prewatt/sts/issue';
import type { ConnectionToSell } from '../connections/index.ts';
import type { KeyRefusal, KeysToIssue } from '../keys/index.ts';
import type { NewUuid } from '../platform/ids.ts';
import { keyChangeTokenCountOf, type NewKeyChange, newKeyChange } from '../tokens/index.ts';
import type { CashSaleRefusal, TokenRefusal } from './errors.ts';
import { decideLift, type LiftToken } from './lift.ts';
import {
  basisAfter,
  maximumTokens,
  type PriceBasis,
  priceOf,
  type TokenlessPurchase,
  whPerUnit,
} from './quote.ts';
import { decideWalletCredit } from './wallet-credit.ts';

/** A connection as its next sale finds it. */
export type SaleState = {
  readonly connection: ConnectionToSell;
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
};

export type IssuedToken = {
  readonly id: string;
  readonly tid: number;
  readonly digits: string;
  readonly energyWh: bigint;
};

/** A sale that was decided and is to be written. */
export type IssuedSale = SaleOrder & {
  readonly connection: ConnectionToSell;
  readonly purchase: TokenlessPurchase;
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

export type Chance = { readonly newUuid: NewUuid; readonly random: RandomBytes };

/** Prices the money and makes the tokens. */
export function decideSale(
  state: SaleState,
  order: SaleOrder,
  chance: Chance,
): Result<{ readonly sale: IssuedSale; readonly after: SaleState }, CashSaleRefusal> {
  const { connection } = state;
  if (connection.creditMode === 'wallet') return decideWalletCredit(state, order);
  // A token that is made now may reach the meter when its credit has been handed over.
  if (connection.turnsToWallet) return err('creditModeChanging');
  if (connection.countsMoney) return err('meterCountsMoney');
  const postedMinor = order.origin === 'paid' ? order.amountMinor : 0n;
  const priced = priceOf(state.basis, { amountMinor: order.amountMinor, postedMinor });
  if (!priced.ok) return priced;
  const { quote, broughtForwardMinor } = priced.value;
  const keys = state.keys();
  if (!keys.ok) return keys;
  const lift = decideLift(state, keys.value, chance);
  if (!lift.ok) return lift;
  const made = issueSaleTokens({
    ...keys.value,
    keyChangeTokenCount: keyChangeTokenCountOf(connection.meter),
    commodity: 'electricity',
    units: quote.energyWh / whPerUnit,
    nowMs: state.nowMs,
    lastTid: lift.value?.tid ?? state.lastTid,
    random: () => (chance.random(1)[0] ?? 0) & 15,
    maximumTokens,
  });
  if (!made.ok) return err(refusalOf(made.error));
  const { creditTokens, keyChangeTokens, lastTid } = made.value;
  const transfers = expectOk(
    salePostings(connection, {
      availableMinor: order.amountMinor + broughtForwardMinor,
      lines: quote.lines,
      remainderMinor: quote.remainderMinor,
    }),
    'sale postings',
  );
  const sale = {
    ...order,
    connection,
    purchase: priced.value,
    tokens: creditTokens.map((each) => ({
      id: chance.newUuid(),
      tid: each.tid,
      digits: each.token,
      energyWh: each.units * whPerUnit,
    })),
    keyChange: newKeyChange({ digits: keyChangeTokens, ...keys.value }),
    lift: lift.value,
    baseDate: keys.value.wanted.baseDate,
    lastTid,
    transfers,
  };
  const basis = basisAfter(state.basis, priced.value);
  const lifted = lift.value === null ? connection : { ...connection, liftPowerW: null };
  return ok({ sale, after: { ...state, connection: lifted, basis, lastTid } });
}

function refusalOf(error: SaleError): TokenRefusal {
  if (error === 'keyExpired') return 'keyExpired';
  if (error === 'ddtk') return 'defaultKey';
  if (error === 'baseDateChange' || error === 'keyTypeChange') return 'keyChangeNotAllowed';
  const outOfRange =
    error === 'tidRange' || error === 'beforeBaseDate' || error === 'afterBaseDate';
  return outOfRange ? 'tidExhausted' : 'tokenNotMade';
}
