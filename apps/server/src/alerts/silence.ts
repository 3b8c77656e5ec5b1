// After how many hours without contact a meter counts as silent: the utility's to set, by an
// administrator, each change on record. The next look goes by it.

import type { SilenceSetting } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../platform/database.ts';

/** In the order of the checks. */
export type SilenceRefusal = 'requestIdReused' | 'unchanged';

export async function silenceSetting(tx: Tx, utilityId: string): Promise<SilenceSetting> {
  const { rows } = await sql<{
    value_before: string;
    value_after: string;
    name: string;
    reason: string;
    at: number;
  }>`SELECT e.value_before, e.value_after, o.name, e.reason, e.at
    FROM prewatt.utility_setting_events e JOIN prewatt.operators o ON o.id = e.changed_by
    WHERE e.utility_id = ${utilityId}::uuid AND e.setting = 'silentAfterHours'
    ORDER BY e.ordinal DESC LIMIT 50`.execute(tx);
  return {
    hours: await hoursOf(tx, utilityId),
    history: rows.map((row) => ({
      before: row.value_before,
      after: row.value_after,
      by: row.name,
      reason: row.reason,
      at: new Date(row.at).toISOString(),
    })),
  };
}

async function hoursOf(tx: Tx, utilityId: string): Promise<number> {
  const { rows } = await sql<{ hours: number }>`SELECT silent_after_hours AS hours
    FROM prewatt.utilities WHERE id = ${utilityId}::uuid`.execute(tx);
  const [row] = rows;
  if (row === undefined) throw new Error('no such utility');
  return row.hours;
}

export async function setSilence(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly requestId: string;
    readonly hours: number;
    readonly reason: string;
    readonly operatorId: string;
    readonly nowMs: number;
  },
): Promise<Result<void, SilenceRefusal>> {
  // Changes of one utility wait for each other: what each found before it stands in its row.
  await sql`SELECT pg_advisory_xact_lock(hashtextextended('silence ' || ${o.utilityId}, 0))`.execute(
    tx,
  );
  const first = await tx
    .selectFrom('utility_setting_events')
    .select(['value_after', 'reason', 'changed_by'])
    .where('utility_id', '=', o.utilityId)
    .where('request_id', '=', o.requestId)
    .executeTakeFirst();
  const after = String(o.hours);
  if (first !== undefined) {
    const isSame =
      first.value_after === after && first.reason === o.reason && first.changed_by === o.operatorId;
    return isSame ? ok(undefined) : err('requestIdReused');
  }
  const before = String(await hoursOf(tx, o.utilityId));
  if (before === after) return err('unchanged');
  await sql`SELECT prewatt.set_silent_after_hours(${o.hours}::smallint)`.execute(tx);
  await sql`INSERT INTO prewatt.utility_setting_events (utility_id, ordinal, request_id, setting,
      value_before, value_after, changed_by, reason, at)
    SELECT ${o.utilityId}::uuid, coalesce(max(ordinal), 0) + 1, ${o.requestId}, 'silentAfterHours',
      ${before}, ${after}, ${o.operatorId}::uuid, ${o.reason}, ${new Date(o.nowMs)}::timestamptz
    FROM prewatt.utility_setting_events WHERE utility_id = ${o.utilityId}::uuid`.execute(tx);
  return ok(undefined);
}
