// The one way into the table of vending keys. What is in it was sealed before, in the key's home.

import type { Tx } from '../../base/database.ts';

export type NewVendingKeyRow = {
  readonly id: string;
  readonly utilityId: string;
  readonly supplyGroupCode: string;
  readonly keyRevision: number;
  readonly keyType: number;
  readonly keyExpiry: number;
  readonly baseDate: number;
  readonly dkga: 'dkga02' | 'dkga04';
  /** The key, or its name in the token: see `settle`. */
  readonly sealed: Buffer;
  /** Of a key that two people loaded. */
  readonly load: { readonly id: string; readonly checkValue: string } | null;
  readonly createdAt: Date;
};

export async function insertVendingKey(tx: Tx, key: NewVendingKeyRow): Promise<void> {
  await tx
    .insertInto('vending_keys')
    .values({
      id: key.id,
      utility_id: key.utilityId,
      supply_group_code: key.supplyGroupCode,
      key_revision: key.keyRevision,
      key_type: key.keyType,
      key_expiry: key.keyExpiry,
      base_date: key.baseDate,
      dkga: key.dkga,
      sealed: key.sealed,
      load_id: key.load?.id ?? null,
      check_value: key.load?.checkValue ?? null,
      created_at: key.createdAt,
    })
    .execute();
}
