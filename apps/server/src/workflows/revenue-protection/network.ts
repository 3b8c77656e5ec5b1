// The network as it is brought in: nodes, what went in at them, and which connection is behind
// which node. Rows are only ever added; the same row again changes nothing.

import { err, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';

export type NodeKind = 'feeder' | 'transformer';
export type Phase = 'L1' | 'L2' | 'L3' | 'all';
type Outcome = 'created' | 'unchanged';
type Deps = { readonly newUuid: NewUuid; readonly nowMs: () => number };

export type NewNode = {
  readonly utilityId: string;
  readonly code: string;
  readonly name: string;
  readonly kind: NodeKind;
  /** The code of the feeder that a transformer hangs on; null for none. */
  readonly parentCode: string | null;
};

export type NodeRefusal = 'parentUnknown' | 'parentNotFeeder' | 'nodeExists';

/** Refused in this order: a feeder below something, an unknown feeder, other particulars. */
export async function addNode(
  tx: Tx,
  deps: Deps,
  node: NewNode,
): Promise<Result<Outcome, NodeRefusal>> {
  if (node.kind === 'feeder' && node.parentCode !== null) return err('parentNotFeeder');
  const parent = node.parentCode === null ? null : await nodeOfCode(tx, node, node.parentCode);
  if (node.parentCode !== null && parent === null) return err('parentUnknown');
  if (parent !== null && parent.kind !== 'feeder') return err('parentNotFeeder');
  const inserted = await tx
    .insertInto('network_nodes')
    .values({
      ...{ id: deps.newUuid(), utility_id: node.utilityId, code: node.code, name: node.name },
      ...{ kind: node.kind, parent_id: parent?.id ?? null, created_at: new Date(deps.nowMs()) },
    })
    .onConflict((conflict) => conflict.columns(['utility_id', 'code']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted !== undefined) return ok('created');
  const known = await nodeOfCode(tx, node, node.code);
  const isSame =
    known?.name === node.name &&
    known.kind === node.kind &&
    known.parent_id === (parent?.id ?? null);
  return isSame ? ok('unchanged') : err('nodeExists');
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
