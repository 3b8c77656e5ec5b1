// Refunds that the payment's own provider sends back: ordered once, within what one person may do
// alone or by two, sent by the sweep under a name of ours, and recorded as paid when the provider
// says that it is done. What it refuses is a person's again.

import { idFromUuid } from '@prewatt/quantities';
import { type Database, instant, type Tx } from '../../base/database.ts';
import { eachInTurn } from '../../base/each-in-turn.ts';
import type { Payments } from '../../money/payments/index.ts';
import { type RefundDeps, recordRefundPaid } from './refunds.ts';
import type { By } from './store.ts';

/** What stands where a person would write the bank's reference. */
export const railReferenceOf = (refundId: string): string => `rail:${refundId}`;

/**
 * A minute, doubling up to an hour: a refund takes days at some rails. Longer than an adapter's
 * calls take, so that nobody asks again while a call that sends it is under way.
 */
const delayMs = (checks: number): number => Math.min(60_000 * 2 ** (checks - 1), 3_600_000);

export type RefundSending = {
  /** Sends what is due and asks about the rest; returns how many. */
  readonly sweep: (utilityId: string, ending?: AbortSignal) => Promise<number>;
};

type Deps = RefundDeps & {
  readonly database: Database;
  readonly payments: Pick<Payments, 'refunding'>;
  readonly realNowMs: () => number;
};

/** Orders it; again it changes nothing. The refund's row is locked by the caller. */
export async function orderRefund(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly refundId: string;
    readonly by: By;
    readonly at: Date;
  },
): Promise<void> {
  const refund = await tx
    .selectFrom('refunds as r')
    .innerJoin('payments as p', (join) =>
      join.onRef('p.bucket', '=', 'r.bucket').onRef('p.sale_id', '=', 'r.sale_id'),
    )
    .select(['r.bucket', 'r.id', 'r.amount_minor', 'p.id as payment_id', 'p.provider'])
    .where('r.id', '=', o.refundId)
    .where('r.utility_id', '=', o.utilityId)
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('refund_orders')
    .values({
      bucket: refund.bucket,
      refund_id: refund.id,
      utility_id: o.utilityId,
      payment_id: refund.payment_id,
      provider: refund.provider,
      amount_minor: refund.amount_minor,
      state: 'asked',
      requested_by: o.by.requestedBy,
      approved_by: o.by.approvedBy,
      approval_id: o.by.approvalId,
      asked_at: o.at,
      next_check_at: o.at,
    })
    .onConflict((conflict) => conflict.columns(['bucket', 'refund_id']).doNothing())
    .execute();
}

export function createRefundSending(o: Deps): RefundSending {
  return {
    sweep: async (utilityId, ending) => {
      const due = await o.database.inUtility(utilityId, (tx) => dueOrders(tx, o, utilityId));
      await eachInTurn(due, [
        async (order) => {
          if (ending?.aborted !== true) await sendOne(o, order);
        },
      ]);
      return due.length;
    },
  };
}

const dueOrders = (tx: Tx, o: Deps, utilityId: string) =>
  tx
    .selectFrom('refund_orders as r')
    .innerJoin('payments as p', (join) =>
      join.onRef('p.bucket', '=', 'r.bucket').onRef('p.id', '=', 'r.payment_id'),
    )
    .selectAll('r')
    .select('p.provider_reference')
    .where('r.utility_id', '=', utilityId)
    .where('r.next_check_at', '<=', instant(o.realNowMs()))
    .orderBy('r.next_check_at')
    .limit(20)
    .execute();
type Order = Awaited<ReturnType<typeof dueOrders>>[number];

async function sendOne(o: Deps, order: Order): Promise<void> {
  const checks = order.checks + 1;
  // Written before anything is sent: from here on the rail may know of it. Another process that
  // read the same order writes nothing and sends nothing.
  const nextCheckAt = new Date(o.realNowMs() + delayMs(checks));
  const claimed = await o.database.inUtility(order.utility_id, (tx) =>
    orderInWork(tx, order)
      .set({ checks, next_check_at: nextCheckAt })
      .where('checks', '=', order.checks)
      .executeTakeFirst(),
  );
  if (claimed.numUpdatedRows === 0n) return;
  const refund = o.payments.refunding(order.provider);
  const utility = await o.utilities.get(order.utility_id);
  const said = await refund?.({
    reference: order.refund_id,
    paymentReference: idFromUuid('payment', order.payment_id),
    providerReference: order.provider_reference ?? '',
    amountMinor: order.amount_minor,
    currencyCode: utility.currency.code,
    providerRefund: order.provider_refund,
    mayBeSent: order.checks > 0,
  });
  if (said === undefined || (!said.ok && said.error === 'refused')) {
    await end(o, order, 'failed');
    return;
  }
  if (!said.ok) return;
  const { status, providerRefund } = said.value;
  await update(o, order, { provider_refund: providerRefund });
  if (status === 'accepted') await update(o, order, { state: 'accepted' });
  else await end(o, order, status);
}

type Change = {
  readonly state?: Order['state'];
  readonly provider_refund?: string | null;
  readonly next_check_at?: Date | null;
  readonly decided_at?: Date;
};

const orderInWork = (tx: Tx, order: Order) =>
  tx
    .updateTable('refund_orders')
    .where('bucket', '=', order.bucket)
    .where('refund_id', '=', order.refund_id)
    .where('state', 'in', ['asked', 'accepted']);
const change = (tx: Tx, order: Order, to: Change) => orderInWork(tx, order).set(to).execute();
const update = (o: Deps, order: Order, to: Change): Promise<unknown> =>
  o.database.inUtility(order.utility_id, (tx) => change(tx, order, to));

/** Sent: the ledger says so in the same transaction. Failed: it is due for a person again. */
const end = (o: Deps, order: Order, state: 'done' | 'failed'): Promise<void> =>
  o.database.inUtility(order.utility_id, async (tx) => {
    await change(tx, order, { state, decided_at: new Date(o.nowMs()), next_check_at: null });
    if (state === 'failed') return;
    const paid = await recordRefundPaid(tx, o, {
      utilityId: order.utility_id,
      refundId: order.refund_id,
      reference: railReferenceOf(order.refund_id),
      by: {
        requestedBy: order.requested_by,
        approvedBy: order.approved_by,
        approvalId: order.approval_id,
      },
    });
    if (!paid.ok) throw new Error(`a refund that was sent is not recorded: ${paid.error}`);
  });
