// A vendor's statement: how its float moved, from the ledger itself, page by page.

import type { Statement } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';

const pageSize = 100;

export type StatementQuery = {
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly cursor: string | null;
};

const kinds = {
  vendorSale: 'sale',
  commission: 'commission',
  vendorDeposit: 'deposit',
  vendorPayment: 'deposit',
  reversal: 'reversal',
} as const;

/** Every movement of the float, signed by what it does to it. */
const movements = (utilityId: string, vendorId: string) => sql`
  SELECT id, posted_at, reason, sale_id, amount_minor AS amount FROM transfers
    WHERE utility_id = ${utilityId}::uuid AND vendor_id = ${vendorId}::uuid
      AND credit_kind = 'vendorFloat' AND credit_subject_id = ${vendorId}::uuid
  UNION ALL
  SELECT id, posted_at, reason, sale_id, -amount_minor FROM transfers
    WHERE utility_id = ${utilityId}::uuid AND vendor_id = ${vendorId}::uuid
      AND debit_kind = 'vendorFloat' AND debit_subject_id = ${vendorId}::uuid`;

type Row = {
  id: string;
  posted_at: number;
  reason: keyof typeof kinds;
  sale_id: string | null;
  amount: bigint;
  reference: string | null;
};

export async function statementOf(
  tx: Tx,
  vendor: { readonly utilityId: string; readonly vendorId: string },
  query: StatementQuery,
): Promise<Statement> {
  const moved = movements(vendor.utilityId, vendor.vendorId);
  const from = query.fromMs === null ? null : new Date(query.fromMs);
  const to = query.toMs === null ? null : new Date(query.toMs);
  const sums = await sql<{ opening: bigint; closing: bigint }>`SELECT
    coalesce(sum(amount) FILTER (WHERE posted_at < ${from}::timestamptz), 0)::bigint AS opening,
    coalesce(sum(amount) FILTER (WHERE ${to}::timestamptz IS NULL
      OR posted_at < ${to}::timestamptz), 0)::bigint AS closing
    FROM (${moved}) m`.execute(tx);
  const { rows } = await sql<Row>`SELECT m.*, d.reference FROM (${moved}) m
    LEFT JOIN vendor_deposit_reversals u ON u.transfer_id = m.id
    LEFT JOIN vendor_deposits d ON d.transfer_id = m.id OR d.id = u.vendor_deposit_id
    WHERE (${from}::timestamptz IS NULL OR m.posted_at >= ${from}::timestamptz)
      AND (${to}::timestamptz IS NULL OR m.posted_at < ${to}::timestamptz)
      AND (${query.cursor}::uuid IS NULL OR m.id > ${query.cursor}::uuid)
    ORDER BY m.id LIMIT ${pageSize + 1}`.execute(tx);
  const shown = rows.slice(0, pageSize);
  return {
    openingMinor: (sums.rows[0]?.opening ?? 0n).toString(),
    closingMinor: (sums.rows[0]?.closing ?? 0n).toString(),
    rows: shown.map((row) => ({
      at: new Date(row.posted_at).toISOString(),
      kind: kinds[row.reason],
      amountMinor: row.amount.toString(),
      saleId: row.sale_id === null ? null : idFromUuid('sale', row.sale_id),
      reference: row.reference,
    })),
    nextCursor: rows.length > pageSize ? (shown.at(-1)?.id ?? null) : null,
  };
}
