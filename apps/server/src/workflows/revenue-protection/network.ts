// The network as it is brought in: nodes, what went in at them, and which connection is behind
// which node. Rows are only ever added; the same row again changes nothing.

import { err, ok, type Result } from '@prewatt/quantities';
import { type NetworkLink, treeOn } from '@prewatt/revenue-protection';
import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';

export const nodeKinds = ['substation', 'feeder', 'transformer', 'phase'] as const;
export type NodeKind = (typeof nodeKinds)[number];
export type Phase = 'L1' | 'L2' | 'L3' | 'all';
type Outcome = 'created' | 'unchanged';
type Deps = { readonly newUuid: NewUuid; readonly nowMs: () => number };

export type NewNode = {
  readonly utilityId: string;
  readonly code: string;
  /** Of a phase: L1, L2 or L3. */
  readonly name: string;
  readonly kind: NodeKind;
  /** The code of the node that it hangs on; null for none. */
  readonly parentCode: string | null;
  /** The civil day from which on it hangs there; null or left out: always. */
  readonly since?: string | null;
  /** Where it stands, in millionths of a degree; null or left out: unknown, or as before. */
  readonly placeMicro?: PlaceMicro | null;
};
export type PlaceMicro = { readonly latitude: number; readonly longitude: number };

export type NodeRefusal = 'parentUnknown' | 'parentKind' | 'nodeExists' | 'wouldCircle';

/** What a node of a kind may hang on; a phase must. */
const mayHangOn: Readonly<Record<NodeKind, readonly NodeKind[]>> = {
  substation: ['substation'],
  feeder: ['substation', 'feeder', 'transformer'],
  transformer: ['substation', 'feeder'],
  phase: ['transformer'],
};

/**
 * Refused in this order: an unknown node above, one of a kind that carries none of this, other
 * particulars, a circle. A known node with another node above and a day hangs there from then on.
 */
export async function addNode(
  tx: Tx,
  deps: Deps,
  node: NewNode,
): Promise<Result<Outcome, NodeRefusal>> {
  const { kind, since = null, parentCode } = node;
  const parent = parentCode === null ? null : await nodeOfCode(tx, node, parentCode);
  if (parentCode !== null && parent === null) return err('parentUnknown');
  if (parent === null ? kind === 'phase' : !mayHangOn[kind].includes(parent.kind)) {
    return err('parentKind');
  }
  const known = await insertNode(tx, deps, { node, parentId: since === null ? parent?.id : null });
  if (known.inserted !== null) {
    if (since === null) return ok('created');
    await insertMove(tx, deps, { node, nodeId: known.inserted, parentId: parent?.id, since });
    return ok('created');
  }
  const there = await nodeOfCode(tx, node, node.code);
  if (there === null || there.name !== node.name || there.kind !== kind) return err('nodeExists');
  if (since === null && there.parent_id !== (parent?.id ?? null)) return err('nodeExists');
  if (kind === 'phase' && since !== null) return err('nodeExists');
  const stands = await standHere(tx, { nodeId: there.id, known: there, place: node.placeMicro });
  if (stands === 'elsewhere') return err('nodeExists');
  if (since === null) return ok(stands);
  const moved = await moveNode(tx, deps, { node, nodeId: there.id, parentId: parent?.id, since });
  return moved.ok && moved.value === 'unchanged' ? ok(stands) : moved;
}

