// How the token log of a utility is: how long, what waits for a place and for how long, and since
// when a witness has not signed the newest head. For metrics, by the clock of the database.

import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';

export type LogFigures = {
  /** Entries under the newest signed head. */
  readonly size: number;
  /** Leaves that are committed and have no place yet. */
  readonly waiting: number;
  /** Since the oldest of them was made; 0 when none waits. */
  readonly waitingS: number;
  /** Since the newest head was signed; null before the first. */
  readonly headAgeS: number | null;
  /** By witness: since it last signed, while the newest head has entries that it has not signed. */
  readonly unsignedS: ReadonlyMap<string, number>;
};

export async function logFiguresOf(tx: Tx): Promise<LogFigures> {
  const { rows } = await sql<{
    size: bigint;
    waiting: bigint;
    waitingS: number;
    headAgeS: number | null;
  }>`
    SELECT coalesce(h.size, 0) AS size, w.n AS waiting, w.age AS "waitingS",
      extract(epoch FROM clock_timestamp() - h.signed_at)::float8 AS "headAgeS"
    FROM (SELECT prewatt.current_utility() AS utility_id) u
    LEFT JOIN prewatt_log.heads h USING (utility_id)
    CROSS JOIN LATERAL (
      SELECT count(*) AS n, coalesce(extract(epoch FROM clock_timestamp() - min(
          substring(encode(substring(l.leaf FROM 1 FOR 600), 'escape') FROM '"at":"([^"]+)"'
        )::timestamptz)), 0)::float8 AS age
      FROM prewatt_log.leaves l
      WHERE l.utility_id = u.utility_id AND l.id > coalesce(h.done_to, 0) AND NOT EXISTS (
        SELECT FROM prewatt_log.entries e
        WHERE e.utility_id = l.utility_id AND e.leaf_id = l.id)) w`.execute(tx);
  const witnesses = await sql<{ name: string; age: number }>`
    SELECT w.name, coalesce(extract(epoch FROM clock_timestamp() - w.signed_at), 0)::float8 AS age
    FROM prewatt_log.witnesses w JOIN prewatt_log.heads h USING (utility_id)
    WHERE w.size < h.size`.execute(tx);
  const { size = 0n, waiting = 0n, waitingS = 0, headAgeS = null } = rows[0] ?? {};
  return {
    ...{ size: Number(size), waiting: Number(waiting), waitingS: Math.max(0, waitingS) },
    headAgeS: headAgeS === null ? null : Math.max(0, headAgeS),
    unsignedS: new Map(witnesses.rows.map(({ name, age }) => [name, Math.max(0, age)])),
  };
}
