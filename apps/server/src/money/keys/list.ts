// What is loaded, without anything secret: each key, whether it may be used, and how many meters
// hold it.

import { keyWarningDays, type VendingKeyRow } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { instantFromTid, maximumTid } from '@prewatt/sts/codec';
import { nextTid } from '@prewatt/sts/issue';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';

type Row = {
  readonly id: string;
  readonly supplyGroupCode: string;
  readonly keyRevision: number;
  readonly keyType: number;
  readonly keyExpiry: number;
  readonly baseDate: 93 | 14 | 35;
  readonly dkga: 'dkga02' | 'dkga04';
  readonly checkValue: string | null;
  readonly meters: number;
  readonly loadedAt: number;
};

export async function listKeys(
  tx: Tx,
  o: { readonly utilityId: string; readonly nowMs: number },
): Promise<VendingKeyRow[]> {
  const { rows } = await sql<Row>`SELECT k.id, k.supply_group_code AS "supplyGroupCode",
      k.key_revision AS "keyRevision", k.key_type AS "keyType", k.key_expiry AS "keyExpiry",
      k.base_date AS "baseDate", k.dkga, k.check_value AS "checkValue", k.created_at AS "loadedAt",
      coalesce(held.meters, 0)::int AS meters
    FROM prewatt.vending_keys k LEFT JOIN (
      SELECT supply_group_code, key_revision, count(*) AS meters FROM prewatt.meters
      WHERE utility_id = ${o.utilityId}::uuid AND retired_at IS NULL
      GROUP BY supply_group_code, key_revision) held
      ON held.supply_group_code = k.supply_group_code AND held.key_revision = k.key_revision
    WHERE k.utility_id = ${o.utilityId}::uuid
    ORDER BY k.supply_group_code, k.key_revision`.execute(tx);
  return rows.map(({ id, loadedAt, ...row }) => ({
    ...row,
    keyId: idFromUuid('key', id),
    expiresAt: new Date(endMsOf(row)).toISOString(),
    endsSoon: row.meters > 0 && isNearEnd(row, o.nowMs),
    use: useOf(row, o.nowMs),
    loadedAt: new Date(loadedAt).toISOString(),
  }));
}

/** How many keys that meters hold end soon or have ended, for the attention list. */
export async function endingKeys(
  tx: Tx,
  o: { readonly utilityId: string; readonly nowMs: number },
): Promise<number> {
  const { rows } = await sql<
    Pick<Row, 'keyType' | 'keyExpiry' | 'baseDate' | 'supplyGroupCode' | 'keyRevision'>
  >`SELECT key_type AS "keyType", key_expiry AS "keyExpiry", base_date AS "baseDate",
      supply_group_code AS "supplyGroupCode", key_revision AS "keyRevision"
    FROM prewatt.vending_keys WHERE utility_id = ${o.utilityId}::uuid`.execute(tx);
  const near = rows.filter((row) => isNearEnd(row, o.nowMs));
  // Meters are looked for only then: in most years no key ends.
  const held = await Promise.all(near.map((row) => isHeld(tx, o.utilityId, row)));
  return held.filter(Boolean).length;
}

async function isHeld(
  tx: Tx,
  utilityId: string,
  key: Pick<Row, 'supplyGroupCode' | 'keyRevision'>,
): Promise<boolean> {
  const meter = await tx
    .selectFrom('meters')
    .select('id')
    .where('utility_id', '=', utilityId)
    .where('supply_group_code', '=', key.supplyGroupCode)
    .where('key_revision', '=', key.keyRevision)
    .where('retired_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return meter !== undefined;
}

type Ending = Pick<Row, 'keyType' | 'keyExpiry' | 'baseDate'>;

/** Credit is sold under it, and it ends within the time of the warning or has ended. */
const isNearEnd = (row: Ending, nowMs: number): boolean =>
  row.keyType >= 2 && endMsOf(row) - nowMs < keyWarningDays * 86_400_000;

/**
 * The first minute without a TID: those whose top byte exceeds the expiry number are refused (IEC
 * 62055-41, 6.1.10), and there are 2^24 of them (6.3.5).
 */
function endMsOf(row: Pick<Row, 'keyExpiry' | 'baseDate'>): number {
  const lastTid = Math.min((row.keyExpiry + 1) * 65_536 - 1, maximumTid);
  const instant = instantFromTid(lastTid, row.baseDate);
  if (!instant.ok) throw new Error(`a vending key without an end: ${instant.error}`);
  return instant.value + 60_000;
}

function useOf(
  row: Pick<Row, 'baseDate' | 'keyExpiry' | 'keyType'>,
  nowMs: number,
): VendingKeyRow['use'] {
  const tid = nextTid({ nowMs, baseDate: row.baseDate, lastTid: null });
  if (!tid.ok) return tid.error === 'beforeBaseDate' ? 'notBegun' : 'expired';
  if (tid.value >>> 16 > row.keyExpiry) return 'expired';
  return row.keyType < 2 ? 'keyChangeOnly' : 'usable';
}
