// What pages are shown: the network with its losses, and homes in the order in which a visit is
// worth most.

import {
  type LossNode,
  type LossState,
  lossStates,
  type Network,
  type PlacementFinding,
  type RevenueLine,
  type RevenuePage,
  type RevenueStanding,
} from '@prewatt/api';
import { dayMs, idFromUuid, isoOf } from '@prewatt/quantities';
import { type BalanceState, balanceText } from '@prewatt/revenue-protection';
import { sql } from 'kysely';
import { z } from 'zod';
import { instant, type Tx } from '../../base/database.ts';

type PartsRow = {
  readonly energy_in_wh: bigint | null;
  readonly metered_wh: bigint | null;
  readonly estimated_wh: bigint | null;
  readonly technical_wh: bigint | null;
  readonly unexplained_wh: bigint | null;
  readonly low_wh: bigint | null;
  readonly high_wh: bigint | null;
};
type NodeRow = PartsRow & {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly kind: 'feeder' | 'transformer';
  readonly parent_id: string | null;
  readonly homes: number;
  readonly state: string | null;
  readonly from_day: string | null;
  readonly days: number | null;
  readonly outage_intervals: number | null;
};

const textOf = (value: bigint | null): string | null => value?.toString() ?? null;
const partsOf = (row: PartsRow) => ({
  energyInWh: textOf(row.energy_in_wh),
  meteredWh: textOf(row.metered_wh),
  estimatedWh: textOf(row.estimated_wh),
  technicalWh: textOf(row.technical_wh),
  unexplainedWh: textOf(row.unexplained_wh),
  lowWh: textOf(row.low_wh),
  highWh: textOf(row.high_wh),
});

const notYetWords = 'No balance yet: it is made each night once readings of the node are there.';
const stateOf = (text: string | null): LossState =>
  lossStates.find((known) => known === text) ?? 'notYet';
const wordsOf = (state: LossState): string =>
  state === 'notYet' ? notYetWords : balanceText[state satisfies BalanceState];

/** Where each connection is now: the newest row of the latest day that has come. */
const presentPlacements = (utilityId: string) => sql`(SELECT DISTINCT ON (p.bucket, p.connection_id)
    p.bucket, p.connection_id, p.node_id FROM network_placements p
  WHERE p.utility_id = ${utilityId}::uuid AND (p.since IS NULL OR p.since <= current_date)
  ORDER BY p.bucket, p.connection_id, p.since DESC NULLS LAST, p.id DESC)`;

type RoundRow = {
  readonly id: string;
  readonly day: string;
  readonly stage: string;
  readonly homes: number;
  readonly price_per_kwh_minor: bigint | null;
  readonly started_at: number;
};

async function newestRoundOf(tx: Tx, utilityId: string): Promise<RoundRow | null> {
  const { rows } = await sql<RoundRow>`SELECT id, day::text AS day, stage, homes,
      price_per_kwh_minor, started_at
    FROM revenue_rounds WHERE utility_id = ${utilityId}::uuid
    ORDER BY day DESC LIMIT 1`.execute(tx);
  return rows[0] ?? null;
}

