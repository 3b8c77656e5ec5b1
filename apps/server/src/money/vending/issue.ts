// Prepaid money becomes tokens, in the caller's transaction. Every sale goes this way, alone or in
// a batch: what it needs is read under the meters' locks, each sale is decided by itself, and all
// that was decided is written.

import { err, type RandomBytes } from '@prewatt/quantities';
import { decideSale } from '@prewatt/vending-rules';
import { type Tx, together } from '../../base/database.ts';
import { sqlTexts } from '../../base/life-cycle.ts';
import { notifyLive } from '../../base/live.ts';
import { statementOfRows } from '../../base/rows.ts';
import type { Clocks } from '../../base/time.ts';
import {
  type ConnectionToSell,
  loadConnectionsToSell,
  lockMetersToSell,
} from '../../money/connections-to-sell/index.ts';
import { type ConnectionPlace, holdsSalesMs } from '../../registry/connections/index.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import type { Keys, KeysAhead } from '../keys/index.ts';
import type { VersionsAhead } from '../tariffs/index.ts';
import type { StuckReason } from './errors.ts';
import { noticeOf, type RecordDeps, recordSales } from './persist-sales.ts';
import type { Quoting } from './quote.ts';
import type { IssuedSale, SaleState } from './sale.ts';
import { saleLife } from './sale-life.ts';

export type IssueDeps = RecordDeps & {
  readonly utilities: Utilities;
  readonly quoting: Quoting;
  readonly keys: Keys;
  readonly clocks: Clocks;
  readonly random: RandomBytes;
};

/** A paid sale, as issuing needs it. */
export type PaidSale = {
  readonly saleId: string;
  /**
   * What the provider says it received: this much is posted as the customer's prepaid money
   * already.
   */
  readonly receivedMinor: bigint;
};

/** By connection, and to which of them each meter number leads. */
export type MeterStates = {
  readonly states: ReadonlyMap<string, SaleState>;
  readonly connectionOf: ReadonlyMap<string, string>;
};

/** The same for sales that name meters: under their locks, in one round trip. */
export async function statesOfMeters(
  tx: Tx,
  deps: IssueDeps,
  o: { readonly utilityId: string; readonly meterPans: readonly string[] },
): Promise<MeterStates> {
  const { utilityId } = o;
  const [{ connections, connectionOf }, ahead] = await together(
    lockMetersToSell(tx, o.meterPans),
    readAhead(tx, deps, utilityId),
  );
  const states = await statesFrom(tx, deps, { utilityId, connections, ahead });
  return { states, connectionOf };
}

type Ahead = { readonly keys: KeysAhead; readonly versions: VersionsAhead };

async function readAhead(tx: Tx, deps: IssueDeps, utilityId: string): Promise<Ahead> {
  const [keys, versions] = await together(
    deps.keys.readAhead(tx, utilityId),
    deps.quoting.readAhead(tx, utilityId),
  );
  return { keys, versions };
}

/**
 * Reads what sales of connections of one utility depend on; with `lock`, under the locks of their
 * meters. By connection; one that does not exist is left out.
 */
export async function statesOf(
  tx: Tx,
  deps: IssueDeps,
  o: {
    readonly utilityId: string;
    readonly places: readonly ConnectionPlace[];
    readonly lock: boolean;
  },
): Promise<Map<string, SaleState>> {
  const { utilityId } = o;
  const [connections, ahead] = await together(
    loadConnectionsToSell(tx, o.places, o),
    readAhead(tx, deps, utilityId),
  );
  return statesFrom(tx, deps, { utilityId, connections, ahead });
}

async function statesFrom(
  tx: Tx,
  deps: IssueDeps,
  o: {
    readonly utilityId: string;
    readonly connections: ReadonlyMap<string, ConnectionToSell>;
    readonly ahead: Ahead;
  },
): Promise<Map<string, SaleState>> {
  const connections = [...o.connections.values()];
  if (connections.length === 0) return new Map();
  const nowMs = deps.clocks.business.nowMs();
  const utility = await deps.utilities.get(o.utilityId);
  const meters = connections.map((connection) => connection.meter);
  const [keysOf, basisOf] = await together(
    deps.keys.keysToIssue(tx, meters, { utilityId: o.utilityId, ahead: o.ahead.keys }),
    deps.quoting.basisOf(tx, { utility, connections, nowMs, ahead: o.ahead.versions }),
  );
  return new Map(
    connections.map((connection) => [
      connection.connectionId,
      {
        connection: { ...connection, turnsToWallet: holdsSales(connection, nowMs) },
        basis: basisOf(connection),
        lastTid: connection.meter.lastTid,
        keys: () => keysOf(connection.meter),
        nowMs,
      },
    ]),
  );
}

/** The meter was asked to hand its credit over just now: a token may come too late for it. */
const holdsSales = ({ turnsToWalletSinceMs: sinceMs }: ConnectionToSell, nowMs: number): boolean =>
  sinceMs !== null && nowMs - sinceMs < holdsSalesMs;

