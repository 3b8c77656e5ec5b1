// The row of a payment, and where it is found before its tenant is known.

import { type Tx, withCommit } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Clocks } from '../../base/time.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import { checkDelayMs } from './asking.ts';

/** The payment of a sale; of one that has a payment, that one. */
export async function insertPayment(
  tx: Tx,
  o: { readonly clocks: Clocks; readonly newUuid: NewUuid },
  of: {
    readonly place: ConnectionPlace;
    readonly sale: { readonly saleId: string; readonly amountMinor: bigint };
    readonly payerPhone: string | null;
    /** Who is told by text that the money came; a payer who is not of the home. */
    readonly receiptPhone?: string | null;
    readonly provider: string;
    /** Money that came by itself was not asked for: nobody is asked what became of it. */
    readonly isAskedFor: boolean;
    /** The kept card that it is taken from. */
    readonly cardId?: string | null;
    /** The provider is asked for a token of its card once it is paid. */
    readonly keepsCard?: boolean;
  },
): Promise<string> {
  const { place, sale, payerPhone } = of;
  const paymentId = o.newUuid();
  const inserted = await tx
    .insertInto('payments')
    .values({
      bucket: place.bucket,
      id: paymentId,
      utility_id: place.utilityId,
      connection_id: place.connectionId,
      sale_id: sale.saleId,
      provider: of.provider,
      amount_minor: sale.amountMinor,
      payer_phone: payerPhone,
      receipt_phone: of.receiptPhone ?? null,
      state: 'requested',
      card_id: of.cardId ?? null,
      card_check_at: of.keepsCard === true ? new Date(o.clocks.real.nowMs()) : null,
      requested_at: new Date(o.clocks.business.nowMs()),
      next_check_at: of.isAskedFor ? new Date(o.clocks.real.nowMs() + checkDelayMs(0)) : null,
    })
    .onConflict((conflict) => conflict.columns(['bucket', 'sale_id']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted === undefined) {
    const first = await tx
      .selectFrom('payments')
      .select('id')
      .where('bucket', '=', place.bucket)
      .where('sale_id', '=', sale.saleId)
      .executeTakeFirstOrThrow();
    return first.id;
  }
  keepPlace(tx, paymentId, place);
  return paymentId;
}

const keepPlace = (
  tx: Tx,
  paymentId: string,
  place: { readonly utilityId: string; readonly bucket: number },
): void =>
  withCommit(
    tx,
    tx
      .insertInto('payment_directory')
      .values({ payment_id: paymentId, utility_id: place.utilityId, bucket: place.bucket })
      .execute(),
  );

/** The payment of a shop into its float; that there is none of this name was looked up. */
export async function insertFloatPayment(
  tx: Tx,
  o: { readonly clocks: Clocks; readonly newUuid: NewUuid },
  of: {
    readonly utilityId: string;
    readonly bucket: number;
    readonly vendorId: string;
    readonly requestId: string;
    readonly amountMinor: bigint;
    readonly phone: string;
    readonly askedBy: string;
    readonly provider: string;
  },
): Promise<string> {
  const paymentId = o.newUuid();
  await tx
    .insertInto('payments')
    .values({
      bucket: of.bucket,
      id: paymentId,
      utility_id: of.utilityId,
      connection_id: null,
      sale_id: null,
      vendor_id: of.vendorId,
      request_id: of.requestId,
      asked_by: of.askedBy,
      provider: of.provider,
      amount_minor: of.amountMinor,
      payer_phone: of.phone,
      state: 'requested',
      requested_at: new Date(o.clocks.business.nowMs()),
      next_check_at: new Date(o.clocks.real.nowMs() + checkDelayMs(0)),
    })
    .execute();
  keepPlace(tx, paymentId, of);
  return paymentId;
}
