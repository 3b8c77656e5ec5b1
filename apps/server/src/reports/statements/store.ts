// SQL of statements: the movements of a connection's prepaid money and debts, gathered into
// entries, each with the balances after it.

import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';

/** Kinds of movements: those of one kind at one instant are one entry of a statement. */
export type EntryKind =
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
  | 'fine'
  | 'writeOff'
  | 'upheldDebt'
  | 'upheldPaid'
  | 'late'
  | 'use'
  | 'carried'
  | 'lateToken'
  | 'freeCredit'
  | 'useOwed'
  | 'useRepaid'
  | 'allocation';

export type EntryRow = {
  readonly posted_at: number;
  readonly act: EntryKind;
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
  WHEN 'creditNote' THEN 0 WHEN 'allocation' THEN 0 WHEN 'upheldPaid' THEN 0
   WHEN 'sale' THEN 1 WHEN 'reversal' THEN 2 ELSE 3 END`;

/** Entries that name their debt. */
const ofDebt = sql`('openingDebt', 'charge', 'fine', 'writeOff', 'upheldDebt', 'late')`;

const entriesOf = (place: ConnectionPlace) => sql`
  SELECT posted_at, act, sale_id, correction_id, rating_id,
    CASE WHEN act IN ${ofDebt} THEN debt_id END AS debt_id,
    min(payment_id::text)::uuid AS payment_id,
    sum(prepaid)::bigint AS prepaid, sum(owed)::bigint AS owed,
    min(id::text) AS first_id
  FROM (${movesOf(place)}) m
  GROUP BY posted_at, act, sale_id, correction_id, rating_id,
    CASE WHEN act IN ${ofDebt} THEN debt_id END`;

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
