// Statements of a bank account: looked at without writing, brought by one operator, allowed by a
// second one, and then worked off entry by entry. Each entry is money without an order, which is
// taken once whatever file repeats it.

import type { BankFileBody } from '@prewatt/api';
import { err, formatMoney, ok, type Result } from '@prewatt/quantities';
import { z } from 'zod';
import type { Database, Tx } from '../../base/database.ts';
import { eachInTurn } from '../../base/each-in-turn.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Payments } from '../../money/payments/index.ts';
import {
  type ApprovalOperation,
  type ApprovalRefusal,
  type Approvals,
  defineOperation,
  type OperatorRef,
} from '../../registry/approvals/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import { type FileRefusal, type ReadStatement, readStatement } from './file.ts';
import { type Placed, placesOf } from './match.ts';
import { closeHeard, type EntryRow, entriesToHear, insertStatement } from './store.ts';

export type BringRefusal = FileRefusal | 'broughtBefore' | ApprovalRefusal;
export type Looked = ReadStatement & { readonly placed: readonly Placed[] };

export type BankStatements = {
  /** What would become of a file's entries. Writes nothing. */
  readonly look: (
    tx: Tx,
    utility: Utility,
    file: BankFileBody,
  ) => Promise<Result<Looked, FileRefusal>>;
  /** Keeps the file and asks a second person; the same request again has the same answer. */
  readonly bring: (
    tx: Tx,
    utility: Utility,
    o: {
      readonly file: BankFileBody;
      readonly requestId: string;
      readonly reason: string;
      readonly by: OperatorRef;
    },
  ) => Promise<Result<{ readonly approvalId: string }, BringRefusal>>;
  /** Takes the entries of statements that were allowed; returns how many. */
  readonly sweep: (utilityId: string, ending?: AbortSignal) => Promise<number>;
};

export type BankStatementDeps = {
  readonly database: Database;
  readonly approvals: Pick<Approvals, 'request'>;
  readonly payments: Pick<Payments, 'hear'>;
  readonly newUuid: NewUuid;
  readonly nowMs: () => number;
};

export function createBankStatements(o: BankStatementDeps): BankStatements {
  return {
    look: (tx, utility, file) => look(tx, o, { utility, file }),
    bring: (tx, utility, a) => bring(tx, o, { utility, ...a }),
    sweep: (utilityId, ending) => sweep(o, utilityId, ending),
  };
}

async function look(
  tx: Tx,
  o: BankStatementDeps,
  { utility, file }: { readonly utility: Utility; readonly file: BankFileBody },
): Promise<Result<Looked, FileRefusal>> {
  const read = readStatement(file, utility);
  if (!read.ok) return read;
  const { database } = o;
  const to = { database, utilityId: utility.id, source: file.source };
  return ok({ ...read.value, placed: await placesOf(tx, to, read.value.entries) });
}

async function bring(
  tx: Tx,
  o: BankStatementDeps,
  a: { readonly utility: Utility } & Parameters<BankStatements['bring']>[2],
): ReturnType<BankStatements['bring']> {
  const { utility, file, requestId, reason, by } = a;
  const looked = await look(tx, o, { utility, file });
  if (!looked.ok) return looked;
  const { sha256, format, placed } = looked.value;
  const utilityId = utility.id;
  const known = await tx
    .selectFrom('bank_statements as s')
    .innerJoin('approvals as a', 'a.id', 's.approval_id')
    .select(['a.request_id', 's.approval_id'])
    .where('s.utility_id', '=', utilityId)
    .where('s.sha256', '=', sha256)
    .where('s.state', '<>', 'withdrawn')
    .executeTakeFirst();
  if (known !== undefined) {
    return known.request_id === requestId
      ? ok({ approvalId: known.approval_id })
      : err('broughtBefore');
  }
  const id = o.newUuid();
  const asked = await o.approvals.request(tx, {
    ...{ utilityId, requestId, reason, requestedBy: by },
    kind: 'bankStatement',
    payload: { statementId: id },
  });
  if (!asked.ok) return asked;
  const { approvalId } = asked.value;
  await insertStatement(tx, {
    ...{ id, utilityId, name: file.name, source: file.source, sha256, format },
    ...{ requestedBy: by.operatorId, approvalId, at: new Date(o.nowMs()), entries: placed },
  });
  return ok({ approvalId });
}

async function sweep(
  o: BankStatementDeps,
  utilityId: string,
  ending: AbortSignal | undefined,
): Promise<number> {
  const entries = await o.database.inUtility(utilityId, (tx) => entriesToHear(tx, utilityId));
  await eachInTurn(entries, [
    async (entry) => {
      if (ending?.aborted !== true) await hearOne(o, entry);
    },
  ]);
  await o.database.inUtility(utilityId, (tx) => closeHeard(tx, utilityId, new Date(o.nowMs())));
  return entries.length;
}

/** Heard first, then marked: after a crash in between it is heard again, which changes nothing. */
async function hearOne(o: BankStatementDeps, entry: EntryRow): Promise<void> {
  const utilityId = entry.utility_id;
  const outcome = await o.payments.hear({
    provider: entry.source,
    utilityId,
    isProved: true,
    money: {
      providerReference: entry.reference,
      amountMinor: entry.amount_minor,
      currencyCode: entry.currency_code,
      account: entry.account,
      payerPhone: null,
      payerName: entry.payer_name,
      paidAtMs: null,
    },
  });
  await o.database.inUtility(utilityId, (tx) =>
    tx
      .updateTable('bank_entries')
      .set({ outcome })
      .where('statement_id', '=', entry.statement_id)
      .where('ordinal', '=', entry.ordinal)
      .execute(),
  );
}

const payloadSchema = z.strictObject({ statementId: z.uuid() });

/** What the second person reads; their yes lets the entries buy. */
export function bankStatementApproval(o: { readonly utilities: Utilities }): ApprovalOperation {
  return defineOperation<z.output<typeof payloadSchema>, 'notAwaiting'>({
    payload: payloadSchema,
    describe: async (tx, { utilityId, payload }) => {
      const { currency } = await o.utilities.get(utilityId);
      const row = await tx
        .selectFrom('bank_statements')
        .selectAll()
        .where('id', '=', payload.statementId)
        .executeTakeFirst();
      return {
        title: 'Take the payments of a bank statement',
        facts: [
          { label: 'File', value: row?.name ?? 'unknown' },
          { label: 'Payments', value: String(row?.payments_total ?? 0) },
          { label: 'In all', value: formatMoney(row?.payments_minor ?? 0n, currency) },
          { label: 'Taken back by the bank', value: String(row?.reversals_total ?? 0) },
          { label: 'SHA-256 of what was read', value: row?.sha256 ?? '' },
        ],
      };
    },
    perform: async (tx, { payload, approvedBy }) => {
      const allowed = await tx
        .updateTable('bank_statements')
        .set({ state: 'working', approved_by: approvedBy.operatorId })
        .where('id', '=', payload.statementId)
        .where('state', '=', 'awaiting')
        .returning('id')
        .executeTakeFirst();
      return allowed === undefined ? err('notAwaiting') : ok({ statementId: allowed.id });
    },
    refusals: { notAwaiting: 'The statement does not wait any more; reload to see how it stands.' },
    closed: async (tx, { payload }) => {
      await tx
        .updateTable('bank_statements')
        .set({ state: 'withdrawn' })
        .where('id', '=', payload.statementId)
        .where('state', '=', 'awaiting')
        .execute();
    },
  });
}
