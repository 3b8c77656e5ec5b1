// Every statement that writes meters and the directory of their numbers. Other features decide what
// a row becomes, and call these.

import type { Currency } from '@prewatt/quantities';
import type { KeyIdentity } from '@prewatt/vending-rules';
import { sql, type UpdateObject } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { statementOfRows } from '../../base/rows.ts';
import type { Tables } from '../../base/tables.ts';
import type { MeterPlace } from './store.ts';

type At = Pick<MeterPlace, 'bucket' | 'meterId'>;

const meter = (tx: Tx, place: At) =>
  tx.updateTable('meters').where('bucket', '=', place.bucket).where('id', '=', place.meterId);

/** Enters the number in the directory, which all utilities share; false when it stands there. */
export async function claimMeterNumber(
  tx: Tx,
  place: MeterPlace,
  meterPan: string,
): Promise<boolean> {
  const claimed = await tx
    .insertInto('meter_directory')
    .values({
      meter_pan: meterPan,
      utility_id: place.utilityId,
      bucket: place.bucket,
      connection_id: place.connectionId,
      meter_id: place.meterId,
    })
    .onConflict((conflict) => conflict.column('meter_pan').doNothing())
    .returning('meter_pan')
    .executeTakeFirst();
  return claimed !== undefined;
}

/**
 * Who has a number: nobody, a meter of this utility, or one of another utility. Whoever asks from
 * this utility is told of the last only that the number cannot be used: what others have is theirs.
 */
export async function holderOfMeterNumber(
  tx: Tx,
  utilityId: string,
  meterPan: string,
): Promise<'nobody' | 'others' | Pick<MeterPlace, 'bucket' | 'connectionId' | 'meterId'>> {
  const row = await tx
    .selectFrom('meter_directory')
    .select(['utility_id', 'bucket', 'connection_id', 'meter_id'])
    .where('meter_pan', '=', meterPan)
    .executeTakeFirst();
  if (row === undefined) return 'nobody';
  if (row.utility_id !== utilityId) return 'others';
  return { bucket: row.bucket, connectionId: row.connection_id, meterId: row.meter_id };
}

export type MeterParticulars = {
  readonly meterPan: string;
  readonly encryptionAlgorithm: 'ea07' | 'ea11';
  readonly supplyGroupCode: string;
  readonly tariffIndex: string;
  readonly keyRevision: number;
  /** SHA-256 of its link's secret; null for a meter without a link. */
  readonly secretHash: Buffer | null;
  /** The currency of a meter that counts credit in money as it is put in; null for energy. */
  readonly startsInMoney: Currency | null;
  readonly createdAt: Date;
};

// No secret has this hash, so a meter without a link cannot open one.
const noSecret = Buffer.alloc(32);

/** The meter of a connection that has none in use; its number was claimed. */
export async function insertMeter(tx: Tx, place: MeterPlace, m: MeterParticulars): Promise<void> {
  await tx
    .insertInto('meters')
    .values({
      bucket: place.bucket,
      id: place.meterId,
      utility_id: place.utilityId,
      connection_id: place.connectionId,
      meter_pan: m.meterPan,
      encryption_algorithm: m.encryptionAlgorithm,
      supply_group_code: m.supplyGroupCode,
      tariff_index: m.tariffIndex,
      key_revision: m.keyRevision,
      secret_hash: m.secretHash ?? noSecret,
      last_tid: null,
      starts_in_money:
        m.startsInMoney === null ? null : JSON.stringify({ currency: m.startsInMoney }),
      created_at: m.createdAt,
    })
    .execute();
}

/** Its number refuses sales from then on. With what it had taken in, where that is known. */
export async function retireMeter(
  tx: Tx,
  place: At,
  o: {
    readonly at: Date;
    readonly creditedWh: bigint | null;
    readonly creditedMinor: bigint | null;
  },
): Promise<void> {
  await meter(tx, place)
    .set({
      retired_at: o.at,
      final_credited_wh: o.creditedWh,
      final_credited_minor: o.creditedMinor,
    })
    .execute();
}

const tidColumns = { bucket: 'smallint', id: 'uuid', last_tid: 'integer' } as const;

/** The last TID that each meter was given; its row is locked. */
export const setLastTids = statementOfRows(
  tidColumns,
  (rows) => `UPDATE meters m SET last_tid = r.last_tid
    FROM ${rows('r')} WHERE m.bucket = r.bucket AND m.id = r.id`,
);

