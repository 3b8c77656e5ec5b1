// Paid sales whose token could not be made because the hardware token with the vending keys was
// away: they wait, and go on by themselves once it answers.

import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';

const soManyAtOnce = 200;

/** The oldest first. */
export async function salesWaitingForKeys(
  tx: Tx,
  utilityId: string,
): Promise<readonly { readonly place: ConnectionPlace; readonly saleId: string }[]> {
  const { rows } = await sql<{ bucket: number; connection_id: string; id: string }>`
    SELECT s.bucket, s.connection_id, s.id FROM sales s
    WHERE s.utility_id = ${utilityId}::uuid AND s.state = 'stuck'
      AND s.stuck_reason = 'keyStoreAway' AND s.issued_at IS NULL
    ORDER BY s.stuck_at LIMIT ${soManyAtOnce}`.execute(tx);
  return rows.map((row) => ({
    place: { utilityId, bucket: row.bucket, connectionId: row.connection_id },
    saleId: row.id,
  }));
}
