// Sales at tills, many in one transaction, each with an answer of its own (docs/adr/0009). Order of
// the locks: meters, accounts, request ids, then vendors. Idempotency comes first: the same request
// id gets the first answer, whatever has changed since.

import type { Receipt } from '@prewatt/api';
import { vendorSalePostings } from '@prewatt/ledger';
import { err, ok, type Result } from '@prewatt/quantities';
import { createBatchers } from '../../base/batcher.ts';
import {
  afterCommit,
  type Database,
  mayGoWellAgain,
  type Tx,
  together,
  withCommit,
} from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Clocks } from '../../base/time.ts';
import { createArrivals, type Tracing } from '../../base/tracing.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import type { Vending } from '../vending/index.ts';
import type { TillRefusal } from './errors.ts';
import { budgetHourOf } from './float.ts';
import { type MoveOf, receiptFrom, receiptOfSold } from './receipt.ts';
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
  insertVendorSales,
  lockVendorStates,
  openVendorAccounts,
  readVendorFacts,
  type SellingPlace,
  updateVendors,
} from './till-store.ts';

export type TillBatchDeps = {
  readonly database: Database;
  readonly utilities: Utilities;
  readonly vending: Vending;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
  readonly moveOf: MoveOf;
  readonly tracing: Tracing;
};

export type TillAnswer = Result<Receipt, TillRefusal>;

const maximumOrders = 128;
/**
 * One batch at a time: several beside each other sell hardly more, and whoever waits for a few
 * quick answers between their turns, a phone in a USSD dialogue above all, waits far longer
 * (`npm run bench -- ussd`).
 */
const maximumFlights = 1;
const maximumWaiting = 4_000;
const maximumRemembered = 500_000;

