// Sales at tills, many in one transaction, each with an answer of its own (docs/adr/0009). Order of
// the locks: meters, then vendors. Idempotency comes first: the same request id gets the first
// answer, whatever has changed since.

import type { Receipt } from '@prewatt/api';
import { vendorSalePostings } from '@prewatt/ledger';
import { err, ok, type Result } from '@prewatt/quantities';
import { findMeters } from '../connections/index.ts';
import { type Batcher, createBatcher } from '../platform/batcher.ts';
import { type Database, mayGoWellAgain, type Tx, together } from '../platform/database.ts';
import type { NewUuid } from '../platform/ids.ts';
import type { Clocks } from '../platform/time.ts';
import type { Utilities, Utility } from '../utilities/index.ts';
import type { Vending } from '../vending/index.ts';
import type { TillRefusal } from './errors.ts';
import { budgetHourOf } from './float.ts';
import { receiptFrom, receiptOfSold } from './receipt.ts';
import {
  confirm,
  type Decided,
  decideTills,
  type Outcome,
  type Sold,
  type TillOrder,
  type VendorFacts,
} from './till-decisions.ts';
import {
  claimRequests,
  insertVendorSales,
  lockVendors,
  openVendorAccounts,
  readVendorFacts,
  updateVendors,
} from './till-store.ts';

export type TillBatchDeps = {
  readonly database: Database;
  readonly utilities: Utilities;
  readonly vending: Vending;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
};

export type TillAnswer = Result<Receipt, TillRefusal>;

const maximumOrders = 128;
const maximumFlights = 3;
const maximumWaiting = 4_000;
const maximumRemembered = 500_000;

/** Sells at once; orders of one utility that come together share a transaction. */
export function createTillBatch(deps: TillBatchDeps): (order: TillOrder) => Promise<TillAnswer> {
  const batchers = new Map<string, Batcher<TillOrder, TillAnswer>>();
  const opened = new Set<string>();

  const batcherOf = (utilityId: string): Batcher<TillOrder, TillAnswer> => {
    const known = batchers.get(utilityId);
    if (known !== undefined) return known;
    const made = createBatcher<TillOrder, TillAnswer>({
      run: async (orders) => {
        try {
          return await sellTogether(deps, { utilityId, orders, opened });
        } catch (error) {
          // What is remembered may be what was wrong: a database that was restored knows less.
          opened.clear();
          throw error;
        }
      },
      keyOf: (order) => order.request.meterPan,
      blame: (error) => (mayGoWellAgain(error) ? 'again' : 'fault'),
      maximumOrders,
      maximumFlights,
      maximumWaiting,
    });
    batchers.set(utilityId, made);
    return made;
  };

  return (order) => batcherOf(order.till.utilityId).submit(order);
}

async function sellTogether(
  deps: TillBatchDeps,
  o: {
    readonly utilityId: string;
    readonly orders: readonly TillOrder[];
    readonly opened: Set<string>;
  },
): Promise<readonly TillAnswer[]> {
  const { utilityId, orders } = o;
  const utility = await deps.utilities.get(utilityId);
  const { answers, nowOpen } = await deps.database.inUtility(utilityId, async (tx) => {
    const pans = [...new Set(orders.map(({ request }) => request.meterPan))];
    const found = await findMeters({ directories: tx }, pans);
    const places = new Map([...found].filter(([, place]) => place.utilityId === utilityId));
    const [states, factsBefore] = await together(
      deps.vending.lockForSales(tx, utilityId, [...places.values()]),
      readVendorFacts(tx, orders),
    );
    const budgetHour = budgetHourOf(deps.clocks.real.nowMs());
    const decideBy = (facts: VendorFacts): Decided =>
      decideTills({
        utilityId,
        orders,
        places,
        states,
        facts,
        budgetHour,
        decide: deps.vending.decide,
        newSaleId: deps.newUuid,
      });
    let decided = decideBy(factsBefore);
    if (decided.outcomes.some(isSold)) {
      const vendorIds = orders.map(({ till }) => till.vendorId);
      const [, facts] = await together(lockVendors(tx, vendorIds), readVendorFacts(tx, orders));
      decided = confirm(decided, facts, budgetHour) ?? decideBy(facts);
    }
    const nowMs = deps.clocks.business.nowMs();
    const nowOpen = await writeSold(tx, deps, { utility, decided, opened: o.opened, nowMs });
    const answers: TillAnswer[] = [];
    for (const outcome of decided.outcomes) answers.push(await answerOf(tx, outcome, nowMs));
    return { answers, nowOpen };
  });
  if (o.opened.size > maximumRemembered) o.opened.clear();
  for (const key of nowOpen) o.opened.add(key);
  return answers;
}

const isSold = (outcome: Outcome): outcome is Sold => outcome.kind === 'sold';

/** Writes what was sold. Answers with the vendors' accounts that are open from now on. */
async function writeSold(
  tx: Tx,
  deps: TillBatchDeps,
  o: {
    readonly utility: Utility;
    readonly decided: Decided;
    readonly opened: ReadonlySet<string>;
    readonly nowMs: number;
  },
): Promise<readonly string[]> {
  const sold = o.decided.outcomes.filter(isSold);
  if (sold.length === 0) return [];
  const nowOpen = await openVendorAccounts(tx, { sold, opened: o.opened, nowMs: o.nowMs });
  const charged = new Set(sold.map(({ order }) => order.till.vendorId));
  const vendors = [...o.decided.vendors.values()].filter((each) => charged.has(each.vendorId));
  await together(
    claimRequests(tx, sold),
    deps.vending.record(tx, {
      utility: o.utility,
      sales: sold.map(({ sale }) => sale),
      payments: sold.map((each) => paymentOf(each, o.nowMs)),
      nowMs: o.nowMs,
    }),
    insertVendorSales(tx, sold),
    updateVendors(tx, vendors),
  );
  return nowOpen;
}

const paymentOf = ({ order, sale, commissionMinor }: Sold, nowMs: number) => ({
  place: sale.connection,
  saleId: sale.saleId,
  paymentId: null,
  postedAtMs: nowMs,
  transfers: vendorSalePostings(
    { ...sale.connection, vendorId: order.till.vendorId },
    { amountMinor: sale.amountMinor, commissionMinor },
  ),
});

async function answerOf(tx: Tx, outcome: Outcome, nowMs: number): Promise<TillAnswer> {
  switch (outcome.kind) {
    case 'sold':
      return ok(receiptOfSold(outcome, nowMs));
    case 'same':
      return ok(receiptOfSold(outcome.as, nowMs));
    case 'known':
      return ok(await receiptFrom(tx, outcome.request));
    case 'refused':
      return err(outcome.error);
  }
}
