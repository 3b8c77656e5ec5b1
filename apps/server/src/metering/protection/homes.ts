// What the rules ask about a home, as the server knows it: its flags of today, since when it is
// prepaid, what it owes. The same answer for the head-end's own check (law 7) and for the meter.

import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { prepared, recordset } from '../../base/rows.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';

/**
 * A flag that nobody has ever set or ended is null: the server knows nothing of it, and a meter
 * keeps what its factory set.
 */
export type SupplyHome = {
  readonly vulnerable: boolean | null;
  readonly medical: boolean | null;
  readonly convertedAtMs: number | null;
  /** Used beyond credit, as the meter last said. */
  readonly owedMilliWh: number;
};

/** `day` is a civil date in SQL. */
const flagsOnDay = (day: RawBuilder<unknown>) => sql`LEFT JOIN LATERAL (
  SELECT bool_or(counts) FILTER (WHERE kind = 'vulnerable') AS vulnerable,
    bool_or(counts) FILTER (WHERE kind = 'medical') AS medical
  FROM (
    SELECT DISTINCT ON (kind) kind,
      what = 'set' AND (expires_on IS NULL OR expires_on >= ${day}) AS counts
    FROM home_flag_events e WHERE e.bucket = c.bucket AND e.connection_id = c.id
    ORDER BY kind, id DESC
  ) latest
) flags ON true`;

/** Flags of the connection `c` on a civil day, as columns of a lateral join named `flags`. */
export const flagsOn = (date: string) => flagsOnDay(sql`${date}::date`);

type HomeQuestion = { readonly place: ConnectionPlace; readonly date: string };
type HomeRow = {
  readonly nth: number;
  readonly vulnerable: boolean | null;
  readonly medical: boolean | null;
  readonly converted_at: number | null;
  readonly owed_energy_wh: bigint | null;
};

const askedColumns = {
  nth: 'integer',
  bucket: 'smallint',
  connection_id: 'uuid',
  day: 'text',
} as const;

/** Of many homes, each on a civil day of its own. */
export async function supplyHomes(
  tx: Tx,
  asked: readonly HomeQuestion[],
): Promise<readonly SupplyHome[]> {
  if (asked.length === 0) return [];
  const wanted = asked.map(({ place, date: day }, nth) => ({
    ...{ nth, bucket: place.bucket, connection_id: place.connectionId, day },
  }));
  const { rows } = await sql<HomeRow>`${prepared}
    SELECT r.nth, flags.vulnerable, flags.medical, c.converted_at, s.owed_energy_wh
    FROM ${recordset('r', askedColumns, wanted)}
    JOIN connections c ON c.bucket = r.bucket AND c.id = r.connection_id
    ${flagsOnDay(sql`r.day::date`)}
    LEFT JOIN meters m
      ON m.bucket = c.bucket AND m.connection_id = c.id AND m.retired_at IS NULL
    LEFT JOIN meter_states s ON s.bucket = m.bucket AND s.meter_id = m.id`.execute(tx);
  const found = new Map(rows.map((row) => [row.nth, row]));
  return asked.map((_, nth) => {
    const row = found.get(nth);
    return {
      vulnerable: row?.vulnerable ?? null,
      medical: row?.medical ?? null,
      convertedAtMs: row?.converted_at ?? null,
      owedMilliWh: Number(row?.owed_energy_wh ?? 0n) * 1000,
    };
  });
}

const unknownHome: SupplyHome = {
  vulnerable: null,
  medical: null,
  convertedAtMs: null,
  owedMilliWh: 0,
};

export async function supplyHome(
  tx: Tx,
  place: ConnectionPlace,
  date: string,
): Promise<SupplyHome> {
  const [home] = await supplyHomes(tx, [{ place, date }]);
  return home ?? unknownHome;
}
