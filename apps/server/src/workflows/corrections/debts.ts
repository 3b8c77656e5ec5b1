// What a customer owes besides sales, charged by an operator, and what the utility gives up.

import {
  accounts,
  chargePosting,
  finePosting,
  upheldDebtPosting,
  upheldPaidPosting,
  writeOffPosting,
} from '@prewatt/ledger';
import { err, ok, type Result } from '@prewatt/quantities';
import { parseDebtRule } from '@prewatt/tariff';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { answerAgain } from '../../base/request-ids.ts';
import { accountBalance, openDebt } from '../../money/ledger/index.ts';
import { type ConnectionPlace, loadConnectionForUpdate } from '../../registry/connections/index.ts';
import { type By, correctionOfRequest, insertCorrection, postFor } from './store.ts';

type Deps = { readonly newUuid: NewUuid; readonly nowMs: () => number };

export type ChargeRefusal =
  | 'requestIdReused'
  | 'debtLabelEmpty'
  | 'debtRuleFormat'
  | 'amountNotPositive';

export type Charge = {
  readonly place: ConnectionPlace;
  /** A fine for tampering stands apart in the ledger. */
  readonly kind?: 'charge' | 'fine';
  readonly requestId: string;
  readonly label: string;
  readonly amountMinor: bigint;
  /** As people write it, e.g. { share: '25' }. */
  readonly rule: object;
  readonly reason: string;
  readonly by: By;
};

/** The same request again gets the first debt. Null for a connection that there is not. */
export async function chargeDebt(
  tx: Tx,
  deps: Deps,
  o: Charge,
): Promise<Result<{ readonly debtId: string }, ChargeRefusal> | null> {
  if ((await loadConnectionForUpdate(tx, o.place)) === null) return null;
  const { kind = 'charge' } = o;
  const known = await correctionOfRequest(tx, { ...o, kind });
  if (known !== undefined) {
    const debt = await debtOf(tx, o.place, known.debt_id ?? '');
    if (known.debt_id === null) return err('requestIdReused');
    const before = [known.amount_minor, debt?.label];
    return answerAgain(before, [o.amountMinor, o.label], { debtId: known.debt_id });
  }
  if (o.label.trim() === '') return err('debtLabelEmpty');
  // The scale only sets the unit of amounts; whether the rule is one does not hang on it.
  if (!parseDebtRule(o.rule, 2).ok) return err('debtRuleFormat');
  if (o.amountMinor <= 0n) return err('amountNotPositive');
  const debtId = await openDebt(tx, deps, o);
  const correctionId = await insertCorrection(tx, deps, { ...o, kind, debtId });
  const posting = kind === 'fine' ? finePosting : chargePosting;
  const transfers = [posting(o.place, debtId, o.amountMinor)];
  await postFor(tx, deps, { place: o.place, correctionId, saleId: null, transfers });
  return ok({ debtId });
}

export type WriteOffRefusal =
  | 'requestIdReused'
  | 'unknownDebt'
  | 'amountNotPositive'
  | 'debtBelowAmount';

export type WriteOff = {
  readonly place: ConnectionPlace;
  readonly debtId: string;
  readonly requestId: string;
  readonly amountMinor: bigint;
  readonly reason: string;
  readonly by: By;
};

export async function mayWriteOff(
  tx: Tx,
  o: Pick<WriteOff, 'place' | 'debtId' | 'amountMinor'>,
): Promise<Result<{ readonly label: string; readonly outstandingMinor: bigint }, WriteOffRefusal>> {
  const debt = await debtOf(tx, o.place, o.debtId);
  if (debt === undefined) return err('unknownDebt');
  if (o.amountMinor <= 0n) return err('amountNotPositive');
  const account = accounts.customerDebt(o.debtId);
  const outstandingMinor = await accountBalance(tx, o.place, account);
  if (outstandingMinor < o.amountMinor) return err('debtBelowAmount');
  return ok({ label: debt.label, outstandingMinor });
}

/** Under the meter's lock, so that no sale repays the debt meanwhile. */
export async function writeOffDebt(
  tx: Tx,
  deps: Deps,
  o: WriteOff,
): Promise<Result<{ readonly correctionId: string }, WriteOffRefusal>> {
  await loadConnectionForUpdate(tx, o.place);
  const known = await correctionOfRequest(tx, { ...o, kind: 'writeOff' });
  if (known !== undefined) {
    const before = [known.debt_id, known.amount_minor];
    return answerAgain(before, [o.debtId, o.amountMinor], { correctionId: known.id });
  }
  const may = await mayWriteOff(tx, o);
  if (!may.ok) return may;
  const correctionId = await insertCorrection(tx, deps, { ...o, kind: 'writeOff' });
  const transfers = [writeOffPosting(o.place, o.debtId, o.amountMinor)];
  await postFor(tx, deps, { place: o.place, correctionId, saleId: null, transfers });
  return ok({ correctionId });
}

export type GivenBack = { readonly owedMinor: bigint; readonly paidMinor: bigint };

/**
 * Undoes a charge or a fine whose appeal was upheld: what is still owed is owed no more, and what
 * was repaid is prepaid money again. The same request again changes nothing.
 */
export async function giveBackCharge(
  tx: Tx,
  deps: Deps,
  o: Pick<WriteOff, 'place' | 'debtId' | 'requestId' | 'reason' | 'by'>,
): Promise<GivenBack> {
  const { place, debtId } = o;
  await loadConnectionForUpdate(tx, place);
  const { asked, undone } = await sumsOfDebt(tx, o);
  const owed = await accountBalance(tx, place, accounts.customerDebt(debtId));
  const paid = asked - undone - owed;
  const parts = [
    {
      kind: 'upheldDebt' as const,
      amountMinor: owed,
      post: upheldDebtPosting(place, debtId, owed),
    },
    { kind: 'upheldPaid' as const, amountMinor: paid, post: upheldPaidPosting(place, paid) },
  ];
  for (const { kind, amountMinor, post } of parts) {
    if (amountMinor <= 0n) continue;
    const correctionId = await insertCorrection(tx, deps, { ...o, kind, amountMinor });
    await postFor(tx, deps, { place, correctionId, saleId: null, transfers: [post] });
  }
  return { owedMinor: owed > 0n ? owed : 0n, paidMinor: paid > 0n ? paid : 0n };
}

/** What was asked on a debt, and what was given up or back of it. */
async function sumsOfDebt(tx: Tx, o: Pick<WriteOff, 'place' | 'debtId'>) {
  const rows = await tx
    .selectFrom('corrections')
    .select(['kind', 'amount_minor'])
    .where('bucket', '=', o.place.bucket)
    .where('connection_id', '=', o.place.connectionId)
    .where('debt_id', '=', o.debtId)
    .execute();
  const sum = (isOf: (kind: string) => boolean) =>
    rows.reduce((all, row) => (isOf(row.kind) ? all + row.amount_minor : all), 0n);
  return {
    asked: sum((kind) => kind === 'charge' || kind === 'fine'),
    undone: sum((kind) => kind === 'writeOff' || kind.startsWith('upheld')),
  };
}

const debtOf = (tx: Tx, place: ConnectionPlace, debtId: string) =>
  tx
    .selectFrom('debts')
    .select(['id', 'label'])
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where('id', '=', debtId)
    .executeTakeFirst();
