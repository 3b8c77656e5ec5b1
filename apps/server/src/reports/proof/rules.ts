// The laws as the database can see them: one query per rule, each over a range of buckets. The only
// home of these rules; the simulation runs the same queries at each tick. A subject is a row that a
// rule speaks of; `bad` says that the rule does not hold for it.

import type { LedgerAccountKind } from '@prewatt/ledger';
import { maximumUnitsPerToken } from '@prewatt/sts/codec';
import { paidDebtCode, whPerUnit } from '@prewatt/vending-rules';
import { type RawBuilder, sql } from 'kysely';
import { approvalRules } from './approval-rules.ts';
import { clockRules } from './clock-rules.ts';
import { correctionRules } from './correction-rules.ts';
import { existenceRules } from './existence-rules.ts';
import { feeRules } from './fee-rules.ts';
import { grantRules } from './grant-rules.ts';
import {
  begunWithin,
  e5PerMinor,
  microPerE5,
  postedWithin,
  type Range,
  type Rule,
  saidWithin,
  within,
} from './rule.ts';
import { saleRules } from './sale-rules.ts';
import { sidesOf } from './sides.ts';
import { valueRules } from './value-rules.ts';
import { walletRules } from './wallet-rules.ts';

export { type LawNumber, type Range, type Rule, type SubjectKind, within } from './rule.ts';

/** How long a sale may be on its way; a day more than the head-end tries. */
const deliveryMs = 8 * 86_400_000;
/** IEC 62055-41, 6.3.6: the largest amount of one token. */
const mostWhPerToken = maximumUnitsPerToken * whPerUnit;

const rightSides = sql.join(
  Object.entries(sidesOf).map(
    ([reason, sides]) =>
      sql`(${sql.lit(reason)}, ${sql.lit(sides.debit)}, ${sql.lit(sides.credit)})`,
  ),
);

/**
 * The vendor of the sale that a transfer belongs to, or of the deposit that it is. The posting says
 * it, too: by it a vendor's transfers are found.
 */
const ofVendor = (
  subject: RawBuilder<unknown>,
) => sql`(${subject} IS NOT DISTINCT FROM t.vendor_id AND (EXISTS (SELECT FROM prewatt.vendor_sales v
    WHERE v.bucket = t.bucket AND v.sale_id = t.sale_id AND v.vendor_id = ${subject}
      AND v.connection_id = t.connection_id)
  OR EXISTS (SELECT FROM prewatt.vendor_deposits d
    WHERE d.transfer_id = t.id AND d.vendor_id = ${subject})))`;

/**
 * The subject of a side is the connection, a debt of it, the vendor who sold or paid in, or the
 * utility.
 */
const rightSubject = (side: 'debit' | 'credit') => {
  const kind = sql.ref(`t.${side}_kind`);
  const subject = sql.ref(`t.${side}_subject_id`);
  return sql`(CASE ${kind} WHEN 'customerPrepaid' THEN ${subject} = t.connection_id
    WHEN 'customerDebt' THEN EXISTS (SELECT FROM prewatt.debts d WHERE d.bucket = t.bucket
      AND d.id = ${subject} AND d.connection_id = t.connection_id)
    WHEN 'vendorFloat' THEN ${ofVendor(subject)} WHEN 'vendorCommission' THEN ${ofVendor(subject)}
    ELSE ${subject} = t.utility_id END)`;
};

/** A sale may be paid with moved or unallocated money, or by a credit note. */
const correctionPays = (bucket: RawBuilder<unknown>, saleId: RawBuilder<unknown>) =>
  sql`c.bucket = ${bucket} AND c.sale_id = ${saleId} AND c.kind IN ('moveIn', 'creditNote',
    'allocation')`;

/** A balance that became a token at the change from wallet to token mode. */
const changePays = (bucket: RawBuilder<unknown>, saleId: RawBuilder<unknown>) =>
  sql`m.bucket = ${bucket} AND m.sale_id = ${saleId} AND m.state = 'done'`;

const sumOfLines = (
  condition = sql`true`,
) => sql`(SELECT coalesce(sum((line->>'amountMinor')::bigint), 0)
  FROM jsonb_array_elements(s.lines) line WHERE ${condition})`;

