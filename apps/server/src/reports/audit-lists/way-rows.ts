// SQL of the way from a token to the money, the price, the people and the key: what each station
// says, with the names of people as they are now.

import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { KeyedMeter } from '../../money/keys/index.ts';

/** What a token is of: exactly one of them. */
export type Cause = { readonly kind: 'sale' | 'grant'; readonly id: string };

export type WayToken = KeyedMeter & {
  readonly bucket: number;
  readonly id: string;
  readonly entered: bigint;
  readonly connectionId: string;
  readonly connectionName: string;
  readonly kind: string;
  readonly tid: number | null;
  readonly digits: string;
  readonly energyWh: bigint | null;
  readonly amountE5: bigint | null;
  readonly state: string;
  readonly stateAt: number | null;
  readonly issuedAt: number;
  readonly otherTariffIndexes: readonly string[] | null;
};

export async function tokensOf(tx: Tx, { kind, id }: Cause): Promise<readonly WayToken[]> {
  const table = sql.table(`prewatt.${kind}s`);
  const column = sql.ref(`t.${kind}_id`);
  const { rows } = await sql<WayToken>`SELECT t.bucket, t.id, t.entered, t.kind, t.tid, t.digits,
      t.energy_wh AS "energyWh", t.amount_e5 AS "amountE5", t.state, t.state_at AS "stateAt",
      t.issued_at AS "issuedAt", c.id AS "connectionId", c.name AS "connectionName",
      m.meter_pan AS "meterPan", m.encryption_algorithm AS "encryptionAlgorithm",
      m.supply_group_code AS "supplyGroupCode", m.tariff_index AS "tariffIndex",
      m.key_revision AS "keyRevision",
      (SELECT array_agg(DISTINCT i) FROM prewatt.key_change_sets s,
        unnest(ARRAY[s.from_tariff_index, s.to_tariff_index]) i
        WHERE s.bucket = m.bucket AND s.meter_id = m.id) AS "otherTariffIndexes"
    FROM ${table} x JOIN prewatt.tokens t ON t.bucket = x.bucket AND ${column} = x.id
    JOIN prewatt.meters m ON m.bucket = t.bucket AND m.id = t.meter_id
    JOIN prewatt.connections c ON c.bucket = t.bucket AND c.id = t.connection_id
    WHERE x.id = ${id}::uuid ORDER BY t.entered`.execute(tx);
  return rows;
}

const nameOf = (column: string): RawBuilder<unknown> =>
  sql`(SELECT p.name FROM prewatt.operators p WHERE p.id = ${sql.ref(column)})`;
/** Who allowed it and who had asked, by the approval that a row names. */
const approvalOf = (column: string): RawBuilder<unknown> => sql`${sql.ref(column)} AS "approvalId",
  (SELECT p.name FROM prewatt.approvals a JOIN prewatt.operators p ON p.id = a.decided_by
    WHERE a.id = ${sql.ref(column)} AND a.state = 'done') AS "allowedBy",
  (SELECT p.name FROM prewatt.approvals a JOIN prewatt.operators p ON p.id = a.requested_by
    WHERE a.id = ${sql.ref(column)}) AS "askedBy"`;
export type Approved = {
  readonly approvalId: string | null;
  readonly allowedBy: string | null;
  readonly askedBy: string | null;
};

export type WaySale = {
  readonly id: string;
  readonly amountMinor: bigint;
  readonly broughtForwardMinor: bigint | null;
  readonly remainderMinor: bigint | null;
  readonly lines: readonly { readonly label: string; readonly amountMinor: string }[] | null;
  readonly requestedAt: number;
  readonly tariffVersionId: string | null;
  readonly quotedAt: number | null;
};

