// The laws for what was put right after a sale: a reversal is whole, a correction is posted as it
// was recorded, moved money arrives, and what a meter took of a reversed sale is owed.

import { type RawBuilder, sql } from 'kysely';
import { begunWithin, type Rule } from './rule.ts';

/** What a correction of each kind is posted as, once; a reversal has its own rule. */
const reasonOf = sql`CASE c.kind WHEN 'creditNote' THEN 'creditNote' WHEN 'moveOut' THEN 'moveOut'
  WHEN 'moveIn' THEN 'moveIn' WHEN 'charge' THEN 'charge' WHEN 'writeOff' THEN 'writeOff'
  WHEN 'refundPaid' THEN 'refundPaid' WHEN 'allocation' THEN 'allocation' WHEN 'fine' THEN 'fine'
  WHEN 'upheldDebt' THEN 'upheldDebt' WHEN 'upheldPaid' THEN 'upheldPaid' END`;

const ofSale = sql`t.bucket = s.bucket AND t.connection_id = s.connection_id AND t.sale_id = s.id
  AND t.reason IN ('energy', 'tax', 'fee', 'debt')`;
const isReversed = sql`EXISTS (SELECT FROM prewatt.postings r
  WHERE r.bucket = t.bucket AND r.reverses_id = t.id)`;

/** What a reversed sale would have earned by a kind of line, for the energy that was accepted. */
const lateShare = (kind: 'energy' | 'tax' | 'fee', acceptedWh: RawBuilder<unknown>) => sql`div(
  (SELECT coalesce(sum((line->>'amountMinor')::bigint), 0) FROM jsonb_array_elements(s.lines) line
    WHERE line->>'kind' = ${sql.lit(kind)}) * ${acceptedWh}, coalesce(s.credit_minor, greatest(s.energy_wh, 1)))`;

/** Energy, or of a sale of money all of it: that has one credit token. */
const acceptedOfSale = sql`(SELECT coalesce(sum(CASE WHEN k.amount_e5 IS NULL
    THEN k.energy_wh ELSE s.credit_minor END), 0) FROM prewatt.tokens k
  WHERE k.bucket = s.bucket AND k.sale_id = s.id AND k.state = 'accepted')`;

export const correctionRules: readonly Rule[] = [
  {
    name: 'reversedWhole',
    law: 2,
    of: 'sales',
    broken: 'sales that are reversed in part, or whose transfers are reversed while they stand',
    subjects: (range) => sql`SELECT s.id, s.connection_id, s.id AS sale_id,
        CASE WHEN s.state = 'reversed'
          THEN EXISTS (SELECT FROM prewatt.transfers t WHERE ${ofSale} AND NOT ${isReversed})
          ELSE EXISTS (SELECT FROM prewatt.transfers t WHERE ${ofSale} AND ${isReversed}) END AS bad
      FROM prewatt.sales s WHERE ${begunWithin('s', range)} AND s.issued_at IS NOT NULL`,
  },
  {
    name: 'reversedWithProof',
    law: 3,
    of: 'sales',
    broken: 'reversed sales without a correction that says why no meter has or takes their tokens',
    subjects: (range) => sql`SELECT s.id, s.connection_id, s.id AS sale_id,
        NOT EXISTS (SELECT FROM prewatt.corrections c WHERE c.bucket = s.bucket
          AND c.sale_id = s.id AND c.kind = 'reversal' AND (c.proof <> 'noToken'
            OR NOT EXISTS (SELECT FROM prewatt.tokens k
              WHERE k.bucket = s.bucket AND k.sale_id = s.id))) AS bad
      FROM prewatt.sales s WHERE ${begunWithin('s', range)} AND s.state = 'reversed'`,
  },
  {
    name: 'correctionsArePosted',
    law: 1,
    of: 'corrections',
    broken: 'corrections that are not posted once, in their amount',
    subjects: (range) => sql`SELECT c.id, c.connection_id, c.sale_id,
        NOT EXISTS (SELECT FROM prewatt.transfers t WHERE t.bucket = c.bucket
          AND t.correction_id = c.id AND t.connection_id = c.connection_id
          AND t.reason = ${reasonOf} HAVING count(*) = 1 AND sum(t.amount_minor) = c.amount_minor)
        AS bad
      FROM prewatt.corrections c
      WHERE ${begunWithin('c', range)}
        AND c.kind NOT IN ('reversal', 'lateAcceptance', 'acknowledgement')`,
  },
  {
    name: 'movedMoneyArrives',
    law: 1,
    of: 'corrections',
    broken: 'moved sales of which one side is missing or differs',
    subjects: (range) => sql`SELECT c.id, c.connection_id, c.sale_id,
        NOT EXISTS (SELECT FROM prewatt.corrections o WHERE o.bucket = c.other_bucket
          AND o.connection_id = c.other_connection_id AND o.sale_id = c.other_sale_id
          AND o.kind = CASE c.kind WHEN 'moveOut' THEN 'moveIn' ELSE 'moveOut' END
          AND o.other_bucket = c.bucket AND o.other_connection_id = c.connection_id
          AND o.other_sale_id = c.sale_id AND o.amount_minor = c.amount_minor) AS bad
      FROM prewatt.corrections c
      WHERE ${begunWithin('c', range)} AND c.kind IN ('moveOut', 'moveIn')`,
  },
  {
    name: 'refundsAreOwed',
    law: 6,
    of: 'corrections',
    broken: 'reversals whose money should be paid back, without a refund on the list or paid',
    subjects: (range) => sql`SELECT c.id, c.connection_id, c.sale_id,
        NOT EXISTS (SELECT FROM prewatt.refunds f JOIN prewatt.transfers t ON t.bucket = f.bucket
            AND t.correction_id = c.id AND t.reason = 'refund' AND t.amount_minor = f.amount_minor
          WHERE f.bucket = c.bucket AND f.correction_id = c.id AND f.sale_id = c.sale_id
            AND (f.state = 'paid') = EXISTS (SELECT FROM prewatt.corrections p
              WHERE p.bucket = c.bucket AND p.sale_id = c.sale_id AND p.kind = 'refundPaid'
                AND p.amount_minor = f.amount_minor)) AS bad
      FROM prewatt.corrections c
      WHERE ${begunWithin('c', range)} AND c.kind = 'reversal' AND c.money_to = 'refund'`,
  },
  {
    name: 'lateEnergyIsOwed',
    law: 3,
    of: 'sales',
    broken: 'reversed sales of which a meter took a token that nobody owes for',
    subjects: (range) => sql`SELECT s.id, s.connection_id, s.id AS sale_id,
        (SELECT coalesce(sum(t.amount_minor), 0) FROM prewatt.transfers t WHERE t.bucket = s.bucket
          AND t.connection_id = s.connection_id AND t.sale_id = s.id
          AND t.reason IN ('lateEnergy', 'lateTax', 'lateFee'))
        <> ${lateShare('energy', acceptedOfSale)} + ${lateShare('tax', acceptedOfSale)}
          + ${lateShare('fee', acceptedOfSale)} AS bad
      FROM prewatt.sales s
      WHERE ${begunWithin('s', range)} AND s.state = 'reversed' AND s.issued_at IS NOT NULL`,
  },
];
