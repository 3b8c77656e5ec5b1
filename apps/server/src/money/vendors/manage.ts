// What operators do about vendors: make them, set what they may, block them, give and take keys,
// record the money that they bring. Each change waits for the vendor's lock and counts at once.

import type {
  Terminal,
  VendorDepositJson,
  VendorKeyJson,
  VendorPhoneJson,
  VendorRow,
} from '@prewatt/api';
import { err, idFromUuid, ok, type RandomBytes, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Clocks } from '../../base/time.ts';
import type { Allowed } from './allowed.ts';
import { type UndoRefusal, undoDeposit, type VendorDepositToUndo } from './deposit-reversal.ts';
import { type PaidIn, recordDeposit } from './deposits.ts';
import type { ManageRefusal } from './errors.ts';
import { breaksSite, lockVendor, openHomeAccounts } from './float.ts';
import { type Ask, firstAsked, keepAsked, wasAsked } from './idempotency.ts';
import { makeKey } from './keys.ts';
import { codeLivesMs, makeCode, plainCode, sha256 } from './phones.ts';
import { releaseSite } from './site-store.ts';

export type VendorSettings = {
  readonly commissionBasisPoints: number;
  readonly floatLimitMinor: bigint;
  readonly tokensPerHour: number;
  readonly energyPerHourWh: bigint;
};

/** With what only a vendor that exists can be given. */
export type VendorTerms = VendorSettings & {
  /** How much its site may sell before the server has its sales (sites.ts). */
  readonly siteBudgetMinor: bigint;
};

type Answer<T, E extends ManageRefusal> = Promise<Result<T, E>>;

/** All in the caller's transaction, which is of the operator's utility. */
export type Managing = {
  /**
   * Without a float limit, which takes two people. The same request id again answers with the
   * vendor that it made, as it is now.
   */
  readonly create: (
    tx: Tx,
    utilityId: string,
    vendor: VendorSettings & { readonly name: string; readonly requestId: string },
  ) => Answer<VendorRow, 'requestIdReused' | 'nameTaken'>;
  readonly change: (
    tx: Tx,
    vendorId: string,
    settings: Partial<VendorTerms>,
    /** The approval that a higher float limit needs. */
    allowed: { readonly approvalId: string } | null,
  ) => Answer<VendorRow, 'unknownVendor' | 'floatKeptForSite'>;
  /** What a vendor may now; null for one that there is not. */
  readonly termsOf: (
    tx: Tx,
    vendorId: string,
  ) => Promise<{ readonly row: VendorRow; readonly settings: VendorTerms } | null>;
  /** Whether a request for a key has made one. */
  readonly hasKey: (tx: Tx, utilityId: string, requestId: string) => Promise<boolean>;
  /** A reason blocks, null unblocks. */
  readonly block: (
    tx: Tx,
    vendorId: string,
    reason: string | null,
  ) => Answer<VendorRow, 'unknownVendor'>;
  /** The key is in this answer alone: the same request id again is refused. */
  readonly createKey: (
    tx: Tx,
    vendorId: string,
    o: { readonly requestId: string; readonly label: string; readonly allowed: Allowed },
  ) => Answer<VendorKeyJson, 'unknownVendor' | 'requestIdReused' | 'keyShownBefore'>;
  /** A till that proves itself by its certificate: its id. Its key's secret is known to nobody. */
  readonly createTerminal: (
    tx: Tx,
    vendorId: string,
    o: { readonly label: string; readonly terminal: Terminal; readonly allowed: Allowed },
  ) => Answer<string, 'unknownVendor' | 'terminalTaken'>;
  /** A shop's phone: its code is in this answer alone. The same request id again is refused. */
  readonly createPhone: (
    tx: Tx,
    vendorId: string,
    o: { readonly requestId: string; readonly label: string; readonly allowed: Allowed },
  ) => Answer<VendorPhoneJson, 'unknownVendor' | 'requestIdReused' | 'keyShownBefore'>;
  readonly revokeKey: (
    tx: Tx,
    vendorId: string,
    keyId: string,
  ) => Answer<void, 'unknownVendor' | 'unknownKey'>;
  /** The same request id again gets the first answer. */
  readonly recordDeposit: (
    tx: Tx,
    vendorId: string,
    o: PaidIn,
  ) => Answer<VendorDepositJson, 'unknownVendor' | 'requestIdReused'>;
  /** As two people decided; refused where the float would go below its limit. */
  readonly undoDeposit: (
    tx: Tx,
    o: VendorDepositToUndo & {
      readonly requestId: string;
      readonly reason: string;
      readonly allowed: Allowed;
    },
  ) => Answer<void, UndoRefusal>;
};

type ManagingDeps = {
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
  readonly random: RandomBytes;
};

