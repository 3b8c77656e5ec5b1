// SQL of statements: the movements of a connection's prepaid money and debts, gathered into
// entries, each with the balances after it.

import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';

/** Acts that a statement tells apart; transfers of one act at one instant are one entry. */
export type EntryAct =
  | 'payment'
  | 'vendorSale'
  | 'sale'
  | 'reversal'
  | 'moveOut'
  | 'moveIn'
  | 'refund'
  | 'creditNote'
  | 'openingBalance'
  | 'openingDebt'
  | 'charge'
  | 'writeOff'
  | 'late'
  | 'use'
  | 'carried'
  | 'lateToken'
  | 'freeCredit'
  | 'useOwed'
  | 'useRepaid';

export type EntryRow = {
  readonly posted_at: number;
  readonly act: EntryAct;
  readonly sale_id: string | null;
  readonly debt_id: string | null;
  readonly payment_id: string | null;
  readonly correction_id: string | null;
  readonly rating_id: string | null;
  readonly prepaid: bigint;
  readonly owed: bigint;
  readonly prepaid_after: bigint;
  readonly owed_after: bigint;
};

/** Transfers that touch the connection's prepaid money or one of its debts, signed. */
const movesOf = (place: ConnectionPlace) => {
  const columns = sql`id, posted_at, reason, sale_id, payment_id, correction_id, rating_id,
    mode_change_id, amount_minor,
    debit_kind, debit_subject_id, credit_kind, credit_subject_id`;
  const debts = sql`(SELECT id FROM prewatt.debts WHERE bucket = ${place.bucket}
    AND connection_id = ${place.connectionId}::uuid)`;
  // All transfers of a customer's account are of its connection.
  const ofPlace = sql`bucket = ${place.bucket} AND connection_id = ${place.connectionId}::uuid`;
  const side = (name: 'debit' | 'credit') => sql`
    SELECT ${columns} FROM prewatt.transfers WHERE ${ofPlace}
      AND ${sql.ref(`${name}_kind`)} = 'customerPrepaid'
      AND ${sql.ref(`${name}_subject_id`)} = ${place.connectionId}::uuid
    UNION SELECT ${columns} FROM prewatt.transfers WHERE ${ofPlace}
      AND ${sql.ref(`${name}_kind`)} = 'customerDebt'
      AND ${sql.ref(`${name}_subject_id`)} IN ${debts}`;
  return sql`SELECT id, posted_at, sale_id, payment_id, correction_id, rating_id,
      CASE WHEN reason IN ('lateTokenEnergy', 'lateTokenTax') THEN 'lateToken'
        WHEN reason = 'useOwed' THEN 'useOwed'
        WHEN reason = 'debt' AND mode_change_id IS NOT NULL THEN 'useRepaid'
        WHEN mode_change_id IS NOT NULL THEN 'carried'
        WHEN rating_id IS NOT NULL AND reason <> 'reversal' THEN 'use'
        WHEN reason IN ('energy', 'tax', 'fee', 'debt') THEN 'sale'
        WHEN reason IN ('lateEnergy', 'lateTax', 'lateFee') THEN 'late' ELSE reason END AS act,
      CASE 'customerPrepaid' WHEN credit_kind THEN amount_minor WHEN debit_kind THEN -amount_minor
        ELSE 0 END AS prepaid,
      CASE 'customerDebt' WHEN debit_kind THEN amount_minor WHEN credit_kind THEN -amount_minor
        ELSE 0 END AS owed,
      CASE 'customerDebt' WHEN debit_kind THEN debit_subject_id
        WHEN credit_kind THEN credit_subject_id END AS debt_id
    FROM (${side('debit')} UNION ${side('credit')}) t`;
};

/** Money comes in before it is spent, whatever the order of their rows. */
const rank = sql`CASE act WHEN 'payment' THEN 0 WHEN 'vendorSale' THEN 0 WHEN 'moveIn' THEN 0
  WHEN 'creditNote' THEN 0 WHEN 'sale' THEN 1 WHEN 'reversal' THEN 2 ELSE 3 END`;

const entriesOf = (place: ConnectionPlace) => sql`
  SELECT posted_at, act, sale_id, correction_id, rating_id,
    CASE WHEN act IN ('openingDebt', 'charge', 'writeOff', 'late') THEN debt_id END AS debt_id,
    min(payment_id::text)::uuid AS payment_id,
    sum(prepaid)::bigint AS prepaid, sum(owed)::bigint AS owed,
    min(id::text) AS first_id
  FROM (${movesOf(place)}) m
  GROUP BY posted_at, act, sale_id, correction_id, rating_id,
    CASE WHEN act IN ('openingDebt', 'charge', 'writeOff', 'late') THEN debt_id END`;

