// Where meters are by their voltage: meters of one part of the network are held against each other,
// and who goes with another transformer or phase than the list says is offered to a person.

import { err, ok, type Result } from '@prewatt/quantities';
import {
  placeByVoltage,
  type VoltageEvidence,
  type VoltageHome,
} from '@prewatt/revenue-protection';
import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import { halfHourMs } from '../../metering/readings/index.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import { halfHoursPerDay, type NetworkNode, type NetworkThen } from './areas.ts';
import type { Phase } from './network.ts';
import { addDays, type Span } from './span.ts';

export type NewVoltage = {
  readonly place: ConnectionPlace;
  readonly startsAtMs: number;
  readonly deciVolts: number;
};

/** The first value of a half-hour stands; another one is refused. */
export async function addVoltage(
  tx: Tx,
  { place, startsAtMs, deciVolts }: NewVoltage,
): Promise<Result<'created' | 'unchanged', 'voltageDiffers'>> {
  const inserted = await tx
    .insertInto('network_voltages')
    .values({
      ...{ bucket: place.bucket, connection_id: place.connectionId, utility_id: place.utilityId },
      ...{ starts_at: new Date(startsAtMs), deci_volts: deciVolts },
    })
    .onConflict((conflict) =>
      conflict.columns(['bucket', 'connection_id', 'starts_at']).doNothing(),
    )
    .returning('bucket')
    .executeTakeFirst();
  if (inserted !== undefined) return ok('created');
  const known = await tx
    .selectFrom('network_voltages')
    .select('deci_volts')
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where('starts_at', '=', instant(startsAtMs))
    .executeTakeFirst();
  return known?.deci_volts === deciVolts ? ok('unchanged') : err('voltageDiffers');
}

export type VoltageSuggestion = VoltageEvidence & {
  readonly place: ConnectionPlace;
  readonly presentNodeId: string | null;
  readonly presentPhase: Phase | null;
};

/** So many meters are held against each other: with them the work grows as their square. */
const mostTogether = 300;

/**
 * Of the nodes below a feeder that hangs on no other one, and of homes that are on no node. Empty
 * for other nodes, and where no voltage was read.
 */
export async function voltageSuggestions(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly node: NetworkNode;
    readonly network: NetworkThen;
    readonly span: Span;
  },
): Promise<readonly VoltageSuggestion[]> {
  if (!isHead(o.node, o.network)) return [];
  const listed = await listedWithVoltage(tx, o);
  const [placed, unplaced] = [listed.filter(isPlaced), listed.filter((home) => !isPlaced(home))];
  // A home on no node is held against each group: the place that fits best is its suggestion.
  const best = new Map<string, VoltageSuggestion>();
  for (const group of groupsOf(placed)) {
    const some = [...group, ...unplaced.slice(0, mostTogether)];
    const homes = await voltagesOf(tx, some, o.span);
    const byId = new Map(some.map((home) => [home.place.connectionId, home]));
    for (const found of placeByVoltage(homes)) {
      const home = byId.get(found.homeId);
      if (home === undefined) continue;
      const { place, presentNodeId, presentPhase } = home;
      const before = best.get(found.homeId)?.withSuggestedPercent ?? 0;
      if (found.withSuggestedPercent <= before) continue;
      best.set(found.homeId, { ...found, place, presentNodeId, presentPhase });
    }
  }
  return [...best.values()];
}

/** A feeder or transformer that has none of them above it. */
function isHead(node: NetworkNode, { nodes, tree }: NetworkThen): boolean {
  const kinds = new Map(nodes.map(({ id, kind }) => [id, kind]));
  const isLine = (id: string) => kinds.get(id) === 'feeder' || kinds.get(id) === 'transformer';
  if (!isLine(node.id)) return false;
  const seen = new Set([node.id]);
  for (let id = tree.parentOf.get(node.id); id != null; id = tree.parentOf.get(id)) {
    if (isLine(id)) return false;
    // A list that contradicts itself may go in a circle.
    if (seen.has(id)) return false;
    seen.add(id);
  }
  return true;
}

type Listed = {
  readonly place: ConnectionPlace;
  readonly presentNodeId: string | null;
  readonly presentPhase: Phase | null;
  /** With phases that are nodes told as transformer and phase. */
  readonly home: Pick<VoltageHome, 'nodeId' | 'phase'>;
};
const isPlaced = ({ presentNodeId }: Listed): boolean => presentNodeId !== null;

