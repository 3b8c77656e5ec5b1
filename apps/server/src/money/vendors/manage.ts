// What operators do about vendors: make them, set what they may, block them, give and take keys,
// record the money that they bring. Each change waits for the vendor's lock and counts at once.

import type { VendorDepositJson, VendorKeyJson, VendorRow } from '@prewatt/api';
import { err, idFromUuid, ok, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Clocks } from '../../base/time.ts';
import type { ManageRefusal } from './errors.ts';
import { lockVendor, openHomeAccounts, payIntoFloat } from './float.ts';
import { type Asked, firstAsked, keepAsked } from './idempotency.ts';
import { keyOf } from './keys.ts';

export type VendorSettings = {
  readonly commissionBasisPoints: number;
  readonly floatLimitMinor: bigint;
  readonly tokensPerHour: number;
  readonly energyPerHourWh: bigint;
};

type Answer<T, E extends ManageRefusal> = Promise<Result<T, E>>;

/** All in the caller's transaction, which is of the operator's utility. */
export type Managing = {
  /** The same request id again answers with the vendor that it made, as it is now. */
  readonly create: (
    tx: Tx,
    utilityId: string,
    vendor: VendorSettings & { readonly name: string; readonly requestId: string },
  ) => Answer<VendorRow, 'requestIdReused' | 'nameTaken'>;
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
  /** The same request id again answers with the same key, for a few minutes while it opens. */
  readonly createKey: (
    tx: Tx,
    vendorId: string,
    o: { readonly requestId: string; readonly label: string },
  ) => Answer<VendorKeyJson, 'unknownVendor' | 'requestIdReused' | 'keyShownBefore'>;
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
  readonly masterKey: Buffer;
}): Managing {
  const now = () => new Date(o.clocks.business.nowMs());
  const atMs = () => o.clocks.real.nowMs();

  return {
    create: async (tx, utilityId, vendor) => {
      const asked = { what: 'vendor', name: vendor.name, ...textsOf(vendor) };
      const ask = { utilityId, requestId: vendor.requestId, asked };
      const first = await firstAsked(tx, ask);
      if (!first.ok) return first;
      if (first.value !== null) return ok(vendorJson(await vendorRow(tx, first.value.vendorId)));
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
      await keepAsked(tx, ask, { vendorId: row.id, keyId: null, atMs: atMs() });
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

    createKey: async (tx, vendorId, { requestId, label }) => {
      const vendor = await lockVendor(tx, vendorId);
      if (vendor === undefined) return err('unknownVendor');
      const asked = { what: 'key', vendorId, label };
      const ask = { utilityId: vendor.utility_id, requestId, asked };
      const first = await firstAsked(tx, ask);
      if (!first.ok) return first;
      if (first.value !== null) return shownAgain(tx, o, first.value);
      const keyId = o.newUuid();
      const { key, secretHash } = keyOf(keyId, o.masterKey);
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
      await keepAsked(tx, ask, { vendorId, keyId, atMs: atMs() });
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

/** An answer may be lost; after this long nobody waits for it any more. */
const keyShownForMs = 10 * 60_000;

async function shownAgain(
  tx: Tx,
  o: { readonly clocks: Clocks; readonly masterKey: Buffer },
  first: Asked,
): Promise<Result<VendorKeyJson, 'keyShownBefore'>> {
  const keyId = first.keyId ?? '';
  const row = await tx
    .selectFrom('vendor_keys')
    .select(['revoked_at', 'secret_hash'])
    .where('id', '=', keyId)
    .executeTakeFirstOrThrow();
  const { key, secretHash } = keyOf(keyId, o.masterKey);
  // Another master key than then gives another secret, which opens nothing.
  const opens = row.revoked_at === null && row.secret_hash.equals(secretHash);
  const isLate = o.clocks.real.nowMs() - first.atMs > keyShownForMs;
  if (!opens || isLate) return err('keyShownBefore');
  return ok({ keyId: idFromUuid('key', keyId), key });
}

const vendorRow = (tx: Tx, vendorId: string) =>
  tx.selectFrom('vendors').selectAll().where('id', '=', vendorId).executeTakeFirstOrThrow();

const textsOf = (settings: VendorSettings) => ({
  commissionBasisPoints: settings.commissionBasisPoints,
  floatLimitMinor: settings.floatLimitMinor.toString(),
  tokensPerHour: settings.tokensPerHour,
  energyPerHourWh: settings.energyPerHourWh.toString(),
});
