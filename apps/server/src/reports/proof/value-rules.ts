// Rules about value that people bring without a sale or a payment behind it: each act is within
// what one person may do alone, or as a second person allowed it.

import { sql } from 'kysely';
import { byTwo, type Range, type Rule } from './rule.ts';

/** What has no bucket is checked with the first. */
const withFirst = (range: Range) => sql`${range.fromBucket === 0}`;

/** The most that ever was a limit of a utility, its own or the one that comes by default. */
const most = (column: 'alone_minor' | 'daily_minor', purchases: number) =>
  sql`(SELECT greatest(u.maximum_purchase_minor * ${sql.lit(purchases)}, (SELECT max(${sql.ref(`l.${column}`)})
      FROM prewatt.control_limits l WHERE l.utility_id = u.id))
    FROM prewatt.utilities u WHERE u.id = x.utility_id)`;

export const valueRules: readonly Rule[] = [
  {
    name: 'openingBalancesAreAllowed',
    law: 1,
    of: 'approvals',
    broken: 'files of opening balances that were worked off without the second person they need',
    looksAtAll: true,
    subjects: (range) => sql`SELECT i.id, NULL::uuid AS connection_id, NULL::uuid AS sale_id,
        i.value_minor > 0 AND NOT EXISTS (SELECT FROM prewatt.alone_acts x
          WHERE x.utility_id = i.utility_id AND x.kind = 'openingBalances'
            AND x.subject = i.id::text AND x.amount_minor = i.value_minor)
        AND NOT EXISTS (SELECT FROM prewatt.approvals a WHERE a.id = i.approval_id
          AND a.utility_id = i.utility_id AND a.state = 'done' AND a.kind = 'openingBalances'
          AND a.decided_by <> a.requested_by AND a.payload ->> 'importId' = i.id::text) AS bad
      FROM prewatt.imports i WHERE ${withFirst(range)} AND NOT i.of_before
        AND i.kind = 'openingBalances' AND NOT i.dry_run AND i.next_chunk > 0`,
  },
  {
    name: 'aloneIsWithinLimits',
    law: 1,
    of: 'approvals',
    broken: 'acts that one person did alone beyond what one may, by themselves or in a day',
    looksAtAll: true,
    subjects: (range) => sql`SELECT x.id, NULL::uuid AS connection_id, NULL::uuid AS sale_id,
        x.amount_minor > ${most('alone_minor', 5)}
        OR (SELECT sum(o.amount_minor) FROM prewatt.alone_acts o
          WHERE o.utility_id = x.utility_id AND o.operator_id = x.operator_id
            AND o.at > x.at - interval '24 hours' AND o.at <= x.at) > ${most('daily_minor', 10)} AS bad
      FROM prewatt.alone_acts x WHERE ${withFirst(range)}`,
  },
  {
    name: 'vendorDepositsAreAllowed',
    law: 1,
    of: 'vendors',
    broken: 'deposits of vendors that nobody answers for, or not as a second person allowed them',
    looksAtAll: true,
    subjects: (range) => sql`SELECT d.vendor_id AS id, NULL::uuid AS connection_id,
        NULL::uuid AS sale_id, NOT CASE WHEN d.payment_id IS NOT NULL
        THEN EXISTS (SELECT FROM prewatt.payments p WHERE p.bucket = d.payment_bucket
          AND p.id = d.payment_id AND p.vendor_id = d.vendor_id AND p.state = 'succeeded'
          AND p.received_minor = d.amount_minor AND p.amount_minor = d.amount_minor)
        WHEN d.approval_id IS NULL
        THEN EXISTS (SELECT FROM prewatt.alone_acts x WHERE x.utility_id = d.utility_id
          AND x.kind = 'vendorDeposit' AND x.operator_id = d.operator_id
          AND x.subject = d.vendor_id || ' ' || d.request_id AND x.amount_minor = d.amount_minor)
        ELSE EXISTS (SELECT FROM prewatt.approvals a WHERE a.id = d.approval_id
          AND a.utility_id = d.utility_id AND a.state = 'done' AND a.kind = 'vendorDeposit'
          AND (a.requested_by, a.decided_by) = (d.operator_id, d.approved_by)
          AND a.payload ->> 'vendorId' = d.vendor_id::text
          AND a.payload ->> 'requestId' = d.request_id
          AND a.payload ->> 'reference' = d.reference
          AND a.payload ->> 'amountMinor' = d.amount_minor::text) END AS bad
      FROM prewatt.vendor_deposits d WHERE ${withFirst(range)} AND NOT d.of_before`,
  },
  {
    name: 'undoneDepositsAreAllowed',
    law: 1,
    of: 'vendors',
    broken:
      'deposits of vendors that were taken back otherwise than two people allowed, whole, once',
    looksAtAll: true,
    // By the transfers, too: money that left a float without a row that says why.
    subjects: (range) => sql`SELECT u.vendor_id AS id, NULL::uuid AS connection_id,
        NULL::uuid AS sale_id, NOT (EXISTS (SELECT FROM prewatt.approvals a
          WHERE a.id = u.approval_id AND a.utility_id = u.utility_id AND a.state = 'done'
          AND a.kind = 'vendorDepositReversal'
          AND (a.requested_by, a.decided_by) = (u.requested_by, u.approved_by)
          AND a.payload ->> 'vendorDepositId' = u.vendor_deposit_id::text
          AND a.payload ->> 'vendorId' = u.vendor_id::text
          AND a.payload ->> 'reason' = u.reason)
        AND EXISTS (SELECT FROM prewatt.vendor_deposits d JOIN prewatt.transfers t
            ON t.utility_id = d.utility_id AND t.vendor_id = d.vendor_id
              AND t.posting_id = u.transfer_id
          WHERE d.id = u.vendor_deposit_id AND d.vendor_id = u.vendor_id AND t.reason = 'reversal'
            AND t.reverses_id = d.transfer_id AND t.amount_minor = d.amount_minor)) AS bad
      FROM prewatt.vendor_deposit_reversals u WHERE ${withFirst(range)}
      UNION ALL SELECT t.vendor_id, NULL, NULL, NOT EXISTS (
          SELECT FROM prewatt.vendor_deposit_reversals u WHERE u.transfer_id = t.id)
        FROM prewatt.transfers t JOIN prewatt.vendors v
          ON v.utility_id = t.utility_id AND v.id = t.vendor_id
        WHERE ${withFirst(range)} AND t.reason = 'reversal' AND t.debit_kind = 'vendorFloat'
          AND t.credit_kind IN ('bank', 'providerClearing')`,
  },
  {
    name: 'floatLimitsAreAllowed',
    law: 1,
    of: 'vendors',
    broken: 'vendors whose float may go further below zero than a second person allowed',
    looksAtAll: true,
    subjects: (range) => sql`SELECT v.id, NULL::uuid AS connection_id, NULL::uuid AS sale_id,
        v.float_limit_minor > v.float_limit_before_minor
        AND NOT EXISTS (SELECT FROM prewatt.approvals a WHERE a.id = v.terms_approval_id
          AND a.utility_id = v.utility_id AND a.state = 'done' AND a.kind = 'vendorTerms'
          AND ${byTwo} AND a.payload ->> 'vendorId' = v.id::text
          AND lpad(v.float_limit_minor::text, 20, '0')
            <= lpad(a.payload #>> '{settings,floatLimitMinor}', 20, '0')) AS bad
      FROM prewatt.vendors v WHERE ${withFirst(range)}`,
  },
  {
    name: 'tillsAreAllowed',
    law: 1,
    of: 'vendors',
    broken: 'keys of tills that a second person did not allow for this vendor and till',
    looksAtAll: true,
    subjects: (range) => sql`SELECT k.vendor_id AS id, NULL::uuid AS connection_id,
        NULL::uuid AS sale_id, NOT EXISTS (SELECT FROM prewatt.approvals a
          WHERE a.id = k.approval_id AND a.utility_id = k.utility_id AND a.state = 'done'
            AND a.kind = 'tillKey' AND (a.requested_by, a.decided_by) = (k.requested_by, k.approved_by)
            AND a.payload ->> 'vendorId' = k.vendor_id::text AND a.payload ->> 'label' = k.label
            AND NOT EXISTS (SELECT FROM prewatt.vendor_keys o
              WHERE o.approval_id = k.approval_id AND o.id <> k.id)) AS bad
      FROM prewatt.vendor_keys k WHERE ${withFirst(range)} AND NOT k.of_before`,
  },
  {
    name: 'terminalsAreAllowed',
    law: 1,
    of: 'vendors',
    broken: 'XMLVend terminals with a certificate or a name that a second person did not allow',
    looksAtAll: true,
    subjects: (range) => sql`SELECT t.vendor_id AS id, NULL::uuid AS connection_id,
        NULL::uuid AS sale_id, NOT EXISTS (SELECT FROM prewatt.vendor_keys k
          JOIN prewatt.approvals a ON a.id = k.approval_id AND a.utility_id = k.utility_id
          WHERE k.id = t.key_id AND k.vendor_id = t.vendor_id AND a.payload -> 'terminal'
            = jsonb_build_object('clientId', t.client_id, 'terminalId', t.terminal_id,
              'certificateSha256', encode(t.certificate_sha256, 'hex'))
            AND EXISTS (SELECT FROM prewatt.vendor_terminal_directory d
              WHERE d.key_id = t.key_id AND d.utility_id = t.utility_id)) AS bad
      FROM prewatt.vendor_terminals t WHERE ${withFirst(range)}`,
  },
];