export async function saleOf(tx: Tx, id: string): Promise<WaySale | null> {
  const { rows } = await sql<WaySale>`SELECT s.id, s.amount_minor AS "amountMinor",
      s.brought_forward_minor AS "broughtForwardMinor", s.remainder_minor AS "remainderMinor",
      s.lines, s.requested_at AS "requestedAt", s.tariff_version_id AS "tariffVersionId",
      (SELECT max(q.created_at) FROM prewatt.quotes q WHERE q.bucket = s.bucket
        AND q.connection_id = s.connection_id AND q.amount_minor = s.amount_minor
        AND q.created_at <= s.requested_at AND q.expires_at > s.requested_at) AS "quotedAt"
    FROM prewatt.sales s WHERE s.id = ${id}::uuid`.execute(tx);
  return rows[0] ?? null;
}

export type WayMoney = Approved & {
  readonly how: 'payment' | 'till' | 'correction' | 'mode' | 'bank' | 'opening';
  readonly at: number | null;
  readonly amountMinor: bigint | null;
  /** Through whom: a provider, a vendor, a file, a kind of correction. */
  readonly through: string;
  readonly reference: string | null;
  readonly person: string | null;
  readonly reason: string | null;
};

/** All that paid for a sale; nothing is what an auditor has to ask about. */
export async function moneyOf(tx: Tx, saleId: string): Promise<readonly WayMoney[]> {
  const none = sql`NULL::text`;
  const { rows } = await sql<WayMoney>`WITH of_sale AS (
      SELECT bucket, id, connection_id FROM prewatt.sales WHERE id = ${saleId}::uuid)
    SELECT 'payment' AS how, p.decided_at AS at, p.received_minor AS "amountMinor",
      p.provider AS through, p.provider_reference AS reference, ${none} AS person,
      ${none} AS reason, NULL::uuid AS "approvalId", ${none} AS "allowedBy", ${none} AS "askedBy"
    FROM of_sale s JOIN prewatt.payments p ON p.bucket = s.bucket AND p.sale_id = s.id
    WHERE p.state = 'succeeded'
    UNION ALL SELECT 'bank', b.brought_at, e.amount_minor, b.name, e.reference, ${none}, ${none},
      ${approvalOf('b.approval_id')}
    FROM of_sale s JOIN prewatt.payments p ON p.bucket = s.bucket AND p.sale_id = s.id
    JOIN prewatt.bank_entries e ON e.reference = p.provider_reference AND e.kind = 'payment'
      AND e.utility_id = p.utility_id
    JOIN prewatt.bank_statements b ON b.id = e.statement_id AND b.source = p.provider
    UNION ALL SELECT 'till', h.opened_at, v.amount_minor, w.name, v.request_id, l.name, k.label,
      ${approvalOf('k.approval_id')}
    FROM of_sale s JOIN prewatt.vendor_sales v ON v.bucket = s.bucket AND v.sale_id = s.id
    JOIN prewatt.vendors w ON w.id = v.vendor_id
    JOIN prewatt.vendor_shifts h ON h.id = v.shift_id
    JOIN prewatt.vendor_keys k ON k.id = h.key_id
    LEFT JOIN prewatt.vendor_clerks l ON l.id = h.clerk_id
    UNION ALL SELECT 'correction', r.at, r.amount_minor, r.kind, NULL, ${nameOf('r.requested_by')},
      r.reason, ${approvalOf('r.approval_id')}
    FROM of_sale s JOIN prewatt.corrections r ON r.bucket = s.bucket AND r.sale_id = s.id
      AND r.kind IN ('moveIn', 'creditNote', 'allocation')
    UNION ALL SELECT 'mode', d.at, d.amount_minor, d.to_mode, NULL, ${nameOf('d.requested_by')},
      d.reason, ${approvalOf('d.approval_id')}
    FROM of_sale s JOIN prewatt.mode_changes d ON d.bucket = s.bucket AND d.sale_id = s.id
    UNION ALL SELECT 'opening', i.created_at, NULL, i.file_name, NULL, i.requested_by, NULL,
      ${approvalOf('i.approval_id')}
    FROM of_sale s JOIN prewatt.meters m
      ON m.bucket = s.bucket AND m.connection_id = s.connection_id
    JOIN prewatt.import_rows w ON w.row_key = m.meter_pan AND w.outcome = 'created'
    JOIN prewatt.imports i ON i.id = w.import_id AND i.kind = 'openingBalances' AND NOT i.dry_run
      AND i.utility_id = w.utility_id`.execute(tx);
  return rows;
}

