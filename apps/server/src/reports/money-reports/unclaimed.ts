// Money that the utility holds and that is somebody's: taken by a provider and used for no sale,
// due to payers of reversed sales, and balances of homes where nobody is the customer.

import {
  type UnclaimedItem,
  type UnclaimedKind,
  type UnclaimedReport,
  type UnclaimedSums,
  unclaimedKinds,
} from '@prewatt/api';
import { dayMs, idFromUuid, isoOf } from '@prewatt/quantities';
import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { keyPage, readPageKey } from '../../base/key-page.ts';

const pageRows = 100;
const overdueDays = 90;

export type UnclaimedNow = { readonly nowMs: number; readonly currencyCode: string };

const ofKind = (currencyCode: string): Readonly<Record<UnclaimedKind, RawBuilder<unknown>>> => ({
  // Another currency cannot be summed with the utility's own: its list shows it.
  unallocated: sql`SELECT u.id, u.came_at AS since, u.amount_minor AS amount,
      p.connection_id, p.bucket, p.sale_id, u.provider || ' ' || u.provider_reference AS reference
    FROM unallocated_money u
    LEFT JOIN payments p ON p.bucket = u.payment_bucket AND p.id = u.payment_id
    WHERE u.utility_id = prewatt.current_utility() AND u.state = 'waiting'
      AND u.currency_code = ${currencyCode}`,
  refundsDue: sql`SELECT r.id, r.due_at AS since, r.amount_minor AS amount,
      r.connection_id, r.bucket, r.sale_id, NULL AS reference
    FROM refunds r WHERE r.utility_id = prewatt.current_utility() AND r.state = 'due'`,
  balances: sql`SELECT c.id, coalesce(c.closed_at, (SELECT max(o.ended_at) FROM occupancies o
        WHERE o.bucket = c.bucket AND o.connection_id = c.id), c.created_at) AS since,
      c.prepaid_minor AS amount, c.id AS connection_id, c.bucket, NULL::uuid AS sale_id,
      NULL AS reference
    FROM connections c
    WHERE c.utility_id = prewatt.current_utility() AND c.prepaid_minor > 0
      AND (c.closed_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM occupancies o
        WHERE o.bucket = c.bucket AND o.connection_id = c.id AND o.ended_at IS NULL))`,
});

type Sums = {
  readonly items: number;
  readonly amount: bigint;
  readonly overdue: bigint;
  readonly oldestMs: number | null;
};

const sumsOf = (sums: Sums): UnclaimedSums => ({
  items: sums.items,
  amountMinor: sums.amount.toString(),
  overdueMinor: sums.overdue.toString(),
  oldestAt: sums.oldestMs === null ? null : isoOf(sums.oldestMs),
});

export async function unclaimedReport(tx: Tx, now: UnclaimedNow): Promise<UnclaimedReport> {
  const found: (Sums & { readonly kind: UnclaimedKind })[] = [];
  for (const kind of unclaimedKinds) {
    const { rows } = await sql<Sums>`SELECT count(*)::int AS items,
        coalesce(sum(amount), 0)::bigint AS amount, coalesce(sum(amount) FILTER (
          WHERE since < ${new Date(now.nowMs - overdueDays * dayMs)}), 0)::bigint AS overdue,
        (extract(epoch FROM min(since)) * 1000)::float8 AS "oldestMs"
      FROM (${ofKind(now.currencyCode)[kind]}) AS i`.execute(tx);
    found.push({
      ...{ kind, items: 0, amount: 0n, overdue: 0n, oldestMs: null },
      ...rows[0],
    });
  }
  const oldest = found.flatMap(({ oldestMs }) => (oldestMs === null ? [] : [oldestMs]));
  return {
    rows: found.map((row) => ({ kind: row.kind, ...sumsOf(row) })),
    total: sumsOf({
      items: found.reduce((sum, { items }) => sum + items, 0),
      amount: found.reduce((sum, { amount }) => sum + amount, 0n),
      overdue: found.reduce((sum, { overdue }) => sum + overdue, 0n),
      oldestMs: oldest.length === 0 ? null : Math.min(...oldest),
    }),
  };
}

type Found = {
  readonly id: string;
  readonly sinceMs: number;
  readonly amount: bigint;
  readonly connectionId: string | null;
  readonly name: string | null;
  readonly saleId: string | null;
  readonly reference: string | null;
};

const idKinds = { unallocated: 'money', refundsDue: 'refund', balances: 'connection' } as const;

type ItemsAsked = {
  readonly kind: UnclaimedKind;
  /** What the last page said. */
  readonly cursor: string | null;
  readonly most?: number;
};

/** Of one kind, the oldest first. */
export async function unclaimedItems(
  tx: Tx,
  now: UnclaimedNow,
  o: ItemsAsked,
): Promise<{ readonly rows: UnclaimedItem[]; readonly nextCursor: string | null }> {
  const most = o.most ?? pageRows;
  const from = readPageKey(o.cursor);
  const since = sql`(extract(epoch FROM i.since) * 1000)::bigint`;
  const { rows } = await sql<Found>`SELECT i.id, ${since}::float8 AS "sinceMs", i.amount,
      i.connection_id AS "connectionId", c.name, i.sale_id AS "saleId", i.reference
    FROM (${ofKind(now.currencyCode)[o.kind]}) AS i
    LEFT JOIN connections c ON c.bucket = i.bucket AND c.id = i.connection_id
    WHERE ${from === null ? sql`true` : sql`(${since}, i.id) > (${from.value}::bigint, ${from.id}::uuid)`}
    ORDER BY ${since}, i.id LIMIT ${most + 1}`.execute(tx);
  const { shown, nextCursor } = keyPage(rows, most, ({ sinceMs }) => sinceMs);
  return {
    rows: shown.map((row) => ({
      itemId: idFromUuid(idKinds[o.kind], row.id),
      kind: o.kind,
      since: isoOf(row.sinceMs),
      amountMinor: row.amount.toString(),
      connectionId: row.connectionId === null ? null : idFromUuid('connection', row.connectionId),
      connectionName: row.name,
      saleId: row.saleId === null ? null : idFromUuid('sale', row.saleId),
      reference: row.reference,
    })),
    nextCursor,
  };
}
