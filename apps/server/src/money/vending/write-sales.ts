// What other features write into sales: each is one statement, and they decide when.

import { type SqlBool, sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';
import { saleLife } from './sale-life.ts';

type SaleRef = { readonly bucket: number; readonly saleId: string };

const sale = (tx: Tx, { bucket, saleId }: SaleRef) =>
  tx.updateTable('sales').where('bucket', '=', bucket).where('id', '=', saleId);

/** Of the sale by which a wallet's balance becomes a token again: nobody paid anything for it. */
const carriedRequestId = (changeId: string): string => `mode:${changeId}`;
export const isCarriedSale = (requestId: string | null): boolean =>
  requestId?.startsWith('mode:') ?? false;
/** The same of rows of `sales`, turned round: those that somebody paid. */
export const isNotCarried = sql<SqlBool>`coalesce(request_id NOT LIKE 'mode:%', true)`;

/** The balance that a change of credit mode turns into a token: no payment is waited for. */
export async function insertCarriedSale(
  tx: Tx,
  place: MeterPlace,
  o: {
    readonly saleId: string;
    readonly modeChangeId: string;
    readonly amountMinor: bigint;
    readonly at: Date;
  },
): Promise<void> {
  await tx
    .insertInto('sales')
    .values({
      bucket: place.bucket,
      id: o.saleId,
      utility_id: place.utilityId,
      connection_id: place.connectionId,
      meter_id: place.meterId,
      request_id: carriedRequestId(o.modeChangeId),
      amount_minor: o.amountMinor,
      state: 'awaitingPayment',
      requested_at: o.at,
      paid_at: o.at,
    })
    .execute();
}

/** Undone: its transfers are reversed beside it. It needs nobody's attention any more. */
export async function markReversed(tx: Tx, of: SaleRef, at: Date): Promise<void> {
  await sale(tx, of)
    .set({ state: 'reversed', reversed_at: at, stuck_reason: null, stuck_at: null })
    .where('state', 'in', saleLife.sourcesOf('reversed'))
    .execute();
}

/** A meter took a token of a sale that was undone: the sale stands on the attention list. */
export async function markTakenAfterReversal(tx: Tx, of: SaleRef, at: Date): Promise<void> {
  await sale(tx, of).set({ stuck_reason: 'acceptedAfterReversal', stuck_at: at }).execute();
}

/** Somebody has seen it: off the attention list. */
export async function markSeen(tx: Tx, of: SaleRef): Promise<void> {
  await sale(tx, of).set({ stuck_reason: null, stuck_at: null }).execute();
}
