// How many of the meters that count money know a version of their tariff, and lists of those in
// each state. The state is that of the last round, with what meters have answered since.

import { type MeterTariffStanding, type MeterTariffs, meterTariffStandings } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { moneyMeters } from './meter-tell.ts';

const rowsPerPage = 100;

type Row = {
  readonly bucket: number;
  readonly meter_id: string;
  readonly connection_id: string;
  readonly name: string;
  readonly meter_pan: string;
  readonly told_at: number | null;
  readonly link_up: boolean | null;
  readonly last_contact_at: number;
  readonly refusal: string | null;
  readonly said_version: number | null;
};

/** Of one that is on its way, the meter's answer is the newer word. */
function standingOf(versionId: string) {
  const found = sql`CASE WHEN t.now_version_id = ${versionId}::uuid THEN t.now_standing
    ELSE t.next_standing END`;
  return sql<MeterTariffStanding>`CASE
    WHEN ${found} <> 'told' THEN ${found}
    WHEN k.stage = 'done' THEN 'has'
    WHEN k.stage = 'refused' AND k.result->>'reason' NOT IN ('expired', 'superseded') THEN 'refused'
    ELSE 'told' END`;
}

export async function metersOfVersion(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly versionId: string;
    readonly standing: MeterTariffStanding;
    readonly cursor: string | null;
  },
): Promise<MeterTariffs> {
  const standing = standingOf(o.versionId);
  const concerned = sql`t.utility_id = ${o.utilityId}::uuid
    AND ${o.versionId}::uuid IN (t.now_version_id, t.next_version_id)`;
  const sums = await sql<{ standing: MeterTariffStanding; meters: number }>`
    SELECT ${standing} AS standing, count(*)::int AS meters FROM ${moneyMeters}
    WHERE ${concerned} GROUP BY 1`.execute(tx);
  const counts = zeroCounts();
  for (const sum of sums.rows) counts[sum.standing] = sum.meters;
  const [bucket = '-1', meterId = '00000000-0000-0000-0000-000000000000'] =
    o.cursor?.split('.') ?? [];
  const { rows } = await sql<Row>`
    SELECT t.bucket, t.meter_id, m.connection_id, c.name, m.meter_pan, t.told_at, s.link_up,
      s.last_contact_at, CASE WHEN k.stage = 'refused' THEN k.result->>'reason' END AS refusal,
      (s.report->'money'->'tariff'->>'version')::int AS said_version
    FROM ${moneyMeters}
    WHERE ${concerned} AND (t.bucket, t.meter_id) > (${Number(bucket)}, ${meterId}::uuid)
      AND ${standing} = ${o.standing}
    ORDER BY t.bucket, t.meter_id LIMIT ${rowsPerPage + 1}`.execute(tx);
  const shown = rows.slice(0, rowsPerPage);
  const last = shown.at(-1);
  return {
    counts,
    total: Object.values(counts).reduce((sum, meters) => sum + meters, 0),
    rows: shown.map((row) => ({
      connectionId: idFromUuid('connection', row.connection_id),
      name: row.name,
      meterPan: row.meter_pan,
      toldAt: row.told_at === null ? null : new Date(row.told_at).toISOString(),
      linkUp: row.link_up,
      lastContactAt: new Date(row.last_contact_at).toISOString(),
      refusal: row.refusal,
      saysVersion: row.said_version,
    })),
    nextCursor:
      rows.length > rowsPerPage && last !== undefined ? `${last.bucket}.${last.meter_id}` : null,
  };
}

/** Meters that count money by any version of a tariff, today or from a day on. */
export async function countMoneyMeters(tx: Tx, tariffName: string): Promise<number> {
  const { rows } = await sql<{ meters: number }>`SELECT count(*)::int AS meters
    FROM ${moneyMeters}
    WHERE EXISTS (SELECT FROM tariffs f WHERE f.name = ${tariffName} AND f.utility_id = c.utility_id
      AND f.id::text IN (c.tariff_id::text, c.next_tariff->>'tariffId'))`.execute(tx);
  return rows[0]?.meters ?? 0;
}

const zeroCounts = (): Record<MeterTariffStanding, number> =>
  Object.fromEntries(meterTariffStandings.map((standing) => [standing, 0])) as Record<
    MeterTariffStanding,
    number
  >;
