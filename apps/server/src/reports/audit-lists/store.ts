// SQL of the auditor's lists: each is one statement with the same columns.

import type { AuditList, AuditListRow, AuditPerson } from '@prewatt/api';
import { idFromUuid, isoOf } from '@prewatt/quantities';
import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../base/database.ts';

const mostRows = 500;
const lateMinutes = 15;

export type Stretch = { readonly utilityId: string; readonly from: Date; readonly until: Date };

type Row = {
  readonly at: number;
  readonly what: string;
  readonly about: string;
  readonly amount_minor: bigint | null;
  readonly energy_wh: bigint | null;
  readonly by_name: string | null;
  readonly allowed_by: string | null;
  readonly reason: string | null;
  readonly sale_id: string | null;
  readonly approval_id: string | null;
  /** Of the list of free value alone. */
  readonly grant_id?: string;
};

const within = (column: string, o: Stretch): RawBuilder<unknown> =>
  sql`${sql.ref(column)} >= ${o.from} AND ${sql.ref(column)} < ${o.until}`;
const nobody = sql`NULL::text`;
const approver = (row: string) => sql`(SELECT o.name FROM prewatt.approvals a
  JOIN prewatt.operators o ON o.id = a.decided_by WHERE a.id = ${sql.ref(`${row}.approval_id`)})`;
const nameOf = (column: string) =>
  sql`(SELECT o.name FROM prewatt.operators o WHERE o.id = ${sql.ref(column)})`;

const lists: Readonly<Record<AuditList, (o: Stretch) => RawBuilder<unknown>>> = {
  free: (o) => sql`SELECT g.issued_at AS at, CASE WHEN g.month IS NULL THEN 'Free credit'
      ELSE 'Free units of the month' END AS what, c.name AS about, g.amount_minor, g.energy_wh,
      ${nameOf('g.requested_by')} AS by_name, ${approver('g')} AS allowed_by, g.reason,
      NULL::uuid AS sale_id, g.approval_id, g.id AS grant_id
    FROM prewatt.grants g JOIN prewatt.connections c
      ON c.bucket = g.bucket AND c.id = g.connection_id
    WHERE g.utility_id = ${o.utilityId}::uuid AND ${within('g.issued_at', o)}
      AND g.kind IN ('freeCredit', 'freeUnits')`,
  bulk: (o) => sql`SELECT b.created_at AS at, CASE b.kind WHEN 'freeCredit'
      THEN 'List of free credit' ELSE 'List that clears credit' END AS what,
      b.rows_total || CASE b.rows_total WHEN 1 THEN ' meter' ELSE ' meters' END AS about, NULL::bigint AS amount_minor,
      nullif(b.energy_total_wh, 0) AS energy_wh, ${nameOf('b.requested_by')} AS by_name,
      ${approver('b')} AS allowed_by, b.reason, NULL::uuid AS sale_id, b.approval_id
    FROM prewatt.grant_batches b WHERE b.utility_id = ${o.utilityId}::uuid
      AND ${within('b.created_at', o)} AND b.state IN ('issuing', 'done')
    UNION ALL SELECT i.created_at, 'Opening balances', i.file_name, i.value_minor, NULL,
      i.requested_by, ${approver('i')}, NULL, NULL, i.approval_id
    FROM prewatt.imports i WHERE i.utility_id = ${o.utilityId}::uuid AND NOT i.dry_run
      AND ${within('i.created_at', o)} AND i.kind = 'openingBalances' AND i.rows_created > 0
    UNION ALL SELECT s.brought_at, 'Bank statement', s.name, s.payments_minor, NULL,
      ${nameOf('s.requested_by')}, ${nameOf('s.approved_by')}, NULL, NULL, s.approval_id
    FROM prewatt.bank_statements s WHERE s.utility_id = ${o.utilityId}::uuid
      AND ${within('s.brought_at', o)} AND s.approved_by IS NOT NULL`,
  reversed: (o) => sql`SELECT r.at, 'Correction: ' || r.kind AS what, c.name AS about,
      r.amount_minor, NULL::bigint AS energy_wh, ${nameOf('r.requested_by')} AS by_name,
      ${nameOf('r.approved_by')} AS allowed_by, r.reason, r.sale_id, r.approval_id
    FROM prewatt.corrections r JOIN prewatt.connections c
      ON c.bucket = r.bucket AND c.id = r.connection_id
    WHERE r.utility_id = ${o.utilityId}::uuid AND ${within('r.at', o)}`,
  manual: (o) => sql`SELECT d.recorded_at AS at, 'Deposit of a vendor' AS what, v.name AS about,
      d.amount_minor, NULL::bigint AS energy_wh, d.recorded_by AS by_name,
      ${nameOf('d.approved_by')} AS allowed_by, d.reference AS reason, NULL::uuid AS sale_id,
      d.approval_id
    FROM prewatt.vendor_deposits d JOIN prewatt.vendors v ON v.id = d.vendor_id
    WHERE d.utility_id = ${o.utilityId}::uuid AND ${within('d.recorded_at', o)}
      AND d.payment_id IS NULL
    UNION ALL SELECT r.paid_at, 'Refund recorded as paid', c.name, r.amount_minor, NULL,
      ${nameOf('r.paid_by')}, NULL, r.paid_reference, r.sale_id, NULL
    FROM prewatt.refunds r JOIN prewatt.connections c
      ON c.bucket = r.bucket AND c.id = r.connection_id
    WHERE r.utility_id = ${o.utilityId}::uuid AND ${within('r.paid_at', o)}
      AND r.paid_by IS NOT NULL`,
  late: (o) => sql`SELECT s.issued_at AS at, 'Token ' || floor(extract(epoch FROM
      s.issued_at - s.paid_at) / 60)::bigint || ' min after the payment' AS what, c.name AS about,
      s.amount_minor, s.energy_wh, ${nobody} AS by_name, ${nobody} AS allowed_by,
      s.stuck_reason AS reason, s.id AS sale_id, NULL::uuid AS approval_id
    FROM prewatt.sales s JOIN prewatt.connections c
      ON c.bucket = s.bucket AND c.id = s.connection_id
    WHERE s.utility_id = ${o.utilityId}::uuid AND ${within('s.requested_at', o)}
      AND s.issued_at > s.paid_at + ${lateMinutes} * interval '1 minute'`,
};

