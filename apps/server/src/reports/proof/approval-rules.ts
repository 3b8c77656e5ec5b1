// Rules about what a second person had to allow: each row that says so is compared with its
// approval, in kind, subject, people and amounts. Whether the approval itself was given is read
// from its seal (read-decisions.ts).

import { type RawBuilder, sql } from 'kysely';
import { begunWithin, byTwo, postedWithin, type Range, type Rule } from './rule.ts';

/** What has no bucket is checked with the first. */
const withFirst = (range: Range) => sql`${range.fromBucket === 0}`;

const id = (path: RawBuilder<unknown>) => sql`lower(a.payload ->> ${path})`;
const of = (column: string) => sql`${sql.ref(column)}::text`;
/** Amounts are decimal strings; a payload that is none is no reason to throw. */
const amount = (path: RawBuilder<unknown>) =>
  sql`coalesce(nullif(ltrim(a.payload ->> ${path}, '0'), ''), '0')`;

/** A done approval of the row's utility, which another one gave than who asked, or break-glass. */
const allowed = (row: string) => sql`a.id = ${sql.ref(`${row}.approval_id`)}
  AND a.utility_id = ${sql.ref(`${row}.utility_id`)} AND a.state = 'done'
  AND ${byTwo}`;
/** The same, by the people and for the reason that the row names. */
const allowedBy = (row: string) => sql`${allowed(row)} AND a.reason = ${sql.ref(`${row}.reason`)}
  AND (a.requested_by, a.decided_by)
    = (${sql.ref(`${row}.requested_by`)}, ${sql.ref(`${row}.approved_by`)})`;

/** What was paid for a sale, as it is put right. */
const paidFor = (bucket: string, saleId: string) => sql`(SELECT coalesce(
    (SELECT p.received_minor FROM prewatt.payments p WHERE p.bucket = s.bucket
      AND p.sale_id = s.id AND p.state = 'succeeded'), s.amount_minor)
  FROM prewatt.sales s WHERE s.bucket = ${sql.ref(bucket)} AND s.id = ${sql.ref(saleId)})`;

const ofSale = sql`${id(sql`'saleId'`)} = ${of('c.sale_id')}
  AND c.amount_minor = ${paidFor('c.bucket', 'c.sale_id')}`;
const ofOtherSale = sql`${id(sql`'saleId'`)} = ${of('c.other_sale_id')}
  AND EXISTS (SELECT FROM prewatt.sales o WHERE o.bucket = c.other_bucket
    AND o.id = c.other_sale_id AND o.connection_id = c.other_connection_id)`;
const movedHere = sql`${ofOtherSale} AND ${id(sql`'toConnectionId'`)} = ${of('c.connection_id')}
  AND c.amount_minor = ${paidFor('c.other_bucket', 'c.other_sale_id')}`;
const movedBy = (how: 'reversal' | 'creditNote') => sql`a.payload ->> 'by' = ${sql.lit(how)}`;

