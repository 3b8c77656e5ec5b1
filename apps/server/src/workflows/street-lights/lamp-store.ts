// SQL of an account's lamps, of their groups and of the dim programmes that those go by.

import type { DimProgramme, LampReading, LevelDue } from '@prewatt/street-light';
import { sql } from 'kysely';
import type { ColumnValue } from '../../base/column-value.ts';
import { instant, type Tx } from '../../base/database.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';

export type Group = {
  readonly groupId: string;
  readonly name: string;
  readonly programmeName: string;
  readonly programme: DimProgramme;
};

export async function groupsOf(tx: Tx, place: ConnectionPlace): Promise<readonly Group[]> {
  const rows = await tx
    .selectFrom('lamp_groups as g')
    .innerJoin('dim_programmes as p', (join) =>
      join.onRef('p.bucket', '=', 'g.bucket').onRef('p.id', '=', 'g.programme_id'),
    )
    .select(['g.id', 'g.name', 'p.name as programme_name', 'p.document'])
    .where('g.bucket', '=', place.bucket)
    .where('g.connection_id', '=', place.connectionId)
    .orderBy('g.name')
    .execute();
  return rows.map((row) => ({
    ...{ groupId: row.id, name: row.name, programmeName: row.programme_name },
    programme: row.document as DimProgramme,
  }));
}

export async function keepGroupRow(
  tx: Tx,
  place: ConnectionPlace,
  o: { readonly groupId: string; readonly name: string; readonly programmeId: string },
): Promise<void> {
  await tx
    .insertInto('lamp_groups')
    .values({
      ...{ bucket: place.bucket, id: o.groupId, utility_id: place.utilityId },
      ...{ connection_id: place.connectionId, name: o.name, programme_id: o.programmeId },
    })
    .onConflict((conflict) =>
      conflict
        .columns(['bucket', 'connection_id', 'name'])
        .doUpdateSet({ programme_id: o.programmeId }),
    )
    .execute();
}

export async function programmesOf(tx: Tx, place: ConnectionPlace) {
  const rows = await tx
    .selectFrom('dim_programmes')
    .select(['id', 'name', 'document'])
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .orderBy('name')
    .execute();
  return rows.map(({ id, name, document }) => ({
    ...{ programmeId: id, name, document: document as DimProgramme },
  }));
}

export async function keepProgrammeRow(
  tx: Tx,
  place: ConnectionPlace,
  o: {
    readonly programmeId: string;
    readonly name: string;
    readonly document: DimProgramme;
    readonly nowMs: number;
  },
): Promise<void> {
  const set = { document: JSON.stringify(o.document), changed_at: new Date(o.nowMs) };
  await tx
    .insertInto('dim_programmes')
    .values({
      ...{ ...set, bucket: place.bucket, id: o.programmeId, utility_id: place.utilityId },
      ...{ connection_id: place.connectionId, name: o.name },
    })
    .onConflict((conflict) =>
      conflict.columns(['bucket', 'connection_id', 'name']).doUpdateSet(set),
    )
    .execute();
}

export type Lamp = {
  readonly lampId: string;
  readonly groupId: string;
  readonly name: string;
  readonly fullMilliW: number;
  readonly standbyMilliW: number;
  readonly floorPercent: number | null;
  readonly askedPercent: number | null;
  readonly askedBecause: ColumnValue<'lamps', 'asked_because'> | null;
  readonly askedAtMs: number | null;
  readonly stage: ColumnValue<'lamps', 'stage'>;
  readonly levelPercent: number | null;
  readonly levelSinceMs: number | null;
  readonly milliW: number | null;
  readonly counterWh: bigint | null;
  readonly countedWh: bigint;
  readonly readAtMs: number | null;
  readonly recent: unknown;
  readonly fault: ColumnValue<'lamps', 'fault'> | null;
  readonly faultAtMs: number | null;
  readonly addedAtMs: number;
  readonly link: {
    readonly endpoint: string;
    readonly proof: 'secret' | 'none';
    readonly heardAtMs: number | null;
    /** It listens for a while after it has said something, and not else. */
    readonly sleeps: boolean;
  } | null;
};

