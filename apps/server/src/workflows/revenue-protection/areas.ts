// What is behind a node of the network, as readings by half-hour: which homes, since when, and what
// went in. A home counts only on the days on which it was there.

import {
  type HomeReadings,
  levelsBelow,
  type NetworkLink,
  type Tree,
  treeOn,
} from '@prewatt/revenue-protection';
import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import { halfHourMs, halfHoursOf } from '../../metering/readings/index.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import { linksOf, type NodeKind } from './network.ts';
import { addDays, type Span } from './span.ts';

export const halfHoursPerDay = 48;

export type NetworkNode = {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly kind: NodeKind;
  /** Its own meter was read in the span. */
  readonly isMetered: boolean;
};

/** The network as a round sees it: what hung on what over the span, and at its end. */
export type NetworkThen = {
  readonly nodes: readonly NetworkNode[];
  readonly links: readonly NetworkLink[];
  readonly tree: Tree;
  readonly levels: ReadonlyMap<string, number>;
  /** Homes directly on a node at the end. */
  readonly homesOn: ReadonlyMap<string, number>;
};

export async function networkThen(tx: Tx, utilityId: string, span: Span): Promise<NetworkThen> {
  const { rows } = await sql<{
    id: string;
    code: string;
    name: string;
    kind: NodeKind;
    is_metered: boolean;
  }>`SELECT n.id, n.code, n.name, n.kind, EXISTS (SELECT FROM network_readings r
      WHERE r.node_id = n.id AND r.starts_at >= ${instant(span.fromMs)}) AS is_metered
    FROM network_nodes n WHERE n.utility_id = ${utilityId}::uuid
    ORDER BY n.code COLLATE "C"`.execute(tx);
  const links = await linksOf(tx, utilityId);
  const lastDay = addDays(span.fromDay, span.days - 1);
  const tree = treeOn(links, lastDay);
  const homesOn = await homesOnNodes(tx, utilityId, lastDay);
  const nodes = rows.map(({ is_metered: isMetered, ...row }) => ({ ...row, isMetered }));
  return { nodes, links, tree, levels: levelsBelow(tree), homesOn };
}

/**
 * Where each connection is on a day: the newest row of the latest day that has come. A meter on a
 * phase of a transformer whose phases are nodes is on that phase.
 */
const placementsOn = (utilityId: string, day: string) => sql`(
  SELECT DISTINCT ON (p.bucket, p.connection_id) p.bucket, p.connection_id,
    coalesce(phase.id, p.node_id) AS node_id
  FROM network_placements p
  LEFT JOIN network_nodes phase ON phase.parent_id = p.node_id AND phase.kind = 'phase'
    AND phase.name = p.phase
  WHERE p.utility_id = ${utilityId}::uuid AND (p.since IS NULL OR p.since <= ${day}::date)
  ORDER BY p.bucket, p.connection_id, p.since DESC NULLS LAST, p.id DESC)`;

export async function homesOnNodes(
  tx: Tx,
  utilityId: string,
  day: string,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ node_id: string; homes: number }>`
    SELECT node_id, count(*)::int AS homes FROM ${placementsOn(utilityId, day)} placed
    GROUP BY node_id`.execute(tx);
  return new Map(rows.map(({ node_id, homes }) => [node_id, homes]));
}

export type PlacedHome = {
  readonly place: ConnectionPlace;
  readonly meterId: string;
  /** The node that it was on last. */
  readonly nodeId: string;
  /** Days of the span on which it was behind these nodes. */
  readonly days: readonly boolean[];
};

type PlacementRow = {
  readonly bucket: number;
  readonly connection_id: string;
  readonly meter_id: string;
  readonly node_id: string;
  readonly since: string | null;
  readonly until: string | null;
};

/**
 * The homes that were behind any of the nodes within the span, in their order. `behind`: nodes, and
 * the days of the span on which what is on each of them counts.
 */
export async function homesBehind(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly behind: ReadonlyMap<string, readonly boolean[]>;
    readonly span: Span;
  },
): Promise<readonly PlacedHome[]> {
  const { span, utilityId, behind } = o;
  const nodeIds = [...behind.keys()];
  const after = addDays(span.fromDay, span.days);
  const { rows } = await sql<PlacementRow>`
    WITH asked AS (SELECT DISTINCT bucket, connection_id FROM network_placements
        WHERE utility_id = ${utilityId}::uuid AND node_id IN (
          SELECT unnest(${nodeIds}::uuid[])
          UNION SELECT parent_id FROM network_nodes
            WHERE id = ANY(${nodeIds}::uuid[]) AND kind = 'phase')),
      latest AS (SELECT DISTINCT ON (p.bucket, p.connection_id, p.since)
          p.bucket, p.connection_id, p.since, coalesce(phase.id, p.node_id) AS node_id
        FROM asked JOIN network_placements p USING (bucket, connection_id)
        LEFT JOIN network_nodes phase ON phase.parent_id = p.node_id AND phase.kind = 'phase'
          AND phase.name = p.phase
        ORDER BY p.bucket, p.connection_id, p.since, p.id DESC),
      stays AS (SELECT *, lead(since) OVER (PARTITION BY bucket, connection_id
          ORDER BY since NULLS FIRST) AS until FROM latest)
    SELECT s.bucket, s.connection_id, m.id AS meter_id, s.node_id,
      s.since::text AS since, s.until::text AS until
    FROM stays s
    JOIN connections c ON c.bucket = s.bucket AND c.id = s.connection_id AND c.closed_at IS NULL
    JOIN meters m ON m.bucket = s.bucket AND m.connection_id = s.connection_id
      AND m.retired_at IS NULL
    WHERE s.node_id = ANY(${nodeIds}::uuid[])
      AND (s.since IS NULL OR s.since < ${after}::date)
      AND (s.until IS NULL OR s.until > ${span.fromDay}::date)
    ORDER BY s.bucket, s.connection_id, s.since NULLS FIRST`.execute(tx);
  const days = daysOf(span);
  const stays = Map.groupBy(rows, ({ connection_id }) => connection_id);
  return [...stays.values()].flatMap((each) => {
    const last = each.at(-1);
    const here = daysThere(each, { days, behind });
    if (last === undefined || !here.includes(true)) return [];
    const place = { utilityId, bucket: last.bucket, connectionId: last.connection_id };
    return [{ place, meterId: last.meter_id, nodeId: last.node_id, days: here }];
  });
}

