// Rows of notifications: kept many at a time, listed, and forgotten when their time is over.

import type { NotificationMade } from '@prewatt/api';
import { sql } from 'kysely';
import type { Database, Tx } from '../../base/database.ts';
import { prepared } from '../../base/rows.ts';

export type NewNotification = {
  readonly id: string;
  readonly provider: string;
  readonly heardAtMs: number;
  readonly made: NotificationMade;
  readonly address: string;
  readonly path: string;
  /** JSON. */
  readonly headers: string;
  readonly body: Buffer;
  readonly payment: { readonly bucket: number; readonly paymentId: string } | null;
};

/**
 * What came before is counted, and keeps what it has. That acting on it went wrong is over with it:
 * whoever acts on it this time says so again.
 */
export async function keepAll(
  tx: Tx,
  utilityId: string,
  all: readonly NewNotification[],
): Promise<void> {
  const rows = new Map<string, { readonly of: NewNotification; times: number }>();
  for (const of of all) {
    const known = rows.get(of.id);
    if (known === undefined) rows.set(of.id, { of, times: 1 });
    else known.times += 1;
  }
  const each = [...rows.values()].sort((a, b) => (a.of.id < b.of.id ? -1 : 1));
  const column = <T>(value: (row: NewNotification) => T): T[] => each.map(({ of }) => value(of));
  await sql`${prepared} INSERT INTO provider_notifications AS n
      (id, utility_id, provider, heard_at, last_heard_at, times, made, address, path, headers, body,
       payment_bucket, payment_id)
    SELECT r.id, ${utilityId}::uuid, r.provider, r.at, r.at, r.times, r.made, r.address, r.path,
      r.headers, r.body, r.payment_bucket, r.payment_id
    FROM unnest(${column(({ id }) => id)}::uuid[], ${column(({ provider }) => provider)}::text[],
      ${column(({ heardAtMs }) => new Date(heardAtMs))}::timestamptz[],
      ${each.map(({ times }) => times)}::integer[], ${column(({ made }) => made)}::text[],
      ${column(({ address }) => address)}::text[], ${column(({ path }) => path)}::text[],
      ${column(({ headers }) => headers)}::text[], ${column(({ body }) => body)}::bytea[],
      ${column(({ payment }) => payment?.bucket ?? null)}::smallint[],
      ${column(({ payment }) => payment?.paymentId ?? null)}::uuid[])
      AS r (id, provider, at, times, made, address, path, headers, body, payment_bucket, payment_id)
    ON CONFLICT (id) DO UPDATE SET times = least(n.times::bigint + excluded.times, 2000000000),
      last_heard_at = greatest(n.last_heard_at, excluded.last_heard_at), failed_at = NULL`.execute(
    tx,
  );
}

export const setFailed = (tx: Tx, id: string, at: Date | null): Promise<unknown> =>
  tx.updateTable('provider_notifications').set({ failed_at: at }).where('id', '=', id).execute();

/** It could not be acted on. A hint has nothing left to say once its payment is settled. */
const isFailed = sql<boolean>`n.failed_at IS NOT NULL AND NOT (n.made = 'hint' AND EXISTS (
  SELECT FROM payments done WHERE done.bucket = n.payment_bucket AND done.id = n.payment_id
    AND done.state = 'succeeded'))`;

/** How many could not be acted on, by nothing that came since. */
export async function failedNotificationCount(tx: Tx, utilityId: string): Promise<number> {
  const row = await tx
    .selectFrom('provider_notifications as n')
    .where('n.utility_id', '=', utilityId)
    .where(isFailed)
    .select(sql<bigint>`count(*)`.as('total'))
    .executeTakeFirstOrThrow();
  return Number(row.total);
}

export const notificationOf = (tx: Tx, utilityId: string, id: string) =>
  tx
    .selectFrom('provider_notifications as n')
    .leftJoin('payments as p', (join) =>
      join.onRef('p.bucket', '=', 'n.payment_bucket').onRef('p.id', '=', 'n.payment_id'),
    )
    .selectAll('n')
    .select('p.sale_id')
    .where('n.utility_id', '=', utilityId)
    .where('n.id', '=', id)
    .executeTakeFirst();

const pageSize = 50;
const cursorFormat = /^(\d{1,15})\.([0-9a-f-]{36})$/;

/** Without bodies and headers, newest first. */
export async function listNotifications(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly provider: string | null;
    readonly paymentId: string | null;
    readonly made: readonly NotificationMade[] | null;
    readonly onlyFailed: boolean;
    readonly cursor: string | null;
  },
) {
  const [, atMs, afterId] = cursorFormat.exec(o.cursor ?? '') ?? [];
  let query = tx
    .selectFrom('provider_notifications as n')
    .leftJoin('payments as p', (join) =>
      join.onRef('p.bucket', '=', 'n.payment_bucket').onRef('p.id', '=', 'n.payment_id'),
    )
    .select(['n.id', 'n.provider', 'n.heard_at', 'n.last_heard_at', 'n.times', 'n.made'])
    .select(['n.failed_at', 'n.address', 'n.payment_id', 'p.sale_id'])
    .select(sql<number>`length(n.body)`.as('bytes'))
    .where('n.utility_id', '=', o.utilityId);
  if (o.provider !== null) query = query.where('n.provider', '=', o.provider);
  if (o.paymentId !== null) query = query.where('n.payment_id', '=', o.paymentId);
  if (o.made !== null) query = query.where('made', 'in', o.made);
  if (o.onlyFailed) query = query.where(isFailed);
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

const keptDays = 90;
const refusedDays = 7;
const mostBytes = 4_000_000_000n;

/** In small transactions, so that none holds the table for long. */
export async function forgetOld(database: Database, utilityId: string): Promise<number> {
  for (let all = 0; ; ) {
    const gone = await database.inUtility(utilityId, async (tx) => {
      const { rows } = await sql<{ readonly gone: number }>`SELECT forget_provider_notifications(
        ${keptDays}::integer, ${refusedDays}::integer, ${mostBytes}::bigint) AS gone`.execute(tx);
      return rows[0]?.gone ?? 0;
    });
    all += gone;
    if (gone === 0) return all;
  }
}