/** What the ledger has on one side of the account of a row. */
const sumOf = (side: 'debit' | 'credit', kind: LedgerAccountKind, of: 'c' | 'd') =>
  sql`(SELECT coalesce(sum(t.amount_minor), 0) FROM prewatt.transfers t
    WHERE t.bucket = ${sql.ref(`${of}.bucket`)}
      AND t.connection_id = ${sql.ref(of === 'c' ? 'c.id' : 'd.connection_id')}
      AND ${sql.ref(`t.${side}_kind`)} = ${sql.lit(kind)}
      AND ${sql.ref(`t.${side}_subject_id`)} = ${sql.ref(`${of}.id`)})`;

const ledgerRules: readonly Rule[] = [
  {
    name: 'twoSides',
    law: 1,
    of: 'transfers',
    broken: 'transfers of nothing, or without two accounts that exist',
    // One row is both sides, so what a transfer adds to one account it takes from the other.
    subjects: (range) => sql`SELECT t.id, t.connection_id, t.sale_id, NOT (t.amount_minor > 0
        AND (t.debit_kind, t.debit_subject_id) <> (t.credit_kind, t.credit_subject_id)
        AND EXISTS (SELECT FROM prewatt.ledger_accounts a WHERE a.bucket = t.bucket AND
          (a.utility_id, a.kind, a.subject_id) = (t.utility_id, t.debit_kind, t.debit_subject_id))
        AND EXISTS (SELECT FROM prewatt.ledger_accounts a WHERE a.bucket = t.bucket AND
          (a.utility_id, a.kind, a.subject_id) = (t.utility_id, t.credit_kind, t.credit_subject_id))
      ) AS bad
      FROM prewatt.transfers t WHERE ${postedWithin('t', range)}`,
  },
  {
    name: 'accountsFitReason',
    law: 1,
    of: 'transfers',
    broken: 'transfers between accounts that their reason does not allow',
    subjects: (range) => sql`SELECT t.id, t.connection_id, t.sale_id, NOT (
        (t.reason, t.debit_kind, t.credit_kind) IN (${rightSides})
        AND ${rightSubject('debit')} AND ${rightSubject('credit')}) AS bad
      FROM prewatt.transfers t WHERE ${postedWithin('t', range)} AND t.reason <> 'reversal'`,
  },
  {
    name: 'reversalMirrors',
    law: 1,
    of: 'transfers',
    broken: 'reversals that are not the mirror of what they reverse',
    subjects: (range) => sql`SELECT t.id, t.connection_id, t.sale_id, (t.amount_minor,
        t.connection_id, t.debit_kind, t.debit_subject_id, t.credit_kind, t.credit_subject_id)
        IS DISTINCT FROM (o.amount_minor, o.connection_id, o.credit_kind, o.credit_subject_id,
          o.debit_kind, o.debit_subject_id) AS bad
      FROM prewatt.transfers t LEFT JOIN prewatt.transfers o
        ON o.bucket = t.bucket AND o.id = t.reverses_id
          AND o.posting_id = ANY (prewatt.posting_ids(t.reverses_id))
      WHERE ${postedWithin('t', range)} AND t.reason = 'reversal'`,
  },
  {
    name: 'notOverdrawn',
    law: 1,
    of: 'accounts',
    broken: 'accounts of customers that are overdrawn',
    looksAtAll: true,
    subjects: (range) => sql`SELECT a.subject_id AS id,
        CASE a.kind WHEN 'customerPrepaid' THEN a.subject_id ELSE d.connection_id END
          AS connection_id, NULL::uuid AS sale_id,
        (CASE a.kind WHEN 'customerPrepaid' THEN -1 ELSE 1 END) * (
          SELECT coalesce(sum(CASE (a.kind, a.subject_id)
            WHEN (t.debit_kind, t.debit_subject_id) THEN t.amount_minor
            WHEN (t.credit_kind, t.credit_subject_id) THEN -t.amount_minor END), 0)
          FROM prewatt.transfers t WHERE t.bucket = a.bucket AND t.connection_id =
            CASE a.kind WHEN 'customerPrepaid' THEN a.subject_id ELSE d.connection_id END
          ) < 0 AS bad
      FROM prewatt.ledger_accounts a
      LEFT JOIN prewatt.debts d ON d.bucket = a.bucket AND d.id = a.subject_id
      WHERE ${within('a', range)} AND a.kind IN ('customerPrepaid', 'customerDebt')
        -- A wallet goes below zero while a protection rule keeps supply on; one that was, does not.
        AND NOT (a.kind = 'customerPrepaid' AND EXISTS (SELECT FROM prewatt.wallets w
          WHERE w.bucket = a.bucket AND w.connection_id = a.subject_id
            AND w.since_at IS NOT NULL))`,
  },
  {
    name: 'cachedBalances',
    law: 1,
    of: 'accounts',
    broken: 'balances of customers that are cached otherwise than the ledger has them',
    looksAtAll: true,
    subjects: (range) => sql`SELECT c.id, c.id AS connection_id, NULL::uuid AS sale_id,
        c.prepaid_minor <> ${sumOf('credit', 'customerPrepaid', 'c')}
          - ${sumOf('debit', 'customerPrepaid', 'c')} AS bad
      FROM prewatt.connections c WHERE ${within('c', range)}
      UNION ALL SELECT d.id, d.connection_id, NULL::uuid, d.outstanding_minor
          <> ${sumOf('debit', 'customerDebt', 'd')} - ${sumOf('credit', 'customerDebt', 'd')}
      FROM prewatt.debts d WHERE ${within('d', range)}`,
  },
];

