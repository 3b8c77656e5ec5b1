// The vendor's row: float and the hour's budget, changed under its lock. A sale takes the lock as
// its last act, so that it is held for a few statements and the commit (docs/adr/0008).

import { accounts, commissionOf, vendorDepositPosting, vendorSalePostings } from '@prewatt/ledger';
import { bucketOfConnection, err, idFromUuid, ok, type Result } from '@prewatt/quantities';
import { openAccounts, postTransfers } from '../accounting/index.ts';
import type { Tx } from '../platform/database.ts';
import type { NewUuid } from '../platform/ids.ts';
import type { SaleToPay } from '../vending/index.ts';
import type { PayRefusal } from './errors.ts';
import type { Till } from './keys.ts';

const hourMs = 3_600_000;

/** The hour of the signing budget that holds an instant of real time, counted from the epoch. */
export const budgetHourOf = (realNowMs: number): bigint => BigInt(Math.floor(realNowMs / hourMs));

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

/** Pays for a sale out of the float, or refuses. The caller rolls back on a refusal. */
export async function payFromFloat(
  tx: Tx,
  o: {
    readonly till: Till;
    readonly saleId: string;
    readonly amountMinor: bigint;
    readonly sale: SaleToPay;
    readonly realNowMs: number;
    readonly newUuid: NewUuid;
  },
): Promise<Result<void, PayRefusal>> {
  const { till, sale, amountMinor, saleId } = o;
  const { connection } = sale;
  const subjects = { ...connection, vendorId: till.vendorId };
  const own = [accounts.vendorFloat(subjects), accounts.vendorCommission(subjects)];
  await openAccounts(tx, connection, own, sale.soldAtMs);
  const vendor = await lockVendor(tx, till.vendorId);
  if (vendor === undefined || vendor.blocked_reason !== null) return err('vendorBlocked');
  const shift = await openShiftOf(tx, till.keyId);
  if (shift === undefined) return err('noOpenShift');
  const commissionMinor = commissionOf(amountMinor, vendor.commission_basis_points);
  const floatMinor = vendor.float_minor - amountMinor + commissionMinor;
  if (floatMinor < -vendor.float_limit_minor) return err('floatExceeded');
  const budgetHour = budgetHourOf(o.realNowMs);
  const isSameHour = vendor.budget_hour === budgetHour;
  const hourTokens = (isSameHour ? vendor.hour_tokens : 0n) + BigInt(sale.tokenCount);
  const hourEnergyWh = (isSameHour ? vendor.hour_energy_wh : 0n) + sale.energyWh;
  if (hourTokens > BigInt(vendor.tokens_per_hour)) return err('budgetExceeded');
  if (hourEnergyWh > vendor.energy_per_hour_wh) return err('budgetExceeded');
  await tx
    .updateTable('vendors')
    .set({
      float_minor: floatMinor,
      budget_hour: budgetHour,
      hour_tokens: hourTokens,
      hour_energy_wh: hourEnergyWh,
    })
    .where('id', '=', till.vendorId)
    .execute();
  await tx
    .insertInto('vendor_sales')
    .values({
      bucket: connection.bucket,
      sale_id: saleId,
      utility_id: connection.utilityId,
      connection_id: connection.connectionId,
      vendor_id: till.vendorId,
      shift_id: shift.id,
      amount_minor: amountMinor,
      commission_minor: commissionMinor,
      connection_name: connection.name,
    })
    .execute();
  await postTransfers(
    tx,
    {
      place: connection,
      saleId,
      paymentId: null,
      postedAtMs: sale.soldAtMs,
      newUuid: o.newUuid,
    },
    vendorSalePostings(subjects, { amountMinor, commissionMinor }),
  );
  return ok(undefined);
}

/** A vendor has no connection: what concerns it alone is in the bucket of its own id. */
const homeOf = (o: { readonly utilityId: string; readonly vendorId: string }) => ({
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

/** Money brought by a vendor whose row is locked. The id of its transfer. */
export async function payIntoFloat(
  tx: Tx,
  o: {
    readonly vendor: { readonly id: string; readonly utility_id: string };
    readonly amountMinor: bigint;
    readonly nowMs: number;
    readonly newUuid: NewUuid;
  },
): Promise<string> {
  const subjects = { utilityId: o.vendor.utility_id, vendorId: o.vendor.id };
  const place = { ...homeOf(subjects), connectionId: null };
  const [transferId] = await postTransfers(
    tx,
    { place, saleId: null, paymentId: null, postedAtMs: o.nowMs, newUuid: o.newUuid },
    [vendorDepositPosting(subjects, o.amountMinor)],
  );
  await tx
    .updateTable('vendors')
    .set((eb) => ({ float_minor: eb('float_minor', '+', o.amountMinor) }))
    .where('id', '=', o.vendor.id)
    .execute();
  if (transferId === undefined) throw new Error('a posting without its transfer');
  return transferId;
}
