// Where homes seem to be on the network: found by their readings, confirmed or dismissed by a
// person. A dismissed suggestion does not come again, another one may.

import { err, ok, type Result } from '@prewatt/quantities';
import {
  type AreaResidual,
  type HomeReadings,
  likelyArea,
  type PlacementFit,
} from '@prewatt/revenue-protection';
import { type Insertable, type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Tables } from '../../base/tables.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import { insertPlacement } from './network.ts';
import type { Span } from './span.ts';
import type { VoltageSuggestion } from './voltage.ts';

type At = { readonly place: ConnectionPlace; readonly nowMs: number };

/** Its use did not come in where it is counted: to be looked for. */
export async function lookFor(tx: Tx, o: At & { readonly nodeId: string }): Promise<void> {
  const { place, nowMs, nodeId } = o;
  await tx
    .insertInto('placement_findings')
    .values({
      ...{ bucket: place.bucket, connection_id: place.connectionId, utility_id: place.utilityId },
      ...{ present_node_id: nodeId, share_percent: 0, strength_tenths: 0, state: 'looking' },
      found_at: new Date(nowMs),
    })
    .onConflict((conflict) => conflict.columns(['bucket', 'connection_id']).doNothing())
    .execute();
}

/** The nodes that miss energy, with what each cannot explain in the last days of the span. */
export async function residualsOf(
  tx: Tx,
  o: { readonly utilityId: string; readonly span: Span },
): Promise<readonly AreaResidual[]> {
  const { rows } = await sql<{ node_id: string; wh: (number | null)[] }>`
    SELECT d.node_id, array_agg(h.wh ORDER BY d.day, h.nth) AS wh
    FROM network_balances b
    JOIN network_balance_days d ON d.node_id = b.node_id AND d.day >= ${o.span.fromDay}::date
    CROSS JOIN LATERAL unnest(d.half_hours_wh) WITH ORDINALITY AS h(wh, nth)
    WHERE b.utility_id = ${o.utilityId}::uuid AND b.state IN ('unexplainedLoss', 'negativeLoss')
    GROUP BY d.node_id ORDER BY d.node_id`.execute(tx);
  return rows.map((row) => ({ areaId: row.node_id, unexplainedWh: row.wh }));
}

export const suggestionFor = (
  home: HomeReadings,
  residuals: readonly AreaResidual[],
): PlacementFit | null => likelyArea(home, residuals);

export async function saveSuggestion(
  tx: Tx,
  o: At & { readonly fit: PlacementFit; readonly presentNodeId: string | null },
): Promise<void> {
  const { place, fit, nowMs } = o;
  const found = {
    present_node_id: o.presentNodeId,
    suggested_node_id: fit.areaId,
    share_percent: fit.sharePercent,
    strength_tenths: Math.round(fit.strength * 10),
    found_at: new Date(nowMs),
    state: 'open' as const,
    ...{ decided_by: null, decided_at: null, basis: 'load' as const },
    ...{ present_phase: null, suggested_phase: null },
  };
  // Voltage says more than load: its suggestion stands until a person decides.
  const overLoad = sql<boolean>`(placement_findings.state = 'looking'
      OR placement_findings.state = 'open' AND placement_findings.basis = 'load')
    OR placement_findings.state IN ('confirmed', 'dismissed')
      AND placement_findings.suggested_node_id <> excluded.suggested_node_id`;
  await save(tx, { place, found, replaces: overLoad });
}

/** What voltage says; a dismissed suggestion of the same place does not come again. */
export async function saveVoltageSuggestion(
  tx: Tx,
  o: { readonly suggestion: VoltageSuggestion; readonly nowMs: number },
): Promise<void> {
  const { place, presentNodeId, presentPhase, suggested, ...evidence } = o.suggestion;
  const found = {
    ...{ present_node_id: presentNodeId, present_phase: presentPhase },
    ...{ suggested_node_id: suggested.nodeId, suggested_phase: suggested.phase },
    ...{ basis: 'voltage' as const, share_percent: evidence.withSuggestedPercent },
    strength_tenths: evidence.withSuggestedPercent - evidence.withNextPercent,
    ...{ listed_percent: evidence.withListedPercent, next_percent: evidence.withNextPercent },
    ...{ meters: evidence.meters, pairs: evidence.pairs },
    found_at: new Date(o.nowMs),
    state: 'open' as const,
    ...{ decided_by: null, decided_at: null },
  };
  // On no node, it is held against each feeder: the place that fits best stays.
  const better = sql<boolean>`placement_findings.state IN ('looking', 'open')
      AND (placement_findings.basis = 'load'
        OR excluded.present_node_id IS NOT NULL
        OR placement_findings.suggested_node_id = excluded.suggested_node_id
        OR placement_findings.share_percent <= excluded.share_percent)
    OR placement_findings.state IN ('confirmed', 'dismissed')
      AND (placement_findings.suggested_node_id <> excluded.suggested_node_id
        OR placement_findings.suggested_phase IS DISTINCT FROM excluded.suggested_phase)`;
  await save(tx, { place, found, replaces: better });
}