const moneyRules: readonly Rule[] = [
  {
    name: 'paidIsSpent',
    law: 2,
    of: 'sales',
    broken: 'sales that do not add up: paid + brought forward <> lines + remainder',
    subjects: (range) => sql`SELECT s.id, s.connection_id, s.id AS sale_id,
        coalesce(p.received_minor, v.amount_minor, c.amount_minor,
          CASE WHEN m.id IS NOT NULL THEN s.amount_minor END) + s.brought_forward_minor
          IS DISTINCT FROM s.remainder_minor + ${sumOfLines()} AS bad
      FROM prewatt.sales s
      LEFT JOIN prewatt.payments p ON p.bucket = s.bucket AND p.sale_id = s.id
      LEFT JOIN prewatt.vendor_sales v ON v.bucket = s.bucket AND v.sale_id = s.id
      LEFT JOIN prewatt.corrections c ON ${correctionPays(sql`s.bucket`, sql`s.id`)}
      LEFT JOIN prewatt.mode_changes m ON ${changePays(sql`s.bucket`, sql`s.id`)}
      WHERE ${begunWithin('s', range)} AND s.issued_at IS NOT NULL`,
  },
  {
    name: 'linesArePosted',
    law: 2,
    of: 'sales',
    broken: 'sales whose transfers are not their lines',
    subjects: (range) => sql`SELECT s.id, s.connection_id, s.id AS sale_id, EXISTS (
        SELECT FROM unnest(ARRAY['energy', 'tax', 'fee', 'debt']) kind
        WHERE ${sumOfLines(sql`line->>'kind' = kind`)} <>
          (SELECT coalesce(sum(t.amount_minor), 0) FROM prewatt.transfers t
            WHERE t.bucket = s.bucket AND t.sale_id = s.id AND t.reason = kind
            AND t.connection_id = s.connection_id)) AS bad
      FROM prewatt.sales s WHERE ${begunWithin('s', range)} AND s.issued_at IS NOT NULL`,
  },
  {
    name: 'moneyIsTheRest',
    law: 2,
    of: 'sales',
    broken: 'sales of money on a meter that are not what was paid less the till’s part',
    // Of what was paid and kept from before, all but the lines of the till and what is kept again.
    subjects: (range) => sql`SELECT s.id, s.connection_id, s.id AS sale_id,
        s.credit_minor <> ${sumOfLines()} - ${sumOfLines(sql`line->>'code' <> 'credit'`)} AS bad
      FROM prewatt.sales s
      WHERE ${begunWithin('s', range)} AND s.issued_at IS NOT NULL AND s.credit_minor IS NOT NULL`,
  },
];

/** Events in which a meter says that it took a credit token. */
const acceptedEvents = (range: Range) => sql`SELECT e.bucket, e.meter_id, e.connection_id,
    (e.detail->'outcome'->>'tid')::integer AS tid,
    (e.detail->'outcome'->>'creditedEnergyWh')::bigint AS credited_wh,
    (e.detail->'outcome'->>'creditedMicroMinor')::numeric AS credited_micro
  FROM prewatt.meter_events e WHERE ${saidWithin('e', range)} AND e.code = 'token'
    AND e.detail->'outcome'->>'result' = 'accepted' AND e.detail->'outcome'->>'effect' = 'credit'`;

