// Meters that hold TIDs of tokens which this database does not know: it was restored from an older
// copy, or they come from another system. Their next tokens get later TIDs than any that they hold.

import type { Tx } from '../../base/database.ts';
import { statementOfRows } from '../../base/rows.ts';
import type { TokenResult } from '../../metering/headend/index.ts';
import { type MeterPlace, raisingLastTids } from '../../registry/connections/index.ts';

/** So far beyond now a meter may hold TIDs: each further token of the same minute has the next. */
const aheadMs = 86_400_000;

/** The TID, if the meter took a token of it, now or before; else null. */
export const heldTid = ({ outcome }: TokenResult): number | null =>
  outcome.result === 'accepted' || outcome.refusal === 'used' ? outcome.tid : null;

export type Stranger = { readonly place: MeterPlace; readonly tid: number };

const columns = { bucket: 'smallint', id: 'uuid', tid: 'integer', until: 'timestamptz' } as const;

/**
 * The last TID of a meter counts under the key that its next token is made for; nothing is known of
 * it while no such key is loaded. A meter that lies harms nobody but itself: it never gets further.
 */
const passOverRows = statementOfRows(
  columns,
  (recordset) => `WITH said AS (SELECT m.bucket, m.id,
      max(prewatt.tid_at(k.base_date, r.until)) AS tid
    FROM ${recordset('r')} JOIN meters m ON m.bucket = r.bucket AND m.id = r.id
    JOIN vending_keys k ON k.utility_id = m.utility_id
      AND k.supply_group_code = coalesce(m.wanted_supply_group_code, m.supply_group_code)
      AND k.key_revision = coalesce(m.wanted_key_revision, m.key_revision)
    WHERE m.last_tid IS NULL OR m.last_tid <= r.tid OR EXISTS (SELECT FROM tokens t
      WHERE t.bucket = m.bucket AND t.meter_id = m.id AND t.tid = r.tid)
    GROUP BY m.bucket, m.id),
  locked AS (SELECT m.bucket, m.id FROM meters m JOIN said s ON s.bucket = m.bucket AND s.id = m.id
    ORDER BY m.bucket, m.id FOR NO KEY UPDATE OF m)
  ${raisingLastTids('(SELECT * FROM said JOIN locked USING (bucket, id))')}`,
);

/** The next tokens of these meters get TIDs beyond any that they may hold. */
export async function passOver(
  tx: Tx,
  strangers: readonly Stranger[],
  nowMs: number,
): Promise<void> {
  if (strangers.length === 0) return;
  const until = new Date(nowMs + aheadMs);
  await passOverRows(
    tx,
    strangers.map(({ place, tid }) => ({ bucket: place.bucket, id: place.meterId, tid, until })),
  );
}
