// SQL of lighting accounts, their programmes, groups, lamps and overrides.

import type { DimProgramme, LevelCause, Standing } from '@prewatt/street-light';
import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import type { ConnectionPlace, MeterPlace } from '../../registry/connections/index.ts';

export type Account = {
  readonly place: MeterPlace;
  readonly latitudeMicroDeg: number;
  readonly longitudeMicroDeg: number;
  readonly dimBelowNights: number;
  readonly dimToPercent: number;
  readonly standing: Standing;
  readonly standingAtMs: number;
  readonly nightsLeftTenths: number | null;
  readonly isOpen: boolean;
  readonly countedWh: bigint;
  readonly answered: unknown;
  readonly lookAtMs: number;
};

type AccountRow = {
  readonly bucket: number;
  readonly connection_id: string;
  readonly utility_id: string;
  readonly meter_id: string;
  readonly latitude_micro_deg: number;
  readonly longitude_micro_deg: number;
  readonly dim_below_nights: number;
  readonly dim_to_percent: number;
  readonly standing: Standing;
  readonly standing_at: number;
  readonly nights_left_tenths: number | null;
  readonly is_open: boolean;
  readonly counted_wh: bigint;
  readonly answered: unknown;
  readonly look_at: number;
};

const accountOf = (row: AccountRow): Account => ({
  place: {
    ...{ utilityId: row.utility_id, bucket: row.bucket },
    ...{ connectionId: row.connection_id, meterId: row.meter_id },
  },
  latitudeMicroDeg: row.latitude_micro_deg,
  longitudeMicroDeg: row.longitude_micro_deg,
  dimBelowNights: row.dim_below_nights,
  dimToPercent: row.dim_to_percent,
  ...{ standing: row.standing, standingAtMs: row.standing_at },
  nightsLeftTenths: row.nights_left_tenths,
  ...{ isOpen: row.is_open, countedWh: row.counted_wh, answered: row.answered },
  lookAtMs: row.look_at,
});

export async function loadAccount(tx: Tx, place: ConnectionPlace): Promise<Account | null> {
  const row = await tx
    .selectFrom('lighting_accounts')
    .selectAll()
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .executeTakeFirst();
  return row === undefined ? null : accountOf(row);
}

/** First of all rows of an account: its lamps are changed under this lock. */
export async function lockAccount(tx: Tx, place: ConnectionPlace): Promise<Account | null> {
  const row = await tx
    .selectFrom('lighting_accounts')
    .selectAll()
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .forUpdate()
    .executeTakeFirst();
  return row === undefined ? null : accountOf(row);
}

export async function accountsOf(tx: Tx, utilityId: string): Promise<readonly Account[]> {
  const rows = await tx
    .selectFrom('lighting_accounts')
    .selectAll()
    .where('utility_id', '=', utilityId)
    .orderBy('opened_at')
    .execute();
  return rows.map(accountOf);
}

export async function accountsToLookAt(
  tx: Tx,
  o: { readonly utilityId: string; readonly nowMs: number; readonly limit: number },
): Promise<readonly ConnectionPlace[]> {
  const rows = await tx
    .selectFrom('lighting_accounts')
    .select(['bucket', 'connection_id'])
    .where('utility_id', '=', o.utilityId)
    .where('look_at', '<=', instant(o.nowMs))
    .orderBy('look_at')
    .limit(o.limit)
    .execute();
  return rows.map((row) => ({
    ...{ utilityId: o.utilityId, bucket: row.bucket, connectionId: row.connection_id },
  }));
}

export async function updateAccount(
  tx: Tx,
  place: ConnectionPlace,
  set: {
    readonly standing?: Standing;
    readonly standing_at?: Date;
    readonly nights_left_tenths?: number | null;
    readonly look_at?: Date;
    readonly latitude_micro_deg?: number;
    readonly longitude_micro_deg?: number;
    readonly dim_below_nights?: number;
    readonly dim_to_percent?: number;
    readonly is_open?: boolean;
    readonly answered?: string;
    readonly counted_wh?: bigint;
    readonly said_until?: Date;
  },
): Promise<void> {
  await tx
    .updateTable('lighting_accounts')
    .set(set)
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .execute();
}

/** What was changed is looked at with the next sweep. */
export const lookSoon = (tx: Tx, place: ConnectionPlace, nowMs: number): Promise<void> =>
  updateAccount(tx, place, { look_at: new Date(nowMs) });

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

export type Lamp = {
  readonly lampId: string;
  readonly groupId: string;
  readonly name: string;
  readonly fullMilliW: number;
  readonly standbyMilliW: number;
  readonly floorPercent: number | null;
  readonly askedPercent: number | null;
  readonly askedBecause: LevelCause | null;
  readonly askedAtMs: number | null;
  readonly stage: 'none' | 'asked' | 'applied' | 'late';
  readonly levelPercent: number | null;
  readonly levelSinceMs: number | null;
  readonly milliW: number | null;
  readonly counterWh: bigint | null;
  readonly countedWh: bigint;
  readonly readAtMs: number | null;
  readonly recent: unknown;
  readonly fault: 'dark' | 'burnsByDay' | 'overPower' | 'underPower' | 'flickers' | 'silent' | null;
  readonly faultAtMs: number | null;
  readonly addedAtMs: number;
  readonly link: {
    readonly endpoint: string;
    readonly proof: 'secret' | 'none';
    readonly heardAtMs: number | null;
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
    .select(['k.endpoint', 'k.proof', 'k.heard_at'])
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
        : { endpoint: row.endpoint, proof: row.proof, heardAtMs: row.heard_at },
  }));
}

export type KnownOverride = {
  readonly overrideId: string;
  readonly groupId: string | null;
  readonly lampId: string | null;
  readonly levelPercent: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly reason: string;
  readonly by: string;
};

/** Those that hold or will, the newest last. */
export async function overridesOf(
  tx: Tx,
  place: ConnectionPlace,
  nowMs: number,
): Promise<readonly KnownOverride[]> {
  const { rows } = await sql<{
    id: string;
    group_id: string | null;
    lamp_id: string | null;
    level_percent: number;
    from_at: number;
    until_at: number;
    reason: string;
    name: string;
  }>`SELECT v.id, v.group_id, v.lamp_id, v.level_percent, v.from_at, v.until_at, v.reason, p.name
    FROM light_overrides v JOIN operators p ON p.id = v.asked_by
    WHERE v.bucket = ${place.bucket}::smallint AND v.connection_id = ${place.connectionId}::uuid
      AND v.ended_at IS NULL AND v.until_at > ${instant(nowMs)}
    ORDER BY v.id`.execute(tx);
  return rows.map((row) => ({
    ...{ overrideId: row.id, groupId: row.group_id, lampId: row.lamp_id },
    ...{ levelPercent: row.level_percent, fromMs: row.from_at, untilMs: row.until_at },
    ...{ reason: row.reason, by: row.name },
  }));
}
