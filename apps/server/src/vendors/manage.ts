// What operators do about vendors: make them, set what they may, block them, give and take keys,
// record the money that they bring. Each change waits for the vendor's lock and counts at once.

import type { VendorDepositJson, VendorKeyJson, VendorRow } from '@prewatt/api';
import { err, idFromUuid, ok, type RandomBytes, type Result } from '@prewatt/quantities';
import type { Tx } from '../platform/database.ts';
import type { NewUuid } from '../platform/ids.ts';
import type { Clocks } from '../platform/time.ts';
import type { ManageRefusal } from './errors.ts';
import { lockVendor, openHomeAccounts, payIntoFloat } from './float.ts';
import { makeKey } from './keys.ts';

export type VendorSettings = {
  readonly commissionBasisPoints: number;
  readonly floatLimitMinor: bigint;
  readonly tokensPerHour: number;
  readonly energyPerHourWh: bigint;
};

type Answer<T, E extends ManageRefusal> = Promise<Result<T, E>>;

/** All in the caller's transaction, which is of the operator's utility. */
export type Managing = {
  readonly create: (
    tx: Tx,
    utilityId: string,
    vendor: VendorSettings & { readonly name: string },
  ) => Answer<VendorRow, 'nameTaken'>;
  readonly change: (
    tx: Tx,
    vendorId: string,
    settings: Partial<VendorSettings>,
  ) => Answer<VendorRow, 'unknownVendor'>;
  /** A reason blocks, null unblocks. */
  readonly block: (
    tx: Tx,
    vendorId: string,
    reason: string | null,
  ) => Answer<VendorRow, 'unknownVendor'>;
  readonly createKey: (
    tx: Tx,
    vendorId: string,
    label: string,
  ) => Answer<VendorKeyJson, 'unknownVendor'>;
  readonly revokeKey: (
    tx: Tx,
    vendorId: string,
    keyId: string,
  ) => Answer<void, 'unknownVendor' | 'unknownKey'>;
  /** The same request id again gets the first answer. */
  readonly recordDeposit: (
    tx: Tx,
    vendorId: string,
    o: {
      readonly requestId: string;
      readonly amountMinor: bigint;
      readonly reference: string;
      readonly operatorName: string;
    },
  ) => Answer<VendorDepositJson, 'unknownVendor' | 'requestIdReused'>;
};

