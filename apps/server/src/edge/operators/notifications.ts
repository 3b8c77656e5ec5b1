// The list of kept notifications: each with what it says of its money, and what became of that by
// now, read from the payment, the sale and the lists that the money went through.

import {
  becamesOfShow,
  type NotificationBecame,
  type NotificationMade,
  type NotificationShow,
  notificationMades,
  notificationsRefused,
} from '@prewatt/api';
import { type Currency, parseId, parseTypedAmount, uuidOf } from '@prewatt/quantities';
import { type RawBuilder, sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import { isFailed } from '../../money/kept-notifications/index.ts';

/** Of what was refused nothing is looked up: a stranger's words name no money of ours. */
const became = sql<NotificationBecame>`CASE
  WHEN n.made = 'aside' THEN 'nothing'
  WHEN n.made = ANY(${[...notificationsRefused]}) THEN 'refused'
  WHEN ${isFailed} THEN 'failed'
  WHEN n.made IN ('mayArrive', 'refundAnswer') THEN 'nothing'
  WHEN u.state = 'waiting' THEN 'onList'
  WHEN u.state = 'moved' THEN 'moved'
  WHEN u.state = 'refunded' THEN 'returned'
  WHEN a.state = 'dropped' THEN 'nothing'
  WHEN r.state = 'paid' THEN 'returned'
  WHEN r.state = 'due' THEN 'returning'
  WHEN p.state = 'succeeded' AND p.vendor_id IS NOT NULL THEN 'float'
  WHEN p.state = 'succeeded' AND s.state = 'reversed' THEN 'reversed'
  WHEN p.state = 'succeeded' AND s.state IN ('issued', 'delivered') THEN 'sold'
  WHEN p.state IN ('failed', 'expired') THEN 'notPaid'
  WHEN p.id IS NOT NULL OR a.id IS NOT NULL THEN 'waits'
  ELSE 'nothing' END`;

/** Told of before in other bytes, as by a confirmation after the answer to a push. */
const isMoneyAgain = sql<boolean>`n.provider_reference IS NOT NULL
  AND NOT n.made = ANY(${[...notificationsRefused]}) AND EXISTS (
    SELECT FROM provider_notifications before WHERE before.utility_id = n.utility_id
      AND before.provider_reference = n.provider_reference AND before.provider = n.provider
      AND before.heard_at < n.heard_at AND NOT before.made = ANY(${[...notificationsRefused]}))`;

const sameMoney = (table: string): RawBuilder<boolean> =>
  sql<boolean>`${sql.ref(`${table}.utility_id`)} = n.utility_id
    AND ${sql.ref(`${table}.provider`)} = n.provider
    AND ${sql.ref(`${table}.provider_reference`)} = n.provider_reference
    AND NOT n.made = ANY(${[...notificationsRefused]})`;

function withFacts(tx: Tx, utilityId: string) {
  return tx
    .selectFrom('provider_notifications as n')
    .leftJoin('arrivals as a', (join) => join.on(sameMoney('a')))
    .leftJoin('payments as p', (join) =>
      join
        .on('p.bucket', '=', sql<number>`coalesce(n.payment_bucket, a.payment_bucket)`)
        .on('p.id', '=', sql<string>`coalesce(n.payment_id, a.payment_id)`),
    )
    .leftJoin('sales as s', (join) =>
      join.onRef('s.bucket', '=', 'p.bucket').onRef('s.id', '=', 'p.sale_id'),
    )
    .leftJoin('refunds as r', (join) =>
      join.onRef('r.bucket', '=', 's.bucket').onRef('r.sale_id', '=', 's.id'),
    )
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('unallocated_money as m')
          .leftJoin('corrections as c', (join) =>
            join
              .onRef('c.bucket', '=', 'm.correction_bucket')
              .onRef('c.id', '=', 'm.correction_id'),
          )
          .select(['m.state', 'c.sale_id'])
          .where(sameMoney('m'))
          .where(sql<boolean>`(m.payment_id IS NULL OR n.payment_id IS NULL
            OR m.payment_id = n.payment_id)`)
          .orderBy('m.came_at', 'desc')
          .limit(1)
          .as('u'),
      (join) => join.onTrue(),
    )
    .leftJoin('operators as o', 'o.id', 'n.judged_by')
    .select(['n.id', 'n.utility_id', 'n.provider', 'n.heard_at', 'n.last_heard_at', 'n.times'])
    .select(['n.made', 'n.failed_at', 'n.address', 'n.amount_minor', 'n.currency_code'])
    .select(['n.provider_reference', 'n.phone_end', 'n.judged_at', 'n.judged_made'])
    .select(['o.name as judged_by_name', 'p.id as payment_id'])
    .select(sql<string | null>`coalesce(u.sale_id, p.sale_id)`.as('sale_id'))
    .select(sql<bigint | null>`coalesce(p.received_minor, p.amount_minor)`.as('payment_minor'))
    .select(sql<number>`length(n.body)`.as('bytes'))
    .select([became.as('became'), isMoneyAgain.as('is_money_again')])
    .where('n.utility_id', '=', utilityId);
}
export type ListedNotification = Awaited<
  ReturnType<ReturnType<typeof withFacts>['execute']>
