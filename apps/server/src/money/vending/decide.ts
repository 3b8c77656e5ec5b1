// One sale decided: priced, with its tokens and transfers, or refused. Pure: given what is known of
// the connection it answers, and says what is known after it, so that several sales of one
// connection in a batch follow each other. Writes nothing.

import { salePostings, type Transfer } from '@prewatt/ledger';
import { err, expectOk, ok, type RandomBytes, type Result } from '@prewatt/quantities';
import { issueMoneySale, issueSale as issueSaleTokens, type SaleError } from '@prewatt/sts/issue';
import type { NewUuid } from '../../base/ids.ts';
import type { ConnectionToSell } from '../../registry/connections/index.ts';
import type { KeyRefusal, KeysToIssue } from '../keys/index.ts';
import { keyChangeTokenCountOf, type NewKeyChange, newKeyChange } from '../tokens/index.ts';
import { e5PerMinorOf, energyAhead } from './currency-token-pricing.ts';
import type { CashSaleRefusal, TokenRefusal } from './errors.ts';
import { decideLift, type LiftToken } from './lift.ts';
import {
  basisAfter,
  maximumTokens,
  type PriceBasis,
  type PurchaseQuote,
  priceOf,
  type SoldPurchase,
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
} & Carried;

/** Energy, or for a meter that counts in money an amount in 10^-5 of the currency's base unit. */
export type Carried =
  | { readonly energyWh: bigint; readonly amountE5: null }
  | { readonly energyWh: null; readonly amountE5: bigint };

/** A sale that was decided and is to be written. */
export type IssuedSale = SaleOrder & {
  readonly connection: ConnectionToSell;
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
  const postedMinor = order.origin === 'paid' ? order.amountMinor : 0n;
  const priced = priceOf(state.basis, { amountMinor: order.amountMinor, postedMinor });
  if (!priced.ok) return priced;
  const { quote, broughtForwardMinor } = priced.value;
  const keys = state.keys();
  if (!keys.ok) return keys;
  const lift = decideLift(state, keys.value, chance);
  if (!lift.ok) return lift;
  const lastTidBefore = lift.value?.tid ?? state.lastTid;
  const made = makeTokens(state, {
    purchase: priced.value,
    keys: keys.value,
    lastTidBefore,
    chance,
  });
  if (!made.ok) return err(refusalOf(made.error));
  const { tokens, keyChangeTokens, lastTid } = made.value;
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
    budgetWh: energyAhead(state.basis, priced.value),
    tokens,
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

type Made = {
  readonly tokens: readonly IssuedToken[];
  readonly keyChangeTokens: readonly string[];
  readonly lastTid: number;
};

function makeTokens(
  state: SaleState,
  o: {
    readonly purchase: PurchaseQuote;
    readonly keys: KeysToIssue;
    readonly lastTidBefore: number | null;
    readonly chance: Chance;
  },
): Result<Made, SaleError> {
  const { chance, lastTidBefore: lastTid, purchase } = o;
  const issue = {
    ...o.keys,
    keyChangeTokenCount: keyChangeTokenCountOf(state.connection.meter),
    commodity: 'electricity' as const,
    nowMs: state.nowMs,
    lastTid,
  };
  if (purchase.creditMinor !== null) {
    const amountE5 = purchase.creditMinor * e5PerMinorOf(purchase.quote.currency);
    const made = issueMoneySale({ ...issue, amountE5 });
    if (!made.ok) return made;
    const { creditToken, keyChangeTokens } = made.value;
    const { tid, token: digits } = creditToken;
    const carried = { energyWh: null, amountE5: creditToken.amountE5 };
    const tokens = [{ id: chance.newUuid(), tid, digits, ...carried }];
    return ok({ tokens, keyChangeTokens, lastTid: tid });
  }
  const random = () => (chance.random(1)[0] ?? 0) & 15;
  const units = purchase.quote.energyWh / whPerUnit;
  const made = issueSaleTokens({ ...issue, units, random, maximumTokens });
  if (!made.ok) return made;
  const tokens = made.value.creditTokens.map((each) => ({
    id: chance.newUuid(),
    tid: each.tid,
    digits: each.token,
    energyWh: each.units * whPerUnit,
    amountE5: null,
  }));
  return ok({ ...made.value, tokens });
}

function refusalOf(error: SaleError): TokenRefusal {
  if (error === 'keyExpired') return 'keyExpired';
  if (error === 'ddtk') return 'defaultKey';
  if (error === 'baseDateChange' || error === 'keyTypeChange') return 'keyChangeNotAllowed';
  const outOfRange =
    error === 'tidRange' || error === 'beforeBaseDate' || error === 'afterBaseDate';
  return outOfRange ? 'tidExhausted' : 'tokenNotMade';
}
