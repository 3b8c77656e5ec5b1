// Whether a message about credit or supply is still true when its turn comes.

import { sql } from 'kysely';
import type { ConnectionPlace } from '../connections/index.ts';
import type { MessageKind } from '../messages/index.ts';
import type { Tx } from '../platform/database.ts';

/**
 * Whether something newer has overtaken a message about what happened at `aboutMs`: a later alert
 * of the connection or, for low credit, a purchase or a meter that is in credit again. At one
 * instant the graver message stands.
 */
export async function isOvertaken(
  tx: Tx,
  o: { readonly place: ConnectionPlace; readonly kind: MessageKind; readonly aboutMs: number },
): Promise<boolean> {
  const { bucket, connectionId } = o.place;
  const about = sql`${new Date(o.aboutMs)}::timestamptz`;
  const isLow = o.kind === 'creditLow' || o.kind === 'creditVeryLow';
  const { rows } = await sql<{ overtaken: boolean }>`SELECT
    EXISTS (SELECT FROM messages m
      WHERE m.bucket = ${bucket} AND m.connection_id = ${connectionId}::uuid
        AND (m.about_at > ${about} OR m.about_at = ${about} AND ${o.kind} = 'creditLow'
          AND m.kind <> 'creditLow'))
    OR ${isLow} AND (
      EXISTS (SELECT FROM sales s WHERE s.bucket = ${bucket}
        AND s.connection_id = ${connectionId}::uuid AND s.paid_at > ${about}
        AND s.state IN ('issued', 'delivered'))
      OR EXISTS (SELECT FROM meters t JOIN meter_states st
          ON st.bucket = t.bucket AND st.meter_id = t.id
        WHERE t.bucket = ${bucket} AND t.connection_id = ${connectionId}::uuid
          AND t.retired_at IS NULL AND st.credit_status = 'inCredit'
          AND st.captured_at > ${about})
    ) AS overtaken`.execute(tx);
  return rows[0]?.overtaken ?? false;
}