/** Those that stand, or some of them. */
export async function lampsOf(
  tx: Tx,
  place: ConnectionPlace,
  lampIds: readonly string[] | null = null,
): Promise<readonly Lamp[]> {
  let query = tx
    .selectFrom('lamps as l')
    .leftJoin('lamp_links as k', (join) =>
      join
        .onRef('k.bucket', '=', 'l.bucket')
        .onRef('k.lamp_id', '=', 'l.id')
        .on('k.ended_at', 'is', null),
    )
    .selectAll('l')
    .select(['k.endpoint', 'k.proof', 'k.heard_at', 'k.sleeps'])
    .where('l.bucket', '=', place.bucket)
    .where('l.connection_id', '=', place.connectionId)
    .where('l.removed_at', 'is', null)
    .orderBy('l.name');
  if (lampIds !== null) query = query.where('l.id', 'in', [...lampIds]);
  const rows = await query.execute();
  return rows.map((row) => ({
    ...{ lampId: row.id, groupId: row.group_id, name: row.name, stage: row.stage },
    ...{ fullMilliW: row.full_milli_w, standbyMilliW: row.standby_milli_w },
    ...{ floorPercent: row.floor_percent, askedPercent: row.asked_percent },
    ...{ askedBecause: row.asked_because, askedAtMs: row.asked_at },
    ...{ levelPercent: row.level_percent, levelSinceMs: row.level_since, milliW: row.milli_w },
    ...{ counterWh: row.counter_wh, countedWh: row.counted_wh, readAtMs: row.read_at },
    ...{ recent: row.recent, fault: row.fault, faultAtMs: row.fault_at },
    addedAtMs: row.added_at,
    link:
      row.endpoint === null || row.proof === null
        ? null
        : {
            ...{ endpoint: row.endpoint, proof: row.proof, heardAtMs: row.heard_at },
            sleeps: row.sleeps ?? false,
          },
  }));
}

export type LampCounts = {
  readonly lamps: number;
  readonly burning: number;
  readonly faults: number;
  readonly late: number;
  readonly protected: number;
  readonly milliW: bigint;
};

const none: LampCounts = { lamps: 0, burning: 0, faults: 0, late: 0, protected: 0, milliW: 0n };

/** Of all accounts of the utility, or of one; an account without lamps has nothing. */
export async function countLamps(
  tx: Tx,
  o: { readonly utilityId: string; readonly connectionId?: string },
): Promise<(connectionId: string) => LampCounts> {
  const { rows } = await sql<LampCounts & { connection_id: string }>`SELECT connection_id,
      count(*)::int AS lamps, (count(*) FILTER (WHERE level_percent > 0))::int AS burning,
      (count(*) FILTER (WHERE fault IS NOT NULL))::int AS faults,
      (count(*) FILTER (WHERE stage = 'late'))::int AS late,
      (count(*) FILTER (WHERE floor_percent IS NOT NULL))::int AS protected,
      coalesce(sum(milli_w), 0)::bigint AS "milliW"
    FROM lamps WHERE utility_id = ${o.utilityId}::uuid AND removed_at IS NULL
      AND (${o.connectionId ?? null}::uuid IS NULL
        OR connection_id = ${o.connectionId ?? null}::uuid)
    GROUP BY connection_id`.execute(tx);
  const byConnection = new Map(rows.map(({ connection_id, ...counts }) => [connection_id, counts]));
  return (connectionId) => byConnection.get(connectionId) ?? none;
}

export type LampSetting = Pick<Lamp, 'groupId' | 'fullMilliW' | 'standbyMilliW' | 'floorPercent'>;

const columnsOf = ({ groupId, fullMilliW, standbyMilliW, floorPercent }: LampSetting) => ({
  ...{ group_id: groupId, full_milli_w: fullMilliW, standby_milli_w: standbyMilliW },
  floor_percent: floorPercent,
});

export async function addLampRow(
  tx: Tx,
  place: ConnectionPlace,
  o: LampSetting & { readonly lampId: string; readonly name: string; readonly nowMs: number },
): Promise<void> {
  const at = new Date(o.nowMs);
  await tx
    .insertInto('lamps')
    .values({
      ...{ ...columnsOf(o), bucket: place.bucket, id: o.lampId, utility_id: place.utilityId },
      ...{ connection_id: place.connectionId, name: o.name, added_at: at, visit_at: at },
    })
    .execute();
}

export async function changeLampRow(
  tx: Tx,
  place: ConnectionPlace,
  o: LampSetting & { readonly lampId: string; readonly nowMs: number },
): Promise<void> {
  await tx
    .updateTable('lamps')
    .set({ ...columnsOf(o), visit_at: new Date(o.nowMs) })
    .where('bucket', '=', place.bucket)
    .where('id', '=', o.lampId)
    .execute();
}

