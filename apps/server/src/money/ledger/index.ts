// Accounting: writes the transfers that packages/ledger decides, derives balances, and keeps those
// of customers as a cache that moves in the same transaction. Append-only by privilege.

import {
  type CustomerAccount,
  transfer as checkTransfer,
  growingSide,
  type LedgerAccount,
  type Transfer,
} from '@prewatt/ledger';
import { expectOk } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { insertOfLists, statementOfRows } from '../../base/rows.ts';
import { type ConnectionPlace, movePrepaidMoney } from '../../registry/connections/index.ts';

export { openAccounts, openAccountsOf } from './accounts.ts';
export { openDebt } from './debts.ts';

/** Where a transfer is written; without a connection when it concerns none (a vendor's deposit). */
export type PostingPlace = Omit<ConnectionPlace, 'connectionId'> & {
  readonly connectionId: string | null;
};

export type PostingContext = {
  readonly place: PostingPlace;
  readonly saleId: string | null;
  readonly paymentId: string | null;
  /** The correction that they belong to. */
  readonly correctionId?: string;
  /** The rating of use that they belong to. */
  readonly ratingId?: string;
  /** The change of credit mode that they belong to. */
  readonly modeChangeId?: string;
  readonly postedAtMs: number;
  readonly newUuid: NewUuid;
};

/** A transfer; a reversal names the one that it undoes. */
export type PostedTransfer = Transfer & { readonly reversesId?: string };

/** Transfers of one operation, with where and for what they are posted. */
export type Posting = Omit<PostingContext, 'newUuid'> & {
  readonly transfers: readonly PostedTransfer[];
};

const postingColumns = {
  bucket: 'smallint',
  id: 'uuid',
  utility_id: 'uuid',
  connection_id: 'uuid',
  vendor_id: 'uuid',
  sale_id: 'uuid',
  payment_id: 'uuid',
  correction_id: 'uuid',
  rating_id: 'uuid',
  mode_change_id: 'uuid',
  reverses_id: 'uuid',
  posted_at: 'timestamptz',
} as const;

/** One element a transfer. */
const transferColumns = {
  reasons: 'text',
  debit_kinds: 'text',
  debit_subject_ids: 'uuid',
  credit_kinds: 'text',
  credit_subject_ids: 'uuid',
  amounts_minor: 'bigint',
} as const;

const insertPostings = insertOfLists('postings', {
  columns: postingColumns,
  elements: transferColumns,
});

/**
 * Writes transfers and what they do to the cached balances of customers. Their accounts exist since
 * the connection was made; a missing one is a bug and rolls back. Answers with their ids, in order.
 */
export async function postTransfers(
  tx: Tx,
  context: PostingContext,
  transfers: readonly PostedTransfer[],
): Promise<string[]> {
  if (transfers.length === 0) return [];
  const postings = [{ ...context, transfers }];
  const ids = await insertTransfers(tx, postings, context.newUuid);
  const moves = balanceMoves(postings);
  await movePrepaid(tx, moves.prepaid);
  await moveDebts(tx, moves.debts);
  return ids;
}

/**
 * Writes the transfers of many operations in one statement. Cached balances are the caller's to
 * move, by `balanceMoves`, in the same transaction.
 */
export async function insertTransfers(
  tx: Tx,
  postings: readonly Posting[],
  newUuid: NewUuid,
): Promise<string[]> {
  const rows = postings.flatMap((posting) =>
    rowsOf(posting.transfers).map((transfers) => ({ posting, transfers, id: newUuid() })),
  );
  await insertPostings(tx, rows.map(rowOf));
  return rows.flatMap(({ id, transfers }) =>
    transfers.map((_, i) => transferIdOf(id, { place: i, of: transfers.length })),
  );
}

/** What may be only once, or is undone by name, is a row of its own. */
const alone: ReadonlySet<Transfer['reason']> = new Set([
  'payment',
  'openingBalance',
  'vendorDeposit',
  'vendorPayment',
  'reversal',
]);

/** Transfers of one operation, by the rows in which they rest. */
function rowsOf(transfers: readonly PostedTransfer[]): readonly (readonly PostedTransfer[])[] {
  const rows: PostedTransfer[][] = [];
  let open: PostedTransfer[] | undefined;
  for (const each of transfers) {
    if (open === undefined || alone.has(each.reason) || open.length === mostInRow) {
      open = [];
      rows.push(open);
    }
    open.push(each);
    if (alone.has(each.reason)) open = undefined;
  }
  return rows;
}

/** Identifiers within a row differ in their last byte. */
const mostInRow = 255;

/** A row's only transfer is called as it is, each of several by its place in the last byte. */
const transferIdOf = (id: string, o: { readonly place: number; readonly of: number }): string =>
  o.of === 1 ? id : `${id.slice(0, -2)}${o.place.toString(16).padStart(2, '0')}`;

