// Rules about what must be there: the row that another one speaks of, one row at most that an
// approval has made, numbers without a gap. What they find is a row that was taken away, slipped
// in, or tied to another.

import { type RawBuilder, sql } from 'kysely';
import { begunWithin, ofThisUtility, type Range, type Rule, within } from './rule.ts';

const withFirst = (range: Range) => sql`${range.fromBucket === 0}`;
const ofUtility = sql`NULL::uuid AS connection_id, NULL::uuid AS sale_id`;

/** Tables in which an approval stands for one row. */
const madeByApproval = [
  'meter_exchanges',
  'mode_changes',
  'key_loads',
  'grant_batches',
  'tariff_assignment_batches',
  'control_limits',
  'budgets',
  'emergency_rules',
  'operator_invitations',
  'operator_role_changes',
  'protection_rule_sets',
  'tariffs',
] as const;
/** A moved sale is several corrections, of a kind each. */
const rowsOfApprovals = sql.join(
  [
    ...madeByApproval.map(
      (table) => sql`SELECT approval_id, ${sql.lit(table)} AS made
        FROM ${sql.table(`prewatt.${table}`)} WHERE approval_id IS NOT NULL`,
    ),
    sql`SELECT approval_id, kind FROM prewatt.corrections WHERE approval_id IS NOT NULL`,
  ],
  sql` UNION ALL `,
);

/** Rows that are numbered from 1 within what they belong to. */
const numbered = [
  { table: 'approval_events', of: 'approval_id', number: 'ordinal' },
  { table: 'sale_reprints', of: 'sale_id', number: 'ordinal' },
  { table: 'reconciliation_notes', of: 'difference_id', number: 'ordinal' },
  { table: 'control_limits', of: 'utility_id', number: 'version' },
  { table: 'budgets', of: 'utility_id', number: 'version' },
  { table: 'emergency_rules', of: 'utility_id', number: 'version' },
  { table: 'utility_setting_events', of: 'utility_id', number: 'ordinal' },
] as const;

const directories: readonly Rule[] = [
  {
    name: 'metersAreInTheDirectory',
    law: 4,
    of: 'meters',
    broken: 'meters in use that the directory does not lead to, or entries that lead to none',
    looksAtAll: true,
    subjects: (range) => sql`SELECT m.id, m.connection_id, NULL::uuid AS sale_id,
        NOT EXISTS (SELECT FROM prewatt.meter_directory d WHERE d.meter_pan = m.meter_pan
          AND (d.utility_id, d.bucket, d.connection_id, d.meter_id)
            = (m.utility_id, m.bucket, m.connection_id, m.id)) AS bad
      FROM prewatt.meters m WHERE ${within('m', range)} AND m.retired_at IS NULL
      UNION ALL SELECT d.meter_id, d.connection_id, NULL, NOT EXISTS (SELECT FROM prewatt.meters m
          WHERE m.bucket = d.bucket AND m.id = d.meter_id AND (m.meter_pan, m.connection_id)
            = (d.meter_pan, d.connection_id))
      FROM prewatt.meter_directory d WHERE ${within('d', range)}
        AND ${ofThisUtility('d')}`,
  },
  {
    name: 'paymentsAreInTheDirectory',
    law: 5,
    of: 'payments',
    broken: 'payments that the directory does not lead to, or entries that lead to none',
    subjects: (range) => sql`SELECT p.id, p.connection_id, p.sale_id, NOT EXISTS (
          SELECT FROM prewatt.payment_directory d WHERE d.payment_id = p.id
            AND (d.utility_id, d.bucket) = (p.utility_id, p.bucket)) AS bad
      FROM prewatt.payments p WHERE ${begunWithin('p', range)}
      UNION ALL SELECT d.payment_id, NULL, NULL, NOT EXISTS (SELECT FROM prewatt.payments p
          WHERE p.bucket = d.bucket AND p.id = d.payment_id)
      FROM prewatt.payment_directory d WHERE ${begunWithin('d', range, 'payment_id')}
        AND ${ofThisUtility('d')}`,
  },
  {
    name: 'referencesArePaid',
    law: 5,
    of: 'payments',
    broken: 'references of providers that are kept for no payment that has them',
    subjects: (range) => sql`SELECT p.id, p.connection_id, p.sale_id,
        (p.provider_reference IS DISTINCT FROM r.provider_reference OR r.provider <> p.provider)
          AND NOT EXISTS (SELECT FROM prewatt.unallocated_money u WHERE u.payment_bucket = p.bucket
            AND u.payment_id = p.id AND (u.provider, u.provider_reference)
              = (r.provider, r.provider_reference)) AS bad
      FROM prewatt.payments p JOIN prewatt.provider_reference_directory r ON r.payment_id = p.id
      WHERE ${begunWithin('p', range)}`,
  },
  {
    name: 'accountsBelongToSomebody',
    law: 1,
    of: 'accounts',
    broken: 'accounts of a connection, a debt or a vendor that is not there',
    looksAtAll: true,
    subjects: (range) => sql`SELECT a.subject_id AS id, CASE a.kind WHEN 'customerPrepaid'
          THEN a.subject_id END AS connection_id, NULL::uuid AS sale_id, NOT CASE a.kind
          WHEN 'customerPrepaid' THEN EXISTS (SELECT FROM prewatt.connections c
            WHERE c.bucket = a.bucket AND c.id = a.subject_id)
          WHEN 'customerDebt' THEN EXISTS (SELECT FROM prewatt.debts d
            WHERE d.bucket = a.bucket AND d.id = a.subject_id)
          WHEN 'vendorFloat' THEN EXISTS (SELECT FROM prewatt.vendors v WHERE v.id = a.subject_id)
          WHEN 'vendorCommission' THEN EXISTS (SELECT FROM prewatt.vendors v
            WHERE v.id = a.subject_id)
          ELSE a.subject_id = a.utility_id END AS bad
      FROM prewatt.ledger_accounts a WHERE ${within('a', range)}`,
  },
  {
    name: 'homesHaveTheirAccount',
    law: 1,
    of: 'accounts',
    broken: 'connections without an account for what they prepaid',
    looksAtAll: true,
    subjects: (range) => sql`SELECT c.id, c.id AS connection_id, NULL::uuid AS sale_id,
        NOT EXISTS (SELECT FROM prewatt.ledger_accounts a WHERE a.bucket = c.bucket
          AND a.utility_id = c.utility_id AND a.kind = 'customerPrepaid' AND a.subject_id = c.id)
        AS bad
      FROM prewatt.connections c WHERE ${within('c', range)}`,
  },
];

