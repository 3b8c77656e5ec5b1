// Rules about what a sale and an offer say of themselves: amounts as they were paid, times as
// others bear them out, and what a connection and its wallet learned from them.

import { sql } from 'kysely';
import { begunWithin, type Rule, within } from './rule.ts';

export const saleRules: readonly Rule[] = [
  {
    name: 'salesAreAsPaid',
    law: 2,
    of: 'sales',
    broken: 'sales of another amount than was asked for, taken in cash or corrected',
    subjects: (range) => sql`SELECT s.id, s.connection_id, s.id AS sale_id, NOT (
          s.amount_minor = coalesce(p.amount_minor, v.amount_minor, s.amount_minor)
          AND s.connection_id = coalesce(p.connection_id, v.connection_id, s.connection_id)) AS bad
      FROM prewatt.sales s
      LEFT JOIN prewatt.payments p ON p.bucket = s.bucket AND p.sale_id = s.id
      LEFT JOIN prewatt.vendor_sales v ON v.bucket = s.bucket AND v.sale_id = s.id
      WHERE ${begunWithin('s', range)}`,
  },
  {
    // Seconds: older versions read the clock twice, for the correction and for the sale.
    name: 'saleTimesAgree',
    law: 6,
    of: 'sales',
    broken: 'sales whose times are not those of their payment, tokens or reversal',
    subjects: (range) => sql`SELECT s.id, s.connection_id, s.id AS sale_id, NOT (
          (s.reversed_at IS NULL OR EXISTS (SELECT FROM prewatt.corrections c
            WHERE c.bucket = s.bucket AND c.sale_id = s.id AND c.kind = 'reversal'
              AND c.at <= s.reversed_at AND s.reversed_at <= c.at + interval '2 seconds'))
          AND (s.delivered_at IS NULL OR s.state IN ('delivered', 'reversed'))
          AND (s.state <> 'delivered' OR s.delivered_at IS NOT NULL)
          AND (s.issued_at IS NULL) = (s.lines IS NULL)
          AND (s.stuck_reason IS NULL) = (s.stuck_at IS NULL)) AS bad
      FROM prewatt.sales s WHERE ${begunWithin('s', range)}`,
  },
  {
    name: 'deliveredWhenTaken',
    law: 6,
    of: 'sales',
    broken: 'sales that were delivered at another time than their meter took one of their tokens',
    subjects: (range) => sql`SELECT s.id, s.connection_id, s.id AS sale_id,
        NOT EXISTS (SELECT FROM prewatt.tokens t WHERE t.bucket = s.bucket AND t.sale_id = s.id
          AND t.state_at = s.delivered_at) AS bad
      FROM prewatt.sales s WHERE ${begunWithin('s', range)} AND s.state = 'delivered'
        AND EXISTS (SELECT FROM prewatt.tokens t WHERE t.bucket = s.bucket AND t.sale_id = s.id)`,
  },
  {
    name: 'offersAddUp',
    law: 2,
    of: 'sales',
    broken: 'offers that do not add up: amount + brought forward <> lines + remainder',
    // Not that it expires after it was made: the one is real time, the other the utility's.
    subjects: (range) => sql`SELECT q.id, q.connection_id, NULL::uuid AS sale_id,
        q.amount_minor + q.brought_forward_minor <> q.remainder_minor + (SELECT
            coalesce(sum((line->>'amountMinor')::bigint), 0) FROM jsonb_array_elements(q.lines) line) AS bad
      FROM prewatt.quotes q WHERE ${begunWithin('q', range)}`,
  },
  {
    name: 'walletsFollowTheirRatings',
    law: 3,
    of: 'ratings',
    broken: 'wallets of no connection in wallet mode, or that are rated before their last charge',
    looksAtAll: true,
    subjects: (range) => sql`SELECT w.connection_id AS id, w.connection_id, NULL::uuid AS sale_id,
        NOT EXISTS (SELECT FROM prewatt.connections c WHERE c.bucket = w.bucket
            AND c.id = w.connection_id
            AND (w.since_at IS NULL OR w.until_at IS NOT NULL OR c.credit_mode = 'wallet'))
          OR NOT EXISTS (SELECT FROM prewatt.meters m WHERE m.bucket = w.bucket
            AND m.id = w.meter_id AND m.connection_id = w.connection_id) AS bad
      FROM prewatt.wallets w WHERE ${within('w', range)}`,
  },
  {
    name: 'lastTidsWereIssued',
    law: 4,
    of: 'meters',
    broken: 'meters whose next token could bear a TID that was issued before',
    looksAtAll: true,
    subjects: (range) => sql`SELECT m.id, m.connection_id, NULL::uuid AS sale_id,
        m.last_tid IS NULL OR m.last_tid < max(t.tid) AS bad
      FROM prewatt.meters m JOIN prewatt.vending_keys k ON k.utility_id = m.utility_id
        AND k.supply_group_code = coalesce(m.wanted_supply_group_code, m.supply_group_code)
        AND k.key_revision = coalesce(m.wanted_key_revision, m.key_revision)
      JOIN prewatt.tokens t ON t.bucket = m.bucket AND t.meter_id = m.id
        AND t.base_date = k.base_date AND t.tid IS NOT NULL
      WHERE ${within('m', range)} GROUP BY m.bucket, m.id, m.connection_id, m.last_tid`,
  },
];
