// What is loaded, without anything secret: each key, whether it may be used, and how many meters
// hold it.

import type { VendingKeyRow } from '@prewatt/api';
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
    expiresAt: expiryOf(row),
    use: useOf(row, o.nowMs),
    loadedAt: new Date(loadedAt).toISOString(),
  }));
}

/** Tokens whose TID's top byte exceeds the expiry number are refused (IEC 62055-41, 6.1.10). */
function expiryOf(row: Pick<Row, 'keyExpiry' | 'baseDate'>): string | null {
  const firstRefused = (row.keyExpiry + 1) * 65_536;
  if (row.keyExpiry === 255 || firstRefused > maximumTid) return null;
  const instant = instantFromTid(firstRefused, row.baseDate);
  return instant.ok ? new Date(instant.value).toISOString() : null;
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
