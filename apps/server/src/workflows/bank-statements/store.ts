// SQL of statements and their entries.

import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { insertRows } from '../../base/rows.ts';
import type { Entry, ReadStatement } from './file.ts';

export type NewStatement = Pick<ReadStatement, 'sha256' | 'format'> & {
  readonly id: string;
  readonly utilityId: string;
  readonly name: string;
  readonly source: 'bank' | 'daraja';
  readonly requestedBy: string;
  readonly approvalId: string;
  readonly at: Date;
  /** `account`: the part of an entry that names a meter or a payment, or what the payer wrote. */
  readonly entries: readonly (Omit<Entry, 'accounts'> & { readonly account: string | null })[];
};

const entryColumns = {
  statement_id: 'uuid',
  ordinal: 'integer',
  utility_id: 'uuid',
  kind: 'text',
  reference: 'text',
  amount_minor: 'bigint',
  currency_code: 'text',
  account: 'text',
  payer_name: 'text',
  booked_on: 'text',
} as const;

export async function insertStatement(tx: Tx, o: NewStatement): Promise<void> {
  const payments = o.entries.filter(({ kind }) => kind === 'payment');
  await tx
    .insertInto('bank_statements')
    .values({
      id: o.id,
      utility_id: o.utilityId,
      name: o.name,
      sha256: o.sha256,
      source: o.source,
      format: o.format,
      payments_total: payments.length,
      payments_minor: payments.reduce((sum, { amountMinor }) => sum + amountMinor, 0n),
      reversals_total: o.entries.length - payments.length,
      state: 'awaiting',
      brought_at: o.at,
      requested_by: o.requestedBy,
      approval_id: o.approvalId,
    })
    .execute();
  const rows = o.entries.map((entry) => ({
    ...{ statement_id: o.id, ordinal: entry.ordinal, utility_id: o.utilityId },
    ...{ kind: entry.kind, reference: entry.reference, amount_minor: entry.amountMinor },
    currency_code: entry.currencyCode,
    account: entry.account,
    payer_name: entry.payer,
    booked_on: entry.bookedOn,
  }));
  if (rows.length > 0) await insertRows('bank_entries', entryColumns, rows).execute(tx);
}

const statements = (tx: Tx, utilityId: string) =>
  tx
    .selectFrom('bank_statements as s')
    .innerJoin('operators as asker', 'asker.id', 's.requested_by')
    .leftJoin('operators as allower', 'allower.id', 's.approved_by')
    .selectAll('s')
    .select(['asker.name as brought_by', 'allower.name as allowed_by'])
    .where('s.utility_id', '=', utilityId);
export type StatementRow = Awaited<ReturnType<ReturnType<typeof statements>['execute']>>[number];

export const statementsOf = (tx: Tx, utilityId: string): Promise<StatementRow[]> =>
  statements(tx, utilityId).orderBy('s.id', 'desc').limit(100).execute();

export async function statementById(
  tx: Tx,
  o: { readonly utilityId: string; readonly statementId: string },
): Promise<StatementRow | null> {
  const row = await statements(tx, o.utilityId)
    .where('s.id', '=', o.statementId)
    .executeTakeFirst();
  return row ?? null;
}

/** What a statement repeats did what it did before it was brought, and nothing again. */
const withArrivals = sql`bank_entries e JOIN bank_statements s ON s.id = e.statement_id
  LEFT JOIN arrivals a ON a.utility_id = e.utility_id AND a.provider = s.source
    AND a.provider_reference = e.reference`;
const outcomeHere = sql<string | null>`CASE WHEN a.came_at < s.brought_at
  AND e.outcome IN ('placed', 'matched', 'unallocated') THEN 'dropped' ELSE e.outcome END`;

/** How many payments of a statement came to what. */
export async function countsOf(tx: Tx, statementId: string) {
  const { rows } = await sql<{
    outcome: string | null;
    n: number;
  }>`SELECT ${outcomeHere} AS outcome,
      count(*)::int AS n FROM ${withArrivals} WHERE e.statement_id = ${statementId}::uuid
      AND e.kind = 'payment' GROUP BY 1`.execute(tx);
  const of = (...outcomes: (string | null)[]): number =>
    rows.filter(({ outcome }) => outcomes.includes(outcome)).reduce((sum, { n }) => sum + n, 0);
  return {
    placed: of('placed', 'matched'),
    unallocated: of('unallocated'),
    before: of('payment', 'dropped'),
    open: of(null, 'heard'),
  };
}

const rowsShown = 500;

type ShownEntry = Pick<
  EntryRow,
  | 'ordinal'
  | 'amount_minor'
  | 'payer_name'
  | 'account'
  | 'booked_on'
  | 'kind'
  | 'reference'
  | 'outcome'
>;

/** Reversals first, then what stands on the list, then the rest. */
export async function entriesOf(tx: Tx, statementId: string): Promise<readonly ShownEntry[]> {
  const { rows } = await sql<ShownEntry>`SELECT e.ordinal, e.amount_minor, e.payer_name, e.account,
      e.booked_on, e.kind, e.reference, ${outcomeHere} AS outcome
    FROM ${withArrivals} WHERE e.statement_id = ${statementId}::uuid
    ORDER BY CASE WHEN e.kind = 'reversal' THEN 0 WHEN ${outcomeHere} = 'unallocated' THEN 1
      ELSE 2 END, e.ordinal LIMIT ${rowsShown}`.execute(tx);
  return rows;
}

/** Payments of statements that were allowed and are not heard of yet. */
export const entriesToHear = (tx: Tx, utilityId: string) =>
  tx
    .selectFrom('bank_entries as e')
    .innerJoin('bank_statements as s', 's.id', 'e.statement_id')
    .selectAll('e')
    .select('s.source')
    .where('s.utility_id', '=', utilityId)
    .where('s.state', '=', 'working')
    .where('e.kind', '=', 'payment')
    .where('e.outcome', 'is', null)
    .orderBy('e.statement_id')
    .orderBy('e.ordinal')
    .limit(200)
    .execute();
export type EntryRow = Awaited<ReturnType<typeof entriesToHear>>[number];

/** Statements of which everything was heard are done. */
export const closeHeard = (tx: Tx, utilityId: string, at: Date): Promise<unknown> =>
  tx
    .updateTable('bank_statements as s')
    .set({ state: 'done', done_at: at })
    .where('s.utility_id', '=', utilityId)
    .where('s.state', '=', 'working')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('bank_entries as e')
            .select('e.ordinal')
            .whereRef('e.statement_id', '=', 's.id')
            .where('e.kind', '=', 'payment')
            .where('e.outcome', 'is', null),
        ),
      ),
    )
    .execute();