export type StatementRange = {
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
  /** Entries of the range to pass over. */
  readonly offset: number;
  readonly limit: number;
};

export async function selectEntries(
  tx: Tx,
  place: ConnectionPlace,
  range: StatementRange,
): Promise<readonly EntryRow[]> {
  const { rows } = await sql<EntryRow>`SELECT * FROM (
      SELECT e.*, (sum(prepaid) OVER entries)::bigint AS prepaid_after,
        (sum(owed) OVER entries)::bigint AS owed_after,
        row_number() OVER entries AS position
      FROM (${entriesOf(place)}) e
      WINDOW entries AS (ORDER BY posted_at, sale_id NULLS FIRST, ${rank}, first_id
        ROWS UNBOUNDED PRECEDING)) told
    WHERE posted_at >= ${instant(range.fromMs)} AND posted_at < ${instant(range.toMs)}
    ORDER BY position LIMIT ${range.limit} OFFSET ${range.offset}`.execute(tx);
  return rows;
}

export type Sums = {
  readonly openingPrepaid: bigint;
  readonly openingOwed: bigint;
  readonly closingPrepaid: bigint;
  readonly closingOwed: bigint;
};

export async function selectSums(
  tx: Tx,
  place: ConnectionPlace,
  range: Pick<StatementRange, 'fromMs' | 'toMs'>,
): Promise<Sums> {
  const sum = (column: 'prepaid' | 'owed', beforeMs: number) =>
    sql`coalesce(sum(${sql.ref(column)}) FILTER (WHERE posted_at < ${instant(beforeMs)}), 0)::bigint`;
  const { rows } = await sql<Sums>`SELECT
      ${sum('prepaid', range.fromMs)} AS "openingPrepaid",
      ${sum('owed', range.fromMs)} AS "openingOwed",
      ${sum('prepaid', range.toMs)} AS "closingPrepaid",
      ${sum('owed', range.toMs)} AS "closingOwed"
    FROM (${movesOf(place)}) m`.execute(tx);
  const [row] = rows;
  if (row === undefined) throw new Error('sums without a row');
  return row;
}

export type DebtSums = {
  readonly id: string;
  readonly label: string;
  readonly opening: bigint;
  readonly closing: bigint;
};

/** Debts that there were in the range, with what was owed on each at its ends. */
export async function selectDebtSums(
  tx: Tx,
  place: ConnectionPlace,
  range: Pick<StatementRange, 'fromMs' | 'toMs'>,
): Promise<readonly DebtSums[]> {
  const sum = (beforeMs: number) =>
    sql`coalesce(sum(m.owed) FILTER (WHERE m.posted_at < ${instant(beforeMs)}), 0)::bigint`;
  const { rows } = await sql<DebtSums>`SELECT d.id, d.label, ${sum(range.fromMs)} AS opening,
      ${sum(range.toMs)} AS closing
    FROM prewatt.debts d LEFT JOIN (${movesOf(place)}) m ON m.debt_id = d.id
    WHERE d.bucket = ${place.bucket} AND d.connection_id = ${place.connectionId}::uuid
      AND d.created_at < ${instant(range.toMs)}
    GROUP BY d.id, d.label ORDER BY d.id`.execute(tx);
  return rows;
}

/** What the sentences of entries need to know, by identifier. */
export type Facts = {
  readonly ratings: ReadonlyMap<
    string,
    {
      readonly startsAtMs: number;
      readonly endsAtMs: number;
      readonly energyWh: bigint;
      readonly lines: object;
      readonly explanation: string | null;
    }
  >;
  /** Energy of tokens that a meter took after its credit was handed over, by when it was posted. */
  readonly lateTokensWh: ReadonlyMap<number, bigint>;
  /** Grants that became money in the wallet, by when they were posted. */
  readonly freeCredit: ReadonlyMap<number, { readonly energyWh: bigint; readonly reason: string }>;
  readonly sales: ReadonlyMap<
    string,
    {
      readonly amountMinor: bigint;
      readonly energyWh: bigint | null;
      readonly creditMinor: bigint | null;
      readonly lines: object | null;
    }
  >;
  readonly payments: ReadonlyMap<string, { readonly provider: string; readonly reference: string }>;
  /** Names of the vendors who sold. */
  readonly vendors: ReadonlyMap<string, string>;
  readonly debts: ReadonlyMap<string, string>;
  readonly corrections: ReadonlyMap<
    string,
    { readonly reason: string; readonly moneyTo: string | null; readonly otherName: string | null }
  >;
};

