// Readings go in by the thousand: one statement for what many meters said, as binary arrays. The
// first value of (meter, register, instant) stands; a repeat changes nothing.

import { sql } from 'kysely';
import { instantArray, int2Array, int8Array, uuidArray } from '../../base/binary-arrays.ts';
import type { Tx } from '../../base/database.ts';
import type { MeterReport } from '../headend/index.ts';
import { bitsOf, registerNumbers } from './registers.ts';

/** Stores what meters of one utility reported; all of it is committed with the transaction. */
export async function recordReadings(
  tx: Tx,
  reports: readonly MeterReport[],
  receivedAtMs: number,
): Promise<void> {
  const utilityId = reports[0]?.place.utilityId;
  if (utilityId === undefined) return;
  const buckets: number[] = [];
  const meterIds: string[] = [];
  const registers: number[] = [];
  const instantsMs: number[] = [];
  const values: bigint[] = [];
  const flags: number[] = [];
  for (const { place, points } of reports) {
    for (const point of points) {
      buckets.push(place.bucket);
      meterIds.push(place.meterId);
      registers.push(registerNumbers[point.register]);
      instantsMs.push(point.atMs);
      values.push(point.value);
      flags.push(bitsOf(point.flags));
    }
  }
  const columns = [
    sql`${int2Array(buckets)}::int2[]`,
    sql`${uuidArray(meterIds)}::uuid[]`,
    sql`${int2Array(registers)}::int2[]`,
    sql`${instantArray(instantsMs)}::timestamptz[]`,
    sql`${int8Array(values)}::int8[]`,
  ];
  // Counted by what comes back: of rows that lie on other nodes Citus counts all that were sent.
  const { rows } = await sql<{ kept: number }>`WITH kept AS (INSERT INTO readings
      (bucket, meter_id, register, read_at, utility_id, value, received_at, meter_flags)
    SELECT bucket, meter_id, register, read_at, ${utilityId}::uuid, value,
      ${new Date(receivedAtMs)}::timestamptz, flags
    FROM unnest(${sql.join(columns)}, ${int2Array(flags)}::int2[])
      AS said (bucket, meter_id, register, read_at, value, flags)
    ON CONFLICT DO NOTHING RETURNING 1)
    SELECT count(*)::int AS kept FROM kept`.execute(tx);
  if (rows[0]?.kept === buckets.length) return;
  // Some were known: a repeat, or another value for the same instant, which is kept as a finding.
  const at = new Date(receivedAtMs);
  await sql`INSERT INTO reading_findings (bucket, meter_id, register, read_at, finding, ordinal,
      utility_id, connection_id, state, detail, at)
    SELECT said.bucket, said.meter_id, said.register, said.read_at, 'differs', 1, meters.utility_id,
      meters.connection_id, 'found',
      jsonb_build_object('kept', said.kept::text, 'read', said.value::text), ${at}::timestamptz
    -- One look by the key for each, whatever the planner thinks of the months.
    FROM (SELECT s.*, reading_at(s.bucket, s.meter_id, s.register, s.read_at) AS kept
      FROM unnest(${sql.join(columns)}) AS s (bucket, meter_id, register, read_at, value)
      OFFSET 0) AS said
    JOIN meters ON meters.bucket = said.bucket AND meters.id = said.meter_id
    WHERE said.kept <> said.value
    ON CONFLICT DO NOTHING`.execute(tx);
}
