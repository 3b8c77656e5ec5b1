// Copies of a receipt: numbered from 1 for a sale, whoever prints them, each with who it was. What
// tills printed before copies had rows is a counter that is added.

import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';

export type Printing = {
  readonly place: Pick<ConnectionPlace, 'utilityId' | 'bucket'>;
  readonly saleId: string;
  /** An operator says why; a till prints for whoever stands before it. */
  readonly by:
    | { readonly operatorId: string; readonly reason: string }
    | { readonly keyId: string };
  readonly nowMs: number;
};

/** How many were printed. */
export async function copiesOf(tx: Tx, place: Printing['place'], saleId: string): Promise<number> {
  const { rows } = await sql<{ printed: bigint }>`SELECT
      (SELECT count(*) FROM prewatt.sale_reprints r
        WHERE r.bucket = ${place.bucket} AND r.sale_id = ${saleId}::uuid)
      + coalesce((SELECT v.reprints FROM prewatt.vendor_sales v
        WHERE v.bucket = ${place.bucket} AND v.sale_id = ${saleId}::uuid), 0) AS printed`.execute(
    tx,
  );
  return Number(rows[0]?.printed ?? 0n);
}

/** Records one and gives its number. Locks the sale: one copy after the other. */
export async function recordCopy(tx: Tx, o: Printing): Promise<number> {
  const { place, saleId, by } = o;
  await tx
    .selectFrom('sales')
    .select('id')
    .where('bucket', '=', place.bucket)
    .where('id', '=', saleId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
  const ordinal = (await copiesOf(tx, place, saleId)) + 1;
  await tx
    .insertInto('sale_reprints')
    .values({
      bucket: place.bucket,
      sale_id: saleId,
      ordinal,
      utility_id: place.utilityId,
      operator_id: 'operatorId' in by ? by.operatorId : null,
      key_id: 'keyId' in by ? by.keyId : null,
      reason: 'operatorId' in by ? by.reason : null,
      at: new Date(o.nowMs),
    })
    .execute();
  return ordinal;
}

/** Copies of a sale's receipt as lines of its timeline, oldest first. */
export async function copyLines(
  tx: Tx,
  o: { readonly bucket: number; readonly saleId: string },
): Promise<{ readonly atMs: number; readonly text: string }[]> {
  const { rows } = await sql<{
    ordinal: number;
    at: number;
    operator: string | null;
    reason: string | null;
    till: string | null;
    vendor: string | null;
  }>`SELECT r.ordinal, r.at, o.name AS operator, r.reason, k.label AS till, v.name AS vendor
    FROM prewatt.sale_reprints r
    LEFT JOIN prewatt.operators o ON o.id = r.operator_id
    LEFT JOIN prewatt.vendor_keys k ON k.id = r.key_id
    LEFT JOIN prewatt.vendors v ON v.id = k.vendor_id
    WHERE r.bucket = ${o.bucket} AND r.sale_id = ${o.saleId}::uuid ORDER BY r.ordinal`.execute(tx);
  return rows.map((row) => ({
    atMs: row.at,
    text:
      row.operator === null
        ? `Copy ${row.ordinal} printed at ${row.till} of ${row.vendor}`
        : `Copy ${row.ordinal} printed by ${row.operator}: ${row.reason}`,
  }));
}