/** Whether the approval `a` is of the correction `c`. */
const isOfCorrection = sql`CASE a.kind || ' ' || c.kind
  WHEN 'reversal reversal' THEN ${ofSale} AND CASE a.payload ->> 'moneyGoes'
    WHEN 'prepaid' THEN c.money_to = 'prepaid' ELSE c.money_to IN ('refund', 'vendor') END
  WHEN 'creditNote creditNote' THEN ${ofOtherSale} AND c.sale_id IS NULL
    AND c.other_connection_id = c.connection_id
    AND ${amount(sql`'amountMinor'`)} = ${of('c.amount_minor')}
  WHEN 'debtWriteOff writeOff' THEN ${id(sql`'connectionId'`)} = ${of('c.connection_id')}
    AND ${id(sql`'debtId'`)} = ${of('c.debt_id')}
    AND ${amount(sql`'amountMinor'`)} = ${of('c.amount_minor')}
  WHEN 'backBill charge' THEN ${id(sql`'connectionId'`)} = ${of('c.connection_id')}
    AND ${amount(sql`'amountMinor'`)} = ${of('c.amount_minor')}
  WHEN 'backBill fine' THEN ${id(sql`'connectionId'`)} = ${of('c.connection_id')}
    AND coalesce(nullif(ltrim(a.payload #>> '{fine,amountMinor}', '0'), ''), '0')
      = ${of('c.amount_minor')}
  WHEN 'refundPayment refundPaid' THEN EXISTS (SELECT FROM prewatt.refunds f
    WHERE f.bucket = c.bucket AND f.sale_id = c.sale_id AND ${id(sql`'refundId'`)} = f.id::text
      AND f.paid_reference = a.payload ->> 'reference' AND f.amount_minor = c.amount_minor)
  WHEN 'moveSale reversal' THEN ${movedBy('reversal')} AND ${ofSale} AND c.money_to = 'connection'
  WHEN 'moveSale moveOut' THEN ${movedBy('reversal')} AND ${ofSale}
    AND ${id(sql`'toConnectionId'`)} = ${of('c.other_connection_id')}
  WHEN 'moveSale moveIn' THEN ${movedBy('reversal')} AND ${movedHere}
  WHEN 'moveSale creditNote' THEN ${movedBy('creditNote')} AND ${movedHere}
    AND c.sale_id IS NOT NULL
  WHEN 'moveMoney allocation' THEN ${id(sql`'toConnectionId'`)} = ${of('c.connection_id')}
    AND ${amount(sql`'amountMinor'`)} = ${of('c.amount_minor')} AND c.sale_id IS NOT NULL
    AND EXISTS (SELECT FROM prewatt.unallocated_money u WHERE u.state = 'moved'
      AND u.correction_bucket = c.bucket AND u.correction_id = c.id
      AND ${id(sql`'moneyId'`)} = u.id::text)
  ELSE false END`;

/**
 * Nothing is given back but what an appeal that was upheld says, by another one than who found it,
 * and no more than was asked.
 */
const isUpheld = sql`EXISTS (SELECT FROM prewatt.revenue_cases r WHERE r.bucket = c.bucket
    AND r.connection_id = c.connection_id AND c.debt_id IN (r.debt_id, r.fine_debt_id)
    AND r.state = 'closed' AND r.closed_by = c.requested_by AND r.found_by <> c.requested_by
    AND EXISTS (SELECT FROM prewatt.revenue_case_events e WHERE e.bucket = r.bucket
      AND e.case_id = r.id AND e.what = 'appealDecided' AND e.operator_id = c.requested_by
      AND e.details ->> 'decision' = 'upheld'))
  AND (SELECT sum(o.amount_minor) FILTER (WHERE o.kind IN ('charge', 'fine'))
      >= sum(o.amount_minor) FILTER (WHERE o.kind IN ('upheldDebt', 'upheldPaid', 'writeOff'))
    FROM prewatt.corrections o WHERE o.bucket = c.bucket AND o.connection_id = c.connection_id
      AND o.debt_id = c.debt_id)`;

/** The correction of each reason of a transfer. */
const kindOfReason = sql`CASE t.reason WHEN 'refund' THEN 'reversal' ELSE t.reason END`;

/** Cuts for safety: the terms that each has, and beyond one person's budget the second one. */
const safetyRule: Rule = {
  name: 'safetyCutsAreAllowed',
  law: 7,
  of: 'meters',
  broken: 'cuts for safety without a name, a reason or an end, or not as a second person allowed',
  subjects: (range) => sql`SELECT c.meter_id AS id, h.connection_id, NULL::uuid AS sale_id, NOT (
      h.ends_at > h.held_at AND h.ends_at <= h.held_at + interval '72 hours'
      AND length(h.reason) >= 5 AND (h.approval_id IS NULL OR EXISTS (
        SELECT FROM prewatt.approvals a WHERE a.id = h.approval_id AND a.utility_id = h.utility_id
          AND a.state = 'done' AND a.kind = 'safetyCut' AND a.reason = h.reason
          AND (a.requested_by, a.decided_by) = (h.operator_id, h.approved_by)
          AND ${id(sql`'connectionId'`)} = ${of('h.connection_id')}))) AS bad
    FROM prewatt.supply_holds h
    JOIN prewatt.commands c ON c.bucket = h.bucket AND c.id = h.command_id
    WHERE ${begunWithin('h', range, 'command_id')} AND h.cause = 'safety' AND h.asked_at IS NOT NULL`,
};