/** No row has it: a list of ids is never empty. */
const noId = '00000000-0000-0000-0000-000000000000';

export async function selectFacts(
  tx: Tx,
  place: ConnectionPlace,
  rows: readonly EntryRow[],
): Promise<Facts> {
  const idsOf = (column: 'sale_id' | 'payment_id' | 'correction_id' | 'debt_id' | 'rating_id') => [
    ...new Set(rows.flatMap((row) => row[column] ?? [])),
  ];
  const any = (ids: readonly string[]) => sql`= ANY(${ids}::uuid[])`;
  const { bucket } = place;
  const [saleIds, paymentIds] = [idsOf('sale_id'), idsOf('payment_id')];
  const [correctionIds, debtIds] = [idsOf('correction_id'), idsOf('debt_id')];
  const sales = await sql<{
    id: string;
    amount_minor: bigint;
    energy_wh: bigint | null;
    credit_minor: bigint | null;
    lines: object | null;
    vendor: string | null;
  }>`SELECT s.id, s.amount_minor, s.energy_wh, s.credit_minor, s.lines, v.name AS vendor
    FROM prewatt.sales s
    LEFT JOIN prewatt.vendor_sales w ON w.bucket = s.bucket AND w.sale_id = s.id
    LEFT JOIN prewatt.vendors v ON v.id = w.vendor_id
    WHERE s.bucket = ${bucket} AND s.id ${any(saleIds)}`.execute(tx);
  const payments = await sql<{ id: string; provider: string; reference: string | null }>`
    SELECT id, provider, provider_reference AS reference FROM prewatt.payments
    WHERE bucket = ${bucket} AND id ${any(paymentIds)}`.execute(tx);
  const corrections = await sql<{
    id: string;
    reason: string;
    money_to: string | null;
    other_name: string | null;
  }>`SELECT c.id, c.reason, c.money_to, o.name AS other_name FROM prewatt.corrections c
    LEFT JOIN prewatt.connections o ON o.bucket = c.other_bucket AND o.id = c.other_connection_id
    WHERE c.bucket = ${bucket} AND c.id ${any(correctionIds)}`.execute(tx);
  const debts = await sql<{ id: string; label: string }>`
    SELECT id, label FROM prewatt.debts WHERE bucket = ${bucket} AND id ${any(debtIds)}`.execute(
    tx,
  );
  const ratings = await tx
    .selectFrom('ratings')
    .select(['id', 'starts_at', 'ends_at', 'energy_wh', 'lines', 'explanation'])
    .where('bucket', '=', bucket)
    .where('id', 'in', [...idsOf('rating_id'), noId])
    .execute();
  const lateTokens = await tx
    .selectFrom('late_tokens')
    .select(['state_at', 'energy_wh'])
    .where('bucket', '=', bucket)
    .where('connection_id', '=', place.connectionId)
    .where('state', '=', 'carried')
    .execute();
  const lateTokensWh = new Map<number, bigint>();
  for (const row of lateTokens) {
    lateTokensWh.set(row.state_at, (lateTokensWh.get(row.state_at) ?? 0n) + row.energy_wh);
  }
  const free = await tx
    .selectFrom('grants')
    .select(['issued_at', 'energy_wh', 'reason'])
    .where('bucket', '=', bucket)
    .where('connection_id', '=', place.connectionId)
    .where('transfer_id', 'is not', null)
    .execute();
  return {
    lateTokensWh,
    freeCredit: new Map(
      free.map((row) => [row.issued_at, { energyWh: row.energy_wh ?? 0n, reason: row.reason }]),
    ),
    ratings: new Map(
      ratings.map((row) => [
        row.id,
        {
          startsAtMs: row.starts_at,
          endsAtMs: row.ends_at,
          energyWh: row.energy_wh,
          lines: row.lines,
          explanation: row.explanation,
        },
      ]),
    ),
    sales: new Map(
      sales.rows.map((row) => [
        row.id,
        {
          amountMinor: row.amount_minor,
          energyWh: row.energy_wh,
          creditMinor: row.credit_minor,
          lines: row.lines,
        },
      ]),
    ),
    payments: new Map(
      payments.rows.map((row) => [
        row.id,
        { provider: row.provider, reference: row.reference ?? '' },
      ]),
    ),
    vendors: new Map(
      sales.rows.flatMap((row) => (row.vendor === null ? [] : [[row.id, row.vendor] as const])),
    ),
    debts: new Map(debts.rows.map((row) => [row.id, row.label])),
    corrections: new Map(
      corrections.rows.map((row) => [
        row.id,
        { reason: row.reason, moneyTo: row.money_to, otherName: row.other_name },
      ]),
    ),
  };
}
