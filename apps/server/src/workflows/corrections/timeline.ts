// What was put right about a sale, as lines of its timeline: what, why, who asked and who allowed.

import { idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { ColumnValue } from '../../base/column-value.ts';
import type { Tx } from '../../base/database.ts';
import { proofLabels } from './errors.ts';

type Row = {
  readonly kind: ColumnValue<'corrections', 'kind'>;
  readonly about: boolean;
  readonly reason: string;
  readonly proof: keyof typeof proofLabels | null;
  readonly sale_id: string | null;
  readonly other_sale_id: string | null;
  readonly requested: string | null;
  readonly approved: string | null;
  readonly at: number;
};

const ofSale = (saleId: string | null) =>
  saleId === null ? 'another sale' : idFromUuid('sale', saleId);

function wordsOf(row: Row): string {
  switch (row.kind) {
    case 'reversal':
      return `Reversed. ${row.proof === null ? '' : proofLabels[row.proof]}`;
    case 'moveOut':
      return `Moved to ${ofSale(row.other_sale_id)}`;
    case 'moveIn':
      return `Moved from ${ofSale(row.other_sale_id)}`;
    case 'creditNote':
      if (!row.about) return `Paid by a credit note about ${ofSale(row.other_sale_id)}`;
      return row.sale_id === null
        ? 'Credit note given'
        : `Credit note given, which paid for ${ofSale(row.sale_id)}`;
    case 'allocation':
      return 'Paid with money that stood unallocated';
    case 'lateAcceptance':
      return 'The meter took a token after the reversal; its energy is owed';
    case 'acknowledgement':
      return 'Seen';
    case 'refundPaid':
      return 'Paid back';
    case 'charge':
    case 'fine':
    case 'upheldDebt':
    case 'upheldPaid':
    case 'writeOff':
      return 'Debt changed';
  }
}

/** Corrections of a sale and credit notes about it, oldest first. */
export async function correctionLines(
  tx: Tx,
  o: { readonly bucket: number; readonly saleId: string },
): Promise<{ readonly atMs: number; readonly text: string }[]> {
  const { rows } = await sql<Row>`SELECT c.kind, c.reason, c.proof, c.sale_id, c.other_sale_id,
      c.at, r.name AS requested, a.name AS approved,
      (c.other_bucket = ${o.bucket} AND c.other_sale_id = ${o.saleId}::uuid) IS TRUE AS about
    FROM prewatt.corrections c
    LEFT JOIN prewatt.operators r ON r.id = c.requested_by
    LEFT JOIN prewatt.operators a ON a.id = c.approved_by
    WHERE (c.bucket = ${o.bucket} AND c.sale_id = ${o.saleId}::uuid)
      OR (c.other_bucket = ${o.bucket} AND c.other_sale_id = ${o.saleId}::uuid
        AND c.kind = 'creditNote')
    ORDER BY c.at, c.id`.execute(tx);
  return rows.map((row) => {
    const who = row.requested === null ? '' : ` by ${row.requested}`;
    const allowed = row.approved === null ? '' : `, allowed by ${row.approved}`;
    return { atMs: row.at, text: `${wordsOf(row).trim()}${who}${allowed}: ${row.reason}` };
  });
}
