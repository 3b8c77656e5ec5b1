// Phones of people who were asked for money, or wanted a receipt, and did not pay: of no use once
// nothing more is to be expected, so they are forgotten. A shop's own stay with its float.

import { dayMs } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Database } from '../../base/database.ts';
import type { Clocks } from '../../base/time.ts';

/** Money of a payment that failed or expired comes late by hours; this is far beyond it. */
const keptForMs = 30 * dayMs;
const mostAtOnce = 500;

/** Returns of how many payments. */
export async function forgetPhones(
  o: { readonly database: Database; readonly clocks: Clocks },
  utilityId: string,
): Promise<number> {
  const before = new Date(o.clocks.business.nowMs() - keptForMs);
  let forgotten = 0;
  for (;;) {
    const some = await o.database.inUtility(utilityId, async (tx) => {
      const { numAffectedRows } = await sql`UPDATE payments p
        SET payer_phone = NULL, receipt_phone = NULL
        FROM (SELECT bucket, id FROM payments
          WHERE utility_id = ${utilityId}::uuid AND state IN ('failed', 'expired')
            AND vendor_id IS NULL AND (payer_phone IS NOT NULL OR receipt_phone IS NOT NULL)
            AND decided_at < ${before}::timestamptz
          ORDER BY decided_at LIMIT ${mostAtOnce} FOR UPDATE SKIP LOCKED) old
        WHERE p.bucket = old.bucket AND p.id = old.id`.execute(tx);
      return Number(numAffectedRows ?? 0n);
    });
    forgotten += some;
    if (some < mostAtOnce) return forgotten;
  }
}
