// The law for what providers kept of payments: booked once, as a settlement said it, against the
// money that they hold; the transfer of an earlier word is undone by the next one's and by nothing
// else.

import { sql } from 'kysely';
import { postedWithin, type Rule, within } from './rule.ts';

const isOfFees = sql`t.reason IN ('providerFee', 'providerFeeBack')`;

export const feeRules: readonly Rule[] = [
  {
    name: 'providerFeesPostedOnce',
    law: 5,
    of: 'transfers',
    broken: 'fees of providers that are not posted once, as the last settlement says them',
    looksAtAll: true,
    subjects: (range) => sql`SELECT coalesce(f.transfer_id, f.file_id) AS id,
        p.connection_id, p.sale_id, NOT (
          f.fee_minor = (SELECT coalesce(sum(r.fee_minor), 0) FROM prewatt.reconciliation_rows r
            WHERE r.file_id = f.file_id AND r.kind = 'settlement' AND r.provider = f.provider
              AND r.reference = f.reference)
          AND (f.fee_minor = 0 OR EXISTS (SELECT FROM prewatt.transfers t
            WHERE t.bucket = f.bucket AND t.id = f.transfer_id
              AND t.posting_id = ANY (prewatt.posting_ids(f.transfer_id))
              AND t.reason = CASE WHEN f.fee_minor > 0 THEN 'providerFee' ELSE 'providerFeeBack' END
              AND t.amount_minor = abs(f.fee_minor)))
          AND (SELECT r.id FROM prewatt.transfers r WHERE r.bucket = f.bucket
              AND r.reverses_id = f.transfer_id) IS NOT DISTINCT FROM n.reversal_id
          AND (f.ordinal = 1 OR EXISTS (SELECT FROM prewatt.provider_fees b
            WHERE (b.utility_id, b.provider, b.reference, b.ordinal)
              = (f.utility_id, f.provider, f.reference, f.ordinal - 1)))
          AND (p.id IS NOT NULL OR EXISTS (SELECT FROM prewatt.unallocated_money u
            WHERE (u.utility_id, u.provider, u.provider_reference)
              = (f.utility_id, f.provider, f.reference) AND u.state = 'moved'
              AND u.correction_bucket = f.bucket))) AS bad
      FROM (SELECT *, posted_bucket AS bucket FROM prewatt.provider_fees) f
      LEFT JOIN prewatt.provider_fees n
        ON (n.utility_id, n.provider, n.reference, n.ordinal)
          = (f.utility_id, f.provider, f.reference, f.ordinal + 1)
      LEFT JOIN prewatt.provider_reference_directory d ON d.provider = f.provider
        AND d.provider_reference = f.reference
      LEFT JOIN prewatt.payments p ON p.bucket = f.bucket AND p.id = d.payment_id
        AND p.provider_reference = f.reference AND p.state = 'succeeded'
      WHERE ${within('f', range)}
      UNION ALL SELECT t.id, t.connection_id, t.sale_id, NOT EXISTS (
          SELECT FROM prewatt.provider_fees f WHERE f.posted_bucket = t.bucket
            AND f.transfer_id = t.id)
        FROM prewatt.transfers t WHERE ${postedWithin('t', range)} AND ${isOfFees}`,
  },
];