async function listedWithVoltage(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly node: NetworkNode;
    readonly network: NetworkThen;
    readonly span: Span;
  },
): Promise<readonly Listed[]> {
  const { network, span } = o;
  const lastDay = addDays(span.fromDay, span.days - 1);
  const below = new Set([o.node.id]);
  // Each node once, also in a network that is wrong.
  for (const id of below) {
    for (const { id: other } of network.nodes) {
      if (network.tree.parentOf.get(other) === id) below.add(other);
    }
  }
  const { rows } = await sql<{
    bucket: number;
    connection_id: string;
    node_id: string | null;
    phase: Phase | null;
  }>`SELECT c.bucket, c.id AS connection_id, placed.node_id, placed.phase
    FROM connections c
    LEFT JOIN LATERAL (SELECT p.node_id, p.phase FROM network_placements p
      WHERE p.bucket = c.bucket AND p.connection_id = c.id
        AND (p.since IS NULL OR p.since <= ${lastDay}::date)
      ORDER BY p.since DESC NULLS LAST, p.id DESC LIMIT 1) placed ON true
    WHERE c.utility_id = ${o.utilityId}::uuid AND c.closed_at IS NULL
      AND (placed.node_id IS NULL OR placed.node_id = ANY(${[...below]}::uuid[]))
      AND placed.phase IS DISTINCT FROM 'all'
      AND EXISTS (SELECT FROM network_voltages v WHERE v.bucket = c.bucket
        AND v.connection_id = c.id AND v.starts_at >= ${instant(span.fromMs)})
    ORDER BY placed.node_id, c.bucket, c.id`.execute(tx);
  const byId = new Map(network.nodes.map((node) => [node.id, node]));
  return rows.map((row): Listed => {
    const node = byId.get(row.node_id ?? '');
    const isPhase = node?.kind === 'phase';
    const nodeId = isPhase ? (network.tree.parentOf.get(node.id) ?? null) : row.node_id;
    const phase = isPhase ? (node.name as VoltageHome['phase']) : singleOf(row.phase);
    return {
      place: { utilityId: o.utilityId, bucket: row.bucket, connectionId: row.connection_id },
      ...{ presentNodeId: row.node_id, presentPhase: phase, home: { nodeId, phase } },
    };
  });
}

const singleOf = (phase: Phase | null): VoltageHome['phase'] => (phase === 'all' ? null : phase);

/** Whole transformers stay together, as far as they fit. */
function groupsOf(listed: readonly Listed[]): readonly (readonly Listed[])[] {
  const groups: Listed[][] = [[]];
  for (const some of Map.groupBy(listed, ({ home }) => home.nodeId).values()) {
    const last = groups.at(-1) ?? [];
    if (last.length > 0 && last.length + some.length > mostTogether) groups.push([]);
    groups.at(-1)?.push(...some.slice(0, mostTogether));
  }
  return groups;
}

async function voltagesOf(
  tx: Tx,
  listed: readonly Listed[],
  span: Span,
): Promise<readonly VoltageHome[]> {
  const count = span.days * halfHoursPerDay;
  const ids = listed.map(({ place }) => place.connectionId);
  const buckets = listed.map(({ place }) => place.bucket);
  const { rows } = await sql<{ connection_id: string; nths: number[]; volts: number[] }>`
    SELECT v.connection_id, array_agg(v.deci_volts) AS volts,
      array_agg((extract(epoch FROM v.starts_at - ${instant(span.fromMs)}) / 1800)::int) AS nths
    FROM unnest(${buckets}::smallint[], ${ids}::uuid[]) AS asked(bucket, connection_id)
    JOIN network_voltages v USING (bucket, connection_id)
    WHERE v.starts_at >= ${instant(span.fromMs)}
      AND v.starts_at < ${instant(span.fromMs + count * halfHourMs)}
    GROUP BY v.connection_id`.execute(tx);
  const byId = new Map(rows.map((row) => [row.connection_id, row]));
  return listed.map(({ place, home }) => {
    const deciVolts = new Int32Array(count).fill(-1);
    const row = byId.get(place.connectionId);
    row?.nths.forEach((nth, i) => {
      deciVolts[nth] = row.volts[i] ?? -1;
    });
    return { homeId: place.connectionId, ...home, deciVolts };
  });
}