export function createManaging(o: ManagingDeps): Managing {
  return {
    create: (tx, utilityId, vendor) => createVendor(tx, o, { utilityId, vendor }),
    change: changeVendor,

    termsOf: async (tx, vendorId) => {
      const row = await tx
        .selectFrom('vendors')
        .selectAll()
        .where('id', '=', vendorId)
        .executeTakeFirst();
      return row === undefined ? null : { row: vendorJson(row), settings: settingsIn(row) };
    },

    hasKey: wasAsked,

    block: async (tx, vendorId, reason) => {
      const row = await tx
        .updateTable('vendors')
        .set({ blocked_reason: reason })
        .where('id', '=', vendorId)
        .returningAll()
        .executeTakeFirst();
      return row === undefined ? err('unknownVendor') : ok(vendorJson(row));
    },

    createKey: (tx, vendorId, key) => createKey(tx, o, { ...key, vendorId }),

    createPhone: (tx, vendorId, phone) => createPhone(tx, o, { ...phone, vendorId }),

    createTerminal: (tx, vendorId, wish) => createTerminal(tx, o, { ...wish, vendorId }),

    revokeKey: async (tx, vendorId, keyId) => {
      const vendor = await lockVendor(tx, vendorId);
      if (vendor === undefined) return err('unknownVendor');
      // What was kept for a site whose key is gone is the vendor's again.
      if (vendor.site_key_id === keyId) await releaseSite(tx, vendorId);
      const base = tx
        .updateTable('vendor_keys')
        .where('id', '=', keyId)
        .where('vendor_id', '=', vendorId);
      await base
        .set({ revoked_at: new Date(o.clocks.business.nowMs()) })
        .where('revoked_at', 'is', null)
        .execute();
      const row = await tx
        .selectFrom('vendor_keys')
        .select('id')
        .where('id', '=', keyId)
        .where('vendor_id', '=', vendorId)
        .executeTakeFirst();
      return row === undefined ? err('unknownKey') : ok(undefined);
    },

    recordDeposit: (tx, vendorId, paid) => recordDeposit(tx, o, { ...paid, vendorId }),

    undoDeposit: (tx, undone) => undoDeposit(tx, o, undone),
  };
}

type NewKey = {
  readonly vendorId: string;
  readonly requestId: string;
  readonly label: string;
  readonly allowed: Allowed;
};
type KeyRefusal = 'unknownVendor' | 'requestIdReused' | 'keyShownBefore';

/** The vendor, locked, if this is the first request of its id; and what is kept of the request. */
async function firstForKey(
  tx: Tx,
  k: NewKey,
  what: 'key' | 'phone',
): Promise<Result<{ vendor: VendorTableRow; ask: Ask }, KeyRefusal>> {
  const { vendorId, requestId, label } = k;
  const vendor = await lockVendor(tx, vendorId);
  if (vendor === undefined) return err('unknownVendor');
  const ask = { utilityId: vendor.utility_id, requestId, asked: { what, vendorId, label } };
  const first = await firstAsked(tx, ask);
  if (!first.ok) return first;
  return first.value === null ? ok({ vendor, ask }) : err('keyShownBefore');
}

async function createKey(tx: Tx, o: ManagingDeps, k: NewKey): Answer<VendorKeyJson, KeyRefusal> {
  const first = await firstForKey(tx, k, 'key');
  if (!first.ok) return first;
  const { vendor, ask } = first.value;
  const { vendorId, label, allowed } = k;
  const keyId = o.newUuid();
  const { key, secretHash } = makeKey(keyId, o.random);
  await insertKey(tx, o, { ...{ keyId, vendor, label, secretHash }, allowed });
  await keepAsked(tx, ask, { vendorId, keyId, atMs: o.clocks.real.nowMs() });
  return ok({ keyId: idFromUuid('key', keyId), key });
}

async function createPhone(
  tx: Tx,
  o: ManagingDeps,
  k: NewKey,
): Answer<VendorPhoneJson, KeyRefusal> {
  const first = await firstForKey(tx, k, 'phone');
  if (!first.ok) return first;
  const { vendor, ask } = first.value;
  const { vendorId, label, allowed } = k;
  const keyId = o.newUuid();
  const of = { key_id: keyId, utility_id: vendor.utility_id };
  // As for a terminal: nobody can reckon this key, so the phone's cookie is the only way in.
  const secretHash = Buffer.from(o.random(32));
  await insertKey(tx, o, { ...{ keyId, vendor, label, secretHash }, allowed });
  const code = makeCode(o.random);
  const code_hash = sha256(plainCode(code));
  await tx
    .insertInto('vendor_phone_directory')
    .values({ ...of, code_hash })
    .execute();
  const nowMs = o.clocks.real.nowMs();
  const code_expires_at = new Date(nowMs + codeLivesMs);
  await tx
    .insertInto('vendor_phones')
    .values({ ...of, vendor_id: vendorId, code_expires_at })
    .execute();
  await keepAsked(tx, ask, { vendorId, keyId, atMs: nowMs });
  return ok({
    keyId: idFromUuid('key', keyId),
    code,
    expiresAt: code_expires_at.toISOString(),
  });
}