const deedsAndNumbers: readonly Rule[] = [
  {
    name: 'approvalsAreUsedOnce',
    law: 3,
    of: 'approvals',
    broken: 'approvals that stand for more than one row',
    looksAtAll: true,
    subjects: (range) => sql`SELECT d.approval_id AS id, ${ofUtility}, count(*) > 1 AS bad
      FROM (${rowsOfApprovals}) d WHERE ${withFirst(range)} GROUP BY d.approval_id, d.made`,
  },
  {
    name: 'nothingIsMissingBetween',
    law: 1,
    of: 'rows',
    broken: 'numbered rows of which one is missing or too many',
    looksAtAll: true,
    subjects: (range) =>
      sql.join(
        numbered.map(
          ({ table, of, number }) => sql`SELECT ${sql.ref(of)} AS id, ${ofUtility},
            (min(${sql.ref(number)}), max(${sql.ref(number)})) <> (1, count(*)) AS bad
          FROM ${sql.table(`prewatt.${table}`)} WHERE ${withFirst(range)} GROUP BY ${sql.ref(of)}`,
        ),
        sql` UNION ALL `,
      ),
  },
  {
    name: 'keysChangeOnce',
    law: 4,
    of: 'meters',
    broken: 'sets of key-change tokens that are not of one sale or grant and its sections',
    subjects: (range) => sql`SELECT k.meter_id AS id, k.connection_id, k.sale_id,
        EXISTS (SELECT FROM prewatt.key_change_sets o WHERE o.bucket = k.bucket
          AND o.meter_id = k.meter_id AND o.id <> k.id
          AND coalesce(o.sale_id, o.grant_id) = coalesce(k.sale_id, k.grant_id))
        OR NOT EXISTS (SELECT FROM prewatt.tokens t WHERE t.bucket = k.bucket
          AND t.meter_id = k.meter_id AND t.kind = 'keyChange'
          AND coalesce(t.sale_id, t.grant_id) = coalesce(k.sale_id, k.grant_id)) AS bad
      FROM prewatt.key_change_sets k WHERE ${begunWithin('k', range)}`,
  },
  {
    name: 'lateTokensWereHeard',
    law: 3,
    of: 'meters',
    broken: 'credit of after a handover that no meter told of',
    looksAtAll: true,
    subjects: (range) => sql`SELECT l.meter_id AS id, l.connection_id, NULL::uuid AS sale_id,
        NOT EXISTS (SELECT FROM prewatt.meter_events e WHERE e.bucket = l.bucket
          AND e.meter_id = l.meter_id AND e.sequence = l.sequence AND e.code = 'token'
          AND e.at = l.at AND e.connection_id = l.connection_id
          AND (e.detail->'outcome'->>'creditedEnergyWh')::bigint = l.energy_wh) AS bad
      FROM prewatt.late_tokens l WHERE ${within('l', range)}`,
  },
  {
    name: 'keysAreMadeOfTwoParts',
    law: 4,
    of: 'approvals',
    broken: 'loaded keys without exactly two components, or without the key that they made',
    looksAtAll: true,
    subjects: (range) => sql`SELECT l.id, ${ofUtility}, NOT (
          (SELECT count(*) FROM prewatt.key_components c WHERE c.load_id = l.id) = 2
          AND (SELECT count(*) FROM prewatt.vending_keys k WHERE k.load_id = l.id) = 1) AS bad
      FROM prewatt.key_loads l WHERE ${withFirst(range)} AND l.state = 'loaded'`,
  },
];

