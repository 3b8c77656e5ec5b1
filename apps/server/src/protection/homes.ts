// What the rules ask about a home, as the server knows it: its flags of today, since when it is
// prepaid, what it owes. The same answer for the head-end's own check (law 7) and for the meter.

import { sql } from 'kysely';
import type { ConnectionPlace } from '../connections/index.ts';
import type { Tx } from '../platform/database.ts';

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

/** Flags of the connection `c` on a civil day, as columns of a lateral join named `flags`. */
export const flagsOn = (date: string) => sql`LEFT JOIN LATERAL (
  SELECT bool_or(counts) FILTER (WHERE kind = 'vulnerable') AS vulnerable,
    bool_or(counts) FILTER (WHERE kind = 'medical') AS medical
  FROM (
    SELECT DISTINCT ON (kind) kind,
      what = 'set' AND (expires_on IS NULL OR expires_on >= ${date}::date) AS counts
    FROM home_flag_events e WHERE e.bucket = c.bucket AND e.connection_id = c.id
    ORDER BY kind, id DESC
  ) latest
) flags ON true`;

export async function supplyHome(
  tx: Tx,
  place: ConnectionPlace,
  date: string,
): Promise<SupplyHome> {
  const { rows } = await sql<{
    vulnerable: boolean | null;
    medical: boolean | null;
    converted_at: number | null;
    owed_energy_wh: bigint | null;
  }>`
    SELECT flags.vulnerable, flags.medical, c.converted_at, s.owed_energy_wh
    FROM connections c
    ${flagsOn(date)}
    LEFT JOIN meters m
      ON m.bucket = c.bucket AND m.connection_id = c.id AND m.retired_at IS NULL
    LEFT JOIN meter_states s ON s.bucket = m.bucket AND s.meter_id = m.id
    WHERE c.bucket = ${place.bucket} AND c.id = ${place.connectionId}::uuid`.execute(tx);
  const [row] = rows;
  return {
    vulnerable: row?.vulnerable ?? null,
    medical: row?.medical ?? null,
    convertedAtMs: row?.converted_at ?? null,
    owedMilliWh: Number(row?.owed_energy_wh ?? 0n) * 1000,
  };
}
