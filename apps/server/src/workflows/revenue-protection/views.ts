// What pages are shown: where homes seem to be, and homes in the order in which a visit is worth
// most. The network with its losses: network-view.ts.

import type { PlacementFinding, RevenueLine, RevenuePage, RevenueStanding } from '@prewatt/api';
import { dayMs, idFromUuid, isoOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import { z } from 'zod';
import { instant, type Tx } from '../../base/database.ts';

const textOf = (value: bigint | null): string | null => value?.toString() ?? null;

type RoundRow = {
  readonly id: string;
  readonly day: string;
  readonly stage: string;
  readonly homes: number;
  readonly price_per_kwh_minor: bigint | null;
  readonly started_at: number;
};

export async function newestRoundOf(tx: Tx, utilityId: string): Promise<RoundRow | null> {
  const { rows } = await sql<RoundRow>`SELECT id, day::text AS day, stage, homes,
      price_per_kwh_minor, started_at
    FROM revenue_rounds WHERE utility_id = ${utilityId}::uuid
    ORDER BY day DESC LIMIT 1`.execute(tx);
  return rows[0] ?? null;
}

/** A confirmed place stands among the suggestions for so long, to be taken back. */
const undoMs = 30 * dayMs;

export async function placementFindings(
  tx: Tx,
  { utilityId, nowMs }: { readonly utilityId: string; readonly nowMs: number },
): Promise<readonly PlacementFinding[]> {
  const { rows } = await sql<{
    connection_id: string;
    name: string;
    address: string;
    present: string | null;
    suggested: string;
    share_percent: number;
    found_at: number;
    basis: 'load' | 'voltage';
    present_phase: string | null;
    suggested_phase: string | null;
    listed_percent: number | null;
    next_percent: number | null;
    meters: number | null;
    pairs: number | null;
    confirmed_by: string | null;
    confirmed_at: number | null;
  }>`SELECT f.connection_id, c.name, c.address, present.code AS present, n.code AS suggested,
      f.share_percent, f.found_at, f.basis, f.present_phase, f.suggested_phase, f.listed_percent,
      f.next_percent, f.meters, f.pairs, o.name AS confirmed_by, f.decided_at AS confirmed_at
    FROM placement_findings f
    JOIN connections c ON c.bucket = f.bucket AND c.id = f.connection_id
    JOIN network_nodes n ON n.id = f.suggested_node_id
    LEFT JOIN network_nodes present ON present.id = f.present_node_id
    LEFT JOIN operators o ON o.id = f.decided_by
    WHERE f.utility_id = ${utilityId}::uuid AND (f.state = 'open'
      OR f.state = 'confirmed' AND f.decided_at > ${instant(nowMs - undoMs)}
        AND (SELECT p.source = 'confirmed' AND p.node_id = f.suggested_node_id
          FROM network_placements p
          WHERE p.bucket = f.bucket AND p.connection_id = f.connection_id
          ORDER BY p.id DESC LIMIT 1))
    ORDER BY f.state = 'confirmed', f.strength_tenths DESC, f.connection_id LIMIT 200`.execute(tx);
  return rows.map((row) => ({
    connectionId: idFromUuid('connection', row.connection_id),
    ...{ connectionName: row.name, address: row.address },
    ...{ presentNode: row.present, suggestedNode: row.suggested },
    sharePercent: row.share_percent,
    foundAt: isoOf(row.found_at),
    ...{ presentPhase: row.present_phase, suggestedPhase: row.suggested_phase },
    confirmed:
      row.confirmed_at === null
        ? null
        : { by: row.confirmed_by ?? '', at: isoOf(row.confirmed_at) },
    voltage:
      row.basis === 'load'
        ? null
        : {
            ...{ listedPercent: row.listed_percent, nextPercent: row.next_percent ?? 0 },
            ...{ meters: row.meters ?? 0, halfHours: row.pairs ?? 0 },
          },
  }));
}

const reasonsSchema = z.array(z.object({ evidence: z.string(), words: z.string() }));
const needSchema = z.object({
  signs: z.array(z.object({ words: z.string() })),
  helps: z.array(z.string()),
});
const dayValues = z.array(z.int().nullable());
const chartSchema = z.object({
  fromDay: z.string(),
  homeWh: dayValues,
  peerWh: dayValues,
  missingWh: dayValues,
});

export type LineRow = {
  readonly connection_id: string;
  readonly name: string;
  readonly address: string;
  readonly meter_pan: string;
  readonly node: string | null;
  readonly standing: RevenueStanding;
  readonly held_state: string | null;
  readonly held_words: string | null;
  readonly probability_permille: number;
  readonly recoverable_wh: bigint;
  readonly expected_wh: bigint;
  readonly expected_minor: bigint | null;
  readonly reasons: unknown;
  readonly need: unknown;
  readonly chart: unknown;
  readonly doubt: string | null;
};

const pageRows = 25;
/** A home that was seen is not on the list again before its readings are new ones. */
const restMs = 60 * dayMs;

export async function revenuePage(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly standing: RevenueStanding;
    readonly visits: number | null;
    readonly nowMs: number;
    readonly offset: number;
  },
): Promise<RevenuePage> {
  const { utilityId, standing, offset } = o;
  const left = o.visits === null ? pageRows : Math.min(pageRows, o.visits - offset);
  const limit = Math.max(0, left);
  const rested = instant(o.nowMs - restMs);
  const { rows } = await sql<LineRow>`SELECT l.connection_id, c.name, c.address, m.meter_pan,
      n.code AS node, l.standing, l.held_state, l.held_words, l.probability_permille,
      l.recoverable_wh, l.expected_wh, l.expected_minor, l.reasons, l.need, l.chart, l.doubt
    FROM revenue_lines l
    JOIN connections c ON c.bucket = l.bucket AND c.id = l.connection_id
    JOIN meters m ON m.bucket = c.bucket AND m.connection_id = c.id AND m.retired_at IS NULL
    LEFT JOIN network_nodes n ON n.id = l.node_id
    WHERE l.utility_id = ${utilityId}::uuid AND l.standing = ${standing} AND c.closed_at IS NULL
      AND NOT EXISTS (SELECT FROM revenue_cases k WHERE k.bucket = l.bucket
        AND k.connection_id = l.connection_id AND (k.state <> 'closed'
          OR k.finding IN ('theft', 'fault', 'honest') AND k.found_at > ${rested}))
    ORDER BY l.expected_wh DESC, l.probability_permille DESC, l.connection_id
    LIMIT ${limit} OFFSET ${offset}`.execute(tx);
  const { rows: counts } = await sql<{ standing: string; n: number }>`SELECT standing,
      count(*)::int AS n FROM revenue_lines WHERE utility_id = ${utilityId}::uuid
    GROUP BY standing`.execute(tx);
  const countOf = (of: string): number => counts.find((row) => row.standing === of)?.n ?? 0;
  const round = await newestRoundOf(tx, utilityId);
  const next = offset + rows.length;
  const isMore = rows.length === pageRows && (o.visits === null || next < o.visits);
  return {
    rows: rows.map(lineShown),
    nextCursor: isMore ? String(next) : null,
    counts: { visit: countOf('visit'), support: countOf('support'), held: countOf('held') },
    round:
      round === null
        ? null
        : { day: round.day, isDone: round.stage === 'done', homes: round.homes },
  };
}

export function lineShown(row: LineRow): RevenueLine {
  const need = needSchema.parse(row.need);
  const chart = chartSchema.safeParse(row.chart);
  return {
    connectionId: idFromUuid('connection', row.connection_id),
    ...{ connectionName: row.name, address: row.address, meterPan: row.meter_pan },
    ...{ node: row.node, standing: row.standing, probabilityPermille: row.probability_permille },
    recoverableWh: row.recoverable_wh.toString(),
    expectedWh: row.expected_wh.toString(),
    expectedMinor: textOf(row.expected_minor),
    reasons: reasonsSchema.parse(row.reasons),
    need: { signs: need.signs.map(({ words }) => words), helps: need.helps },
    held: row.held_state === null ? null : { state: row.held_state, words: row.held_words ?? '' },
    chart: chart.success ? chart.data : null,
    doubt: row.doubt,
  };
}
