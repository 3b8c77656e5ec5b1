// One sale decided: priced, with its tokens and transfers, or refused. Pure: given what is known of
// the connection it answers, and says what is known after it, so that several sales of one
// connection in a batch follow each other. Writes nothing.

import { salePostings } from '@prewatt/ledger';
import { err, expectOk, ok, type Result } from '@prewatt/quantities';
import { issueMoneySale, issueSale as issueSaleTokens, type SaleError } from '@prewatt/sts/issue';
import { refusalOfToken, refusalToBegin, type SellableConnection } from './connection.ts';
import { maximumTokens, whPerUnit } from './energy-tokens.ts';
import { type KeysToIssue, keyChangeTokenCountOf, newKeyChange } from './key-change.ts';
import { decideLift } from './lift.ts';
import { e5PerMinorOf, energyAhead } from './money-credit.ts';
import { basisAfter, priceOf } from './price.ts';
import type { PurchaseQuote } from './purchase.ts';
import type { SaleRefusal, TokenRefusal } from './refusals.ts';
import type { Chance, DecidedSale, IssuedToken, SaleOrder, SaleState } from './sale.ts';
import { decideWalletCredit } from './wallet-credit.ts';

/** Prices the money and makes the tokens. */
export function decideSale<C extends SellableConnection>(
  state: SaleState<C>,
  order: SaleOrder,
  chance: Chance,
): Result<DecidedSale<C>, SaleRefusal> {
  const { connection } = state;
  const blocked = order.origin === 'cash' ? refusalToBegin(connection) : null;
  if (blocked !== null) return err(blocked);
  if (connection.creditMode === 'wallet') return decideWalletCredit(state, order);
  const refused = refusalOfToken(connection);
  if (refused !== null) return err(refused);
  const postedMinor = order.origin === 'paid' ? order.amountMinor : 0n;
  const basisOfPrice = order.isCarried ? { ...state.basis, debts: [] } : state.basis;
  const priced = priceOf(basisOfPrice, { amountMinor: order.amountMinor, postedMinor });
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
  state: SaleState<SellableConnection>,
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