/** Where a home has no suggestion, or `replaces` holds against the one that it has. */
async function save(
  tx: Tx,
  o: {
    readonly place: ConnectionPlace;
    readonly found: Omit<
      Insertable<Tables['placement_findings']>,
      'bucket' | 'connection_id' | 'utility_id'
    >;
    readonly replaces: RawBuilder<boolean>;
  },
): Promise<void> {
  const { place, found, replaces } = o;
  await tx
    .insertInto('placement_findings')
    .values({
      ...{ bucket: place.bucket, connection_id: place.connectionId, utility_id: place.utilityId },
      ...found,
    })
    .onConflict((conflict) =>
      conflict.columns(['bucket', 'connection_id']).doUpdateSet(found).where(replaces),
    )
    .execute();
}

/** Homes that are looked for, after a place in the order of buckets. */
export async function lookedFor(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly after: { readonly bucket: number; readonly connectionId: string };
    readonly count: number;
  },
) {
  const { rows } = await sql<{
    bucket: number;
    connection_id: string;
    meter_id: string;
    present_node_id: string | null;
  }>`SELECT c.bucket, c.id AS connection_id, m.id AS meter_id, f.present_node_id
    FROM connections c
    JOIN meters m ON m.bucket = c.bucket AND m.connection_id = c.id AND m.retired_at IS NULL
    LEFT JOIN placement_findings f ON f.bucket = c.bucket AND f.connection_id = c.id
    WHERE c.utility_id = ${o.utilityId}::uuid AND c.closed_at IS NULL
      AND (c.bucket, c.id) > (${o.after.bucket}, ${o.after.connectionId}::uuid)
      AND (f.state = 'looking' OR NOT EXISTS (SELECT FROM network_placements p
        WHERE p.bucket = c.bucket AND p.connection_id = c.id))
    ORDER BY c.bucket, c.id LIMIT ${o.count}`.execute(tx);
  return rows.map((row) => ({
    place: { utilityId: o.utilityId, bucket: row.bucket, connectionId: row.connection_id },
    meterId: row.meter_id,
    presentNodeId: row.present_node_id,
  }));
}

export type DecideRefusal = 'unknownFinding' | 'decidedBefore' | 'placedSince';

export type PlacementDecision = 'confirmed' | 'dismissed' | 'undone';

/** The same decision again has the same answer. Confirmed, it replaces the place that holds now. */
export async function decidePlacement(
  tx: Tx,
  deps: { readonly newUuid: NewUuid; readonly nowMs: () => number },
  o: {
    readonly place: ConnectionPlace;
    readonly decision: PlacementDecision;
    readonly operatorId: string;
  },
): Promise<Result<void, DecideRefusal>> {
  const { place, decision, operatorId } = o;
  const row = await tx
    .selectFrom('placement_findings')
    .selectAll()
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined || row.state === 'looking') return err('unknownFinding');
  if (decision === 'undone') return undoPlacement(tx, place, row);
  if (row.state === decision) return ok(undefined);
  if (row.state !== 'open') return err('decidedBefore');
  await tx
    .updateTable('placement_findings')
    .set({ state: decision, decided_by: operatorId, decided_at: new Date(deps.nowMs()) })
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .execute();
  if (decision === 'confirmed' && row.suggested_node_id !== null) {
    const since = await latestSince(tx, place);
    const placement = { nodeId: row.suggested_node_id, phase: row.suggested_phase, since };
    await insertPlacement(tx, deps, { place, ...placement, placedBy: operatorId });
  }
  return ok(undefined);
}

/** The home is listed where it was before, and the suggestion waits again. */
async function undoPlacement(
  tx: Tx,
  place: ConnectionPlace,
  row: { readonly state: string; readonly suggested_node_id: string | null },
): Promise<Result<void, DecideRefusal>> {
  if (row.state === 'open') return ok(undefined);
  if (row.state !== 'confirmed') return err('decidedBefore');
  const newest = await tx
    .selectFrom('network_placements')
    .select(['id', 'node_id', 'source'])
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (newest?.source !== 'confirmed' || newest.node_id !== row.suggested_node_id) {
    return err('placedSince');
  }
  await tx
    .deleteFrom('network_placements')
    .where('bucket', '=', place.bucket)
    .where('id', '=', newest.id)
    .execute();
  await tx
    .updateTable('placement_findings')
    .set({ state: 'open', decided_by: null, decided_at: null })
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .execute();
  return ok(undefined);
}

/** The day of the placement that holds now, which the confirmed one replaces; null: always. */
async function latestSince(tx: Tx, place: ConnectionPlace): Promise<string | null> {
  const { rows } = await sql<{ since: string | null }>`SELECT max(since)::text AS since
    FROM network_placements WHERE bucket = ${place.bucket}
      AND connection_id = ${place.connectionId}::uuid AND since <= current_date`.execute(tx);
  return rows[0]?.since ?? null;
}
