// The laws for wallet mode: what was charged for use is posted once, use is charged once and
// without holes, and as much as the meter measured.

import { dayMs } from '@prewatt/quantities';
import { sql } from 'kysely';
import { type Range, type Rule, within } from './rule.ts';

const isReplaced = sql`EXISTS (SELECT FROM prewatt.ratings n
  WHERE n.bucket = r.bucket AND n.replaces_id = r.id)`;
/** Of a rating's own transfers those that a later one has not undone. */
const standing = sql`t.bucket = r.bucket AND t.rating_id = r.id
  AND t.reason IN ('energy', 'tax', 'fee') AND NOT EXISTS (SELECT FROM prewatt.postings u
    WHERE u.bucket = t.bucket AND u.reverses_id = t.id)`;
const registerAt = (at: 'starts_at' | 'ends_at') =>
  sql`prewatt.reading_at(r.bucket, r.meter_id, 1::smallint, ${sql.ref(`r.${at}`)})`;

/**
 * A reading came late, and what it changes is about to be charged anew: its day waits to be
 * validated, which takes seconds, or its wallet to be rated.
 */
const willBeRatedAgain = ({ nowMs }: Range) => sql`(EXISTS (SELECT FROM prewatt.usage_days d
    WHERE d.bucket = r.bucket AND d.meter_id = r.meter_id
      AND d.stale_at > ${new Date(nowMs - dayMs)}::timestamptz
      AND d.day BETWEEN r.starts_at::date - 1 AND r.ends_at::date + 1)
  OR EXISTS (SELECT FROM prewatt.wallets w WHERE w.bucket = r.bucket
    AND w.connection_id = r.connection_id AND w.meter_id = r.meter_id AND w.stale_from <= r.ends_at)
  OR EXISTS (SELECT FROM prewatt.wallet_periods w WHERE w.bucket = r.bucket
    AND w.connection_id = r.connection_id AND w.meter_id = r.meter_id AND w.stale_from <= r.ends_at))`;

/** A share of energy and charges, and of nothing else, whose limits and conditions move nothing. */
const isPlainShare = sql`levy->>'percent' ~ '^[0-9.]{1,12}$'
  AND levy->'of' <@ '["energy", "charges"]'::jsonb AND coalesce(levy->>'kind', 'tax') = 'tax'
  AND NOT levy ?| ARRAY['perKwh', 'energyAboveKwh', 'energyUptoKwh', 'atLeast', 'atMost', 'when']
  AND coalesce(levy->>'included', 'false') = 'false'
  AND coalesce(levy->>'repricing', 'purchase') = 'purchase'`;
const isItsBase = sql`(line->>'kind' = 'energy' AND levy->'of' ? 'energy')
  OR (levy->'of' ? 'charges' AND line->>'kind' <> 'energy' AND EXISTS (
    SELECT FROM jsonb_array_elements(coalesce(v.document->'charges', '[]')) charge
    WHERE charge->>'code' = line->>'code'))`;
const amount = sql`(line->>'amountMinor')::bigint`;

/**
 * What rows of one connection and tariff took for a levy, beside its share of what they took for
 * energy and charges. Each kind of line carries less than a minor unit in and out of the rows.
 */
const taxOfSums = (range: Range) => sql`
  SELECT min(r.id::text)::uuid AS id, r.connection_id, NULL::uuid AS sale_id,
    abs(sum(${amount}) FILTER (WHERE line->>'kind' = 'tax' AND line->>'code' = levy->>'code')
      - (levy->>'percent')::numeric / 100 * coalesce(sum(${amount}) FILTER (WHERE ${isItsBase}), 0))
      > 2 + (levy->>'percent')::numeric / 100 * (2 + jsonb_array_length(coalesce(v.document->'charges', '[]'))) AS bad
  FROM prewatt.ratings r
  JOIN prewatt.tariffs v ON v.id = r.tariff_version_id
  CROSS JOIN LATERAL jsonb_array_elements(coalesce(v.document->'levies', '[]')) levy
  CROSS JOIN LATERAL jsonb_array_elements(r.lines) line
  WHERE ${within('r', range)} AND NOT ${isReplaced} AND ${isPlainShare}
    -- Rows of before kept one sum of fractions for all their lines.
    AND jsonb_typeof(r.position_before->'usageCarryMicroMinor') = 'object'
  GROUP BY r.bucket, r.connection_id, r.tariff_version_id, levy, v.document`;

