// Rules about what was given without a sale, and about the keys of meters.

import { sql } from 'kysely';
import { begunWithin, byTwo, e5PerMinor, postedWithin, type Rule, within } from './rule.ts';

/** Kinds of grants that move energy or take it away: a second person has allowed each of them. */
const allowedKinds = sql`('freeCredit', 'replacement', 'clearCredit')`;

/** What was given without a sale. */
export const grantRules: readonly Rule[] = [
  {
    name: 'grantsAreAllowed',
    law: 3,
    of: 'tokens',
    broken: 'tokens of grants without a reason, a name, or the approval that they need',
    // Free units are given by the version of a tariff, limits of the soft landing by a rule set;
    // all else was asked for by somebody.
    subjects: (range) => sql`SELECT t.id, t.connection_id, NULL::uuid AS sale_id, NOT (
        t.sale_id IS NULL AND g.id IS NOT NULL AND length(g.reason) >= 10
        AND (g.meter_id, g.connection_id) = (t.meter_id, t.connection_id)
        AND CASE WHEN g.kind = 'freeUnits' THEN EXISTS (SELECT FROM prewatt.tariffs f
            WHERE f.id = g.tariff_version_id AND f.utility_id = g.utility_id)
          WHEN g.kind IN ${allowedKinds} THEN EXISTS (SELECT FROM prewatt.approvals a
            WHERE a.id = g.approval_id AND a.utility_id = g.utility_id AND a.state = 'done'
              AND ${byTwo} AND a.requested_by = g.requested_by
              AND a.reason = g.reason
              AND a.kind = CASE g.kind WHEN 'replacement' THEN 'meterExchange' ELSE 'grantTokens' END)
          WHEN g.rules_version IS NOT NULL THEN EXISTS (SELECT FROM prewatt.protection_rule_sets r
            JOIN prewatt.approvals a ON a.id = r.approval_id AND a.state = 'done'
              AND a.decided_by <> a.requested_by AND a.kind = 'protectionRules'
            JOIN prewatt.landing_tokens l ON l.bucket = g.bucket AND l.meter_id = g.meter_id
              AND g.id IN (l.grant_id, l.lift_grant_id) AND l.rules_version = r.version
            WHERE r.utility_id = g.utility_id AND r.version = g.rules_version
              AND r.document ? 'softLandingByToken')
          ELSE g.requested_by IS NOT NULL END) AS bad
      FROM prewatt.tokens t
      LEFT JOIN prewatt.grants g ON g.bucket = t.bucket AND g.id = t.grant_id
      WHERE ${begunWithin('t', range)} AND t.grant_id IS NOT NULL`,
  },
  {
    name: 'liftsFollowLimits',
    law: 3,
    of: 'tokens',
    broken: 'tokens of sales that lift a power limit without one of the soft landing before',
    looksAtAll: true,
    subjects: (range) => sql`SELECT t.id, t.connection_id, t.sale_id,
        NOT EXISTS (SELECT FROM prewatt.landing_tokens l WHERE l.bucket = t.bucket
          AND l.lift_sale_id = t.sale_id AND l.meter_id = t.meter_id AND l.state = 'lifted') AS bad
      FROM prewatt.tokens t
      WHERE ${within('t', range)} AND t.kind = 'management' AND t.sale_id IS NOT NULL`,
  },
  {
    name: 'tokensAreTheGrant',
    law: 3,
    of: 'grants',
    broken: 'grants whose tokens, or money in a wallet, are not what was granted',
    subjects: (range) => sql`SELECT g.id, g.connection_id, NULL::uuid AS sale_id,
        CASE WHEN g.transfer_id IS NOT NULL THEN EXISTS (SELECT FROM prewatt.tokens t
            WHERE t.bucket = g.bucket AND t.grant_id = g.id)
          OR NOT EXISTS (SELECT FROM prewatt.transfers f WHERE f.bucket = g.bucket
            AND f.id = g.transfer_id AND f.reason = 'freeCredit'
            AND f.connection_id = g.connection_id AND f.amount_minor = g.amount_minor)
        ELSE EXISTS (SELECT FROM (SELECT coalesce(sum(t.energy_wh), 0) AS energy_wh,
            coalesce(sum(floor(t.amount_e5 / ${e5PerMinor('g')})), 0) AS minor FROM prewatt.tokens t
            WHERE t.bucket = g.bucket AND t.grant_id = g.id) of_tokens
          WHERE (of_tokens.energy_wh, of_tokens.minor) <> CASE WHEN g.amount_minor IS NULL
            THEN (coalesce(g.energy_wh, 0)::numeric, 0::numeric)
            ELSE (0::numeric, g.amount_minor::numeric) END)
        OR NOT EXISTS (SELECT FROM prewatt.tokens t
          WHERE t.bucket = g.bucket AND t.grant_id = g.id) END AS bad
      FROM prewatt.grants g WHERE ${begunWithin('g', range)}`,
  },
  {
    name: 'freeMoneyIsGranted',
    law: 3,
    of: 'transfers',
    broken: 'free credit in money without the grant that gives it, or the approval that it needs',
    subjects: (range) => sql`SELECT f.id, f.connection_id, NULL::uuid AS sale_id,
        NOT EXISTS (SELECT FROM prewatt.grants g JOIN prewatt.approvals a ON a.id = g.approval_id
            AND a.utility_id = g.utility_id AND a.state = 'done' AND ${byTwo}
            AND a.kind = 'grantTokens'
          WHERE g.bucket = f.bucket AND g.transfer_id = f.id) AS bad
      FROM prewatt.transfers f WHERE ${postedWithin('f', range)} AND f.reason = 'freeCredit'`,
  },
  {
    name: 'listsAreAllowed',
    law: 3,
    of: 'grants',
    broken: 'grants of free credit beyond what their approved list says',
    // By the lists, so that a grant that names an approval of something else is found.
    subjects: (range) => sql`SELECT g.id, g.connection_id, NULL::uuid AS sale_id,
        NOT EXISTS (SELECT FROM prewatt.grant_batches b JOIN prewatt.grant_batch_rows r
          ON r.batch_id = b.id
          JOIN prewatt.meters m ON m.bucket = g.bucket AND m.id = g.meter_id
          WHERE b.approval_id = g.approval_id AND b.kind = g.kind AND b.reason = g.reason
            AND b.requested_by = g.requested_by AND r.grant_id = g.id
            AND r.connection_id = g.connection_id AND r.meter_pan = m.meter_pan
            AND r.energy_wh IS NOT DISTINCT FROM g.energy_wh) AS bad
      FROM prewatt.grants g WHERE ${begunWithin('g', range)} AND g.kind IN ('freeCredit', 'clearCredit')`,
  },
  {
    name: 'replacementsAreCarriedOver',
    law: 3,
    of: 'grants',
    broken: 'replacement grants that carry over anything but what an exchanged meter had left',
    // By the exchange, not the approval: what the old meter had bounds what the new one got.
    subjects: (range) => sql`SELECT g.id, g.connection_id, NULL::uuid AS sale_id,
        NOT EXISTS (SELECT FROM prewatt.meter_exchanges x
          JOIN prewatt.meters o ON o.bucket = x.bucket AND o.id = x.old_meter_id
          WHERE x.bucket = g.bucket AND x.grant_id = g.id AND x.connection_id = g.connection_id
            AND x.new_meter_id = g.meter_id AND x.approval_id = g.approval_id
            AND (x.carried_wh, coalesce(x.carried_minor, 0))
              = (coalesce(g.energy_wh, 0), coalesce(g.amount_minor, 0))
            AND CASE
              WHEN x.balance_minor IS NULL AND x.carried_minor IS NULL
              THEN x.carried_wh <= x.balance_wh
              WHEN x.balance_minor IS NULL THEN (x.carried_minor - 1) * 1000000000.0
                < x.balance_wh::numeric * x.per_kwh_micro_minor
              WHEN x.carried_minor IS NOT NULL THEN x.carried_minor <= x.balance_minor
              ELSE x.carried_wh::numeric * x.per_kwh_micro_minor
                <= x.balance_minor * 1000000000.0 END
            AND o.retired_at IS NOT NULL) AS bad
      FROM prewatt.grants g WHERE ${begunWithin('g', range)} AND g.kind = 'replacement'`,
  },
  {
    name: 'grantsAreAccepted',
    law: 6,
    of: 'grants',
    broken: 'grants that are called accepted otherwise than by a meter that took each token',
    subjects: (range) => sql`SELECT g.id, g.connection_id, NULL::uuid AS sale_id,
        g.transfer_id IS NULL AND (g.state = 'accepted') <> coalesce((SELECT bool_and(t.state = 'accepted')
          FROM prewatt.tokens t WHERE t.bucket = g.bucket AND t.grant_id = g.id), false) AS bad
      FROM prewatt.grants g WHERE ${begunWithin('g', range)}`,
  },
  {
    name: 'heldKeyIsProven',
    law: 4,
    of: 'meters',
    broken: 'meters that hold another key than their last set of key-change tokens led to',
    looksAtAll: true,
    subjects: (range) => sql`SELECT m.id, m.connection_id, NULL::uuid AS sale_id,
        (m.supply_group_code, m.tariff_index, m.key_revision) IS DISTINCT FROM
          (s.to_supply_group_code, s.to_tariff_index, s.to_key_revision) AS bad
      FROM prewatt.meters m JOIN LATERAL (SELECT * FROM prewatt.key_change_sets s
        WHERE s.bucket = m.bucket AND s.meter_id = m.id AND s.state = 'done'
        ORDER BY s.state_at DESC, s.id DESC LIMIT 1) s ON true
      WHERE ${within('m', range)}`,
  },
];