export async function networkOf(tx: Tx, utilityId: string): Promise<Network> {
  const { rows } = await sql<NodeRow>`SELECT n.id, n.code, n.name, n.kind, n.parent_id,
      coalesce(placed.homes, 0)::int AS homes, b.state, b.from_day::text AS from_day, b.days,
      b.outage_intervals, b.energy_in_wh, b.metered_wh, b.estimated_wh, b.technical_wh,
      b.unexplained_wh, b.low_wh, b.high_wh
    FROM network_nodes n
    LEFT JOIN network_nodes parent ON parent.id = n.parent_id
    LEFT JOIN network_balances b ON b.node_id = n.id
    LEFT JOIN (SELECT now.node_id, count(*) AS homes FROM ${presentPlacements(utilityId)} now
      GROUP BY now.node_id) placed ON placed.node_id = n.id
    WHERE n.utility_id = ${utilityId}::uuid
    ORDER BY coalesce(parent.code, n.code) COLLATE "C", n.parent_id IS NOT NULL,
      n.code COLLATE "C"`.execute(tx);
  const round = await newestRoundOf(tx, utilityId);
  const { rows: counted } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM connections c
    WHERE c.utility_id = ${utilityId}::uuid AND c.closed_at IS NULL
      AND NOT EXISTS (SELECT FROM network_placements p
        WHERE p.bucket = c.bucket AND p.connection_id = c.id)`.execute(tx);
  const price = round?.price_per_kwh_minor ?? null;
  return {
    nodes: rows.map((row) => nodeShown(row, price)),
    unplaced: counted[0]?.n ?? 0,
    pricePerKwhMinor: textOf(price),
    round:
      round === null
        ? null
        : { day: round.day, isDone: round.stage === 'done', startedAt: isoOf(round.started_at) },
  };
}

function nodeShown(row: NodeRow, price: bigint | null): LossNode {
  const state = stateOf(row.state);
  const isLoss = state === 'unexplainedLoss' && row.unexplained_wh !== null && price !== null;
  return {
    nodeId: idFromUuid('node', row.id),
    ...{ code: row.code, name: row.name, kind: row.kind, homes: row.homes, state },
    parentId: row.parent_id === null ? null : idFromUuid('node', row.parent_id),
    words: wordsOf(state),
    fromDay: row.from_day,
    days: row.days ?? 0,
    outageHalfHours: row.outage_intervals ?? 0,
    ...partsOf(row),
    lostMinor: isLoss ? (((row.unexplained_wh ?? 0n) * (price ?? 0n)) / 1000n).toString() : null,
  };
}

/** Null for a node that is not there. */
export async function daysOfNode(
  tx: Tx,
  o: { readonly utilityId: string; readonly nodeId: string },
) {
  const node = await tx
    .selectFrom('network_nodes')
    .select('id')
    .where('utility_id', '=', o.utilityId)
    .where('id', '=', o.nodeId)
    .executeTakeFirst();
  if (node === undefined) return null;
  const { rows } = await sql<PartsRow & { day: string; half_hours_wh: (number | null)[] }>`
    SELECT day::text AS day, energy_in_wh, metered_wh, estimated_wh, technical_wh, unexplained_wh,
      low_wh, high_wh, half_hours_wh
    FROM network_balance_days WHERE node_id = ${o.nodeId}::uuid
    ORDER BY network_balance_days.day DESC LIMIT 60`.execute(tx);
  return {
    rows: rows.map((row) => ({ day: row.day, ...partsOf(row) })).reverse(),
    lastDayHalfHoursWh: rows[0]?.half_hours_wh ?? [],
  };
}

export async function placementFindings(
  tx: Tx,
  utilityId: string,
): Promise<readonly PlacementFinding[]> {
  const { rows } = await sql<{
    connection_id: string;
    name: string;
    address: string;
    present: string | null;
    suggested: string;
    share_percent: number;
    found_at: number;
  }>`SELECT f.connection_id, c.name, c.address, present.code AS present, n.code AS suggested,
      f.share_percent, f.found_at
    FROM placement_findings f
    JOIN connections c ON c.bucket = f.bucket AND c.id = f.connection_id
    JOIN network_nodes n ON n.id = f.suggested_node_id
    LEFT JOIN network_nodes present ON present.id = f.present_node_id
    WHERE f.utility_id = ${utilityId}::uuid AND f.state = 'open'
    ORDER BY f.strength_tenths DESC, f.connection_id LIMIT 200`.execute(tx);
  return rows.map((row) => ({
    connectionId: idFromUuid('connection', row.connection_id),
    ...{ connectionName: row.name, address: row.address },
    ...{ presentNode: row.present, suggestedNode: row.suggested },
    sharePercent: row.share_percent,
    foundAt: isoOf(row.found_at),
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
      l.recoverable_wh, l.expected_wh, l.expected_minor, l.reasons, l.need, l.chart
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
  };
}
