// Accounting: writes the transfers that packages/ledger decides, and derives balances. Append-only
// by privilege.

import {
  transfer as checkTransfer,
  growingSide,
  type LedgerAccount,
  type Transfer,
} from '@prewatt/ledger';
import { expectOk } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { ConnectionPlace } from '../connections/index.ts';
import type { Tx } from '../platform/database.ts';
import type { NewUuid } from '../platform/ids.ts';

/** Where a transfer is written; without a connection when it concerns none (a vendor's deposit). */
export type PostingPlace = Omit<ConnectionPlace, 'connectionId'> & {
  readonly connectionId: string | null;
};

export type PostingContext = {
  readonly place: PostingPlace;
  readonly saleId: string | null;
  readonly paymentId: string | null;
  readonly postedAtMs: number;
  readonly newUuid: NewUuid;
};

/**
 * Writes transfers. Their accounts exist since the connection was made; a missing one is a bug and
 * rolls back. Answers with their ids, in order.
 */
export async function postTransfers(
  tx: Tx,
  context: PostingContext,
  transfers: readonly Transfer[],
): Promise<string[]> {
  if (transfers.length === 0) return [];
  const { place } = context;
  const rows = transfers.map((each) => {
    const checked = expectOk(checkTransfer(each), 'transfer');
    return {
      bucket: place.bucket,
      id: context.newUuid(),
      utility_id: place.utilityId,
      connection_id: place.connectionId,
      debit_kind: checked.debitAccount.kind,
      debit_subject_id: checked.debitAccount.subjectId,
      credit_kind: checked.creditAccount.kind,
      credit_subject_id: checked.creditAccount.subjectId,
      amount_minor: checked.amountMinor,
      reason: checked.reason,
      sale_id: context.saleId,
      payment_id: context.paymentId,
      posted_at: new Date(context.postedAtMs),
    };
  });
  await tx.insertInto('transfers').values(rows).execute();
  return rows.map((row) => row.id);
}

/** Opens accounts that do not exist yet. */
export async function openAccounts(
  tx: Tx,
  place: Pick<ConnectionPlace, 'utilityId' | 'bucket'>,
  accounts: readonly LedgerAccount[],
  openedAtMs: number,
): Promise<void> {
  const rows = accounts.map((account) => ({
    bucket: place.bucket,
    utility_id: place.utilityId,
    kind: account.kind,
    subject_id: account.subjectId,
    created_at: new Date(openedAtMs),
  }));
  await tx
    .insertInto('ledger_accounts')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The derived balance in minor units, positive on the side on which the account grows. */
export async function accountBalance(
  tx: Tx,
  bucket: number,
  account: LedgerAccount,
): Promise<bigint> {
  const sumOf = async (side: 'debit' | 'credit'): Promise<bigint> => {
    const row = await tx
      .selectFrom('transfers')
      .select(sql<bigint>`coalesce(sum(amount_minor), 0)::bigint`.as('total'))
      .where('bucket', '=', bucket)
      .where(`${side}_kind`, '=', account.kind)
      .where(`${side}_subject_id`, '=', account.subjectId)
      .executeTakeFirstOrThrow();
    return row.total;
  };
  const balance = (await sumOf('debit')) - (await sumOf('credit'));
  return growingSide[account.kind] === 'debit' ? balance : -balance;
}
