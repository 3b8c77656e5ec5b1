// The part of prepaid money that was paid for sales which are not carried out yet.

import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';

/** As a sale sees it: that money is not free. */
export async function reservedOf(tx: Tx, place: ConnectionPlace): Promise<bigint> {
  const { rows } = await sql<{ held: bigint }>`
    SELECT coalesce(sum(p.received_minor), 0)::bigint AS held FROM sales s
    JOIN payments p ON p.bucket = s.bucket AND p.sale_id = s.id
    WHERE s.bucket = ${place.bucket} AND s.connection_id = ${place.connectionId}::uuid
      AND s.state = 'stuck' AND s.issued_at IS NULL`.execute(tx);
  return rows[0]?.held ?? 0n;
}