const energyRules: readonly Rule[] = [
  {
    name: 'tokensArePaid',
    law: 3,
    of: 'tokens',
    broken: 'tokens of sales that not exactly one of a payment, a vendor and a correction paid for',
    subjects: (range) => sql`SELECT t.id, t.connection_id, t.sale_id,
        num_nonnulls(p.id, v.sale_id, c.id, m.id) <> 1 AS bad
      FROM prewatt.tokens t
      LEFT JOIN prewatt.payments p ON p.bucket = t.bucket AND p.sale_id = t.sale_id
        AND p.connection_id = t.connection_id AND p.state = 'succeeded'
      LEFT JOIN prewatt.vendor_sales v ON v.bucket = t.bucket AND v.sale_id = t.sale_id
        AND v.connection_id = t.connection_id
      LEFT JOIN prewatt.corrections c ON ${correctionPays(sql`t.bucket`, sql`t.sale_id`)}
        AND c.connection_id = t.connection_id
      LEFT JOIN prewatt.mode_changes m ON ${changePays(sql`t.bucket`, sql`t.sale_id`)}
        AND m.connection_id = t.connection_id
      WHERE ${begunWithin('t', range)} AND t.grant_id IS NULL`,
  },
  ...grantRules,
  {
    name: 'tokensAreTheSale',
    law: 3,
    of: 'sales',
    broken:
      'sales whose tokens are not the energy or the money that was sold, for the meter it was sold to',
    subjects: (range) => sql`SELECT s.id, s.connection_id, s.id AS sale_id,
        coalesce(s.energy_wh, 0) <> (SELECT coalesce(sum(t.energy_wh), 0) FROM prewatt.tokens t
          WHERE t.bucket = s.bucket AND t.sale_id = s.id AND t.meter_id = s.meter_id
            AND t.connection_id = s.connection_id)
        OR coalesce(s.credit_minor, 0) <> (SELECT
            coalesce(sum(floor(t.amount_e5 / ${e5PerMinor('s')})), 0) FROM prewatt.tokens t
          WHERE t.bucket = s.bucket AND t.sale_id = s.id)
        OR coalesce(s.credit_minor, 0) <>
          ${sumOfLines(sql`line->>'kind' = 'energy' AND line->>'code' = 'credit'`)}
        OR EXISTS (SELECT FROM prewatt.tokens t WHERE t.bucket = s.bucket AND t.sale_id = s.id
          AND (t.meter_id, t.connection_id) <> (s.meter_id, s.connection_id)) AS bad
      FROM prewatt.sales s WHERE ${begunWithin('s', range)}`,
  },
  {
    name: 'creditWasIssued',
    law: 3,
    of: 'meters',
    broken: 'meters that credited more energy or money than was issued for them',
    looksAtAll: true,
    subjects: (range) => sql`SELECT m.meter_id AS id, m.connection_id, NULL::uuid AS sale_id,
        (m.report->'creditedIsDerived' IS NULL AND m.credited_energy_wh > (SELECT coalesce(sum(t.energy_wh), 0) FROM prewatt.tokens t
          WHERE t.bucket = m.bucket AND t.meter_id = m.meter_id))
        OR coalesce((m.report->'money'->>'creditedMicroMinor')::numeric, 0) >
          (SELECT coalesce(sum(t.amount_e5 * ${microPerE5('t')}), 0) FROM prewatt.tokens t
          WHERE t.bucket = m.bucket AND t.meter_id = m.meter_id
            AND t.amount_e5 IS NOT NULL) AS bad
      FROM prewatt.meter_states m WHERE ${within('m', range)}`,
  },
  {
    name: 'acceptedWasIssued',
    law: 3,
    of: 'tokens',
    broken: 'credits that a meter accepted, without a token of that TID and energy or money',
    looksAtAll: true,
    subjects: (
      range,
    ) => sql`SELECT e.meter_id AS id, e.connection_id, t.sale_id, t.id IS NULL AS bad
      FROM (${acceptedEvents(range)}) e LEFT JOIN prewatt.tokens t ON t.bucket = e.bucket
        AND t.meter_id = e.meter_id AND t.tid = e.tid AND (t.energy_wh = e.credited_wh
          OR t.amount_e5 * ${microPerE5('t')} = e.credited_micro)`,
  },
  {
    name: 'issuedOnce',
    law: 4,
    of: 'tokens',
    broken: 'TIDs that were issued more than once for one meter and base date',
    looksAtAll: true,
    subjects: (range) => sql`SELECT min(t.id::text)::uuid AS id,
        min(t.connection_id::text)::uuid AS connection_id, min(t.sale_id::text)::uuid AS sale_id,
        count(*) > 1 AS bad
      FROM prewatt.tokens t WHERE ${within('t', range)} AND t.tid IS NOT NULL
      GROUP BY t.bucket, t.meter_id, t.base_date, t.tid`,
  },
  {
    name: 'acceptedOnce',
    law: 4,
    of: 'tokens',
    broken: 'TIDs that one meter accepted more than once',
    looksAtAll: true,
    subjects: (range) => sql`SELECT e.meter_id AS id,
        min(e.connection_id::text)::uuid AS connection_id, NULL::uuid AS sale_id,
        count(*) > 1 AS bad
      FROM (${acceptedEvents(range)}) e GROUP BY e.meter_id, e.tid`,
  },
];

