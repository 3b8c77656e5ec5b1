// Whether a message about credit or supply is still true when its turn comes.

import type { Tx } from '../../base/database.ts';
import { statementOfRows } from '../../base/rows.ts';
import type { MessageKind } from '../../messaging/messages/index.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';

export type Overtakable = {
  readonly place: ConnectionPlace;
  readonly kind: MessageKind;
  readonly aboutMs: number;
};

const columns = {
  nth: 'integer',
  bucket: 'smallint',
  connection_id: 'uuid',
  about: 'timestamptz',
  kind: 'text',
} as const;

const selectOvertaken = statementOfRows<typeof columns, { readonly nth: number }>(
  columns,
  (recordset) => `SELECT r.nth FROM ${recordset('r')} WHERE
    EXISTS (SELECT FROM messages m
      WHERE m.bucket = r.bucket AND m.connection_id = r.connection_id
        AND (m.about_at > r.about
          OR m.about_at = r.about AND r.kind = 'creditLow' AND m.kind <> 'creditLow'))
    OR r.kind IN ('creditLow', 'creditVeryLow', 'endsInTwoDays', 'endsInHalfDay') AND (
      EXISTS (SELECT FROM sales s WHERE s.bucket = r.bucket
        AND s.connection_id = r.connection_id AND s.paid_at > r.about
        AND s.state IN ('issued', 'delivered')))
    OR r.kind IN ('creditLow', 'creditVeryLow', 'supplyOff', 'protectedSupply', 'emergencyCredit') AND (
      EXISTS (SELECT FROM meters t JOIN meter_states st
          ON st.bucket = t.bucket AND st.meter_id = t.id
        WHERE t.bucket = r.bucket AND t.connection_id = r.connection_id
          AND t.retired_at IS NULL AND st.credit_status = 'inCredit'
          AND st.captured_at > r.about))`,
);

/**
 * Which messages about what happened at `aboutMs` something newer has overtaken: a later alert of
 * the connection; for low credit and warnings a purchase; for low credit and supply that is off or
 * kept on a meter that is in credit again. At one instant the graver message stands.
 */
export async function overtakenAmong(
  tx: Tx,
  messages: readonly Overtakable[],
): Promise<readonly boolean[]> {
  if (messages.length === 0) return [];
  const asked = messages.map(({ place, kind, aboutMs }, nth) => ({
    ...{ nth, bucket: place.bucket, connection_id: place.connectionId, kind },
    about: new Date(aboutMs),
  }));
  const found = new Set((await selectOvertaken(tx, asked)).map(({ nth }) => nth));
  return messages.map((_, nth) => found.has(nth));
}

/** Whether a message that was queued before another, in the same batch, overtakes it. */
export const overtakes = (earlier: Overtakable, other: Overtakable): boolean =>
  earlier.place.connectionId === other.place.connectionId &&
  (earlier.aboutMs > other.aboutMs ||
    (earlier.aboutMs === other.aboutMs &&
      other.kind === 'creditLow' &&
      earlier.kind !== 'creditLow'));
