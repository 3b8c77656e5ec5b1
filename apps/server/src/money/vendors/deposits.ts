// Deposits of a vendor: recorded once for each request, and told with whether they were undone.

import { type VendorDepositJson, type VendorDepositPage, vendorPageSize } from '@prewatt/api';
import { err, idFromUuid, isoOf, ok, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { answerAgain } from '../../base/request-ids.ts';
import type { Clocks } from '../../base/time.ts';
import type { Allowed } from './allowed.ts';
import { lockVendor, payIntoFloat } from './float.ts';

export type PaidIn = {
  readonly requestId: string;
  readonly amountMinor: bigint;
  readonly reference: string;
  readonly by: { readonly operatorId: string; readonly name: string };
  /** Null for one within what the operator may do alone. */
  readonly allowed: Omit<Allowed, 'requestedBy'> | null;
};

export async function recordDeposit(
  tx: Tx,
  o: { readonly clocks: Clocks; readonly newUuid: NewUuid },
  paid: PaidIn & { readonly vendorId: string },
): Promise<Result<VendorDepositJson, 'unknownVendor' | 'requestIdReused'>> {
  const { vendorId, amountMinor } = paid;
  const vendor = await lockVendor(tx, vendorId);
  if (vendor === undefined) return err('unknownVendor');
  const first = await paidInOf(tx, vendorId)
    .where('vendor_deposits.request_id', '=', paid.requestId)
    .executeTakeFirst();
  if (first !== undefined) {
    const before = [first.amount_minor, first.reference];
    return answerAgain(before, [amountMinor, paid.reference], vendorDepositJson(first));
  }
  const nowMs = o.clocks.business.nowMs();
  const transferId = await payIntoFloat(tx, { ...o, vendor, amountMinor, nowMs, paymentId: null });
  const id = o.newUuid();
  await tx
    .insertInto('vendor_deposits')
    .values({
      id,
      utility_id: vendor.utility_id,
      vendor_id: vendorId,
      request_id: paid.requestId,
      amount_minor: amountMinor,
      reference: paid.reference,
      transfer_id: transferId,
      recorded_by: paid.by.name,
      operator_id: paid.by.operatorId,
      approval_id: paid.allowed?.approvalId ?? null,
      approved_by: paid.allowed?.approvedBy ?? null,
      recorded_at: new Date(nowMs),
    })
    .execute();
  const row = await paidInOf(tx, vendorId)
    .where('vendor_deposits.id', '=', id)
    .executeTakeFirstOrThrow();
  return ok(vendorDepositJson(row));
}

/**
 * What a vendor has paid into its float by a provider, once the provider has said so: the deposit
 * of that payment. Its accounts were opened when it was asked for.
 */
export async function recordVendorPayment(
  tx: Tx,
  o: { readonly clocks: Clocks; readonly newUuid: NewUuid },
  paid: {
    readonly vendorId: string;
    readonly payment: { readonly bucket: number; readonly id: string };
    readonly amountMinor: bigint;
    readonly reference: string;
    readonly askedBy: string;
  },
): Promise<void> {
  const { vendorId, payment, amountMinor } = paid;
  const vendor = await lockVendor(tx, vendorId);
  if (vendor === undefined) throw new Error('a payment of a vendor that is none');
  const nowMs = o.clocks.business.nowMs();
  const transferId = await payIntoFloat(tx, {
    ...{ ...o, vendor, amountMinor, nowMs },
    paymentId: payment.id,
  });
  await tx
    .insertInto('vendor_deposits')
    .values({
      id: o.newUuid(),
      utility_id: vendor.utility_id,
      vendor_id: vendorId,
      request_id: `payment:${payment.id}`,
      amount_minor: amountMinor,
      reference: paid.reference.slice(0, 100),
      transfer_id: transferId,
      recorded_by: paid.askedBy,
      payment_bucket: payment.bucket,
      payment_id: payment.id,
      recorded_at: new Date(nowMs),
    })
    .execute();
}

const paidInOf = (tx: Tx, vendorId: string) =>
  tx
    .selectFrom('vendor_deposits')
    .leftJoin(
      'vendor_deposit_reversals as undone',
      'undone.vendor_deposit_id',
      'vendor_deposits.id',
    )
    .leftJoin('operators as asker', 'asker.id', 'undone.requested_by')
    .leftJoin('operators as allower', 'allower.id', 'undone.approved_by')
    .selectAll('vendor_deposits')
    .select([
      'undone.reversed_at',
      'undone.reason',
      'asker.name as asker',
      'allower.name as allower',
    ])
    .where('vendor_deposits.vendor_id', '=', vendorId);

type VendorDepositRow = Awaited<ReturnType<ReturnType<typeof paidInOf>['executeTakeFirstOrThrow']>>;

const vendorDepositJson = (row: VendorDepositRow): VendorDepositJson => ({
  vendorDepositId: idFromUuid('deposit', row.id),
  amountMinor: row.amount_minor.toString(),
  reference: row.reference,
  recordedBy: row.recorded_by,
  recordedAt: isoOf(row.recorded_at),
  undone:
    row.reversed_at === null
      ? null
      : {
          at: isoOf(row.reversed_at),
          reason: row.reason ?? '',
          askedBy: row.asker ?? '',
          allowedBy: row.allower ?? '',
        },
});

/** Newest first. `cursor` is the last row's identifier. */
export async function vendorDeposits(
  tx: Tx,
  vendorId: string,
  cursor: string | null,
): Promise<VendorDepositPage> {
  let query = paidInOf(tx, vendorId);
  if (cursor !== null) query = query.where('vendor_deposits.id', '<', cursor);
  const rows = await query
    .orderBy('vendor_deposits.id', 'desc')
    .limit(vendorPageSize + 1)
    .execute();
  const shown = rows.slice(0, vendorPageSize);
  return {
    rows: shown.map(vendorDepositJson),
    nextCursor: rows.length > vendorPageSize ? (shown.at(-1)?.id ?? null) : null,
  };
}
