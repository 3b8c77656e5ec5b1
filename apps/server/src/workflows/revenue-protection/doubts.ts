// Homes whose place on the network is in doubt: a suggestion waits for a person, or their use did
// not come in where they are listed. What is missing at a node says less while they are.

import type { HomeReadings } from '@prewatt/revenue-protection';
import { nodesAbove } from '@prewatt/revenue-protection';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { type NetworkThen, readingsOfHomes } from './areas.ts';
import type { ReadNode } from './read-node.ts';
import { addDays, type Span } from './span.ts';

export type DoubtfulHome = {
  readonly bucket: number;
  readonly connectionId: string;
  readonly meterId: string;
  /** Null: on no node. */
  readonly listedId: string | null;
  /** Null: its use did not come in where it is listed, and nobody knows where it does. */
  readonly suggestedId: string | null;
  readonly suggestedCode: string | null;
};

/** What is in doubt at one node. */
export type NodeDoubts = {
  /** Listed behind it, and perhaps not there; with the code of where they may be. */
  readonly leaving: ReadonlyMap<string, string | null>;
  /** Perhaps behind it, and not listed there. */
  readonly arriving: readonly HomeReadings[];
};

const mostAsked = 5_000;

/** Listed where it is suggested, or dismissed, a suggestion is settled. */
export async function doubtfulHomes(
  tx: Tx,
  utilityId: string,
  span: Span,
): Promise<readonly DoubtfulHome[]> {
  const lastDay = addDays(span.fromDay, span.days - 1);
  const { rows } = await sql<{
    bucket: number;
    connection_id: string;
    meter_id: string;
    listed_id: string | null;
    suggested_id: string | null;
    suggested_code: string | null;
  }>`SELECT f.bucket, f.connection_id, m.id AS meter_id, listed.node_id AS listed_id,
      coalesce(phase.id, f.suggested_node_id) AS suggested_id, n.code AS suggested_code
    FROM placement_findings f
    JOIN connections c ON c.bucket = f.bucket AND c.id = f.connection_id AND c.closed_at IS NULL
    JOIN meters m ON m.bucket = f.bucket AND m.connection_id = f.connection_id
      AND m.retired_at IS NULL
    LEFT JOIN network_nodes n ON n.id = f.suggested_node_id
    LEFT JOIN network_nodes phase ON phase.parent_id = f.suggested_node_id
      AND phase.kind = 'phase' AND phase.name = f.suggested_phase
    LEFT JOIN LATERAL (SELECT coalesce(own.id, p.node_id) AS node_id FROM network_placements p
      LEFT JOIN network_nodes own ON own.parent_id = p.node_id AND own.kind = 'phase'
        AND own.name = p.phase
      WHERE p.bucket = f.bucket AND p.connection_id = f.connection_id
        AND (p.since IS NULL OR p.since <= ${lastDay}::date)
      ORDER BY p.since DESC NULLS LAST, p.id DESC LIMIT 1) listed ON true
    WHERE f.utility_id = ${utilityId}::uuid
      AND (f.state = 'open' OR f.state = 'looking' AND listed.node_id = f.present_node_id)
      AND coalesce(phase.id, f.suggested_node_id) IS DISTINCT FROM listed.node_id
    ORDER BY f.bucket, f.connection_id LIMIT ${mostAsked}`.execute(tx);
  return rows.map((row) => ({
    ...{ bucket: row.bucket, connectionId: row.connection_id, meterId: row.meter_id },
    ...{ listedId: row.listed_id, suggestedId: row.suggested_id },
    suggestedCode: row.suggested_code,
  }));
}

/** Nodes at whose balance it matters where the home is. */
export function nodesInDoubt(
  { tree, nodes }: NetworkThen,
  { listedId, suggestedId }: Pick<DoubtfulHome, 'listedId' | 'suggestedId'>,
): ReadonlySet<string> {
  const above = (id: string | null): string[] => (id === null ? [] : [id, ...nodesAbove(tree, id)]);
  const listed = above(listedId);
  if (suggestedId === null) {
    // It may be anywhere else: in doubt up to where its use was looked for.
    const metered = new Set(nodes.filter(({ isMetered }) => isMetered).map(({ id }) => id));
    const at = listed.findIndex((id) => metered.has(id));
    return new Set(listed.slice(0, at + 1));
  }
  return new Set(listed).symmetricDifference(new Set(above(suggestedId)));
}

export async function doubtsAt(
  tx: Tx,
  o: {
    readonly read: ReadNode;
    readonly network: NetworkThen;
    readonly doubtful: readonly DoubtfulHome[];
    readonly utilityId: string;
    readonly span: Span;
  },
): Promise<NodeDoubts | null> {
  const { read, network, utilityId } = o;
  const isByBalance = read.parts.some(({ area }) => area.feederWh !== null);
  const here = isByBalance
    ? o.doubtful.filter((home) => nodesInDoubt(network, home).has(read.node.id))
    : [];
  if (here.length === 0) return null;
  const listed = new Set(read.homes.map(({ place }) => place.connectionId));
  const leaving = here.filter(({ connectionId }) => listed.has(connectionId));
  const arriving = here.filter(({ connectionId }) => !listed.has(connectionId));
  const homes = arriving.map(({ bucket, connectionId, meterId }) => ({
    place: { utilityId, bucket, connectionId },
    meterId,
  }));
  return {
    leaving: new Map(leaving.map((home) => [home.connectionId, home.suggestedCode])),
    arriving: await readingsOfHomes(tx, homes, o.span),
  };
}