export type WayGrant = Approved & {
  readonly id: string;
  readonly kind: string;
  readonly reason: string;
  readonly energyWh: bigint | null;
  readonly amountMinor: bigint | null;
  readonly month: string | null;
  readonly by: string | null;
  readonly issuedAt: number;
  readonly tariffVersionId: string | null;
  readonly rulesVersion: number | null;
  /** Of a key change: from which key to which. */
  readonly fromKey: string | null;
  readonly toKey: string | null;
};

export async function grantOf(tx: Tx, id: string): Promise<WayGrant | null> {
  const { rows } = await sql<WayGrant>`SELECT g.id, g.kind, g.reason, g.energy_wh AS "energyWh",
      g.amount_minor AS "amountMinor", to_char(g.month, 'YYYY-MM') AS month,
      ${nameOf('g.requested_by')} AS by, g.issued_at AS "issuedAt",
      g.tariff_version_id AS "tariffVersionId", g.rules_version AS "rulesVersion",
      s.from_supply_group_code || ' / ' || s.from_key_revision AS "fromKey",
      s.to_supply_group_code || ' / ' || s.to_key_revision AS "toKey", ${approvalOf('g.approval_id')}
    FROM prewatt.grants g LEFT JOIN prewatt.key_change_sets s
      ON s.bucket = g.bucket AND s.grant_id = g.id
    WHERE g.id = ${id}::uuid`.execute(tx);
  return rows[0] ?? null;
}

export type WayTariff = {
  readonly name: string;
  readonly version: number;
  readonly effectiveFrom: string;
  readonly reason: string | null;
  readonly requestedBy: string | null;
  readonly approvedBy: string | null;
  readonly approvalId: string | null;
  readonly createdAt: number;
};

export async function tariffOf(tx: Tx, id: string): Promise<WayTariff | null> {
  const { rows } = await sql<WayTariff>`SELECT name, version, reason, created_at AS "createdAt",
      effective_from::text AS "effectiveFrom", requested_by AS "requestedBy",
      approved_by AS "approvedBy", approval_id AS "approvalId"
    FROM prewatt.tariffs WHERE id = ${id}::uuid`.execute(tx);
  return rows[0] ?? null;
}

export type WayKey = Approved & {
  readonly supplyGroupCode: string;
  readonly keyRevision: number;
  readonly checkValue: string | null;
  readonly createdAt: number;
  readonly loadId: string | null;
  readonly openedBy: string | null;
  readonly openedAt: number | null;
  readonly reason: string | null;
  readonly custodians: readonly string[] | null;
};

export async function keyOf(tx: Tx, id: string): Promise<WayKey | null> {
  const { rows } = await sql<WayKey>`SELECT k.supply_group_code AS "supplyGroupCode",
      k.key_revision AS "keyRevision", k.check_value AS "checkValue", k.created_at AS "createdAt",
      k.load_id AS "loadId", ${nameOf('l.opened_by')} AS "openedBy", l.opened_at AS "openedAt",
      l.reason, (SELECT array_agg(p.name ORDER BY c.ordinal) FROM prewatt.key_components c
        JOIN prewatt.operators p ON p.id = c.entered_by WHERE c.load_id = l.id) AS custodians,
      ${approvalOf('l.approval_id')}
    FROM prewatt.vending_keys k LEFT JOIN prewatt.key_loads l ON l.id = k.load_id
    WHERE k.id = ${id}::uuid`.execute(tx);
  return rows[0] ?? null;
}