/** Another controller counts from another beginning: counting goes on with its first reading. */
export async function forgetCounter(
  tx: Tx,
  { bucket }: Pick<ConnectionPlace, 'bucket'>,
  lampId: string,
): Promise<void> {
  await tx
    .updateTable('lamps')
    .set({ counter_wh: null })
    .where('bucket', '=', bucket)
    .where('id', '=', lampId)
    .execute();
}

/** It burns nothing any more, and nothing is wrong with it. */
export async function removeLampRow(
  tx: Tx,
  { bucket }: Pick<ConnectionPlace, 'bucket'>,
  { lampId, nowMs }: { readonly lampId: string; readonly nowMs: number },
): Promise<void> {
  const at = new Date(nowMs);
  await tx
    .updateTable('lamps')
    .set({ removed_at: at, milli_w: null })
    .where('bucket', '=', bucket)
    .where('id', '=', lampId)
    .execute();
  await endFaults(tx, { bucket }, { lampId, nowMs });
}

async function endFaults(
  tx: Tx,
  { bucket }: Pick<ConnectionPlace, 'bucket'>,
  { lampId, nowMs }: { readonly lampId: string; readonly nowMs: number },
): Promise<void> {
  await tx
    .updateTable('lamp_faults')
    .set({ ended_at: new Date(nowMs) })
    .where('bucket', '=', bucket)
    .where('lamp_id', '=', lampId)
    .where('ended_at', 'is', null)
    .execute();
}

/** The fault that a lamp has from now on; one row for each time that one lasts. */
export async function writeFault(
  tx: Tx,
  place: ConnectionPlace,
  o: {
    readonly lampId: string;
    readonly faultId: string;
    readonly fault: Lamp['fault'];
    readonly nowMs: number;
  },
): Promise<void> {
  const { bucket, utilityId, connectionId } = place;
  const { lampId, fault } = o;
  const at = new Date(o.nowMs);
  await endFaults(tx, place, o);
  await tx
    .updateTable('lamps')
    .set({ fault, fault_at: fault === null ? null : at })
    .where('bucket', '=', bucket)
    .where('id', '=', lampId)
    .execute();
  if (fault === null) return;
  await tx
    .insertInto('lamp_faults')
    .values({
      ...{ bucket, id: o.faultId, utility_id: utilityId, connection_id: connectionId },
      ...{ lamp_id: lampId, fault, since_at: at },
    })
    .execute();
}

/** Told to lamps that are due it. Another cause of the same level is nothing new to a lamp. */
export async function askLevel(
  tx: Tx,
  { bucket }: Pick<ConnectionPlace, 'bucket'>,
  o: { readonly due: LevelDue; readonly lampIds: readonly string[]; readonly nowMs: number },
): Promise<void> {
  const { levelPercent, because } = o.due;
  const at = new Date(o.nowMs);
  const isSame = sql`asked_percent = ${levelPercent}::smallint`;
  await sql`UPDATE lamps SET asked_because = ${because},
      asked_at = CASE WHEN ${isSame} THEN asked_at ELSE ${at}::timestamptz END,
      stage = CASE WHEN ${isSame} THEN stage ELSE 'asked' END,
      visit_at = CASE WHEN ${isSame} THEN visit_at ELSE ${at}::timestamptz END,
      tries = CASE WHEN ${isSame} THEN tries ELSE 0 END,
      asked_percent = ${levelPercent}::smallint
    WHERE bucket = ${bucket}::smallint AND id = ANY(${[...o.lampIds]}::uuid[])`.execute(tx);
}

/** Lamps that were told a level and do not say it; one that sleeps has its time to wake. */
export async function markLate(
  tx: Tx,
  { bucket, connectionId }: ConnectionPlace,
  o: { readonly toldBeforeMs: number; readonly sleeperBeforeMs: number },
): Promise<void> {
  await sql`UPDATE lamps SET stage = 'late'
    WHERE bucket = ${bucket}::smallint AND connection_id = ${connectionId}::uuid
      AND removed_at IS NULL AND stage = 'asked'
      AND EXISTS (SELECT FROM lamp_links k WHERE k.bucket = lamps.bucket AND k.lamp_id = lamps.id
        AND k.ended_at IS NULL AND lamps.asked_at < CASE WHEN k.sleeps
          THEN ${instant(o.sleeperBeforeMs)}::timestamptz
          ELSE ${instant(o.toldBeforeMs)}::timestamptz END)`.execute(tx);
}

