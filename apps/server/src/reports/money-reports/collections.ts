// What moved on customers' accounts in a period: money that came in, what it was used for, and what
// is left. Each transfer on such an account is in one part of one row.

import {
  type CollectionPart,
  type CollectionRow,
  type CollectionSums,
  type CollectionsBy,
  type CollectionTransfer,
  collectionParts,
} from '@prewatt/api';
import { idFromUuid, isoOf } from '@prewatt/quantities';
import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { keyPage, readPageKey } from '../../base/key-page.ts';

export type CollectionPeriod = {
  readonly fromMs: number;
  /** Not in it any more. */
  readonly untilMs: number;
  readonly zone: string;
  readonly by: CollectionsBy;
};

const pageRows = 100;

/** The account on the other side. */
const other = sql`CASE WHEN t.credit_kind = 'customerPrepaid' THEN t.debit_kind
  ELSE t.credit_kind END`;
const part = sql`CASE WHEN ${other} IN ('providerClearing', 'vendorFloat', 'bank') THEN 'collected'
    WHEN ${other} = 'refundsDue' THEN 'paidBack'
    WHEN ${other} IN ('energySales', 'tax', 'fees') THEN 'sold'
    WHEN ${other} = 'customerDebt' THEN 'debts' ELSE 'given' END`;

/** Parts by which the balances of customers become less. */
const taken: ReadonlySet<CollectionPart> = new Set(['paidBack', 'sold', 'debts']);

/** The vendor or provider that the money came by. */
const channel = sql`coalesce(
  (SELECT vs.vendor_id::text FROM vendor_sales vs
    WHERE vs.bucket = t.bucket AND vs.sale_id = t.sale_id),
  t.vendor_id::text,
  (SELECT p.provider FROM payments p WHERE p.bucket = t.bucket AND p.id = t.payment_id),
  (SELECT p.provider FROM payments p
    WHERE p.bucket = t.bucket AND p.sale_id = t.sale_id LIMIT 1),
  (SELECT u.provider FROM unallocated_money u
    WHERE u.correction_bucket = t.bucket AND u.correction_id = t.correction_id LIMIT 1),
  'none')`;

const keys = (zone: string): Readonly<Record<CollectionsBy, RawBuilder<unknown>>> => ({
  day: sql`to_char(t.posted_at AT TIME ZONE ${zone}, 'YYYY-MM-DD')`,
  month: sql`to_char(t.posted_at AT TIME ZONE ${zone}, 'YYYY-MM')`,
  channel,
});

const label = sql`coalesce((SELECT name FROM vendors WHERE id::text = r.key),
  CASE r.key WHEN 'none' THEN 'Wallets, corrections, balances brought in' ELSE r.key END)`;

const moved = ({ fromMs, untilMs, zone, by }: CollectionPeriod) => sql`
  SELECT t.id, t.bucket, t.connection_id, t.sale_id, t.posted_at, ${part} AS part,
    CASE WHEN t.credit_kind = 'customerPrepaid' THEN t.amount_minor ELSE -t.amount_minor END
      AS credited, ${keys(zone)[by]} AS key
  FROM transfers t
  WHERE t.utility_id = prewatt.current_utility()
    AND t.posted_at >= ${new Date(fromMs)} AND t.posted_at < ${new Date(untilMs)}
    AND 'customerPrepaid' IN (t.debit_kind, t.credit_kind)`;

const sumOf = (which: CollectionPart) =>
  sql`coalesce(sum(credited) FILTER (WHERE part = ${which}), 0)::bigint`;

type Credited = Readonly<Record<CollectionPart, bigint>> & { readonly payments: bigint };
type Found = Credited & { readonly key: string; readonly label: string };

const nothing: Credited = {
  ...{ payments: 0n, collected: 0n, paidBack: 0n },
  ...{ sold: 0n, debts: 0n, given: 0n },
};

