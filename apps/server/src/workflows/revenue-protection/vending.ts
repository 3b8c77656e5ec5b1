// What homes bought in a span, beside what their meters counted: the balance that is left where a
// node has no meter of its own.

import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import { recordset } from '../../base/rows.ts';
import { paidMinorOf } from '../../money/vending/index.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';

export type Bought = {
  readonly homes: number;
  readonly buyingHomes: number;
  readonly soldWh: bigint;
  readonly soldMinor: bigint;
  /** Of the homes whose meters were read nearly whole. */
  readonly readHomes: number;
  readonly readCountedWh: bigint;
  readonly readSoldWh: bigint;
};

const columns = { bucket: 'smallint', connection_id: 'uuid' } as const;

export async function boughtBy(
  tx: Tx,
  o: {
    readonly homes: readonly ConnectionPlace[];
    readonly fromMs: number;
    readonly toMs: number;
    /** By connection; null where little was read. */
    readonly countedWh: ReadonlyMap<string, bigint | null>;
  },
): Promise<Bought> {
  const wanted = o.homes.map(({ bucket, connectionId }) => ({
    bucket,
    connection_id: connectionId,
  }));
  const sold = { homes: 0, buyingHomes: 0, soldWh: 0n, soldMinor: 0n };
  const read = { readHomes: 0, readCountedWh: 0n, readSoldWh: 0n };
  if (wanted.length === 0) return { ...sold, ...read };
  const { rows } = await sql<{ connection_id: string; sold_wh: bigint; sold_minor: bigint }>`
    SELECT r.connection_id, bought.sold_wh, bought.sold_minor
    FROM ${recordset('r', columns, wanted)}
    CROSS JOIN LATERAL (SELECT coalesce(sum(s.energy_wh), 0)::bigint AS sold_wh,
        coalesce(sum(${paidMinorOf('s')}), 0)::bigint AS sold_minor
      FROM sales s WHERE s.bucket = r.bucket AND s.connection_id = r.connection_id
        AND s.state IN ('issued', 'delivered') AND s.energy_wh > 0
        AND s.requested_at >= ${instant(o.fromMs)}
        AND s.requested_at < ${instant(o.toMs)}) bought`.execute(tx);
  for (const row of rows) {
    sold.homes += 1;
    if (row.sold_wh > 0n) sold.buyingHomes += 1;
    sold.soldWh += row.sold_wh;
    sold.soldMinor += row.sold_minor;
    const counted = o.countedWh.get(row.connection_id) ?? null;
    if (counted === null) continue;
    read.readHomes += 1;
    read.readCountedWh += counted;
    read.readSoldWh += row.sold_wh;
  }
  return { ...sold, ...read };
}