export const walletRules: readonly Rule[] = [
  {
    name: 'ratingsArePosted',
    law: 2,
    of: 'ratings',
    broken: 'charges for use whose transfers are not their lines, or stand beside a newer charge',
    looksAtAll: true,
    subjects: (range) => sql`SELECT r.id, r.connection_id, NULL::uuid AS sale_id,
        (SELECT coalesce(sum(t.amount_minor), 0) FROM prewatt.transfers t WHERE ${standing})
          <> CASE WHEN ${isReplaced} THEN 0 ELSE r.charged_minor END
        OR r.charged_minor <> (SELECT coalesce(sum((line->>'amountMinor')::bigint), 0)
          FROM jsonb_array_elements(r.lines) line) AS bad
      FROM prewatt.ratings r WHERE ${within('r', range)}`,
  },
  {
    name: 'taxIsOfTheSum',
    law: 2,
    of: 'ratings',
    broken: 'charges for use whose tax is not the tax of what they add up to',
    looksAtAll: true,
    subjects: taxOfSums,
  },
  {
    name: 'useIsRatedOnce',
    law: 3,
    of: 'ratings',
    broken: 'charges for use that overlap another one, or leave a hole before it',
    looksAtAll: true,
    subjects: (range) => sql`SELECT r.id, r.connection_id, NULL::uuid AS sale_id,
        coalesce((SELECT min(o.starts_at) FROM prewatt.ratings o WHERE o.bucket = r.bucket
          AND o.connection_id = r.connection_id AND o.starts_at >= r.ends_at
          AND o.meter_id = r.meter_id) > r.ends_at
          AND NOT EXISTS (SELECT FROM prewatt.mode_changes m
            WHERE m.bucket = r.bucket AND m.connection_id = r.connection_id
              AND m.to_mode = 'token' AND m.state = 'done' AND m.state_at >= r.ends_at), false)
        OR EXISTS (SELECT FROM prewatt.ratings o WHERE o.bucket = r.bucket
          AND o.connection_id = r.connection_id AND o.meter_id = r.meter_id
          AND o.starts_at < r.ends_at AND o.ends_at > r.starts_at
          AND (o.starts_at, o.ends_at) <> (r.starts_at, r.ends_at)) AS bad
      FROM prewatt.ratings r WHERE ${within('r', range)}`,
  },
  {
    name: 'ratedIsMeasured',
    law: 3,
    of: 'ratings',
    broken: 'charges for more or less energy than the register measured between two good readings',
    looksAtAll: true,
    subjects: (range) => sql`SELECT r.id, r.connection_id, NULL::uuid AS sale_id,
        coalesce(${registerAt('ends_at')} - ${registerAt('starts_at')} <> r.energy_wh, false)
          AND NOT EXISTS (SELECT FROM prewatt.reading_findings f WHERE f.bucket = r.bucket
            AND f.meter_id = r.meter_id AND f.finding <> 'gap'
            AND f.read_at >= r.starts_at - interval '1 day' AND f.read_at <= r.ends_at)
          AND NOT ${willBeRatedAgain(range)}
          -- What a wallet was charged for the time after its end was given back.
          AND NOT EXISTS (SELECT FROM prewatt.mode_changes m
            JOIN prewatt.commands c ON c.bucket = m.bucket AND c.id = m.command_id
            WHERE m.bucket = r.bucket AND m.connection_id = r.connection_id
              AND m.to_mode = 'token' AND r.ordinal > 1
              AND coalesce(m.site_read_at, c.completed_at) > r.starts_at
              AND coalesce(m.site_read_at, c.completed_at) < r.ends_at) AS bad
      FROM prewatt.ratings r WHERE ${within('r', range)} AND NOT ${isReplaced}`,
  },
  {
    name: 'lateTokensAreMoney',
    law: 2,
    of: 'meters',
    broken: 'meters whose credit of after a handover did not become money as it is recorded',
    looksAtAll: true,
    subjects: (range) => sql`SELECT l.meter_id AS id, l.connection_id, NULL::uuid AS sale_id,
        sum(l.amount_minor) <> (SELECT coalesce(sum(t.amount_minor), 0) FROM prewatt.transfers t
          WHERE t.bucket = l.bucket AND t.connection_id = l.connection_id
            AND t.mode_change_id = l.mode_change_id
            AND t.reason IN ('lateTokenEnergy', 'lateTokenTax')) AS bad
      FROM prewatt.late_tokens l WHERE ${within('l', range)} AND l.state = 'carried'
      GROUP BY l.bucket, l.meter_id, l.connection_id, l.mode_change_id`,
  },
];
