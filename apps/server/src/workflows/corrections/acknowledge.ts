// An operator has seen that a meter took a token of a reversed sale: the sale leaves the attention
// list, and who said so and why is kept. What is owed stays owed.

import { err, ok, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { markSeen } from '../../money/vending/index.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import { insertCorrection, lockSale } from './store.ts';

export async function acknowledgeSale(
  tx: Tx,
  deps: { readonly newUuid: NewUuid; readonly nowMs: () => number },
  o: {
    readonly place: ConnectionPlace;
    readonly saleId: string;
    readonly reason: string;
    readonly operatorId: string;
  },
): Promise<Result<void, 'unknownSale' | 'nothingToAcknowledge'>> {
  const { place, saleId } = o;
  if ((await lockSale(tx, place, saleId)) === null) return err('unknownSale');
  const waiting = await tx
    .selectFrom('sales')
    .select('stuck_at')
    .where('bucket', '=', place.bucket)
    .where('id', '=', saleId)
    .where('state', '=', 'reversed')
    .where('stuck_reason', 'is not', null)
    .executeTakeFirst();
  if (waiting === undefined) return err('nothingToAcknowledge');
  await insertCorrection(tx, deps, {
    place,
    kind: 'acknowledgement',
    // Once for each time that it came onto the list.
    requestId: `seen:${saleId}:${waiting.stuck_at}`,
    saleId,
    amountMinor: 0n,
    reason: o.reason,
    by: { requestedBy: o.operatorId, approvedBy: null, approvalId: null },
  });
  await markSeen(tx, { bucket: place.bucket, saleId });
  return ok(undefined);
}
