// Energy that was given without a sale (free units, free credit), by when it was given.

import type { GivenBy, GivenGrant, GivenKind, GivenRow, GivenSums } from '@prewatt/api';
import { idFromUuid, isoOf } from '@prewatt/quantities';
import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { keyPage, readPageKey } from '../../base/key-page.ts';

export type GivenPeriod = {
  readonly fromMs: number;
  /** Not in it any more. */
  readonly untilMs: number;
  readonly zone: string;
  readonly by: GivenBy;
};

const pageRows = 100;

const keys = (zone: string): Readonly<Record<GivenBy, RawBuilder<unknown>>> => ({
  month: sql`to_char(g.issued_at AT TIME ZONE ${zone}, 'YYYY-MM')`,
  kind: sql`g.kind`,
  tariff: sql`coalesce(g.tariff_version_id::text, 'none')`,
});

const labels: Readonly<Record<GivenBy, RawBuilder<unknown>>> = {
  month: sql`r.key`,
  kind: sql`CASE r.key WHEN 'freeUnits' THEN 'Free units' ELSE 'Free credit' END`,
  tariff: sql`coalesce((SELECT name || ', version ' || version FROM tariffs WHERE id::text = r.key),
    'Free credit, of no tariff')`,
};

/** What a meter refused was not given. */
const given = ({ fromMs, untilMs, zone, by }: GivenPeriod) => sql`
  SELECT g.id, g.bucket, g.connection_id, g.kind, g.state, g.issued_at, g.energy_wh,
    CASE WHEN g.transfer_id IS NOT NULL THEN g.amount_minor END AS amount, ${keys(zone)[by]} AS key
  FROM grants g
  WHERE g.utility_id = prewatt.current_utility() AND g.kind IN ('freeUnits', 'freeCredit')
    AND g.state <> 'refused'
    AND g.issued_at >= ${new Date(fromMs)} AND g.issued_at < ${new Date(untilMs)}`;

const sums = sql`count(DISTINCT (bucket, connection_id))::int AS homes, count(*)::int AS grants,
  coalesce(sum(energy_wh), 0)::bigint AS energy,
  coalesce(sum(energy_wh) FILTER (WHERE state = 'accepted'), 0)::bigint AS accepted,
  coalesce(sum(amount), 0)::bigint AS amount`;

type Sums = {
  readonly homes: number;
  readonly grants: number;
  readonly energy: bigint;
  readonly accepted: bigint;
  readonly amount: bigint;
};

const sumsOf = (row: Sums): GivenSums => ({
  homes: row.homes,
  grants: row.grants,
  energyWh: row.energy.toString(),
  acceptedWh: row.accepted.toString(),
  amountMinor: row.amount.toString(),
});

export async function givenReport(
  tx: Tx,
  period: GivenPeriod,
): Promise<{ readonly rows: GivenRow[]; readonly total: GivenSums }> {
  const { rows } = await sql<Sums & { readonly key: string; readonly label: string }>`
    SELECT r.*, ${labels[period.by]} AS label
    FROM (SELECT key, ${sums} FROM (${given(period)}) AS g GROUP BY key) AS r
    ORDER BY label, key`.execute(tx);
  // A home may be in several rows, and is one home of the total.
  const total = await sql<Sums>`SELECT ${sums} FROM (${given(period)}) AS g`.execute(tx);
  const none = { homes: 0, grants: 0, energy: 0n, accepted: 0n, amount: 0n };
  return {
    rows: rows.map((row) => ({ key: row.key, label: row.label, ...sumsOf(row) })),
    total: sumsOf(total.rows[0] ?? none),
  };
}

type Found = {
  readonly id: string;
  readonly atMs: number;
  readonly kind: GivenKind;
  readonly state: GivenGrant['state'];
  readonly connectionId: string;
  readonly name: string;
  readonly energy: bigint | null;
  readonly amount: bigint | null;
};

/** What one row is the sum of, the newest first. `cursor` is what the last page said. */
export async function givenGrants(
  tx: Tx,
  period: GivenPeriod,
  o: { readonly key: string; readonly cursor: string | null },
): Promise<{ readonly rows: GivenGrant[]; readonly nextCursor: string | null }> {
  const from = readPageKey(o.cursor);
  const after =
    from === null
      ? sql`true`
      : sql`(g.issued_at, g.id) < (${new Date(from.value)}, ${from.id}::uuid)`;
  const { rows } = await sql<Found>`SELECT g.id, g.kind, g.state, g.energy_wh AS energy, g.amount,
      (extract(epoch FROM g.issued_at) * 1000)::float8 AS "atMs",
      g.connection_id AS "connectionId", c.name
    FROM (${given(period)}) AS g
    JOIN connections c ON c.bucket = g.bucket AND c.id = g.connection_id
    WHERE g.key = ${o.key} AND ${after}
    ORDER BY g.issued_at DESC, g.id DESC LIMIT ${pageRows + 1}`.execute(tx);
  const { shown, nextCursor } = keyPage(rows, pageRows, ({ atMs }) => atMs);
  return {
    rows: shown.map((row) => ({
      grantId: idFromUuid('grant', row.id),
      at: isoOf(row.atMs),
      kind: row.kind,
      state: row.state,
      connectionId: idFromUuid('connection', row.connectionId),
      connectionName: row.name,
      energyWh: row.energy?.toString() ?? null,
      amountMinor: row.amount?.toString() ?? null,
    })),
    nextCursor,
  };
}