export function createManaging(o: {
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
  readonly random: RandomBytes;
}): Managing {
  const now = () => new Date(o.clocks.business.nowMs());

  return {
    create: async (tx, utilityId, vendor) => {
      const row = await tx
        .insertInto('vendors')
        .values({
          id: o.newUuid(),
          utility_id: utilityId,
          name: vendor.name,
          created_at: now(),
          ...columnsOf(vendor),
        })
        .onConflict((conflict) => conflict.columns(['utility_id', 'name']).doNothing())
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) return err('nameTaken');
      const subjects = { utilityId, vendorId: row.id };
      await openHomeAccounts(tx, subjects, o.clocks.business.nowMs());
      return ok(vendorJson(row));
    },

    change: async (tx, vendorId, settings) => {
      const known = await lockVendor(tx, vendorId);
      if (known === undefined) return err('unknownVendor');
      const row = await tx
        .updateTable('vendors')
        .set({
          commission_basis_points: settings.commissionBasisPoints ?? known.commission_basis_points,
          float_limit_minor: settings.floatLimitMinor ?? known.float_limit_minor,
          tokens_per_hour: settings.tokensPerHour ?? known.tokens_per_hour,
          energy_per_hour_wh: settings.energyPerHourWh ?? known.energy_per_hour_wh,
        })
        .where('id', '=', vendorId)
        .returningAll()
        .executeTakeFirstOrThrow();
      return ok(vendorJson(row));
    },

    block: async (tx, vendorId, reason) => {
      const row = await tx
        .updateTable('vendors')
        .set({ blocked_reason: reason })
        .where('id', '=', vendorId)
        .returningAll()
        .executeTakeFirst();
      return row === undefined ? err('unknownVendor') : ok(vendorJson(row));
    },

    createKey: async (tx, vendorId, label) => {
      const vendor = await lockVendor(tx, vendorId);
      if (vendor === undefined) return err('unknownVendor');
      const keyId = o.newUuid();
      const { key, secretHash } = makeKey(keyId, o.random);
      await tx
        .insertInto('vendor_key_directory')
        .values({ key_id: keyId, utility_id: vendor.utility_id })
        .execute();
      await tx
        .insertInto('vendor_keys')
        .values({
          id: keyId,
          utility_id: vendor.utility_id,
          vendor_id: vendorId,
          label,
          secret_hash: secretHash,
          created_at: now(),
        })
        .execute();
      return ok({ keyId: idFromUuid('key', keyId), key });
    },

    revokeKey: async (tx, vendorId, keyId) => {
      if ((await lockVendor(tx, vendorId)) === undefined) return err('unknownVendor');
      const base = tx
        .updateTable('vendor_keys')
        .where('id', '=', keyId)
        .where('vendor_id', '=', vendorId);
      await base.set({ revoked_at: now() }).where('revoked_at', 'is', null).execute();
      const row = await tx
        .selectFrom('vendor_keys')
        .select('id')
        .where('id', '=', keyId)
        .where('vendor_id', '=', vendorId)
        .executeTakeFirst();
      return row === undefined ? err('unknownKey') : ok(undefined);
    },

    recordDeposit: async (tx, vendorId, paid) => {
      const vendor = await lockVendor(tx, vendorId);
      if (vendor === undefined) return err('unknownVendor');
      const first = await tx
        .selectFrom('vendor_deposits')
        .selectAll()
        .where('vendor_id', '=', vendorId)
        .where('request_id', '=', paid.requestId)
        .executeTakeFirst();
      if (first !== undefined) {
        const isSame =
          first.amount_minor === paid.amountMinor && first.reference === paid.reference;
        return isSame ? ok(vendorDepositJson(first)) : err('requestIdReused');
      }
      const { amountMinor } = paid;
      const nowMs = o.clocks.business.nowMs();
      const transferId = await payIntoFloat(tx, { ...o, vendor, amountMinor, nowMs });
      const row = await tx
        .insertInto('vendor_deposits')
        .values({
          id: o.newUuid(),
          utility_id: vendor.utility_id,
          vendor_id: vendorId,
          request_id: paid.requestId,
          amount_minor: amountMinor,
          reference: paid.reference,
          transfer_id: transferId,
          recorded_by: paid.operatorName,
          recorded_at: new Date(nowMs),
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return ok(vendorDepositJson(row));
    },
  };
}

const columnsOf = (settings: VendorSettings) => ({
  commission_basis_points: settings.commissionBasisPoints,
  float_limit_minor: settings.floatLimitMinor,
  tokens_per_hour: settings.tokensPerHour,
  energy_per_hour_wh: settings.energyPerHourWh,
});

type VendorTableRow = NonNullable<Awaited<ReturnType<typeof lockVendor>>>;

export const vendorJson = (row: VendorTableRow): VendorRow => ({
  vendorId: idFromUuid('vendor', row.id),
  name: row.name,
  blockedReason: row.blocked_reason,
  commissionBasisPoints: row.commission_basis_points,
  floatMinor: row.float_minor.toString(),
  floatLimitMinor: row.float_limit_minor.toString(),
  tokensPerHour: row.tokens_per_hour,
  energyPerHourWh: row.energy_per_hour_wh.toString(),
});

export const vendorDepositJson = (row: {
  readonly id: string;
  readonly amount_minor: bigint;
  readonly reference: string;
  readonly recorded_by: string;
  readonly recorded_at: number;
}): VendorDepositJson => ({
  vendorDepositId: idFromUuid('deposit', row.id),
  amountMinor: row.amount_minor.toString(),
  reference: row.reference,
  recordedBy: row.recorded_by,
  recordedAt: new Date(row.recorded_at).toISOString(),
});