export const daysOf = (span: Span): readonly string[] =>
  Array.from({ length: span.days }, (_, i) => addDays(span.fromDay, i));

function daysThere(
  stays: readonly PlacementRow[],
  o: {
    readonly days: readonly string[];
    readonly behind: ReadonlyMap<string, readonly boolean[]>;
  },
): readonly boolean[] {
  const [only] = stays;
  // Most homes never moved: they share one list of days.
  if (stays.length === 1 && only?.since === null && only.until === null) {
    return o.behind.get(only.node_id) ?? [];
  }
  return o.days.map((day, nth) =>
    stays.some(
      ({ since, until, node_id: nodeId }) =>
        (since === null || since <= day) &&
        (until === null || day < until) &&
        o.behind.get(nodeId)?.[nth] === true,
    ),
  );
}

/** Homes that are on no node, after a place in the order of buckets. */
export async function unplacedHomes(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly after: { readonly bucket: number; readonly connectionId: string };
    readonly count: number;
  },
): Promise<readonly { readonly place: ConnectionPlace; readonly meterId: string }[]> {
  const { rows } = await sql<{ bucket: number; connection_id: string; meter_id: string }>`
    SELECT c.bucket, c.id AS connection_id, m.id AS meter_id FROM connections c
    JOIN meters m ON m.bucket = c.bucket AND m.connection_id = c.id AND m.retired_at IS NULL
    WHERE c.utility_id = ${o.utilityId}::uuid AND c.closed_at IS NULL
      AND (c.bucket, c.id) > (${o.after.bucket}, ${o.after.connectionId}::uuid)
      AND NOT EXISTS (SELECT FROM network_placements p
        WHERE p.bucket = c.bucket AND p.connection_id = c.id)
    ORDER BY c.bucket, c.id LIMIT ${o.count}`.execute(tx);
  return rows.map(({ bucket, connection_id, meter_id }) => ({
    place: { utilityId: o.utilityId, bucket, connectionId: connection_id },
    meterId: meter_id,
  }));
}

/** So many homes are read together: their readings are bytes in memory. */
const readTogether = 100;

/** What the homes used, by half-hour of the span; zero on days on which one was elsewhere. */
export async function readingsOfHomes(
  tx: Tx,
  homes: readonly {
    readonly place: ConnectionPlace;
    readonly meterId: string;
    readonly days?: readonly boolean[];
  }[],
  span: Span,
): Promise<readonly HomeReadings[]> {
  const read: HomeReadings[] = [];
  for (let from = 0; from < homes.length; from += readTogether) {
    const some = homes.slice(from, from + readTogether);
    const places = some.map(({ place, meterId }) => ({ bucket: place.bucket, meterId }));
    const count = span.days * halfHoursPerDay;
    const halfHours = await halfHoursOf(tx, places, { fromMs: span.fromMs, count });
    some.forEach(({ place, days }, i) => {
      const energyWh = halfHours[i] ?? new Int32Array(count).fill(-1);
      days?.forEach((isHere, day) => {
        if (!isHere) energyWh.fill(0, day * halfHoursPerDay, (day + 1) * halfHoursPerDay);
      });
      read.push({ homeId: place.connectionId, energyWh });
    });
  }
  return read;
}

/** What went in at a node, by half-hour; null without any reading. */
export async function feederReadings(
  tx: Tx,
  nodeId: string,
  span: Span,
): Promise<Int32Array | null> {
  const count = span.days * halfHoursPerDay;
  const { rows } = await sql<{ nth: number; energy_wh: number }>`
    SELECT (extract(epoch FROM starts_at - ${instant(span.fromMs)}) / 1800)::float8 AS nth,
      energy_wh::float8 AS energy_wh
    FROM network_readings WHERE node_id = ${nodeId}::uuid
      AND starts_at >= ${instant(span.fromMs)}
      AND starts_at < ${instant(span.fromMs + count * halfHourMs)}`.execute(tx);
  if (rows.length === 0) return null;
  const readings = new Int32Array(count).fill(-1);
  for (const { nth, energy_wh } of rows) if (Number.isInteger(nth)) readings[nth] = energy_wh;
  return readings;
}
