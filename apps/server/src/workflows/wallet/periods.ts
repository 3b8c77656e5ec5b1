// Past periods in wallet mode, a row each: by them a reading that comes late, or is decided on
// later, is known to concern a wallet. SQL only.

import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import type { ConnectionPlace, MeterPlace } from '../../registry/connections/index.ts';
import type { Wallet } from './store.ts';

export type Period = {
  readonly place: MeterPlace;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly ratedUntilMs: number;
  readonly staleFromMs: number | null;
};

/** The wallet's time with its meter ends at `untilMs`; use is rated as far as it is known. */
export async function keepPeriod(tx: Tx, wallet: Wallet): Promise<void> {
  const { place, sinceMs, untilMs } = wallet;
  if (sinceMs === null || untilMs === null || untilMs <= sinceMs) return;
  await tx
    .insertInto('wallet_periods')
    .values({
      bucket: place.bucket,
      connection_id: place.connectionId,
      meter_id: place.meterId,
      since_at: new Date(sinceMs),
      utility_id: place.utilityId,
      until_at: new Date(untilMs),
      rated_until: new Date(Math.max(wallet.ratedUntilMs, sinceMs)),
    })
    .execute();
}

type Ref = MeterPlace & { readonly sinceMs: number };

/** Whose readings have changed, the longest waiting first. */
export async function stalePeriods(
  tx: Tx,
  o: { readonly utilityId: string; readonly limit: number },
): Promise<Ref[]> {
  const rows = await tx
    .selectFrom('wallet_periods')
    .select(['bucket', 'connection_id', 'meter_id', 'since_at'])
    .where('utility_id', '=', o.utilityId)
    .where('stale_from', 'is not', null)
    .orderBy('stale_from')
    .limit(o.limit)
    .execute();
  return rows.map((row) => ({
    utilityId: o.utilityId,
    bucket: row.bucket,
    connectionId: row.connection_id,
    meterId: row.meter_id,
    sinceMs: row.since_at,
  }));
}

/** Also locks its row until the transaction ends; the meter's lock comes before it. */
export async function lockPeriod(tx: Tx, ref: Ref): Promise<Period | null> {
  const row = await ofRef(tx, ref).forUpdate().executeTakeFirst();
  if (row === undefined) return null;
  const { sinceMs, ...place } = ref;
  return {
    place,
    sinceMs,
    untilMs: row.until_at,
    ratedUntilMs: row.rated_until,
    staleFromMs: row.stale_from,
  };
}

const ofRef = (tx: Tx, ref: Ref) =>
  tx
    .selectFrom('wallet_periods')
    .select(['until_at', 'rated_until', 'stale_from'])
    .where('bucket', '=', ref.bucket)
    .where('connection_id', '=', ref.connectionId)
    .where('meter_id', '=', ref.meterId)
    .where('since_at', '=', instant(ref.sinceMs));

/** What was stale is dealt with; with a problem it is tried again. */
export async function settlePeriod(
  tx: Tx,
  period: Period,
  o: { readonly problem: string | null; readonly ratedUntilMs?: number },
): Promise<void> {
  await tx
    .updateTable('wallet_periods')
    .set({
      problem: o.problem,
      ...(o.problem === null ? { stale_from: null } : {}),
      ...(o.ratedUntilMs === undefined ? {} : { rated_until: new Date(o.ratedUntilMs) }),
    })
    .where('bucket', '=', period.place.bucket)
    .where('connection_id', '=', period.place.connectionId)
    .where('meter_id', '=', period.place.meterId)
    .where('since_at', '=', instant(period.sinceMs))
    .execute();
}

/** The change by which a connection in token mode has left its wallet; what is owed for it. */
export async function endingOf(
  tx: Tx,
  place: ConnectionPlace,
): Promise<{
  readonly id: string;
  readonly debtId: string | null;
  readonly outstandingMinor: bigint;
} | null> {
  const { rows } = await sql<{ id: string; debt_id: string | null; outstanding: bigint }>`
    SELECT m.id, m.debt_id, coalesce(d.outstanding_minor, 0)::bigint AS outstanding
    FROM mode_changes m LEFT JOIN debts d ON d.bucket = m.bucket AND d.id = m.debt_id
    WHERE m.bucket = ${place.bucket} AND m.connection_id = ${place.connectionId}::uuid
      AND m.to_mode = 'token' AND m.state = 'done'
    ORDER BY m.state_at DESC LIMIT 1`.execute(tx);
  const [row] = rows;
  return row === undefined
    ? null
    : { id: row.id, debtId: row.debt_id, outstandingMinor: row.outstanding };
}