/**
 * Issues the tokens of a paid sale, or says why not; the sale's state follows either way. The
 * caller holds the sale's row lock, and the sale has no token yet.
 */
export async function issuePaidSale(
  tx: Tx,
  deps: IssueDeps,
  o: { readonly place: ConnectionPlace; readonly sale: PaidSale },
): Promise<void> {
  const { place, sale } = o;
  const { utilityId } = place;
  const states = await statesOf(tx, deps, { utilityId, places: [place], lock: true });
  const state = states.get(place.connectionId);
  const order = { saleId: sale.saleId, amountMinor: sale.receivedMinor, origin: 'paid' as const };
  const decided =
    state === undefined ? err('unknownConnection' as const) : decideSale(state, order, deps);
  if (decided.ok) {
    const utility = await deps.utilities.get(utilityId);
    const nowMs = decided.value.after.nowMs;
    await followMeters(tx, [decided.value.sale]);
    await recordSales(tx, deps, { utility, sales: [decided.value.sale], payments: [], nowMs });
    return;
  }
  const at = new Date(deps.clocks.business.nowMs());
  await markStuck(tx, place, { saleId: sale.saleId, reason: decided.error, at });
  await notifyLive(tx, { kind: 'sale', ...noticeOf(place), saleId: sale.saleId });
}

/**
 * The meter may have been exchanged between the purchase and its money: these sales, whose tokens
 * are about to be written, belong to the meters that the tokens are for.
 */
export async function followMeters(tx: Tx, sales: readonly IssuedSale[]): Promise<void> {
  for (const { connection, saleId } of sales) {
    await tx
      .updateTable('sales')
      .set({ meter_id: connection.meter.meterId })
      .where('bucket', '=', connection.bucket)
      .where('id', '=', saleId)
      .execute();
  }
}

export async function markStuck(
  tx: Tx,
  place: ConnectionPlace,
  o: { readonly saleId: string; readonly reason: StuckReason; readonly at: Date },
): Promise<void> {
  await tx
    .updateTable('sales')
    .set({ state: 'stuck', stuck_reason: o.reason, stuck_at: o.at })
    .where('bucket', '=', place.bucket)
    .where('id', '=', o.saleId)
    // What was delivered or reversed stays so, whatever is still heard of its token.
    .where('state', 'in', ['stuck', ...saleLife.sourcesOf('stuck')])
    .execute();
}

/**
 * A meter was taken away: what it has not confirmed of its sales comes by no command any more, and
 * stands on the operator's list.
 */
export async function metersSalesStuck(
  tx: Tx,
  meter: { readonly bucket: number; readonly meterId: string },
  at: Date,
): Promise<void> {
  await tx
    .updateTable('sales')
    .set({ state: 'stuck', stuck_reason: 'meterTakenAway', stuck_at: at })
    .where('bucket', '=', meter.bucket)
    .where('meter_id', '=', meter.meterId)
    .where('state', '=', 'issued')
    .execute();
}

type AcceptedSale = { readonly place: ConnectionPlace; readonly id: string; readonly at: Date };
const saleColumns = { bucket: 'smallint', id: 'uuid' } as const;
const rowsOf = (sales: readonly AcceptedSale[]) =>
  sales.map(({ place, id, at }) => ({ bucket: place.bucket, id, at }));

const selectReversed = statementOfRows<typeof saleColumns, { readonly id: string }>(
  saleColumns,
  (recordset) => `SELECT s.id FROM ${recordset('r')}
    JOIN sales s ON s.bucket = r.bucket AND s.id = r.id WHERE s.state = 'reversed'`,
);

/** Those of the sales that are reversed; their tokens' locks keep it so. */
export async function reversedAmong(
  tx: Tx,
  sales: readonly AcceptedSale[],
): Promise<ReadonlySet<string>> {
  if (sales.length === 0) return new Set();
  return new Set((await selectReversed(tx, rowsOf(sales))).map(({ id }) => id));
}

const deliver = statementOfRows<
  typeof saleColumns & { readonly at: 'timestamptz' },
  { readonly id: string }
>(
  { ...saleColumns, at: 'timestamptz' },
  (recordset) => `UPDATE sales s
    SET state = 'delivered', delivered_at = r.at, stuck_reason = NULL, stuck_at = NULL
    FROM ${recordset('r')} WHERE s.bucket = r.bucket AND s.id = r.id
      -- A sale of several tokens is delivered with the last of them.
      AND NOT EXISTS (SELECT FROM tokens t
        WHERE t.bucket = s.bucket AND t.sale_id = s.id AND t.state <> 'accepted')
      -- What was reversed stays reversed, whatever is still heard of its token.
      AND s.state IN (${sqlTexts(['delivered', ...saleLife.sourcesOf('delivered')])})
    RETURNING s.id`,
);

/** Those of the sales, each named once, whose tokens are all in their meters: their ids. */
export async function markDelivered(
  tx: Tx,
  sales: readonly AcceptedSale[],
): Promise<ReadonlySet<string>> {
  if (sales.length === 0) return new Set();
  return new Set((await deliver(tx, rowsOf(sales))).map(({ id }) => id));
}