export async function auditListRows(
  tx: Tx,
  list: AuditList,
  o: Stretch,
): Promise<readonly AuditListRow[]> {
  const { rows } = await sql<Row>`SELECT * FROM (${lists[list](o)}) AS l
    ORDER BY at DESC LIMIT ${mostRows}`.execute(tx);
  return rows.map((row) => ({
    at: isoOf(row.at),
    what: row.what,
    about: row.about,
    amountMinor: row.amount_minor?.toString() ?? null,
    energyWh: row.energy_wh?.toString() ?? null,
    by: row.by_name,
    allowedBy: row.allowed_by,
    reason: row.reason,
    saleId: row.sale_id === null ? null : idFromUuid('sale', row.sale_id),
    approvalId: row.approval_id === null ? null : idFromUuid('approval', row.approval_id),
    grantId: row.grant_id === undefined ? null : idFromUuid('grant', row.grant_id),
  }));
}

/** Everybody who ever could sign in here, ended sign-ins too; approvals as they stand. */
export async function auditPeople(tx: Tx, utilityId: string): Promise<readonly AuditPerson[]> {
  const { rows } = await sql<{
    name: string;
    role: string;
    created_at: number;
    ends_at: number | null;
    asked: number;
    approved: number;
    alone_times: number;
    alone_minor: bigint;
    last_seen: number | null;
  }>`SELECT o.name, o.role, o.created_at, o.ends_at,
      (SELECT count(*)::int FROM prewatt.approvals a
        WHERE a.utility_id = o.utility_id AND a.requested_by = o.id) AS asked,
      (SELECT count(*)::int FROM prewatt.approvals a
        WHERE a.utility_id = o.utility_id AND a.decided_by = o.id AND a.state = 'done') AS approved,
      (SELECT count(*)::int FROM prewatt.alone_acts x
        WHERE x.utility_id = o.utility_id AND x.operator_id = o.id) AS alone_times,
      (SELECT coalesce(sum(x.amount_minor), 0)::bigint FROM prewatt.alone_acts x
        WHERE x.utility_id = o.utility_id AND x.operator_id = o.id) AS alone_minor,
      (SELECT max(t.at) FROM prewatt.operator_acts t
        WHERE t.utility_id = o.utility_id AND t.operator_id = o.id) AS last_seen
    FROM prewatt.operators o WHERE o.utility_id = ${utilityId}::uuid
    ORDER BY o.created_at, o.id`.execute(tx);
  return rows.map((row) => ({
    name: row.name,
    role: row.role,
    since: isoOf(row.created_at),
    endsAt: row.ends_at === null ? null : isoOf(row.ends_at),
    asked: row.asked,
    approved: row.approved,
    aloneTimes: row.alone_times,
    aloneMinor: row.alone_minor.toString(),
    lastSeen: row.last_seen === null ? null : isoOf(row.last_seen),
  }));
}
