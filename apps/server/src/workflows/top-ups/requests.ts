// Requests of automatic top-ups in the database, and what a moment of a home needs to be judged.

import { dayMs } from '@prewatt/quantities';
import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import { waitingTokens } from '../../money/tokens/index.ts';
import type { Connection, ConnectionPlace } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { loadChoices } from '../alerts/index.ts';
import { type SupplyForecastDeps, supplyForecastOf } from '../supply-forecast/index.ts';
import type { TopUpMoment, TopUpOutcome, TopUpRule, TopUpWay } from './due.ts';

const weekMs = 7 * dayMs;
/** What was reported longer ago says nothing of what is left. */
const knownForMs = dayMs;

export type TopUpRequest = {
  readonly topUpId: string;
  readonly way: TopUpWay;
  readonly amountMinor: bigint;
  readonly endsAtMs: number;
  readonly daysAhead: number;
  readonly begunAtMs: number;
  readonly outcome: TopUpOutcome | null;
};

/** The newest first. */
export async function requestsOf(
  tx: Tx,
  { bucket, connectionId }: ConnectionPlace,
  count: number,
): Promise<readonly TopUpRequest[]> {
  const rows = await tx
    .selectFrom('top_ups')
    .select(['id', 'way', 'amount_minor', 'expected_end_at', 'days_ahead', 'begun_at', 'outcome'])
    .where('bucket', '=', bucket)
    .where('connection_id', '=', connectionId)
    .orderBy('begun_at', 'desc')
    .limit(count)
    .execute();
  return rows.map((row) => ({
    topUpId: row.id,
    way: row.way as TopUpWay,
    amountMinor: row.amount_minor,
    endsAtMs: row.expected_end_at,
    daysAhead: row.days_ahead,
    begunAtMs: row.begun_at,
    outcome: row.outcome as TopUpOutcome | null,
  }));
}

/** Names the purchase of a request: the same again is the same purchase. */
export const purchaseOf = (topUpId: string): string => `top-up:${topUpId}`;

/** All that `mayTopUp` asks for. */
export async function momentOf(
  tx: Tx,
  o: SupplyForecastDeps & {
    readonly connection: Connection;
    readonly utility: Utility;
    readonly rule: TopUpRule;
    readonly nowMs: number;
  },
): Promise<TopUpMoment> {
  const { connection, utility, rule, nowMs } = o;
  const { bucket, connectionId } = connection;
  const { rows } = await sql<{ week: string; bought: number | null }>`SELECT
    (SELECT coalesce(sum(t.amount_minor), 0)::text FROM top_ups t
      WHERE t.bucket = ${bucket}::smallint AND t.connection_id = ${connectionId}::uuid
        AND t.begun_at > ${instant(nowMs - weekMs)}::timestamptz
        AND coalesce(t.outcome = 'paid', true)) AS week,
    (SELECT max(coalesce(s.paid_at, s.requested_at)) FROM sales s
      WHERE s.bucket = ${bucket}::smallint AND s.connection_id = ${connectionId}::uuid
        AND s.state IN ('awaitingPayment', 'issued', 'delivered', 'stuck')
        AND s.requested_at > ${instant(nowMs - dayMs)}::timestamptz) AS bought`.execute(tx);
  const [last] = await requestsOf(tx, connection, 1);
  const outlook = await supplyForecastOf(tx, o, { connection, utility, nowMs });
  const { forecast, asOfMs, isOff } = outlook;
  const isKnown = asOfMs !== null && nowMs - asOfMs <= knownForMs && !isOff;
  const endsAtMs = isKnown && forecast !== null ? forecast.expectedAtMs : null;
  const tokens = (await waitingTokens(tx, [connection])).get(connectionId)?.tokens ?? [];
  return {
    ...{ rule, nowMs, zone: utility.zone, endsAtMs },
    quiet: (await loadChoices(tx, connection)).quiet,
    hasTokenToType: tokens.length > 0,
    last: last === undefined ? null : { begunAtMs: last.begunAtMs, outcome: last.outcome },
    weekMinor: BigInt(rows[0]?.week ?? '0'),
    boughtAtMs: rows[0]?.bought ?? null,
  };
}

export type Begun = {
  readonly place: ConnectionPlace;
  readonly topUpId: string;
  readonly way: TopUpWay;
  readonly cardId: string | null;
  readonly phone: string;
  readonly amountMinor: bigint;
  readonly endsAtMs: number;
  readonly begunAtMs: number;
  readonly isTold: boolean;
  /** Of its purchase, once there is one. */
  readonly saleState: string | null;
};

/** Those that have not ended, of one utility. */
export async function openRequests(tx: Tx, utilityId: string): Promise<readonly Begun[]> {
  const { rows } = await sql<{
    bucket: number;
    id: string;
    connection_id: string;
    way: TopUpWay;
    card_id: string | null;
    phone: string;
    amount_minor: bigint;
    expected_end_at: number;
    begun_at: number;
    told_at: number | null;
    sale_state: string | null;
  }>`SELECT t.bucket, t.id, t.connection_id, t.way, t.card_id, t.phone, t.amount_minor,
      t.expected_end_at, t.begun_at, t.told_at, s.state AS sale_state
    FROM top_ups t LEFT JOIN sales s ON s.bucket = t.bucket
      AND s.connection_id = t.connection_id AND s.request_id = 'top-up:' || t.id
    WHERE t.utility_id = ${utilityId}::uuid AND t.outcome IS NULL
    ORDER BY t.begun_at LIMIT 200`.execute(tx);
  return rows.map((row) => ({
    place: { utilityId, bucket: row.bucket, connectionId: row.connection_id },
    ...{ topUpId: row.id, way: row.way, cardId: row.card_id, phone: row.phone },
    ...{ amountMinor: row.amount_minor, endsAtMs: row.expected_end_at, begunAtMs: row.begun_at },
    isTold: row.told_at !== null,
    saleState: row.sale_state,
  }));
}

/** Null when one is open, in another process too. */
export async function beginRequest(
  tx: Tx,
  o: Omit<Begun, 'isTold' | 'saleState'> & { readonly daysAhead: number },
): Promise<boolean> {
  const { place } = o;
  const begun = await tx
    .insertInto('top_ups')
    .values({
      ...{ bucket: place.bucket, id: o.topUpId, utility_id: place.utilityId },
      ...{ connection_id: place.connectionId, way: o.way, card_id: o.cardId, phone: o.phone },
      ...{ amount_minor: o.amountMinor, days_ahead: o.daysAhead },
      expected_end_at: new Date(o.endsAtMs),
      begun_at: new Date(o.begunAtMs),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return begun.numInsertedOrUpdatedRows === 1n;
}

/** False when it had ended. */
export async function endRequest(
  tx: Tx,
  of: { readonly bucket: number; readonly topUpId: string },
  o: { readonly outcome: TopUpOutcome; readonly nowMs: number },
): Promise<boolean> {
  const ended = await tx
    .updateTable('top_ups')
    .set({ outcome: o.outcome, ended_at: new Date(o.nowMs) })
    .where('bucket', '=', of.bucket)
    .where('id', '=', of.topUpId)
    .where('outcome', 'is', null)
    .executeTakeFirst();
  return ended.numUpdatedRows > 0n;
}

export async function markTold(
  tx: Tx,
  of: { readonly bucket: number; readonly topUpId: string },
  nowMs: number,
): Promise<void> {
  await tx
    .updateTable('top_ups')
    .set({ told_at: new Date(nowMs) })
    .where('bucket', '=', of.bucket)
    .where('id', '=', of.topUpId)
    .execute();
}