async function insertNode(
  tx: Tx,
  deps: Deps,
  { node, parentId }: { readonly node: NewNode; readonly parentId: string | null | undefined },
): Promise<{ readonly inserted: string | null }> {
  const row = await tx
    .insertInto('network_nodes')
    .values({
      ...{ id: deps.newUuid(), utility_id: node.utilityId, code: node.code, name: node.name },
      ...{ kind: node.kind, parent_id: parentId ?? null, created_at: new Date(deps.nowMs()) },
      latitude_micro: node.placeMicro?.latitude ?? null,
      longitude_micro: node.placeMicro?.longitude ?? null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return { inserted: row?.id ?? null };
}

/** A place that was not known is taken; another one than is known is not. */
async function standHere(
  tx: Tx,
  o: {
    readonly nodeId: string;
    readonly known: { latitude_micro: number | null; longitude_micro: number | null };
    readonly place: PlaceMicro | null | undefined;
  },
): Promise<Outcome | 'elsewhere'> {
  const { place, known } = o;
  if (place === null || place === undefined) return 'unchanged';
  if (known.latitude_micro !== null) {
    const isSame =
      known.latitude_micro === place.latitude && known.longitude_micro === place.longitude;
    return isSame ? 'unchanged' : 'elsewhere';
  }
  await tx
    .updateTable('network_nodes')
    .set({ latitude_micro: place.latitude, longitude_micro: place.longitude })
    .where('id', '=', o.nodeId)
    .execute();
  return 'created';
}

type Move = {
  readonly node: NewNode;
  readonly nodeId: string;
  readonly parentId: string | undefined;
  readonly since: string;
};

/** Moves of a utility are made one after the other, so that two together close no circle. */
async function moveNode(tx: Tx, deps: Deps, move: Move): Promise<Result<Outcome, 'wouldCircle'>> {
  const { nodeId, since, parentId = null } = move;
  const { utilityId } = move.node;
  await sql`SELECT pg_advisory_xact_lock(hashtext('network_moves'), hashtext(${utilityId}))`.execute(
    tx,
  );
  const links = await linksOf(tx, utilityId);
  const known = links.findLast((link) => link.nodeId === nodeId && link.since === since);
  if (known !== undefined && known.parentId === parentId) return ok('unchanged');
  const after = [...links, { nodeId, parentId, since }];
  const days = [since, ...links.flatMap((link) => link.since ?? []).filter((day) => day > since)];
  if (days.some((day) => treeOn(after, day).circled.has(nodeId))) return err('wouldCircle');
  await insertMove(tx, deps, move);
  return ok('created');
}

async function insertMove(tx: Tx, deps: Deps, { node, nodeId, parentId, since }: Move) {
  await tx
    .insertInto('network_moves')
    .values({
      ...{ id: deps.newUuid(), utility_id: node.utilityId, node_id: nodeId },
      ...{ parent_id: parentId ?? null, since, at: new Date(deps.nowMs()) },
    })
    .execute();
}

/** What hangs on what, since when: a node's first place, then its moves in their order. */
export async function linksOf(tx: Tx, utilityId: string): Promise<readonly NetworkLink[]> {
  const { rows } = await sql<{ node_id: string; parent_id: string | null; since: string | null }>`
    SELECT node_id, parent_id, since FROM (
      SELECT id AS node_id, parent_id, NULL::text AS since, id FROM network_nodes
      WHERE utility_id = ${utilityId}::uuid
      UNION ALL
      SELECT node_id, parent_id, since::text, id FROM network_moves
      WHERE utility_id = ${utilityId}::uuid) links
    ORDER BY since NULLS FIRST, id`.execute(tx);
  return rows.map((row) => ({ nodeId: row.node_id, parentId: row.parent_id, since: row.since }));
}

export async function nodeOfCode(tx: Tx, o: { readonly utilityId: string }, code: string) {
  const row = await tx
    .selectFrom('network_nodes')
    .selectAll()
    .where('utility_id', '=', o.utilityId)
    .where('code', '=', code)
    .executeTakeFirst();
  return row ?? null;
}

export type NewPlacement = {
  readonly place: ConnectionPlace;
  readonly nodeCode: string;
  readonly phase: Phase | null;
  /** A civil day; null: always. */
  readonly since: string | null;
};

/** From a file. The newest row of a day holds, so a corrected file is brought in again. */
export async function addPlacement(
  tx: Tx,
  deps: Deps,
  { place, nodeCode, phase, since }: NewPlacement,
): Promise<Result<Outcome, 'nodeUnknown'>> {
  const node = await nodeOfCode(tx, place, nodeCode);
  if (node === null) return err('nodeUnknown');
  const known = await tx
    .selectFrom('network_placements')
    .select(['node_id', 'phase'])
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where(sql<boolean>`since IS NOT DISTINCT FROM ${since}::date`)
    .orderBy('id', 'desc')
    .executeTakeFirst();
  if (known?.node_id === node.id && known.phase === phase) return ok('unchanged');
  await insertPlacement(tx, deps, { place, nodeId: node.id, phase, since, placedBy: null });
  return ok('created');
}

export async function insertPlacement(
  tx: Tx,
  deps: Deps,
  o: Omit<NewPlacement, 'nodeCode'> & { readonly nodeId: string; readonly placedBy: string | null },
): Promise<void> {
  await tx
    .insertInto('network_placements')
    .values({
      ...{ bucket: o.place.bucket, id: deps.newUuid(), utility_id: o.place.utilityId },
      ...{ connection_id: o.place.connectionId, node_id: o.nodeId, phase: o.phase, since: o.since },
      source: o.placedBy === null ? 'import' : 'confirmed',
      placed_by: o.placedBy,
      at: new Date(deps.nowMs()),
    })
    .execute();
}

export type NewNodeReading = {
  readonly utilityId: string;
  readonly nodeCode: string;
  readonly startsAtMs: number;
  readonly energyWh: bigint;
};

/** The first value of a half-hour stands; another one is refused. */
export async function addNodeReading(
  tx: Tx,
  o: NewNodeReading,
): Promise<Result<Outcome, 'nodeUnknown' | 'readingDiffers'>> {
  const node = await nodeOfCode(tx, o, o.nodeCode);
  if (node === null) return err('nodeUnknown');
  const startsAt = new Date(o.startsAtMs);
  const inserted = await tx
    .insertInto('network_readings')
    .values({
      ...{ node_id: node.id, starts_at: startsAt, utility_id: o.utilityId, energy_wh: o.energyWh },
    })
    .onConflict((conflict) => conflict.columns(['node_id', 'starts_at']).doNothing())
    .returning('node_id')
    .executeTakeFirst();
  if (inserted !== undefined) return ok('created');
  const known = await tx
    .selectFrom('network_readings')
    .select('energy_wh')
    .where('node_id', '=', node.id)
    .where('starts_at', '=', instant(o.startsAtMs))
    .executeTakeFirst();
  return known?.energy_wh === o.energyWh ? ok('unchanged') : err('readingDiffers');
}

/** By half-hour from an instant on; -1 where nothing was read. Known half-hours stand. */
export async function recordNodeReadings(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly nodeCode: string;
    readonly fromMs: number;
    readonly energyWh: readonly number[];
  },
): Promise<void> {
  await sql`INSERT INTO network_readings (node_id, starts_at, utility_id, energy_wh)
    SELECT n.id, ${instant(o.fromMs)}::timestamptz + (r.nth - 1) * interval '30 minutes',
      n.utility_id, r.wh
    FROM network_nodes n, unnest(${o.energyWh}::bigint[]) WITH ORDINALITY AS r(wh, nth)
    WHERE n.utility_id = ${o.utilityId}::uuid AND n.code = ${o.nodeCode} AND r.wh >= 0
    ON CONFLICT (node_id, starts_at) DO NOTHING`.execute(tx);
}
