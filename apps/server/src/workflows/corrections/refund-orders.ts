// Refunds that the payment's own provider sends back: ordered once, within what one person may do
// alone or by two, sent by the sweep under a name of ours, and recorded as paid when the provider
// says that it is done. What it refuses is a person's again.

import { err, idFromUuid, ok, type Result } from '@prewatt/quantities';
import { type Database, instant, type Tx } from '../../base/database.ts';
import { eachInTurn } from '../../base/each-in-turn.ts';
import type { Payments, RefundWord } from '../../money/payments/index.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
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
  /** What a rail says later about one that it was asked for. */
  readonly answered: (
    answerTo: string,
    said: RefundWord,
  ) => Promise<Result<void, 'unknownPayment'>>;
};

/** Questions after which money that is still with us is taken for not sent: some two hours. */
const checksUntilNotSent = 7;

type Deps = RefundDeps & {
  readonly database: Database;
  readonly payments: Pick<Payments, 'refunding'>;
  readonly utilities: Pick<Utilities, 'get' | 'list'>;
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
    answered: (answerTo, said) => answered(o, answerTo, said),
  };
}

async function answered(
  o: Deps,
  answerTo: string,
  said: RefundWord,
): ReturnType<RefundSending['answered']> {
  const [utilityId = '', refundId = '', secret = ''] = answerTo.split('.');
  const known = (await o.utilities.list()).some(({ id }) => id === utilityId);
  if (!known || ![refundId, secret].every((each) => uuid.test(each))) return err('unknownPayment');
  const order = await o.database.inUtility(utilityId, (tx) =>
    ordersOf(tx, utilityId)
      .where('r.refund_id', '=', refundId)
      .where('r.answer_secret', '=', secret)
      .executeTakeFirst(),
  );
  if (order === undefined) return err('unknownPayment');
  if (said !== 'notDone') await end(o, order, said);
  else if (order.checks >= checksUntilNotSent) await end(o, order, 'failed');
  return ok(undefined);
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const ordersOf = (tx: Tx, utilityId: string) =>
  tx
    .selectFrom('refund_orders as r')
    .innerJoin('payments as p', (join) =>
      join.onRef('p.bucket', '=', 'r.bucket').onRef('p.id', '=', 'r.payment_id'),
    )
    .selectAll('r')
    .select(['p.provider_reference', 'p.received_minor'])
    .select(['p.provider_request', 'p.hinted_reference'])
    .where('r.utility_id', '=', utilityId);

const dueOrders = (tx: Tx, o: Deps, utilityId: string) =>
  ordersOf(tx, utilityId)
    .where('r.next_check_at', '<=', instant(o.realNowMs()))
    .orderBy('r.next_check_at')
    .limit(20)
    .execute();
type Order = Awaited<ReturnType<typeof dueOrders>>[number];

/** A payment that its rail named by our request alone has the receipt that came later. */
const nameOfMoney = (order: Order): string =>
  (order.provider_reference === order.provider_request ? order.hinted_reference : null) ??
  order.provider_reference ??
  '';

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
    providerReference: nameOfMoney(order),
    amountMinor: order.amount_minor,
    paymentMinor: order.received_minor ?? order.amount_minor,
    answerTo: `${order.utility_id}.${order.refund_id}.${order.answer_secret}`,
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

type Change = { readonly state?: Order['state']; readonly provider_refund?: string | null };

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
    const ended = await orderInWork(tx, order)
      .set({ state, decided_at: new Date(o.nowMs()), next_check_at: null })
      .executeTakeFirst();
    // Another word has ended it.
    if (state === 'failed' || ended.numUpdatedRows === 0n) return;
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
