// SQL of lighting accounts: where they are, how they stand, and their overrides. lamp-store.ts has
// their lamps.

import type { Standing } from '@prewatt/street-light';
import { sql } from 'kysely';
import type { ColumnValue } from '../../base/column-value.ts';
import { instant, type Tx } from '../../base/database.ts';
import type { ConnectionPlace, MeterPlace } from '../../registry/connections/index.ts';

export type MeteredBy = ColumnValue<'lighting_accounts', 'metered_by'>;

export type Account = {
  readonly place: MeterPlace;
  /** Who counts what it uses, and so whose credit and switch it lives by. */
  readonly meteredBy: MeteredBy;
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
  readonly closedAtMs: number | null;
  /** Lamps behind the contactor of its own meter; null: it has none. */
  readonly circuit: Circuit | null;
  readonly circuitGeneration: number;
  readonly circuitTold: unknown;
};

export type Circuit = {
  readonly groupId: string;
  /** Of all its lamps together. */
  readonly fullW: number;
  readonly onFromPercent: number;
  readonly isProtected: boolean;
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
  readonly metered_by: MeteredBy;
  readonly closed_at: number | null;
  readonly circuit_group_id: string | null;
  readonly circuit_full_w: number | null;
  readonly circuit_on_from_percent: number | null;
  readonly circuit_is_protected: boolean | null;
  readonly circuit_generation: number;
  readonly circuit_told: unknown;
};

const accountOf = (row: AccountRow): Account => ({
  place: {
    ...{ utilityId: row.utility_id, bucket: row.bucket },
    ...{ connectionId: row.connection_id, meterId: row.meter_id },
  },
  meteredBy: row.metered_by,
  latitudeMicroDeg: row.latitude_micro_deg,
  longitudeMicroDeg: row.longitude_micro_deg,
  dimBelowNights: row.dim_below_nights,
  dimToPercent: row.dim_to_percent,
  ...{ standing: row.standing, standingAtMs: row.standing_at },
  nightsLeftTenths: row.nights_left_tenths,
  ...{ isOpen: row.is_open, countedWh: row.counted_wh, answered: row.answered },
  ...{ lookAtMs: row.look_at, closedAtMs: row.closed_at },
  circuit: circuitOf(row),
  ...{ circuitGeneration: row.circuit_generation, circuitTold: row.circuit_told },
});

/** All of its columns are there, or none. */
function circuitOf(row: AccountRow): Circuit | null {
  const { circuit_group_id: groupId, circuit_full_w: fullW } = row;
  const { circuit_on_from_percent: onFromPercent, circuit_is_protected: isProtected } = row;
  if (groupId === null || fullW === null) return null;
  if (onFromPercent === null || isProtected === null) return null;
  return { groupId, fullW, onFromPercent, isProtected };
}

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
    .where('closed_at', 'is', null)
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
    readonly metered_by?: MeteredBy;
    readonly closed_at?: Date | null;
    readonly circuit_group_id?: string | null;
    readonly circuit_full_w?: number | null;
    readonly circuit_on_from_percent?: number | null;
    readonly circuit_is_protected?: boolean | null;
    readonly circuit_generation?: number;
    readonly circuit_told?: string | null;
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

export const overrideByRequest = (tx: Tx, place: ConnectionPlace, requestId: string) =>
  tx
    .selectFrom('light_overrides')
    .select(['level_percent', 'until_at', 'group_id', 'lamp_id'])
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where('request_id', '=', requestId)
    .executeTakeFirst();

export async function addOverride(
  tx: Tx,
  place: ConnectionPlace,
  o: Omit<KnownOverride, 'by'> & { readonly requestId: string; readonly operatorId: string },
): Promise<void> {
  await tx
    .insertInto('light_overrides')
    .values({
      ...{ bucket: place.bucket, id: o.overrideId, utility_id: place.utilityId },
      ...{ connection_id: place.connectionId, request_id: o.requestId },
      ...{ group_id: o.groupId, lamp_id: o.lampId, level_percent: o.levelPercent },
      ...{ from_at: new Date(o.fromMs), until_at: new Date(o.untilMs), reason: o.reason },
      asked_by: o.operatorId,
    })
    .execute();
}

/** One, or all of the account; how many there were. */
export async function endOverrides(
  tx: Tx,
  place: ConnectionPlace,
  o: { readonly overrideId: string | null; readonly nowMs: number },
): Promise<number> {
  const at = new Date(o.nowMs);
  let query = tx
    .updateTable('light_overrides')
    .set({ ended_at: at })
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where('until_at', '>', instant(o.nowMs))
    .where('ended_at', 'is', null);
  if (o.overrideId !== null) query = query.where('id', '=', o.overrideId);
  const ended = await query.returning('id').execute();
  return ended.length;
}

export async function addAccount(
  tx: Tx,
  { meterId, ...place }: MeterPlace,
  o: {
    readonly latitudeMicroDeg: number;
    readonly longitudeMicroDeg: number;
    readonly dimBelowNights: number;
    readonly dimToPercent: number;
    readonly meteredBy: MeteredBy;
    readonly saidUntilMs: number;
    readonly nowMs: number;
    readonly operatorId: string;
  },
): Promise<void> {
  const at = new Date(o.nowMs);
  await tx
    .insertInto('lighting_accounts')
    .values({
      ...{ bucket: place.bucket, connection_id: place.connectionId, utility_id: place.utilityId },
      ...{ latitude_micro_deg: o.latitudeMicroDeg, longitude_micro_deg: o.longitudeMicroDeg },
      ...{ dim_below_nights: o.dimBelowNights, dim_to_percent: o.dimToPercent },
      ...{ meter_id: meterId, metered_by: o.meteredBy, standing: 'enough', standing_at: at },
      ...{ said_until: new Date(o.saidUntilMs), look_at: at },
      ...{ opened_at: at, opened_by: o.operatorId },
    })
    .execute();
}

/** Of an account that a meter of its own counts: what it said last. Null: nothing yet. */
export async function ownMeterOf(
  tx: Tx,
  { bucket, meterId }: Pick<MeterPlace, 'bucket' | 'meterId'>,
): Promise<{
  readonly creditWh: bigint;
  readonly isOpen: boolean;
  readonly powerW: bigint;
  readonly heardAtMs: number;
} | null> {
  const row = await tx
    .selectFrom('meter_states')
    .select(['available_energy_wh', 'load_switch', 'power_w', 'captured_at'])
    .where('bucket', '=', bucket)
    .where('meter_id', '=', meterId)
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    ...{ creditWh: row.available_energy_wh, isOpen: row.load_switch !== 'connected' },
    ...{ powerW: row.power_w, heardAtMs: row.captured_at },
  };
}