const connectionRules: readonly Rule[] = [
  safetyRule,
  {
    name: 'correctionsAreAllowed',
    law: 1,
    of: 'corrections',
    broken: 'corrections that a second person did not allow as they stand',
    subjects: (range) => sql`SELECT c.id, c.connection_id, c.sale_id,
        NOT CASE WHEN c.kind IN ('upheldDebt', 'upheldPaid') THEN ${isUpheld}
        ELSE EXISTS (SELECT FROM prewatt.approvals a WHERE ${allowed('c')}
          AND (a.requested_by, a.decided_by) = (c.requested_by, c.approved_by)
          AND (c.kind = 'refundPaid' OR a.reason = c.reason
            AND a.payload ->> 'requestId' = c.request_id) AND ${isOfCorrection}) END AS bad
      FROM prewatt.corrections c WHERE ${begunWithin('c', range)}
        AND (c.kind IN ('reversal', 'creditNote', 'moveOut', 'moveIn', 'writeOff', 'allocation',
          'fine', 'upheldDebt', 'upheldPaid') OR c.approval_id IS NOT NULL)`,
  },
  {
    name: 'givenMoneyIsCorrected',
    law: 1,
    of: 'transfers',
    broken: 'transfers that put something right without the correction that says so',
    // By the transfers: a rule by the corrections does not see money for which there is none.
    subjects: (range) => sql`SELECT t.id, t.connection_id, t.sale_id,
        NOT EXISTS (SELECT FROM prewatt.corrections c WHERE c.bucket = t.bucket
          AND c.id = t.correction_id AND c.connection_id = t.connection_id
          AND c.kind = ${kindOfReason} AND c.amount_minor = t.amount_minor) AS bad
      FROM prewatt.transfers t WHERE ${postedWithin('t', range)} AND t.reason IN ('creditNote',
        'moveOut', 'moveIn', 'charge', 'writeOff', 'refund', 'refundPaid', 'allocation', 'fine',
        'upheldDebt', 'upheldPaid')`,
  },
  {
    name: 'exchangesAreAllowed',
    law: 3,
    of: 'meters',
    broken: 'exchanged meters for which a second person did not allow what was carried over',
    subjects: (range) => sql`SELECT x.new_meter_id AS id, x.connection_id, NULL::uuid AS sale_id,
        NOT EXISTS (SELECT FROM prewatt.approvals a
          JOIN prewatt.meters o ON o.bucket = x.bucket AND o.id = x.old_meter_id
          JOIN prewatt.meters n ON n.bucket = x.bucket AND n.id = x.new_meter_id
          WHERE ${allowedBy('x')} AND a.kind = 'meterExchange'
            AND ${id(sql`'connectionId'`)} = ${of('x.connection_id')}
            AND a.payload ->> 'oldMeterPan' = o.meter_pan
            AND a.payload #>> '{meter,meterPan}' = n.meter_pan
            AND (o.connection_id, n.connection_id) = (x.connection_id, x.connection_id)
            -- What was stated is the most that may be carried over.
            AND CASE a.payload #>> '{balance,from}' WHEN 'lastReading' THEN x.balance_from = 'lastReading'
              WHEN 'stated' THEN coalesce(x.balance_minor, 0) = 0 AND lpad(x.balance_wh::text, 20, '0')
                <= lpad(a.payload #>> '{balance,energyWh}', 20, '0')
              WHEN 'statedMoney' THEN x.balance_wh = 0 AND lpad(coalesce(x.balance_minor, 0)::text, 20, '0')
                <= lpad(a.payload #>> '{balance,amountMinor}', 20, '0')
              ELSE false END) AS bad
      FROM prewatt.meter_exchanges x WHERE ${begunWithin('x', range)}`,
  },
  {
    name: 'modesAreAllowed',
    law: 3,
    of: 'approvals',
    broken: 'changes of credit mode that a second person did not allow as they stand',
    subjects: (range) => sql`SELECT m.approval_id AS id, m.connection_id, m.sale_id,
        NOT EXISTS (SELECT FROM prewatt.approvals a WHERE ${allowedBy('m')}
          AND a.kind = 'creditMode' AND ${id(sql`'connectionId'`)} = ${of('m.connection_id')}
          AND a.payload ->> 'toMode' = m.to_mode AND a.payload ->> 'requestId' = m.request_id
          AND nullif(ltrim(a.payload #>> '{siteReading,importEnergyWh}', '0'), '')
            IS NOT DISTINCT FROM nullif(m.site_import_wh::text, '0')) AS bad
      FROM prewatt.mode_changes m WHERE ${begunWithin('m', range)}`,
  },
];

