// The vendor's row: float and the hour's budget, changed under its lock. A batch of sales takes the
// lock when its rows are written, so that it is held for little more than the commit
// (docs/adr/0008).

import { budgetWarningPercent, type NearBudget } from '@prewatt/api';
import {
  accounts,
  commissionOf,
  vendorDepositPosting,
  vendorPaymentPosting,
} from '@prewatt/ledger';
import { bucketOfConnection, err, hourMs, idFromUuid, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { openAccounts, type PostedTransfer, postTransfers } from '../ledger/index.ts';

/** The hour of the signing budget that holds an instant of real time, counted from the epoch. */
export const budgetHourOf = (realNowMs: number): bigint => BigInt(Math.floor(realNowMs / hourMs));

/** Vendors that have used most of what their terms let them sell in the hour that runs. */
export async function nearVendors(
  tx: Tx,
  { utilityId, realNowMs }: { readonly utilityId: string; readonly realNowMs: number },
): Promise<readonly NearBudget[]> {
  const { rows } = await sql<NearBudget>`SELECT * FROM (
      SELECT 'vendor' AS budget, name AS who, greatest(
        coalesce(hour_tokens * 100 / nullif(tokens_per_hour, 0), 0),
        coalesce(hour_energy_wh * 100 / nullif(energy_per_hour_wh, 0), 0))::int AS "usedPercent"
      FROM prewatt.vendors
      WHERE utility_id = ${utilityId}::uuid AND budget_hour = ${budgetHourOf(realNowMs)}
    ) n WHERE "usedPercent" >= ${budgetWarningPercent}
    ORDER BY "usedPercent" DESC, who LIMIT 100`.execute(tx);
  return rows;
}

/** Locks a vendor's row; undefined for none. References to the row by others do not wait. */
export const lockVendor = (tx: Tx, vendorId: string) =>
  tx
    .selectFrom('vendors')
    .selectAll()
    .where('id', '=', vendorId)
    .forNoKeyUpdate()
    .executeTakeFirst();

export const openShiftOf = (tx: Tx, keyId: string) =>
  tx
    .selectFrom('vendor_shifts')
    .selectAll()
    .where('key_id', '=', keyId)
    .where('closed_at', 'is', null)
    .executeTakeFirst();

/** What a till may still sell for: float and limit, without what is kept for another one. */
export const availableTo = (
  row: {
    readonly float_minor: bigint;
    readonly float_limit_minor: bigint;
    readonly site_reserved_minor: bigint;
    readonly site_key_id: string | null;
  },
  { keyId }: { readonly keyId: string },
): bigint =>
  row.float_minor +
  row.float_limit_minor -
  (row.site_key_id === keyId ? 0n : row.site_reserved_minor);

type Covering = Pick<
  Parameters<typeof availableTo>[0],
  'float_minor' | 'float_limit_minor' | 'site_reserved_minor'
>;

/**
 * Whether what is kept for the site would be covered no more. It was told that it may sell so much,
 * and may have done it: that is taken away from nobody who acts here.
 */
export const breaksSite = (before: Covering, after: Covering): boolean =>
  covered(after) < 0n && covered(after) < covered(before) && before.site_reserved_minor > 0n;
const covered = (row: Covering): bigint =>
  row.float_minor + row.float_limit_minor - row.site_reserved_minor;

/** What a vendor's row says that its sales depend on. */
export type VendorState = {
  readonly vendorId: string;
  readonly isBlocked: boolean;
  readonly commissionBasisPoints: number;
  readonly floatMinor: bigint;
  readonly floatLimitMinor: bigint;
  readonly tokensPerHour: bigint;
  readonly energyPerHourWh: bigint;
  readonly budgetHour: bigint;
  readonly hourTokens: bigint;
  readonly hourEnergyWh: bigint;
  /** What of the float is kept for the sales of this key alone (sites.ts). */
  readonly siteReservedMinor: bigint;
  readonly siteKeyId: string | null;
};

/** What a sale takes from float and budget, and what is left; or a refusal. Pure. */
export function chargeVendor(
  vendor: VendorState,
  sale: {
    readonly amountMinor: bigint;
    readonly tokenCount: number;
    readonly energyWh: bigint;
    readonly budgetHour: bigint;
    readonly keyId: string;
  },
): Result<
  { readonly after: VendorState; readonly commissionMinor: bigint },
  'floatExceeded' | 'budgetExceeded'
> {
  const commissionMinor = commissionOf(sale.amountMinor, vendor.commissionBasisPoints);
  const floatMinor = vendor.floatMinor - sale.amountMinor + commissionMinor;
  const takenMinor = sale.amountMinor - commissionMinor;
  const siteReservedMinor = reservedAfter(vendor, { keyId: sale.keyId, takenMinor });
  if (floatMinor - siteReservedMinor < -vendor.floatLimitMinor) return err('floatExceeded');
  // A batch that waited over the turn of the hour counts in the hour that has begun.
  const { budgetHour } = vendor.budgetHour > sale.budgetHour ? vendor : sale;
  const isSameHour = vendor.budgetHour === budgetHour;
  const hourTokens = (isSameHour ? vendor.hourTokens : 0n) + BigInt(sale.tokenCount);
  const hourEnergyWh = (isSameHour ? vendor.hourEnergyWh : 0n) + sale.energyWh;
  if (hourTokens > vendor.tokensPerHour) return err('budgetExceeded');
  if (hourEnergyWh > vendor.energyPerHourWh) return err('budgetExceeded');
  const counted = { floatMinor, siteReservedMinor, budgetHour, hourTokens, hourEnergyWh };
  const after = { ...vendor, ...counted };
  return ok({ after, commissionMinor });
}

/** The site's own sales use what is kept for it; beyond that it sells as any till. */
function reservedAfter(
  { siteReservedMinor, siteKeyId }: VendorState,
  { keyId, takenMinor }: { readonly keyId: string; readonly takenMinor: bigint },
): bigint {
  if (keyId !== siteKeyId) return siteReservedMinor;
  return siteReservedMinor > takenMinor ? siteReservedMinor - takenMinor : 0n;
}

/** A vendor has no connection: what concerns it alone is in the bucket of its own id. */
export const homeOf = (o: { readonly utilityId: string; readonly vendorId: string }) => ({
  utilityId: o.utilityId,
  bucket: bucketOfConnection(idFromUuid('connection', o.vendorId)),
});

/**
 * The accounts of a new vendor's deposits. Never opened under the vendor's lock: a sale in the same
 * bucket opens them before it waits for that lock.
 */
export function openHomeAccounts(
  tx: Tx,
  subjects: { readonly utilityId: string; readonly vendorId: string },
  nowMs: number,
): Promise<void> {
  const own = [accounts.bank(subjects), accounts.vendorFloat(subjects)];
  return openAccounts(tx, homeOf(subjects), own, nowMs);
}

/** The same before its float is paid by a provider, which then holds the money. */
export function openProviderAccounts(
  tx: Tx,
  subjects: { readonly utilityId: string; readonly vendorId: string },
  nowMs: number,
): Promise<void> {
  return openAccounts(tx, homeOf(subjects), [accounts.providerClearing(subjects)], nowMs);
}

/** What a deposit posts: brought to the utility, or paid to a provider. */
export const postingOfDeposit = (
  subjects: { readonly utilityId: string; readonly vendorId: string },
  o: { readonly amountMinor: bigint; readonly paymentId: string | null },
): PostedTransfer =>
  o.paymentId === null
    ? vendorDepositPosting(subjects, o.amountMinor)
    : vendorPaymentPosting(subjects, o.amountMinor);

type FloatPosting = {
  /** Its row is locked. */
  readonly vendor: { readonly id: string; readonly utility_id: string };
  readonly nowMs: number;
  readonly newUuid: NewUuid;
};

/** Money of a vendor, brought or paid by the payment that is named. The id of its transfer. */
export const payIntoFloat = (
  tx: Tx,
  o: FloatPosting & { readonly amountMinor: bigint; readonly paymentId: string | null },
): Promise<string> =>
  postToFloat(tx, {
    ...o,
    byMinor: o.amountMinor,
    transfer: postingOfDeposit({ utilityId: o.vendor.utility_id, vendorId: o.vendor.id }, o),
  });

/** A transfer that moves the float by so much, down where it is negative. Its id. */
export async function postToFloat(
  tx: Tx,
  o: FloatPosting & {
    readonly byMinor: bigint;
    readonly transfer: PostedTransfer;
    readonly paymentId?: string | null;
  },
): Promise<string> {
  const subjects = { utilityId: o.vendor.utility_id, vendorId: o.vendor.id };
  const place = { ...homeOf(subjects), connectionId: null };
  const [transferId] = await postTransfers(
    tx,
    {
      ...{ place, saleId: null, paymentId: o.paymentId ?? null },
      ...{ postedAtMs: o.nowMs, newUuid: o.newUuid },
    },
    [o.transfer],
  );
  await tx
    .updateTable('vendors')
    .set((eb) => ({ float_minor: eb('float_minor', '+', o.byMinor) }))
    .where('id', '=', o.vendor.id)
    .execute();
  if (transferId === undefined) throw new Error('a posting without its transfer');
  return transferId;
}