const outcomeRules: readonly Rule[] = [
  {
    name: 'paymentsPostedOnce',
    law: 5,
    of: 'payments',
    broken: 'payments that are not posted exactly once, as received',
    subjects: (range) => sql`SELECT p.id, p.connection_id, p.sale_id,
        (p.state = 'succeeded') <> coalesce((SELECT count(*) = 1
            AND min(t.amount_minor) = p.received_minor
            AND (min(t.sale_id::text), min(t.vendor_id::text)) IS NOT DISTINCT FROM
              (p.sale_id::text, p.vendor_id::text)
          FROM prewatt.transfers t WHERE t.bucket = p.bucket AND t.payment_id = p.id
            AND t.reason IN ('payment', 'vendorPayment')), false) AS bad
      FROM prewatt.payments p WHERE ${begunWithin('p', range)}`,
  },
  {
    name: 'referencePaysOnce',
    law: 5,
    of: 'payments',
    broken: 'payments whose provider reference belongs to another payment',
    subjects: (range) => sql`SELECT p.id, p.connection_id, p.sale_id,
        d.payment_id IS DISTINCT FROM p.id AS bad
      FROM prewatt.payments p LEFT JOIN prewatt.provider_reference_directory d
        ON d.provider = p.provider AND d.provider_reference = p.provider_reference
      WHERE ${begunWithin('p', range)} AND p.state = 'succeeded'`,
  },
  {
    name: 'tokensAreNeeded',
    law: 5,
    of: 'sales',
    broken: 'sales with more tokens than their energy needs',
    subjects: (range) => sql`SELECT s.id, s.connection_id, s.id AS sale_id,
        count(*) > CASE WHEN s.credit_minor IS NULL
          THEN ceil(s.energy_wh::numeric / ${mostWhPerToken}) ELSE 1 END AS bad
      FROM prewatt.tokens t JOIN prewatt.sales s ON s.bucket = t.bucket AND s.id = t.sale_id
      WHERE ${begunWithin('t', range)} AND t.kind = 'credit' GROUP BY s.bucket, s.id`,
  },
  {
    name: 'paidComesHome',
    law: 6,
    of: 'sales',
    broken: 'paid sales that are neither delivered, nor on their way, nor on a list',
    subjects: (range) => sql`SELECT s.id, s.connection_id, s.id AS sale_id,
        NOT (s.state IN ('delivered', 'stuck', 'reversed') OR (s.state = 'issued'
          AND (s.issued_at > ${new Date(range.nowMs - deliveryMs)}
            OR EXISTS (SELECT FROM prewatt.meters m WHERE m.bucket = s.bucket
              AND m.id = s.meter_id AND m.secret_hash = ${Buffer.alloc(32)})))) AS bad
      FROM prewatt.sales s
      WHERE ${begunWithin('s', range)} AND (EXISTS (SELECT FROM prewatt.payments p
          WHERE p.bucket = s.bucket AND p.sale_id = s.id AND p.state = 'succeeded')
        OR EXISTS (SELECT FROM prewatt.vendor_sales v
          WHERE v.bucket = s.bucket AND v.sale_id = s.id)
        OR EXISTS (SELECT FROM prewatt.corrections c
          WHERE ${correctionPays(sql`s.bucket`, sql`s.id`)}))`,
  },
  {
    name: 'deliveredIsAccepted',
    law: 6,
    of: 'sales',
    broken: 'sales that are called delivered otherwise than by a meter that took each token',
    subjects: (range) => sql`SELECT s.id, s.connection_id, s.id AS sale_id,
        (s.state = 'delivered') <> coalesce((SELECT bool_and(t.state = 'accepted')
          FROM prewatt.tokens t WHERE t.bucket = s.bucket AND t.sale_id = s.id),
          -- Money paid into a wallet has no token, and none that paid debts and nothing else.
          s.energy_wh = 0 AND s.credit_minor IS NULL AND (EXISTS (SELECT FROM prewatt.wallets w
            WHERE w.bucket = s.bucket AND w.connection_id = s.connection_id)
            OR s.remainder_minor = 0 AND s.brought_forward_minor = 0 AND s.amount_minor =
              ${sumOfLines(sql`line->>'code' = ${sql.lit(paidDebtCode)}`)}), false) AS bad
      FROM prewatt.sales s
      WHERE ${begunWithin('s', range)} AND s.issued_at IS NOT NULL AND s.state <> 'reversed'`,
  },
  {
    name: 'tokensHaveEnergy',
    law: 7,
    of: 'tokens',
    broken: 'credit tokens without energy or money',
    subjects: (range) => sql`SELECT t.id, t.connection_id, t.sale_id,
        coalesce(t.energy_wh, t.amount_e5, 0) <= 0 AS bad
      FROM prewatt.tokens t WHERE ${begunWithin('t', range)} AND t.kind = 'credit'`,
  },
];