function rowOf(o: {
  readonly posting: Posting;
  readonly transfers: readonly PostedTransfer[];
  readonly id: string;
}) {
  const { place, ...context } = o.posting;
  const transfers = o.transfers.map((each) => expectOk(checkTransfer(each), 'transfer'));
  const row = {
    bucket: place.bucket,
    id: transferIdOf(o.id, { place: 0, of: transfers.length }),
    utility_id: place.utilityId,
    connection_id: place.connectionId,
    vendor_id: vendorOf(transfers),
    sale_id: context.saleId,
    payment_id: context.paymentId,
    correction_id: context.correctionId ?? null,
    rating_id: context.ratingId ?? null,
    mode_change_id: context.modeChangeId ?? null,
    reverses_id: o.transfers[0]?.reversesId ?? null,
    posted_at: new Date(context.postedAtMs),
  };
  return { row, elements: transfers.map(elementOf) };
}

const elementOf = ({ reason, debitAccount, creditAccount, amountMinor }: Transfer) => ({
  reasons: reason,
  debit_kinds: debitAccount.kind,
  debit_subject_ids: debitAccount.subjectId,
  credit_kinds: creditAccount.kind,
  credit_subject_ids: creditAccount.subjectId,
  amounts_minor: amountMinor,
});

/** The vendor whose accounts are moved; a posting is of one. */
function vendorOf(transfers: readonly Transfer[]): string | null {
  for (const { debitAccount, creditAccount } of transfers) {
    for (const { kind, subjectId } of [debitAccount, creditAccount]) {
      if (kind === 'vendorFloat' || kind === 'vendorCommission') return subjectId;
    }
  }
  return null;
}

/** A cached balance and by how much it moves. */
export type BalanceMove = {
  readonly bucket: number;
  readonly id: string;
  readonly deltaMinor: bigint;
};

/** What transfers do to the balances that are cached: customers' prepaid money and their debts. */
export function balanceMoves(postings: readonly Posting[]): {
  readonly prepaid: readonly BalanceMove[];
  readonly debts: readonly BalanceMove[];
} {
  const prepaid = new Map<string, BalanceMove>();
  const debts = new Map<string, BalanceMove>();
  const move = (bucket: number, account: LedgerAccount, byMinor: bigint): void => {
    const { kind, subjectId: id } = account;
    const moves = kind === 'customerPrepaid' ? prepaid : kind === 'customerDebt' ? debts : null;
    if (moves === null) return;
    moves.set(id, { bucket, id, deltaMinor: (moves.get(id)?.deltaMinor ?? 0n) + byMinor });
  };
  for (const { place, transfers } of postings) {
    for (const { debitAccount, creditAccount, amountMinor } of transfers) {
      const sign = (account: LedgerAccount, side: 'debit' | 'credit') =>
        growingSide[account.kind] === side ? amountMinor : -amountMinor;
      move(place.bucket, debitAccount, sign(debitAccount, 'debit'));
      move(place.bucket, creditAccount, sign(creditAccount, 'credit'));
    }
  }
  return { prepaid: [...prepaid.values()], debts: [...debts.values()] };
}

const moveColumns = { bucket: 'smallint', id: 'uuid', delta_minor: 'bigint' } as const;
// In the order of the keys, so that two transactions never wait for each other in a circle.
const moveRows = (moves: readonly BalanceMove[]) =>
  [...moves]
    .sort((a, b) => a.bucket - b.bucket || (a.id < b.id ? -1 : 1))
    .map(({ bucket, id, deltaMinor }) => ({ bucket, id, delta_minor: deltaMinor }));

const moveDebtRows = statementOfRows(
  moveColumns,
  (rows) => `UPDATE debts d SET outstanding_minor = d.outstanding_minor + r.delta_minor
    FROM ${rows('r')} WHERE d.bucket = r.bucket AND d.id = r.id`,
);

async function movePrepaid(tx: Tx, moves: readonly BalanceMove[]): Promise<void> {
  if (moves.length > 0) await movePrepaidMoney(tx, moveRows(moves));
}

export async function moveDebts(tx: Tx, moves: readonly BalanceMove[]): Promise<void> {
  if (moves.length > 0) await moveDebtRows(tx, moveRows(moves));
}

/** The derived balance in minor units, positive on the side on which the account grows. */
export async function accountBalance(
  tx: Tx,
  place: Pick<ConnectionPlace, 'bucket' | 'connectionId'>,
  account: CustomerAccount,
): Promise<bigint> {
  const { bucket, connectionId } = place;
  const { rows } = await sql<{ balance: bigint }>`SELECT coalesce(sum(CASE
      WHEN (debit_kind, debit_subject_id) = (${account.kind}, ${account.subjectId}::uuid)
        THEN amount_minor
      WHEN (credit_kind, credit_subject_id) = (${account.kind}, ${account.subjectId}::uuid)
        THEN -amount_minor END), 0)::bigint AS balance
    FROM prewatt.transfers WHERE bucket = ${bucket} AND connection_id = ${connectionId}::uuid
  `.execute(tx);
  const balance = rows[0]?.balance ?? 0n;
  return growingSide[account.kind] === 'debit' ? balance : -balance;
}