/**
 * The statement that raises last TIDs, never back; it answers with the ids of those raised. `tids`
 * is what stands in its FROM: rows of bucket, id and tid, whose meters are locked.
 */
export const raisingLastTids = (tids: string): string =>
  `UPDATE prewatt.meters m SET last_tid = raised.tid FROM ${tids} AS raised
    WHERE m.bucket = raised.bucket AND m.id = raised.id
      AND coalesce(m.last_tid, -1) < raised.tid RETURNING m.id`;

/** What meters should hold from now on, or null; with their last TIDs under the key in use then. */
export async function setWantedKeys(
  tx: Tx,
  rows: readonly {
    readonly bucket: number;
    readonly meterId: string;
    readonly wanted: KeyIdentity | null;
    readonly lastTid: number | null;
  }[],
): Promise<void> {
  const wanted = rows.map((row) => row.wanted);
  await sql`UPDATE meters m SET wanted_supply_group_code = n.supply_group_code,
      wanted_key_revision = n.key_revision, wanted_tariff_index = n.tariff_index,
      last_tid = n.last_tid
    FROM unnest(${rows.map(({ bucket }) => bucket)}::smallint[],
      ${rows.map(({ meterId }) => meterId)}::uuid[],
      ${wanted.map((key) => key?.supplyGroupCode ?? null)}::text[],
      ${wanted.map((key) => key?.keyRevision ?? null)}::smallint[],
      ${wanted.map((key) => key?.tariffIndex ?? null)}::text[],
      ${rows.map(({ lastTid }) => lastTid)}::integer[]
    ) AS n (bucket, id, supply_group_code, key_revision, tariff_index, last_tid)
    WHERE m.bucket = n.bucket AND m.id = n.id`.execute(tx);
}

/** The meter holds the key, and wants none more if it was this one that it wanted. */
export async function setHeldKey(tx: Tx, place: At, held: KeyIdentity): Promise<void> {
  const key = {
    supply_group_code: held.supplyGroupCode,
    tariff_index: held.tariffIndex,
    key_revision: held.keyRevision,
  };
  const row = await tx
    .selectFrom('meters')
    .select(['wanted_supply_group_code', 'wanted_tariff_index', 'wanted_key_revision'])
    .where('bucket', '=', place.bucket)
    .where('id', '=', place.meterId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const isWanted =
    row.wanted_supply_group_code === key.supply_group_code &&
    row.wanted_tariff_index === key.tariff_index &&
    row.wanted_key_revision === key.key_revision;
  const none = {
    wanted_supply_group_code: null,
    wanted_tariff_index: null,
    wanted_key_revision: null,
  };
  await meter(tx, place)
    .set({ ...key, ...(isWanted ? none : {}) })
    .execute();
}

/** The power that the next sale's token allows again, after a limit of the soft landing. */
export async function setPowerToAllow(tx: Tx, place: At, powerW: bigint): Promise<void> {
  await meter(tx, place).set({ lift_power_w: powerW }).execute();
}

const meterColumns = { bucket: 'smallint', id: 'uuid' } as const;

/** Their power is allowed again. A meter that had no limit is not touched. */
export const forgetPowerToAllow = statementOfRows(
  meterColumns,
  (rows) => `UPDATE meters m SET lift_power_w = NULL FROM ${rows('r')}
    WHERE m.bucket = r.bucket AND m.id = r.id AND m.lift_power_w IS NOT NULL`,
);

/**
 * The instant of a command that is being asked for: now, or just after the last one when the clock
 * says otherwise. Locks the meter, so that order and instants agree.
 */
export async function nextCommandInstant(tx: Tx, place: At, nowMs: number): Promise<number> {
  const now = new Date(nowMs);
  const { rows } = await sql<{ at: number }>`UPDATE meters
    SET commanded_at = greatest(commanded_at + interval '1 millisecond', ${now}::timestamptz)
    WHERE bucket = ${place.bucket} AND id = ${place.meterId}::uuid
    RETURNING commanded_at AS at`.execute(tx);
  return rows[0]?.at ?? nowMs;
}

type LinkColumns = 'secret_hash' | 'next_secret_hash' | 'secret_generation' | 'link_revoked_at';

/** How the meter proves who it is; what that means is decided by credentials of the head-end. */
export const updateLink = (
  tx: Tx,
  place: At,
  columns: Pick<UpdateObject<Tables, 'meters'>, LinkColumns>,
) => meter(tx, place).set(columns);
