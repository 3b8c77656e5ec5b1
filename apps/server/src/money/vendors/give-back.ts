// A sale for cash that was undone: the vendor hands the cash back, and its float goes up again by
// what the sale had cost it. The transfers are the reversal's; here is the counter beside them.

import type { Tx } from '../../base/database.ts';
import { lockVendor } from './float.ts';

/** Takes the vendor's lock: the last step of a transaction, as in a sale. */
export async function giveBackToFloat(
  tx: Tx,
  o: { readonly vendorId: string; readonly amountMinor: bigint },
): Promise<void> {
  if ((await lockVendor(tx, o.vendorId)) === undefined)
    throw new Error('a sale without its vendor');
  await tx
    .updateTable('vendors')
    .set((eb) => ({ float_minor: eb('float_minor', '+', o.amountMinor) }))
    .where('id', '=', o.vendorId)
    .execute();
}
