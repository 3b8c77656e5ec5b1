// What a customer brings from an older system: arrears with the rule by which purchases repay them,
// and money that was prepaid there. Each is taken on once.

import { isDeepStrictEqual } from 'node:util';
import { openingBalancePosting, openingDebtPosting } from '@prewatt/ledger';
import { err, ok, type Result } from '@prewatt/quantities';
import { parseDebtRule } from '@prewatt/tariff';
import type { Tx } from '../../base/database.ts';
import { openDebt, postTransfers } from '../../money/ledger/index.ts';
import { type ConnectionPlace, loadConnectionForUpdate } from '../../registry/connections/index.ts';
import type { ConnectionDeps } from './deps.ts';
import type { DebtRefusal, OpeningBalanceRefusal, Outcome } from './errors.ts';

export type NewDebt = {
  readonly label: string;
  readonly outstandingMinor: bigint;
  /** As people write it, e.g. { share: '20' } for a fifth of each purchase (docs/tariffs.md). */
  readonly rule: object;
};

/** The first thing wrong with a debt by itself, or null. */
export function checkDebt(debt: NewDebt): 'debtRuleFormat' | 'amountNotPositive' | null {
  // The scale only sets the unit of amounts; whether the rule is one does not hang on it.
  if (!parseDebtRule(debt.rule, 2).ok) return 'debtRuleFormat';
  return debt.outstandingMinor > 0n ? null : 'amountNotPositive';
}

/** Adds arrears to a connection; a debt of the same label, amount and rule is found `unchanged`. */
export async function addDebt(
  o: ConnectionDeps,
  tx: Tx,
  d: { readonly place: ConnectionPlace; readonly debt: NewDebt },
): Promise<Result<Outcome, DebtRefusal>> {
  const { place, debt } = d;
  if (debt.label.trim() === '') return err('labelEmpty');
  const fault = checkDebt(debt);
  if (fault !== null) return err(fault);
  // The lock keeps two imports from adding the same debt at once.
  if ((await loadConnectionForUpdate(tx, place)) === null) return err('connectionUnknown');
  const known = await tx
    .selectFrom('debts')
    .leftJoin('transfers', (join) =>
      join
        .onRef('transfers.bucket', '=', 'debts.bucket')
        .onRef('transfers.connection_id', '=', 'debts.connection_id')
        .onRef('transfers.debit_subject_id', '=', 'debts.id')
        .on('transfers.debit_kind', '=', 'customerDebt')
        .on('transfers.reason', '=', 'openingDebt'),
    )
    .select(['debts.rule', 'transfers.amount_minor'])
    .where('debts.bucket', '=', place.bucket)
    .where('debts.connection_id', '=', place.connectionId)
    .where('debts.label', '=', debt.label)
    .execute();
  const [first] = known;
  if (first === undefined) {
    await insertDebt(o, tx, d);
    return ok('created');
  }
  const same =
    first.amount_minor === debt.outstandingMinor && isDeepStrictEqual(first.rule, debt.rule);
  return same ? ok('unchanged') : err('debtExists');
}

/** A debt that was checked, of a connection that has no such debt. */
export async function insertDebt(
  o: ConnectionDeps,
  tx: Tx,
  d: { readonly place: ConnectionPlace; readonly debt: NewDebt },
): Promise<void> {
  const { place, debt } = d;
  const id = await openDebt(tx, o, { place, label: debt.label, rule: debt.rule });
  await postTransfers(tx, postingContext(o, place), [
    openingDebtPosting(place, id, debt.outstandingMinor),
  ]);
}

/** Brings in what a customer had prepaid elsewhere: once for a connection. */
export async function addOpeningBalance(
  o: ConnectionDeps,
  tx: Tx,
  b: { readonly place: ConnectionPlace; readonly amountMinor: bigint },
): Promise<Result<Outcome, OpeningBalanceRefusal>> {
  const { place, amountMinor } = b;
  if (amountMinor <= 0n) return err('amountNotPositive');
  if ((await loadConnectionForUpdate(tx, place)) === null) return err('connectionUnknown');
  const known = await tx
    .selectFrom('transfers')
    .select('amount_minor')
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where('reason', '=', 'openingBalance')
    .executeTakeFirst();
  if (known !== undefined) {
    return known.amount_minor === amountMinor ? ok('unchanged') : err('openingBalanceExists');
  }
  await postTransfers(tx, postingContext(o, place), [openingBalancePosting(place, amountMinor)]);
  return ok('created');
}

const postingContext = (o: ConnectionDeps, place: ConnectionPlace) => ({
  place,
  saleId: null,
  paymentId: null,
  postedAtMs: o.nowMs(),
  newUuid: o.newUuid,
});