async function insertKey(
  tx: Tx,
  o: ManagingDeps,
  k: {
    readonly keyId: string;
    readonly vendor: { readonly id: string; readonly utility_id: string };
    readonly label: string;
    readonly secretHash: Buffer;
    readonly allowed: Allowed;
  },
): Promise<void> {
  const { keyId, vendor, allowed } = k;
  await tx
    .insertInto('vendor_key_directory')
    .values({ key_id: keyId, utility_id: vendor.utility_id })
    .execute();
  await tx
    .insertInto('vendor_keys')
    .values({
      id: keyId,
      utility_id: vendor.utility_id,
      vendor_id: vendor.id,
      label: k.label,
      secret_hash: k.secretHash,
      created_at: new Date(o.clocks.business.nowMs()),
      approval_id: allowed.approvalId,
      requested_by: allowed.requestedBy,
      approved_by: allowed.approvedBy,
    })
    .execute();
}

async function createTerminal(
  tx: Tx,
  o: ManagingDeps,
  k: {
    readonly vendorId: string;
    readonly label: string;
    readonly terminal: Terminal;
    readonly allowed: Allowed;
  },
): Answer<string, 'unknownVendor' | 'terminalTaken'> {
  const vendor = await lockVendor(tx, k.vendorId);
  if (vendor === undefined) return err('unknownVendor');
  const keyId = o.newUuid();
  // A key that nobody has been shown and nobody can reckon: the certificate is the only way in.
  await insertKey(tx, o, { ...{ keyId, vendor }, ...k, secretHash: Buffer.from(o.random(32)) });
  const names = {
    certificate_sha256: Buffer.from(k.terminal.certificateSha256, 'hex'),
    client_id: k.terminal.clientId,
    terminal_id: k.terminal.terminalId,
    utility_id: vendor.utility_id,
    key_id: keyId,
  };
  const claimed = await tx
    .insertInto('vendor_terminal_directory')
    .values(names)
    .onConflict((conflict) => conflict.doNothing())
    .returning('key_id')
    .executeTakeFirst();
  if (claimed === undefined) return err('terminalTaken');
  await tx
    .insertInto('vendor_terminals')
    .values({ ...names, vendor_id: k.vendorId })
    .execute();
  return ok(keyId);
}

const columnsOf = (settings: VendorSettings) => ({
  commission_basis_points: settings.commissionBasisPoints,
  float_limit_minor: settings.floatLimitMinor,
  tokens_per_hour: settings.tokensPerHour,
  energy_per_hour_wh: settings.energyPerHourWh,
});

const settingsIn = (row: VendorTableRow): VendorTerms => ({
  siteBudgetMinor: row.site_budget_minor,
  commissionBasisPoints: row.commission_basis_points,
  floatLimitMinor: row.float_limit_minor,
  tokensPerHour: row.tokens_per_hour,
  energyPerHourWh: row.energy_per_hour_wh,
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
  siteBudgetMinor: row.site_budget_minor.toString(),
  siteReservedMinor: row.site_reserved_minor.toString(),
});

const vendorRow = (tx: Tx, vendorId: string) =>
  tx.selectFrom('vendors').selectAll().where('id', '=', vendorId).executeTakeFirstOrThrow();

const textsOf = (settings: VendorSettings) => ({
  commissionBasisPoints: settings.commissionBasisPoints,
  floatLimitMinor: settings.floatLimitMinor.toString(),
  tokensPerHour: settings.tokensPerHour,
  energyPerHourWh: settings.energyPerHourWh.toString(),
});

async function createVendor(
  tx: Tx,
  o: ManagingDeps,
  a: { readonly utilityId: string; readonly vendor: Parameters<Managing['create']>[2] },
): ReturnType<Managing['create']> {
  const { utilityId, vendor } = a;
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
      created_at: new Date(o.clocks.business.nowMs()),
      ...columnsOf({ ...vendor, floatLimitMinor: 0n }),
    })
    .onConflict((conflict) => conflict.columns(['utility_id', 'name']).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return err('nameTaken');
  const subjects = { utilityId, vendorId: row.id };
  await openHomeAccounts(tx, subjects, o.clocks.business.nowMs());
  await keepAsked(tx, ask, { vendorId: row.id, keyId: null, atMs: o.clocks.real.nowMs() });
  return ok(vendorJson(row));
}

const changeVendor: Managing['change'] = async (tx, vendorId, settings, allowed) => {
  const known = await lockVendor(tx, vendorId);
  if (known === undefined) return err('unknownVendor');
  const float_limit_minor = settings.floatLimitMinor ?? known.float_limit_minor;
  if (breaksSite(known, { ...known, float_limit_minor })) return err('floatKeptForSite');
  const row = await tx
    .updateTable('vendors')
    .set({
      commission_basis_points: settings.commissionBasisPoints ?? known.commission_basis_points,
      float_limit_minor,
      tokens_per_hour: settings.tokensPerHour ?? known.tokens_per_hour,
      energy_per_hour_wh: settings.energyPerHourWh ?? known.energy_per_hour_wh,
      site_budget_minor: settings.siteBudgetMinor ?? known.site_budget_minor,
      ...(allowed === null || settings.floatLimitMinor === undefined
        ? {}
        : { terms_approval_id: allowed.approvalId }),
    })
    .where('id', '=', vendorId)
    .returningAll()
    .executeTakeFirstOrThrow();
  return ok(vendorJson(row));
};