/** Sells at once; orders of one utility that come together share a transaction. */
export function createTillBatch(deps: TillBatchDeps): (order: TillOrder) => Promise<TillAnswer> {
  const opened = new Set<string>();
  const arrivals = createArrivals<TillOrder>(deps.tracing);
  const cameMs = arrivals.of;
  const submit = createBatchers<TillOrder, TillAnswer>((utilityId) => ({
    run: async (orders) => {
      try {
        return await sellTogether(deps, { utilityId, orders, opened, cameMs });
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
  }));
  return (order) => submit(order.till.utilityId, arrivals.note(order));
}

type Batch = {
  readonly utilityId: string;
  readonly orders: readonly TillOrder[];
  readonly opened: Set<string>;
  readonly cameMs: (order: TillOrder) => number;
};

/**
 * Writes first and takes the vendors' locks last, so that batches of the same vendors wait for each
 * other's commits alone. What the locks then show is nearly always what was thought; if not, the
 * batch is undone and done again with the locks first.
 */
async function sellTogether(deps: TillBatchDeps, o: Batch): Promise<readonly TillAnswer[]> {
  try {
    return await sellBy(deps, o, decideAndWrite);
  } catch (error) {
    if (error !== notAsThought && !isClaimedTwice(error)) throw error;
    return sellBy(deps, o, lockAndDecide);
  }
}

const notAsThought = new Error('vendors are not what a batch thought they were');

/** Another batch was first with a request id, for another meter: its row shows under the locks. */
const isClaimedTwice = (error: unknown): boolean =>
  (error as { constraint?: string }).constraint === 'vendor_sales_requested_once';

type Selling = {
  readonly orders: readonly TillOrder[];
  readonly utility: Utility;
  readonly opened: ReadonlySet<string>;
  readonly budgetHour: bigint;
  readonly nowMs: number;
  /** Read before any vendor is locked. */
  readonly facts: VendorFacts;
  /** Where the orders sell, if nothing speaks against it. */
  readonly places: readonly SellingPlace[];
  readonly decideBy: (facts: VendorFacts) => Decided;
};
type Written = { readonly decided: Decided; readonly nowOpen: readonly string[] };
type Sell = (tx: Tx, deps: TillBatchDeps, o: Selling) => Promise<Written>;

async function sellBy(deps: TillBatchDeps, o: Batch, sell: Sell): Promise<readonly TillAnswer[]> {
  const { utilityId, orders } = o;
  const utility = await deps.utilities.get(utilityId);
  const { answers, nowOpen } = await deps.database.inUtility(utilityId, async (tx) => {
    const pans = [...new Set(orders.map(({ request }) => request.meterPan))];
    const [{ states, connectionOf }, facts] = await together(
      deps.vending.lockMetersForSales(tx, utilityId, pans),
      readVendorFacts(tx, orders),
    );
    const budgetHour = budgetHourOf(deps.clocks.real.nowMs());
    const decideBy = (by: VendorFacts): Decided =>
      decideTills({
        utilityId,
        orders,
        connectionOf,
        states,
        facts: by,
        budgetHour,
        decide: deps.vending.decideAtTill,
        newSaleId: deps.newUuid,
      });
    const nowMs = deps.clocks.business.nowMs();
    const places = orders.flatMap(({ till: { vendorId }, request }) => {
      const state = states.get(connectionOf.get(request.meterPan) ?? '');
      return state === undefined ? [] : [{ ...state.connection, vendorId }];
    });
    const { opened } = o;
    const selling = { orders, utility, opened, budgetHour, nowMs, facts, places, decideBy };
    const { decided, nowOpen } = await sell(tx, deps, selling);
    tellTraces(tx, { ...deps, cameMs: o.cameMs }, decided);
    const answers = await together(
      ...decided.outcomes.map((outcome) => answerOf(tx, deps, { utility, outcome, nowMs })),
    );
    return { answers, nowOpen };
  });
  if (o.opened.size > maximumRemembered) o.opened.clear();
  for (const key of nowOpen) o.opened.add(key);
  return answers;
}

async function decideAndWrite(tx: Tx, deps: TillBatchDeps, o: Selling): Promise<Written> {
  const decided = o.decideBy(o.facts);
  const sold = decided.outcomes.filter(isSold);
  if (sold.length === 0) return { decided, nowOpen: [] };
  const [nowOpen, standing] = await together(
    writeSold(tx, deps, { ...o, sold }),
    lockVendorStates(
      tx,
      sold.map(({ order }) => order),
    ),
  );
  const confirmed = confirm(decided, standing, o.budgetHour);
  if (confirmed === null) throw notAsThought;
  updateCharged(tx, confirmed);
  return { decided: confirmed, nowOpen };
}

async function lockAndDecide(tx: Tx, deps: TillBatchDeps, o: Selling): Promise<Written> {
  // Accounts come before vendors: those that any order may need, for nobody knows what sells.
  const [nowOpen, states, { known }] = await together(
    openVendorAccounts(tx, o),
    lockVendorStates(tx, o.orders),
    readVendorFacts(tx, o.orders),
  );
  const facts = { ...states, known };
  const decided = o.decideBy(facts);
  const opened = new Set([...o.opened, ...nowOpen]);
  await writeSold(tx, deps, { ...o, opened, sold: decided.outcomes.filter(isSold) });
  updateCharged(tx, decided);
  return { decided, nowOpen };
}

function tellTraces(
  tx: Tx,
  o: Pick<TillBatchDeps, 'tracing'> & Pick<Batch, 'cameMs'>,
  decided: Decided,
): void {
  const { tracing } = o;
  if (!tracing.isOn) return;
  for (const { order, sale } of decided.outcomes.filter(isSold)) {
    const { saleId } = sale;
    const [startMs, attributes] = [o.cameMs(order), { 'prewatt.begun_by': 'till' }];
    afterCommit(tx, () => {
      tracing.tell({ saleId, name: 'sale', startMs, endMs: tracing.nowMs(), attributes });
    });
  }
}

const isSold = (outcome: Outcome): outcome is Sold => outcome.kind === 'sold';

const sellingPlaceOf = ({ order, sale }: Sold): SellingPlace => ({
  utilityId: sale.connection.utilityId,
  vendorId: order.till.vendorId,
  bucket: sale.connection.bucket,
});

/** Writes what was sold. Answers with the vendors' accounts that are open from now on. */
async function writeSold(
  tx: Tx,
  deps: TillBatchDeps,
  o: Pick<Selling, 'utility' | 'opened' | 'nowMs'> & { readonly sold: readonly Sold[] },
): Promise<readonly string[]> {
  const { sold, nowMs } = o;
  if (sold.length === 0) return [];
  const [nowOpen] = await together(
    openVendorAccounts(tx, { places: sold.map(sellingPlaceOf), opened: o.opened, nowMs }),
    deps.vending.record(tx, {
      utility: o.utility,
      sales: sold.map(({ sale }) => sale),
      payments: sold.map((each) => paymentOf(each, nowMs)),
      nowMs,
    }),
    insertVendorSales(tx, o.utility.id, sold),
  );
  return nowOpen;
}

/** The counters of the vendors that sold something, on their way together with the commit. */
function updateCharged(tx: Tx, decided: Decided): void {
  const charged = new Set(decided.outcomes.filter(isSold).map(({ order }) => order.till.vendorId));
  const vendors = [...decided.vendors.values()].filter((each) => charged.has(each.vendorId));
  if (vendors.length > 0) withCommit(tx, updateVendors(tx, vendors));
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

async function answerOf(
  tx: Tx,
  deps: Pick<TillBatchDeps, 'moveOf'>,
  o: { readonly utility: Utility; readonly outcome: Outcome; readonly nowMs: number },
): Promise<TillAnswer> {
  const { outcome } = o;
  switch (outcome.kind) {
    case 'sold':
      return ok(receiptOfSold(o.utility, outcome, o.nowMs));
    case 'same':
      return ok(receiptOfSold(o.utility, outcome.as, o.nowMs));
    case 'known':
      return ok(await receiptFrom(tx, deps, outcome.request));
    case 'refused':
      return err(outcome.error);
  }
}
