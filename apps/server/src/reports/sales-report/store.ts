// Sums of transfers of a period, and the transfers behind a sum.

import type { ReportTransfer, SalesReportBy, SalesReportRow, SalesReportSums } from '@prewatt/api';
import { idFromUuid, isoOf } from '@prewatt/quantities';
import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { keyPage, readPageKey } from '../../base/key-page.ts';

export type SalesPeriod = {
  readonly fromMs: number;
  /** Not in it any more. */
  readonly untilMs: number;
  readonly zone: string;
  readonly by: SalesReportBy;
};

const pageRows = 100;

/** What an account of the report gained by a transfer; below zero what it lost. */
const gained = sql`CASE
    WHEN t.credit_kind = 'energySales' THEN 'energy' WHEN t.debit_kind = 'energySales' THEN 'energy'
    WHEN 'tax' IN (t.credit_kind, t.debit_kind) THEN 'tax'
    WHEN 'fees' IN (t.credit_kind, t.debit_kind) THEN 'fees'
    WHEN 'vendorCommission' IN (t.credit_kind, t.debit_kind) THEN 'commission'
    WHEN (t.debit_kind, t.credit_kind) IN (('customerPrepaid', 'customerDebt'),
      ('customerDebt', 'customerPrepaid')) THEN 'debts' END`;
const amount = sql`CASE WHEN t.credit_kind IN ('energySales', 'tax', 'fees', 'customerDebt')
    OR t.debit_kind = 'vendorCommission' THEN t.amount_minor ELSE -t.amount_minor END`;

const keys = (zone: string): Readonly<Record<SalesReportBy, RawBuilder<unknown>>> => ({
  day: sql`to_char(t.posted_at AT TIME ZONE ${zone}, 'YYYY-MM-DD')`,
  month: sql`to_char(t.posted_at AT TIME ZONE ${zone}, 'YYYY-MM')`,
  vendor: sql`coalesce(v.id::text, (SELECT p.provider FROM payments p
    WHERE p.bucket = t.bucket AND p.sale_id = t.sale_id LIMIT 1), 'none')`,
  tariff: sql`coalesce(f.id::text, 'none')`,
});

const labels: Readonly<Record<SalesReportBy, RawBuilder<unknown>>> = {
  day: sql`r.key`,
  month: sql`r.key`,
  vendor: sql`coalesce((SELECT name FROM vendors WHERE id::text = r.key),
    CASE r.key WHEN 'none' THEN 'Use paid from wallets, corrections' ELSE r.key END)`,
  tariff: sql`coalesce((SELECT name || ', version ' || version FROM tariffs WHERE id::text = r.key),
    'Use paid from wallets, corrections')`,
};

/** Transfers of the period with what they are and the row that they are in. */
const moved = ({ fromMs, untilMs, zone, by }: SalesPeriod) => sql`
  SELECT t.id, t.bucket, t.connection_id, t.sale_id, t.posted_at, ${gained} AS what,
    ${amount} AS amount, ${keys(zone)[by]} AS key
  FROM transfers t
  LEFT JOIN sales s ON s.bucket = t.bucket AND s.id = t.sale_id
  LEFT JOIN tariffs f ON f.id = s.tariff_version_id
  LEFT JOIN vendor_sales vs ON vs.bucket = t.bucket AND vs.sale_id = t.sale_id
  LEFT JOIN vendors v ON v.id = vs.vendor_id
  WHERE t.utility_id = prewatt.current_utility()
    AND t.posted_at >= ${new Date(fromMs)} AND t.posted_at < ${new Date(untilMs)}
    AND ${gained} IS NOT NULL`;

const sumOf = (what: ReportTransfer['what']) =>
  sql`coalesce(sum(amount) FILTER (WHERE what = ${what}), 0)::bigint`;

type Found = {
  readonly key: string;
  readonly label: string;
  readonly sales: bigint;
  readonly energy: bigint;
  readonly tax: bigint;
  readonly fees: bigint;
  readonly debts: bigint;
  readonly commission: bigint;
};

const sumsOf = (row: Omit<Found, 'key' | 'label'>): SalesReportSums => ({
  sales: Number(row.sales),
  energyMinor: row.energy.toString(),
  taxMinor: row.tax.toString(),
  feesMinor: row.fees.toString(),
  totalMinor: (row.energy + row.tax + row.fees).toString(),
  debtsMinor: row.debts.toString(),
  commissionMinor: row.commission.toString(),
});

export async function salesReport(
  tx: Tx,
  period: SalesPeriod,
): Promise<{ readonly rows: SalesReportRow[]; readonly total: SalesReportSums }> {
  const { rows } = await sql<Found>`SELECT r.*, ${labels[period.by]} AS label FROM (
      SELECT key, count(DISTINCT sale_id) FILTER (WHERE what IN ('energy', 'tax', 'fees')) AS sales,
        ${sumOf('energy')} AS energy, ${sumOf('tax')} AS tax, ${sumOf('fees')} AS fees,
        ${sumOf('debts')} AS debts, ${sumOf('commission')} AS commission
      FROM (${moved(period)}) AS m GROUP BY key) AS r
    ORDER BY label, key`.execute(tx);
  const total = rows.reduce(
    (sum, row) => ({
      sales: sum.sales + row.sales,
      energy: sum.energy + row.energy,
      tax: sum.tax + row.tax,
      fees: sum.fees + row.fees,
      debts: sum.debts + row.debts,
      commission: sum.commission + row.commission,
    }),
    { sales: 0n, energy: 0n, tax: 0n, fees: 0n, debts: 0n, commission: 0n },
  );
  return {
    rows: rows.map((row) => ({ key: row.key, label: row.label, ...sumsOf(row) })),
    total: sumsOf(total),
  };
}

type FoundTransfer = {
  readonly id: string;
  readonly atMs: number;
  readonly what: ReportTransfer['what'];
  readonly amount: bigint;
  readonly connectionId: string | null;
  readonly connectionName: string | null;
  readonly saleId: string | null;
};

/** The transfers of one row, the newest first. `cursor` is what the last page said. */
export async function reportTransfers(
  tx: Tx,
  period: SalesPeriod,
  o: { readonly key: string; readonly cursor: string | null },
): Promise<{ readonly rows: ReportTransfer[]; readonly nextCursor: string | null }> {
  const from = readPageKey(o.cursor);
  const after =
    from === null
      ? sql`true`
      : sql`(m.posted_at, m.id) < (${new Date(from.value)}, ${from.id}::uuid)`;
  const { rows } = await sql<FoundTransfer>`SELECT m.id, m.what, m.amount, m.sale_id AS "saleId",
      (extract(epoch FROM m.posted_at) * 1000)::float8 AS "atMs",
      m.connection_id AS "connectionId", c.name AS "connectionName"
    FROM (${moved(period)}) AS m
    LEFT JOIN connections c ON c.bucket = m.bucket AND c.id = m.connection_id
    WHERE m.key = ${o.key} AND ${after}
    ORDER BY m.posted_at DESC, m.id DESC LIMIT ${pageRows + 1}`.execute(tx);
  const { shown, nextCursor } = keyPage(rows, pageRows, ({ atMs }) => atMs);
  return {
    rows: shown.map((row) => ({
      transferId: idFromUuid('transfer', row.id),
      at: isoOf(row.atMs),
      what: row.what,
      amountMinor: row.amount.toString(),
      connectionId: row.connectionId === null ? null : idFromUuid('connection', row.connectionId),
      connectionName: row.connectionName,
      saleId: row.saleId === null ? null : idFromUuid('sale', row.saleId),
    })),
    nextCursor,
  };
}