function sumsOf(row: Credited): CollectionSums {
  const left = collectionParts.reduce((sum, each) => sum + row[each], 0n);
  const shown = (each: CollectionPart) => (taken.has(each) ? -row[each] : row[each]).toString();
  return {
    payments: Number(row.payments),
    collectedMinor: shown('collected'),
    paidBackMinor: shown('paidBack'),
    soldMinor: shown('sold'),
    debtsMinor: shown('debts'),
    givenMinor: shown('given'),
    leftMinor: left.toString(),
  };
}

const added = (a: Credited, b: Credited): Credited => ({
  payments: a.payments + b.payments,
  collected: a.collected + b.collected,
  paidBack: a.paidBack + b.paidBack,
  sold: a.sold + b.sold,
  debts: a.debts + b.debts,
  given: a.given + b.given,
});

export async function collections(
  tx: Tx,
  period: CollectionPeriod,
): Promise<{ readonly rows: CollectionRow[]; readonly total: CollectionSums }> {
  const { rows } = await sql<Found>`SELECT r.*, ${label} AS label FROM (
      SELECT key, count(*) FILTER (WHERE part = 'collected' AND credited > 0) AS payments,
        ${sumOf('collected')} AS collected, ${sumOf('paidBack')} AS "paidBack",
        ${sumOf('sold')} AS sold, ${sumOf('debts')} AS debts, ${sumOf('given')} AS given
      FROM (${moved(period)}) AS m GROUP BY key) AS r
    ORDER BY label, key`.execute(tx);
  return {
    rows: rows.map((row) => ({ key: row.key, label: row.label, ...sumsOf(row) })),
    total: sumsOf(rows.reduce<Credited>(added, nothing)),
  };
}

type FoundTransfer = {
  readonly id: string;
  readonly atMs: number;
  readonly part: CollectionPart;
  readonly credited: bigint;
  readonly connectionId: string | null;
  readonly connectionName: string | null;
  readonly saleId: string | null;
};

type TransfersAsked = {
  readonly key: string;
  readonly part: CollectionPart | null;
  /** What the last page said. */
  readonly cursor: string | null;
};

/** The transfers of one row, or of one figure of it, the newest first. */
export async function collectionTransfers(
  tx: Tx,
  period: CollectionPeriod,
  o: TransfersAsked,
): Promise<{ readonly rows: CollectionTransfer[]; readonly nextCursor: string | null }> {
  const from = readPageKey(o.cursor);
  const after =
    from === null
      ? sql`true`
      : sql`(m.posted_at, m.id) < (${new Date(from.value)}, ${from.id}::uuid)`;
  const { rows } = await sql<FoundTransfer>`SELECT m.id, m.part, m.credited,
      m.sale_id AS "saleId", (extract(epoch FROM m.posted_at) * 1000)::float8 AS "atMs",
      m.connection_id AS "connectionId", c.name AS "connectionName"
    FROM (${moved(period)}) AS m
    LEFT JOIN connections c ON c.bucket = m.bucket AND c.id = m.connection_id
    WHERE m.key = ${o.key} AND ${o.part === null ? sql`true` : sql`m.part = ${o.part}`}
      AND ${after}
    ORDER BY m.posted_at DESC, m.id DESC LIMIT ${pageRows + 1}`.execute(tx);
  const { shown, nextCursor } = keyPage(rows, pageRows, ({ atMs }) => atMs);
  return {
    rows: shown.map((row) => ({
      transferId: idFromUuid('transfer', row.id),
      at: isoOf(row.atMs),
      part: row.part,
      amountMinor: (taken.has(row.part) ? -row.credited : row.credited).toString(),
      connectionId: row.connectionId === null ? null : idFromUuid('connection', row.connectionId),
      connectionName: row.connectionName,
      saleId: row.saleId === null ? null : idFromUuid('sale', row.saleId),
    })),
    nextCursor,
  };
}