/** What was ever asked for by this name: what waited for a second person may have been declined. */
const isAsSet = (name: string, column: RawBuilder<unknown>) => {
  const asked = sql`SELECT a.details ->> ${sql.lit(name)} AS value FROM prewatt.operator_acts a
    WHERE a.utility_id = v.utility_id AND a.act IN ('vendorMade', 'vendorChanged')
      AND a.subject = 'vendor_' || v.id::text AND a.details ? ${sql.lit(name)}`;
  return sql`(NOT EXISTS (${asked}) OR ${column}::text IN (${asked}))`;
};

const trading: readonly Rule[] = [
  {
    name: 'vendorsAreAsSet',
    law: 1,
    of: 'vendors',
    broken:
      'vendors with another commission, hourly budget or budget of a site than anybody asked for',
    looksAtAll: true,
    subjects: (range) => sql`SELECT v.id, ${ofUtility}, NOT (
          ${isAsSet('commissionBasisPoints', sql`v.commission_basis_points`)}
          AND ${isAsSet('tokensPerHour', sql`v.tokens_per_hour`)}
          AND ${isAsSet('energyPerHourWh', sql`v.energy_per_hour_wh`)}
          AND ${isAsSet('siteBudgetMinor', sql`v.site_budget_minor`)}) AS bad
      FROM prewatt.vendors v WHERE ${withFirst(range)}`,
  },
  {
    name: 'keysAreOfVendors',
    law: 1,
    of: 'vendors',
    broken: 'keys of tills of no vendor, or that the directory does not lead to',
    looksAtAll: true,
    subjects: (range) => sql`SELECT k.vendor_id AS id, ${ofUtility}, NOT (
          EXISTS (SELECT FROM prewatt.vendors v WHERE v.id = k.vendor_id)
          AND EXISTS (SELECT FROM prewatt.vendor_key_directory d
            WHERE d.key_id = k.id AND d.utility_id = k.utility_id)) AS bad
      FROM prewatt.vendor_keys k WHERE ${withFirst(range)}`,
  },
  {
    name: 'shiftsAddUp',
    law: 1,
    of: 'vendors',
    broken: 'closed shifts whose expected cash is not what was sold in them and not given back',
    looksAtAll: true,
    // Cash that went back over the counter before the count is not expected in the till.
    subjects: (range) => sql`SELECT s.vendor_id AS id, ${ofUtility},
        s.expected_minor <> coalesce(sold.amount_minor, 0) AS bad
      FROM prewatt.vendor_shifts s LEFT JOIN (SELECT v.shift_id, sum(v.amount_minor) AS amount_minor
        FROM prewatt.vendor_sales v JOIN prewatt.vendor_shifts o ON o.id = v.shift_id
        WHERE NOT EXISTS (SELECT FROM prewatt.corrections c WHERE c.bucket = v.bucket
          AND c.sale_id = v.sale_id AND c.kind = 'reversal' AND c.money_to = 'vendor'
          AND c.at <= o.closed_at)
        GROUP BY v.shift_id) sold ON sold.shift_id = s.id
      WHERE ${withFirst(range)} AND s.closed_at IS NOT NULL`,
  },
  {
    name: 'batchesAddUp',
    law: 1,
    of: 'vendors',
    broken: 'ended batches of a vendor whose total is not that of the shifts in them',
    looksAtAll: true,
    subjects: (range) => sql`SELECT b.vendor_id AS id, ${ofUtility},
        b.expected_minor <> (SELECT coalesce(sum(s.expected_minor), 0)
          FROM prewatt.vendor_batch_shifts p JOIN prewatt.vendor_shifts s ON s.id = p.shift_id
          LEFT JOIN prewatt.vendor_bank_batch_parts k ON k.sales_batch_id = p.batch_id
          WHERE s.vendor_id = b.vendor_id
            AND b.id = CASE b.kind WHEN 'sales' THEN p.batch_id ELSE k.batch_id END) AS bad
      FROM prewatt.vendor_batches b WHERE ${withFirst(range)} AND b.ended_at IS NOT NULL`,
  },
];

export const existenceRules: readonly Rule[] = [...directories, ...deedsAndNumbers, ...trading];