export async function countToLookAt(
  tx: Tx,
  { bucket, connectionId }: Pick<ConnectionPlace, 'bucket' | 'connectionId'>,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM lamps
    WHERE bucket = ${bucket}::smallint AND connection_id = ${connectionId}::uuid
      AND removed_at IS NULL AND (fault IS NOT NULL OR stage = 'late')`.execute(tx);
  return rows[0]?.n ?? 0;
}

export async function addToNight(
  tx: Tx,
  { utilityId, bucket, connectionId }: ConnectionPlace,
  o: { readonly lampId: string; readonly night: string; readonly usedWh: bigint },
): Promise<void> {
  await sql`INSERT INTO lamp_nights (bucket, lamp_id, night, utility_id, connection_id, energy_wh)
    VALUES (${bucket}::smallint, ${o.lampId}::uuid, ${o.night}::date, ${utilityId}::uuid,
      ${connectionId}::uuid, ${o.usedWh}::bigint)
    ON CONFLICT (bucket, lamp_id, night)
      DO UPDATE SET energy_wh = lamp_nights.energy_wh + excluded.energy_wh`.execute(tx);
}

export async function energyOfNight(
  tx: Tx,
  place: ConnectionPlace,
  night: string,
): Promise<ReadonlyMap<string, bigint>> {
  const { rows } = await sql<{ lamp_id: string; energy_wh: bigint }>`
    SELECT lamp_id, energy_wh FROM lamp_nights WHERE bucket = ${place.bucket}::smallint
      AND connection_id = ${place.connectionId}::uuid AND night = ${night}::date`.execute(tx);
  return new Map(rows.map((row) => [row.lamp_id, row.energy_wh]));
}

export type DueLamp = {
  readonly lampId: string;
  readonly place: ConnectionPlace;
  readonly askedPercent: number | null;
};

/** Lamps that are due a visit, taken by one process: others see them when they are due again. */
export async function takeDue(
  tx: Tx,
  utilityId: string,
  o: { readonly nowMs: number; readonly againMs: number; readonly limit: number },
): Promise<readonly DueLamp[]> {
  const { rows } = await sql<{
    id: string;
    bucket: number;
    connection_id: string;
    asked_percent: number | null;
  }>`UPDATE lamps l SET visit_at = ${instant(o.nowMs + o.againMs)}::timestamptz, tries = tries + 1
    FROM (SELECT p.bucket, p.id FROM lamps p
      JOIN lamp_links k ON k.bucket = p.bucket AND k.lamp_id = p.id AND k.ended_at IS NULL
      WHERE p.utility_id = ${utilityId}::uuid AND p.visit_at <= ${instant(o.nowMs)}::timestamptz
        AND p.removed_at IS NULL
      ORDER BY p.visit_at LIMIT ${o.limit} FOR UPDATE OF p SKIP LOCKED) due
    WHERE l.bucket = due.bucket AND l.id = due.id
    RETURNING l.id, l.bucket, l.connection_id, l.asked_percent`.execute(tx);
  return rows.map((row) => ({
    lampId: row.id,
    place: { utilityId, bucket: row.bucket, connectionId: row.connection_id },
    askedPercent: row.asked_percent,
  }));
}

export async function visitAt(
  tx: Tx,
  { bucket }: Pick<ConnectionPlace, 'bucket'>,
  { lampId, atMs }: { readonly lampId: string; readonly atMs: number },
): Promise<void> {
  await tx
    .updateTable('lamps')
    .set({ visit_at: new Date(atMs) })
    .where('bucket', '=', bucket)
    .where('id', '=', lampId)
    .where('removed_at', 'is', null)
    .execute();
}

/** What a lamp said when it was visited, and when it is visited next. */
export async function writeVisit(
  tx: Tx,
  { bucket }: Pick<ConnectionPlace, 'bucket'>,
  o: {
    readonly lampId: string;
    readonly levelPercent: number;
    readonly levelSinceMs: number;
    readonly milliW: number | null;
    readonly counterWh: bigint | null;
    readonly countedWh: bigint;
    readonly readings: readonly LampReading[];
    readonly isApplied: boolean;
    readonly visitAtMs: number;
    readonly nowMs: number;
  },
): Promise<void> {
  await tx
    .updateTable('lamps')
    .set({
      ...{ level_percent: o.levelPercent, level_since: new Date(o.levelSinceMs) },
      ...{ milli_w: o.milliW, counted_wh: o.countedWh, read_at: new Date(o.nowMs) },
      ...(o.counterWh === null ? {} : { counter_wh: o.counterWh }),
      ...(o.isApplied ? { stage: 'applied', tries: 0 } : {}),
      ...{ recent: JSON.stringify(o.readings), visit_at: new Date(o.visitAtMs) },
    })
    .where('bucket', '=', bucket)
    .where('id', '=', o.lampId)
    .execute();
}