>[number];

export const notificationOf = (tx: Tx, utilityId: string, id: string) =>
  withFacts(tx, utilityId)
    .select(['n.path', 'n.headers', 'n.body'])
    .where('n.id', '=', id)
    .executeTakeFirst();

export type Narrowing = {
  readonly utilityId: string;
  readonly currency: Currency;
  readonly show: NotificationShow | null;
  readonly provider: string | null;
  readonly paymentId: string | null;
  readonly search: string;
  readonly fromMs: number | null;
  readonly untilMs: number | null;
  readonly cursor: string | null;
};

const pageSize = 50;
const cursorFormat = /^(\d{1,15})\.([0-9a-f-]{36})$/;

/** Without bodies and headers, newest first. */
export async function listNotifications(tx: Tx, o: Narrowing) {
  const [, atMs, afterId] = cursorFormat.exec(o.cursor ?? '') ?? [];
  let query = withFacts(tx, o.utilityId);
  if (o.provider !== null) query = query.where('n.provider', '=', o.provider);
  if (o.paymentId !== null) query = query.where('n.payment_id', '=', o.paymentId);
  if (o.show !== null) query = query.where(shownBy(o.show));
  if (o.search.trim() !== '') query = query.where(foundBy(o.search.trim(), o.currency));
  if (o.fromMs !== null) query = query.where('n.heard_at', '>=', instant(o.fromMs));
  if (o.untilMs !== null) query = query.where('n.heard_at', '<', instant(o.untilMs));
  if (atMs !== undefined && afterId !== undefined) {
    query = query.where(
      sql<boolean>`(n.heard_at, n.id) < (${new Date(Number(atMs))}::timestamptz, ${afterId}::uuid)`,
    );
  }
  const rows = await query
    .orderBy('n.heard_at', 'desc')
    .orderBy('n.id', 'desc')
    .limit(pageSize + 1)
    .execute();
  const page = rows.slice(0, pageSize);
  const last = page.at(-1);
  const isMore = rows.length > pageSize && last !== undefined;
  return { page, nextCursor: isMore ? `${last.heard_at}.${last.id}` : null };
}

function shownBy(show: NotificationShow): RawBuilder<boolean> {
  if (show === 'failed') return isFailed;
  if (show === 'repeated') return sql<boolean>`(n.times > 1 OR ${isMoneyAgain})`;
  if (show === 'refused') return madeIs(notificationsRefused);
  if (show === 'taken') {
    return madeIs(notificationMades.filter((made) => !notificationsRefused.includes(made)));
  }
  return sql<boolean>`${became} = ANY(${[...becamesOfShow[show]]})`;
}

const madeIs = (made: readonly NotificationMade[]): RawBuilder<boolean> =>
  sql<boolean>`n.made = ANY(${[...made]})`;

/** A reference of the provider or of ours, or an amount: digits alone may be both. */
function foundBy(text: string, currency: Currency): RawBuilder<boolean> {
  const payment = parseId('payment', text);
  if (payment.ok) return sql<boolean>`n.payment_id = ${uuidOf(payment.value)}::uuid`;
  const named = sql<boolean>`n.provider_reference IN (${text}, ${text.toUpperCase()})`;
  const amount = parseTypedAmount(text.replace(/^[A-Za-z]{1,3}\s+/, ''), currency);
  if (!amount.ok) return named;
  return sql<boolean>`(${named} OR (coalesce(n.currency_code, ${currency.code}) = ${currency.code}
    AND coalesce(n.amount_minor, p.received_minor, p.amount_minor) = ${amount.value}::bigint))`;
}