/**
 * Who sells for cash. A vendor and its deposits have no bucket: they are checked with the first, by
 * their transfers of all buckets.
 */
const vendorRules: readonly Rule[] = [
  {
    name: 'floatIsLedger',
    law: 1,
    of: 'vendors',
    broken: 'vendors whose float is not the ledger’s',
    looksAtAll: true,
    subjects: (range) => sql`SELECT v.id, NULL::uuid AS connection_id, NULL::uuid AS sale_id,
        v.float_minor <>
          (SELECT coalesce(sum(amount_minor), 0) FROM prewatt.transfers t
            WHERE t.utility_id = v.utility_id AND t.vendor_id = v.id
              AND t.credit_kind = 'vendorFloat'
              AND t.credit_subject_id = v.id) -
          (SELECT coalesce(sum(amount_minor), 0) FROM prewatt.transfers t
            WHERE t.utility_id = v.utility_id AND t.vendor_id = v.id
              AND t.debit_kind = 'vendorFloat'
              AND t.debit_subject_id = v.id) AS bad
      FROM prewatt.vendors v WHERE ${range.fromBucket === 0}`,
  },
  {
    name: 'cashPostedOnce',
    law: 5,
    of: 'sales',
    broken: 'sales for cash that are not posted exactly once, in their amount and commission',
    subjects: (range) => sql`SELECT v.sale_id AS id, v.connection_id, v.sale_id,
        NOT EXISTS (SELECT FROM prewatt.transfers t WHERE t.bucket = v.bucket
          AND t.connection_id = v.connection_id AND t.sale_id = v.sale_id AND t.reason = 'vendorSale'
          HAVING count(*) = 1 AND sum(t.amount_minor) = v.amount_minor)
        OR NOT EXISTS (SELECT FROM prewatt.transfers t WHERE t.bucket = v.bucket
          AND t.connection_id = v.connection_id AND t.sale_id = v.sale_id AND t.reason = 'commission'
          HAVING count(*) = sign(v.commission_minor)
            AND coalesce(sum(t.amount_minor), 0) = v.commission_minor) AS bad
      FROM prewatt.vendor_sales v WHERE ${begunWithin('v', range, 'sale_id')}`,
  },
  {
    name: 'vendorDepositsPostedOnce',
    law: 5,
    of: 'vendors',
    broken: 'deposits of vendors that are not posted as they were recorded',
    looksAtAll: true,
    subjects: (range) => sql`SELECT d.vendor_id AS id, NULL::uuid AS connection_id,
        NULL::uuid AS sale_id, NOT EXISTS (SELECT FROM prewatt.transfers t
          WHERE t.utility_id = d.utility_id AND t.vendor_id = d.vendor_id
            AND t.posting_id = d.transfer_id AND t.payment_id IS NOT DISTINCT FROM d.payment_id
            AND t.reason IN ('vendorDeposit', 'vendorPayment') AND t.credit_kind = 'vendorFloat'
            AND t.credit_subject_id = d.vendor_id AND t.amount_minor = d.amount_minor) AS bad
      FROM prewatt.vendor_deposits d WHERE ${range.fromBucket === 0}`,
  },
];

/** Every rule that is a query, in the order of the laws. */
export const rules: readonly Rule[] = [
  ...clockRules,
  ...ledgerRules,
  ...moneyRules,
  ...energyRules,
  ...outcomeRules,
  ...vendorRules,
  ...feeRules,
  ...correctionRules,
  ...walletRules,
  ...approvalRules,
  ...valueRules,
  ...saleRules,
  ...existenceRules,
];
