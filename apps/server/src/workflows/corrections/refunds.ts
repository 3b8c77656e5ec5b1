// Refunds: money that is the payer's again after a reversal. Due until an operator records that the
// bank has paid it; the list shows the oldest first.

import type { RefundRow } from '@prewatt/api';
import { refundPaidPosting } from '@prewatt/ledger';
import { dayMs, err, idFromUuid, isoOf, ok, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Webhooks } from '../../messaging/webhooks/index.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import { type By, insertCorrection, postFor } from './store.ts';

const rowsShown = 200;

function baseQuery(tx: Tx, utilityId: string) {
  return tx
    .selectFrom('refunds')
    .innerJoin('connections', (join) =>
      join
        .onRef('connections.bucket', '=', 'refunds.bucket')
        .onRef('connections.id', '=', 'refunds.connection_id'),
    )
    .leftJoin('payments', (join) =>
      join
        .onRef('payments.bucket', '=', 'refunds.bucket')
        .onRef('payments.sale_id', '=', 'refunds.sale_id'),
    )
    .leftJoin('refund_orders as o', (join) =>
      join.onRef('o.bucket', '=', 'refunds.bucket').onRef('o.refund_id', '=', 'refunds.id'),
    )
    .leftJoin('operators', 'operators.id', 'refunds.paid_by')
    .selectAll('refunds')
    .select([
      'connections.name as connection_name',
      'connections.customer_name',
      'connections.customer_phone',
      'payments.provider',
      'payments.provider_reference',
      'operators.name as paid_by_name',
      'o.state as sent_state',
      'o.provider_refund',
    ])
    .where('refunds.utility_id', '=', utilityId);
}

type Row = Awaited<ReturnType<ReturnType<typeof baseQuery>['execute']>>[number];

const rowOf = (row: Row): RefundRow => ({
  refundId: idFromUuid('refund', row.id),
  saleId: idFromUuid('sale', row.sale_id),
  connectionId: idFromUuid('connection', row.connection_id),
  connectionName: row.connection_name,
  customerName: row.customer_name,
  customerPhone: row.customer_phone,
  provider: row.provider ?? '',
  providerReference: row.provider_reference,
  amountMinor: row.amount_minor.toString(),
  state: row.state,
  dueAt: isoOf(row.due_at),
  paidReference: row.paid_reference,
  paidBy: row.paid_by_name,
  paidAt: row.paid_at === null ? null : isoOf(row.paid_at),
  sent:
    row.sent_state === null ? null : { state: row.sent_state, providerRefund: row.provider_refund },
});

/** The oldest that are due, or the latest that were paid. */
export async function refundsOf(
  tx: Tx,
  o: { readonly utilityId: string; readonly state: 'due' | 'paid' },
): Promise<RefundRow[]> {
  const rows = await baseQuery(tx, o.utilityId)
    .where('refunds.state', '=', o.state)
    .orderBy('refunds.due_at', o.state === 'due' ? 'asc' : 'desc')
    .limit(rowsShown)
    .execute();
  return rows.map(rowOf);
}

/** One refund; null when there is none. */
export async function refundOf(
  tx: Tx,
  o: { readonly utilityId: string; readonly refundId: string },
): Promise<RefundRow | null> {
  const row = await baseQuery(tx, o.utilityId)
    .where('refunds.id', '=', o.refundId)
    .executeTakeFirst();
  return row === undefined ? null : rowOf(row);
}

/** How many are due. */
export async function refundsDue(tx: Tx, utilityId: string): Promise<number> {
  const { n } = await tx
    .selectFrom('refunds')
    .select((eb) => eb.fn.countAll<bigint>().as('n'))
    .where('utility_id', '=', utilityId)
    .where('state', '=', 'due')
    .executeTakeFirstOrThrow();
  return Number(n);
}

export type RefundRefusal = 'unknownRefund' | 'refundPaidAlready' | 'refundBeingSent';

export type RefundDeps = {
  readonly newUuid: NewUuid;
  readonly nowMs: () => number;
  readonly utilities: Pick<Utilities, 'get'>;
  /** Programs of others, by webhook. */
  readonly webhooks: Pick<Webhooks, 'tell'>;
};

/** After which a person who has looked at the provider's own list may record what it says there. */
const unclearForMs = 3 * dayMs;

/**
 * The provider has it: whoever paid it by hand, too, would pay twice. One that no word came about
 * for days is taken out of the provider's hands here.
 */
async function isBeingSent(
  tx: Tx,
  refund: { readonly bucket: number; readonly id: string },
  nowMs: number,
): Promise<boolean> {
  const order = await tx
    .selectFrom('refund_orders')
    .select('asked_at')
    .where('bucket', '=', refund.bucket)
    .where('refund_id', '=', refund.id)
    .where('state', 'in', ['asked', 'accepted'])
    .executeTakeFirst();
  if (order === undefined) return false;
  if (nowMs - order.asked_at < unclearForMs) return true;
  await tx
    .updateTable('refund_orders')
    .set({ state: 'failed', decided_at: new Date(nowMs), next_check_at: null })
    .where('bucket', '=', refund.bucket)
    .where('refund_id', '=', refund.id)
    .where('state', 'in', ['asked', 'accepted'])
    .execute();
  return false;
}

/** The bank's reference names the payment: the same again gets the first answer. */
export async function recordRefundPaid(
  tx: Tx,
  deps: RefundDeps,
  o: {
    readonly utilityId: string;
    readonly refundId: string;
    readonly reference: string;
    readonly by: By;
  },
): Promise<Result<RefundRow, RefundRefusal>> {
  const row = await tx
    .selectFrom('refunds')
    .selectAll()
    .where('id', '=', o.refundId)
    .where('utility_id', '=', o.utilityId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) return err('unknownRefund');
  if (await isBeingSent(tx, row, deps.nowMs())) return err('refundBeingSent');
  if (row.state === 'paid') {
    if (row.paid_reference !== o.reference) return err('refundPaidAlready');
  } else {
    const place = {
      utilityId: o.utilityId,
      bucket: row.bucket,
      connectionId: row.connection_id,
    };
    const correctionId = await insertCorrection(tx, deps, {
      place,
      kind: 'refundPaid',
      requestId: `refund:${row.id}`,
      saleId: row.sale_id,
      amountMinor: row.amount_minor,
      reason: `Paid back by the bank, reference ${o.reference}.`,
      by: o.by,
    });
    const transfers = [refundPaidPosting(place, row.amount_minor)];
    await postFor(tx, deps, { place, correctionId, saleId: row.sale_id, transfers });
    await tx
      .updateTable('refunds')
      .set({
        state: 'paid',
        paid_reference: o.reference,
        paid_by: o.by.requestedBy,
        paid_at: new Date(deps.nowMs()),
      })
      .where('bucket', '=', row.bucket)
      .where('id', '=', row.id)
      .execute();
    await deps.webhooks.tell(tx, o.utilityId, async () => [
      {
        type: 'payment.refunded',
        factKey: `refund:${row.id}`,
        atMs: deps.nowMs(),
        data: {
          connectionId: idFromUuid('connection', row.connection_id),
          saleId: idFromUuid('sale', row.sale_id),
          amountMinor: row.amount_minor.toString(),
          currency: (await deps.utilities.get(o.utilityId)).currency.code,
          refundId: idFromUuid('refund', row.id),
          reference: o.reference,
        },
      },
    ]);
  }
  const after = await refundOf(tx, o);
  return after === null ? err('unknownRefund') : ok(after);
}
