// Which sale another one was moved to or came from: read by whoever shows a sale.

import type { OperatorReceipt } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';

export type MoveNote = OperatorReceipt['moved'];

/** The sale that this one was moved to or from, if it was. */
export async function moveOf(
  tx: Tx,
  place: Pick<ConnectionPlace, 'bucket'>,
  saleId: string,
): Promise<MoveNote> {
  const { rows } = await sql<{
    direction: 'to' | 'from';
    other_sale_id: string;
    name: string;
    meter_pan: string;
  }>`SELECT f.direction, f.other_sale_id, o.name, m.meter_pan FROM (
      SELECT CASE c.kind WHEN 'moveOut' THEN 'to' ELSE 'from' END AS direction,
        c.other_bucket AS bucket, c.other_sale_id
      FROM prewatt.corrections c
      WHERE c.bucket = ${place.bucket} AND c.sale_id = ${saleId}::uuid
        AND c.kind IN ('moveOut', 'moveIn', 'creditNote')
      UNION ALL SELECT 'to', c.bucket, c.sale_id FROM prewatt.corrections c
      WHERE c.other_bucket = ${place.bucket} AND c.other_sale_id = ${saleId}::uuid
        AND c.kind = 'creditNote' AND c.sale_id IS NOT NULL) f
    JOIN prewatt.sales s ON s.bucket = f.bucket AND s.id = f.other_sale_id
    JOIN prewatt.connections o ON o.bucket = s.bucket AND o.id = s.connection_id
    JOIN prewatt.meters m ON m.bucket = s.bucket AND m.id = s.meter_id
    LIMIT 1`.execute(tx);
  const [row] = rows;
  if (row === undefined) return null;
  return {
    direction: row.direction,
    saleId: idFromUuid('sale', row.other_sale_id),
    connectionName: row.name,
    meterPan: row.meter_pan,
  };
}
