// The last state that each meter reported. Rows are locked in the order of their keys, here and
// wherever several are written, so that batches that run at once never wait for each other in a
// circle.

import { type Insertable, sql } from 'kysely';
import { int2Array, uuidArray } from '../../../base/binary-arrays.ts';
import type { Tx } from '../../../base/database.ts';
import type { Tables } from '../../../base/tables.ts';
import type { MeterPlace } from '../../../registry/connections/index.ts';

export type MeterStateRow = Insertable<Tables['meter_states']>;

/** Keeps each meter's newest state; one that was captured before what is there changes nothing. */
export async function saveMeterStates(tx: Tx, rows: readonly MeterStateRow[]): Promise<void> {
  await tx
    .insertInto('meter_states')
    .values(rows.toSorted(byKey))
    .onConflict((conflict) =>
      conflict
        .columns(['bucket', 'meter_id'])
        .doUpdateSet((eb) => ({
          captured_at: eb.ref('excluded.captured_at'),
          last_contact_at: eb.ref('excluded.last_contact_at'),
          available_energy_wh: eb.ref('excluded.available_energy_wh'),
          power_w: eb.ref('excluded.power_w'),
          import_energy_wh: eb.ref('excluded.import_energy_wh'),
          credited_energy_wh: eb.ref('excluded.credited_energy_wh'),
          owed_energy_wh: eb.ref('excluded.owed_energy_wh'),
          load_switch: eb.ref('excluded.load_switch'),
          credit_status: eb.ref('excluded.credit_status'),
          report: eb.ref('excluded.report'),
          clock_ahead_ms: eb.ref('excluded.clock_ahead_ms'),
        }))
        .where(capturedAt('meter_states'), '<=', capturedAt('excluded')),
    )
    .execute();
}

/** What a meter's clock may be off without anybody minding. */
const littleAheadMs = 60_000;

/**
 * By the meter's clock; when that was ahead of the server's, by the server's: a clock that was days
 * ahead once would make every later state seem older.
 */
const capturedAt = (table: 'meter_states' | 'excluded') => sql<number>`CASE
    WHEN ${sql.ref(`${table}.clock_ahead_ms`)} > ${littleAheadMs}
    THEN ${sql.ref(`${table}.captured_at`)}
      - ${sql.ref(`${table}.clock_ahead_ms`)} * interval '1 ms'
    ELSE ${sql.ref(`${table}.captured_at`)} END`;

const byKey = (a: MeterStateRow, b: MeterStateRow): number =>
  a.bucket - b.bucket || (a.meter_id < b.meter_id ? -1 : 1);

/** Marks that meters were heard, whatever they said; to some seconds, since pages show minutes. */
export async function recordContacts(
  tx: Tx,
  places: readonly MeterPlace[],
  receivedAtMs: number,
): Promise<void> {
  const received = new Date(receivedAtMs);
  await sql`UPDATE meter_states AS state SET last_contact_at = ${received}::timestamptz
    FROM (SELECT bucket, meter_id FROM meter_states
      JOIN unnest(${int2Array(places.map((place) => place.bucket))}::int2[],
        ${uuidArray(places.map((place) => place.meterId))}::uuid[]) AS told (bucket, meter_id)
        USING (bucket, meter_id)
      WHERE last_contact_at < ${received}::timestamptz - interval '10 seconds'
      ORDER BY bucket, meter_id FOR NO KEY UPDATE OF meter_states) AS heard
    WHERE state.bucket = heard.bucket AND state.meter_id = heard.meter_id`.execute(tx);
}