/** A list's rows as they were handed in: SHA-256 over number and energy of each. */
const digestOfRows = sql`(SELECT (count(*), coalesce(sum(r.energy_wh), 0),
    encode(sha256(convert_to(string_agg(r.meter_pan || ' ' || coalesce(r.energy_wh::text, '') || E'\\n',
      '' ORDER BY r.ordinal), 'UTF8')), 'hex'))
  = (b.rows_total, b.energy_total_wh, b.digest)
  FROM prewatt.grant_batch_rows r WHERE r.batch_id = b.id)`;

const utilityRules: readonly Rule[] = [
  {
    name: 'unallocatedMoneyIsDecided',
    law: 6,
    of: 'rows',
    broken: 'money without a sale that left its list other than two people allowed',
    looksAtAll: true,
    // In the utility's currency all of it is credited; in another one, what was allowed.
    subjects: (range) => sql`SELECT u.id, NULL::uuid AS connection_id, NULL::uuid AS sale_id,
        CASE u.state WHEN 'waiting' THEN num_nonnulls(u.approval_id, u.correction_id,
            u.refund_reference) > 0
        ELSE NOT EXISTS (SELECT FROM prewatt.approvals a WHERE ${allowed('u')}
          AND (a.requested_by, a.decided_by) = (u.requested_by, u.approved_by)
          AND ${id(sql`'moneyId'`)} = ${of('u.id')} AND CASE u.state || ' ' || a.kind
            WHEN 'refunded refundMoney' THEN u.correction_id IS NULL
              AND a.payload ->> 'reference' = u.refund_reference
            WHEN 'moved moveMoney' THEN EXISTS (SELECT FROM prewatt.corrections c
              WHERE c.bucket = u.correction_bucket AND c.id = u.correction_id
                AND c.kind = 'allocation' AND c.approval_id = u.approval_id
                AND (c.amount_minor = u.amount_minor OR NOT EXISTS (SELECT FROM prewatt.utilities o
                  WHERE o.id = u.utility_id AND o.currency_code = u.currency_code
                    AND o.currency_scale = coalesce(u.currency_scale, o.currency_scale))))
            ELSE false END) END AS bad
      FROM prewatt.unallocated_money u WHERE ${withFirst(range)}`,
  },
  {
    name: 'decisionsAreTold',
    law: 3,
    of: 'approvals',
    broken: 'approvals whose history does not say who asked and who decided',
    looksAtAll: true,
    subjects: (range) => sql`SELECT a.id, NULL::uuid AS connection_id, NULL::uuid AS sale_id, NOT (
        (SELECT count(*) FROM prewatt.approval_events e WHERE e.approval_id = a.id)
          = CASE a.state WHEN 'awaiting' THEN 1 ELSE 2 END
        AND EXISTS (SELECT FROM prewatt.approval_events e WHERE e.approval_id = a.id
          AND e.what = 'requested' AND e.operator_id = a.requested_by AND e.reason = a.reason
          AND e.at = a.requested_at AND e.utility_id = a.utility_id)
        AND (a.state = 'awaiting' OR EXISTS (SELECT FROM prewatt.approval_events e
          WHERE e.approval_id = a.id AND e.utility_id = a.utility_id
            AND e.operator_id IS NOT DISTINCT FROM a.decided_by AND e.at = a.decided_at
            AND e.what = CASE a.state WHEN 'done' THEN CASE WHEN a.emergency_id IS NULL
              THEN 'approved' ELSE 'actedAlone' END ELSE a.state END))) AS bad
      FROM prewatt.approvals a WHERE ${withFirst(range)}`,
  },
  {
    name: 'emergenciesAreAllowed',
    law: 3,
    of: 'approvals',
    broken: 'what one person did alone without the rule, the record or the other one it needs',
    looksAtAll: true,
    // By the approvals and by the acts: neither stands without the other.
    subjects: (range) => sql`SELECT coalesce(a.id, e.approval_id) AS id,
        NULL::uuid AS connection_id, NULL::uuid AS sale_id, (a.id IS NULL OR e.approval_id IS NULL
          OR a.state NOT IN ('done', 'failed') OR a.emergency_id <> a.id OR a.kind <> e.kind
          OR a.utility_id <> e.utility_id OR a.requested_by <> e.operator_id
          OR a.decided_by <> e.operator_id OR a.decided_at <> e.at
          OR NOT EXISTS (SELECT FROM prewatt.emergency_rules r WHERE r.utility_id = e.utility_id
            AND r.version = e.rules_version AND e.kind = ANY (r.kinds)
            AND r.requested_by <> r.approved_by AND EXISTS (SELECT FROM prewatt.approvals o
              WHERE o.id = r.approval_id AND o.utility_id = r.utility_id AND o.state = 'done'
                AND o.kind = 'emergencyRules' AND (o.payload ->> 'perDay')::integer = r.per_day
                AND ARRAY(SELECT DISTINCT jsonb_array_elements_text(o.payload -> 'kinds') ORDER BY 1)
                  = ARRAY(SELECT DISTINCT unnest(r.kinds) ORDER BY 1)
                AND ARRAY(SELECT DISTINCT jsonb_array_elements_text(o.payload -> 'roles') ORDER BY 1)
                  = ARRAY(SELECT DISTINCT unnest(r.roles) ORDER BY 1)
                AND (o.requested_by, o.decided_by) = (r.requested_by, r.approved_by)))
          OR EXISTS (SELECT FROM prewatt.emergency_reviews v WHERE v.approval_id = e.approval_id
            AND (v.operator_id <> e.operator_id OR v.reviewed_by = e.operator_id))) AS bad
      FROM (SELECT * FROM prewatt.approvals WHERE emergency_id IS NOT NULL) a
      FULL JOIN prewatt.emergency_acts e ON e.approval_id = a.id WHERE ${withFirst(range)}`,
  },
  {
    name: 'listsAreAsAsked',
    law: 3,
    of: 'approvals',
    broken: 'lists of free credit or of cleared credit that are not those that were allowed',
    looksAtAll: true,
    subjects: (range) => sql`SELECT b.id, NULL::uuid AS connection_id, NULL::uuid AS sale_id,
        NOT (${digestOfRows} AND EXISTS (SELECT FROM prewatt.approvals a WHERE ${allowed('b')}
          AND a.kind = 'grantTokens' AND ${id(sql`'batchId'`)} = ${of('b.id')}
          AND a.requested_by = b.requested_by AND a.reason = b.reason)) AS bad
      FROM prewatt.grant_batches b WHERE ${withFirst(range)} AND b.state IN ('issuing', 'done')`,
  },
  {
    name: 'assignmentsAreAsAsked',
    law: 3,
    of: 'approvals',
    broken: 'lists of connections with another tariff that are not those that were allowed',
    looksAtAll: true,
    subjects: (range) => sql`SELECT b.id, NULL::uuid AS connection_id, NULL::uuid AS sale_id,
        NOT (b.rows_total = (SELECT count(*) FROM prewatt.tariff_assignment_rows r
            WHERE r.batch_id = b.id AND (b.tariff_id IS NULL OR r.tariff_id = b.tariff_id))
          AND EXISTS (SELECT FROM prewatt.approvals a WHERE ${allowed('b')}
            AND a.kind = 'tariffAssignment' AND ${id(sql`'batchId'`)} = ${of('b.id')}
            AND a.reason = b.reason)) AS bad
      FROM prewatt.tariff_assignment_batches b
      WHERE ${withFirst(range)} AND b.state IN ('assigning', 'done')`,
  },
  {
    name: 'tariffsAreAllowed',
    law: 2,
    of: 'tariffs',
    broken: 'versions of tariffs in force that a second person did not allow',
    looksAtAll: true,
    // The first of a tariff may be its onboarding's.
    subjects: (range) => sql`SELECT f.id, NULL::uuid AS connection_id, NULL::uuid AS sale_id,
        CASE WHEN f.approval_id IS NULL THEN num_nonnulls(f.approved_by, f.request_id) > 0
          OR EXISTS (SELECT FROM prewatt.tariffs o WHERE o.utility_id = f.utility_id
            AND o.name = f.name AND o.state = 'approved' AND o.version < f.version)
        ELSE NOT EXISTS (SELECT FROM prewatt.approvals a
            JOIN prewatt.operators p ON p.id = a.decided_by WHERE ${allowed('f')}
              AND a.kind = 'tariffChange' AND ${id(sql`'versionId'`)} = ${of('f.id')}
              AND p.name = f.approved_by) END AS bad
      FROM prewatt.tariffs f WHERE ${withFirst(range)} AND f.state = 'approved'`,
  },
  {
    name: 'keysAreAllowed',
    law: 4,
    of: 'approvals',
    broken: 'vending keys of loadings that an administrator without part in them did not allow',
    looksAtAll: true,
    subjects: (range) => sql`SELECT k.id, NULL::uuid AS connection_id, NULL::uuid AS sale_id,
        NOT EXISTS (SELECT FROM prewatt.key_loads l JOIN prewatt.approvals a ON ${allowed('l')}
          WHERE l.id = k.load_id AND l.state = 'loaded' AND a.kind = 'vendingKeyLoad'
            AND ${id(sql`'loadId'`)} = ${of('l.id')} AND a.requested_by = l.opened_by
            AND a.reason = l.reason AND (l.supply_group_code, l.key_revision, l.key_type,
              l.key_expiry, l.base_date, l.dkga) = (k.supply_group_code, k.key_revision,
              k.key_type, k.key_expiry, k.base_date, k.dkga)
            AND (SELECT count(*) = 2 AND bool_and(o.entered_by <> a.decided_by)
              FROM prewatt.key_components o WHERE o.load_id = l.id)) AS bad
      FROM prewatt.vending_keys k WHERE ${withFirst(range)} AND k.load_id IS NOT NULL`,
  },
  {
    name: 'limitsAreAllowed',
    law: 7,
    of: 'rules',
    broken: 'limits of what one person may do alone that a second person did not allow',
    looksAtAll: true,
    subjects: (range) => sql`SELECT l.approval_id AS id, NULL::uuid AS connection_id,
        NULL::uuid AS sale_id, NOT EXISTS (SELECT FROM prewatt.approvals a WHERE ${allowed('l')}
          AND a.kind = 'controlLimits' AND (a.requested_by, a.decided_by) = (l.requested_by, l.approved_by)
          AND a.payload #>> '{limits,safetyCutsPerHour}' = ${of('l.safety_cuts_per_hour')}
          AND a.payload #>> '{limits,safetyCutHours}' = ${of('l.safety_cut_hours')}
          AND lpad(a.payload #>> '{limits,aloneMinor}', 20, '0') = lpad(l.alone_minor::text, 20, '0')
          AND lpad(a.payload #>> '{limits,dailyMinor}', 20, '0') = lpad(l.daily_minor::text, 20, '0'))
        AS bad
      FROM prewatt.control_limits l WHERE ${withFirst(range)}`,
  },
  {
    name: 'operatorsAreAllowed',
    law: 7,
    of: 'rows',
    broken: 'people invited, or roles given, that a second person did not allow as they stand',
    looksAtAll: true,
    // Those without an invitation and without a change are the work of whoever keeps the database.
    subjects: (range) => sql`SELECT i.id, NULL::uuid AS connection_id, NULL::uuid AS sale_id,
        NOT EXISTS (SELECT FROM prewatt.approvals a WHERE ${allowed('i')}
          AND a.kind = 'operatorInvite'
          AND (a.requested_by, a.decided_by) = (i.requested_by, i.approved_by)
          AND (a.payload ->> 'name', a.payload ->> 'email', a.payload ->> 'role')
            = (i.name, i.email, i.role)
          AND a.payload ->> 'operatorId' IS NOT DISTINCT FROM ${of('i.operator_id')}
          AND a.payload ->> 'days' IS NOT DISTINCT FROM ${of('i.days')}) AS bad
      FROM prewatt.operator_invitations i WHERE ${withFirst(range)}
      UNION ALL SELECT c.approval_id, NULL, NULL,
        NOT EXISTS (SELECT FROM prewatt.approvals a WHERE ${allowed('c')}
          AND a.kind = 'operatorRole'
          AND (a.requested_by, a.decided_by) = (c.requested_by, c.approved_by)
          AND ${id(sql`'operatorId'`)} = ${of('c.operator_id')}
          AND (a.payload ->> 'fromRole', a.payload ->> 'role') = (c.from_role, c.to_role))
      FROM prewatt.operator_role_changes c WHERE ${withFirst(range)}
      UNION ALL SELECT o.id, NULL, NULL, o.role <> given.role
      FROM prewatt.operators o CROSS JOIN LATERAL (SELECT coalesce(
          (SELECT c.to_role FROM prewatt.operator_role_changes c WHERE c.operator_id = o.id
            ORDER BY c.entered DESC LIMIT 1),
          (SELECT i.role FROM prewatt.operator_invitations i WHERE i.id = o.id)) AS role) given
      WHERE ${withFirst(range)} AND o.utility_id = (SELECT prewatt.current_utility())
        AND given.role IS NOT NULL`,
  },
  {
    name: 'budgetsAreAllowed',
    law: 7,
    of: 'rules',
    broken: 'budgets of an hour and a day that a second person did not allow',
    looksAtAll: true,
    subjects: (range) => sql`SELECT l.approval_id AS id, NULL::uuid AS connection_id,
        NULL::uuid AS sale_id, NOT EXISTS (SELECT FROM prewatt.approvals a WHERE ${allowed('l')}
          AND a.kind = 'budget' AND (a.requested_by, a.decided_by) = (l.requested_by, l.approved_by)
          AND a.payload ->> 'budget' = l.budget
          AND a.payload #>> '{limits,perHour}' = ${of('l.per_hour')}
          AND a.payload #>> '{limits,perDay}' = ${of('l.per_day')}
          AND (a.payload #>> '{limits,energyPerHourWh}')::bigint
            IS NOT DISTINCT FROM l.energy_per_hour_wh
          AND (a.payload #>> '{limits,energyPerDayWh}')::bigint
            IS NOT DISTINCT FROM l.energy_per_day_wh) AS bad
      FROM prewatt.budgets l WHERE ${withFirst(range)}`,
  },
  {
    name: 'rulesAreAllowed',
    law: 7,
    of: 'rules',
    broken: 'sets of protection rules that a second person did not allow, or that are not in force',
    looksAtAll: true,
    // The last set is in force, with days that were declared since, and with outages of vending.
    subjects: (range) => sql`SELECT r.approval_id AS id, NULL::uuid AS connection_id,
        NULL::uuid AS sale_id, NOT coalesce(a.state = 'done' AND a.decided_by <> a.requested_by
          AND a.kind = 'protectionRules'
          AND (a.requested_by, a.decided_by) = (r.requested_by, r.approved_by)
          AND a.payload -> 'document' = r.document, false)
        OR (r.version = (SELECT max(l.version) FROM prewatt.protection_rule_sets l
              WHERE l.utility_id = r.utility_id)
          AND NOT EXISTS (SELECT FROM prewatt.utilities u WHERE u.id = r.utility_id
            AND (u.protection_rules - 'vendingOutages') #- '{weather,days}'
              = r.document #- '{weather,days}'
            AND NOT EXISTS (SELECT
              FROM jsonb_array_elements(u.protection_rules -> 'vendingOutages') said
              WHERE NOT EXISTS (SELECT FROM prewatt.vending_outages v
                WHERE v.utility_id = u.id AND v.began_at = (said ->> 'from')::timestamptz))
            AND u.protection_rules #> '{weather,days}' @> (r.document #> '{weather,days}'))) AS bad
      FROM prewatt.protection_rule_sets r
      LEFT JOIN prewatt.approvals a ON a.id = r.approval_id AND a.utility_id = r.utility_id
      WHERE ${withFirst(range)}`,
  },
];

export const approvalRules: readonly Rule[] = [...connectionRules, ...utilityRules];
