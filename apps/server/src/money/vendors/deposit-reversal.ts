// A deposit that was recorded and did not come is undone: whole, once, as two people decided, and
// only as long as the float then stays within its limit.

import { reversalOf } from '@prewatt/ledger';
import { err, ok, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Clocks } from '../../base/time.ts';
import type { Allowed } from './allowed.ts';
import { breaksSite, lockVendor, postingOfDeposit, postToFloat } from './float.ts';

export type VendorDepositToUndo = { readonly vendorId: string; readonly vendorDepositId: string };

export type UndoRefusal =
  | 'unknownVendor'
  | 'unknownDeposit'
  | 'vendorDepositUndone'
  | 'floatBelowDeposit'
  | 'floatKeptForSite';

/** The vendor, locked, and its deposit; or why it cannot be undone now. */
export async function vendorDepositToUndo(
  tx: Tx,
  { vendorId, vendorDepositId }: VendorDepositToUndo,
) {
  const vendor = await lockVendor(tx, vendorId);
  if (vendor === undefined) return err('unknownVendor');
  const paidIn = await tx
    .selectFrom('vendor_deposits')
    .selectAll()
    .where('id', '=', vendorDepositId)
    .where('vendor_id', '=', vendorId)
    .executeTakeFirst();
  if (paidIn === undefined) return err('unknownDeposit');
  const undone = await tx
    .selectFrom('vendor_deposit_reversals')
    .select('vendor_deposit_id')
    .where('vendor_deposit_id', '=', vendorDepositId)
    .executeTakeFirst();
  if (undone !== undefined) return err('vendorDepositUndone');
  const floatAfterMinor = vendor.float_minor - paidIn.amount_minor;
  if (floatAfterMinor < -vendor.float_limit_minor) return err('floatBelowDeposit');
  const after = { ...vendor, float_minor: floatAfterMinor };
  if (breaksSite(vendor, after)) return err('floatKeptForSite');
  return ok({ vendor, paidIn, floatAfterMinor });
}

export async function undoDeposit(
  tx: Tx,
  o: { readonly clocks: Clocks; readonly newUuid: NewUuid },
  a: VendorDepositToUndo & {
    readonly requestId: string;
    readonly reason: string;
    readonly allowed: Allowed;
  },
): Promise<Result<void, UndoRefusal>> {
  const found = await vendorDepositToUndo(tx, a);
  if (!found.ok) return found;
  const { vendor, paidIn } = found.value;
  const nowMs = o.clocks.business.nowMs();
  const subjects = { utilityId: vendor.utility_id, vendorId: vendor.id };
  const transferId = await postToFloat(tx, {
    ...{ vendor, nowMs, newUuid: o.newUuid, byMinor: -paidIn.amount_minor },
    transfer: {
      ...reversalOf(
        postingOfDeposit(subjects, {
          ...{ amountMinor: paidIn.amount_minor, paymentId: paidIn.payment_id },
        }),
      ),
      reversesId: paidIn.transfer_id,
    },
  });
  await tx
    .insertInto('vendor_deposit_reversals')
    .values({
      vendor_deposit_id: paidIn.id,
      utility_id: vendor.utility_id,
      vendor_id: vendor.id,
      request_id: a.requestId,
      reason: a.reason,
      transfer_id: transferId,
      requested_by: a.allowed.requestedBy,
      approved_by: a.allowed.approvedBy,
      approval_id: a.allowed.approvalId,
      reversed_at: new Date(nowMs),
    })
    .execute();
  return ok(undefined);
}
