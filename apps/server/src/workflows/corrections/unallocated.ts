// Money that a provider took and that no sale got, as two people decide about it: moved to a
// connection, where it buys, or recorded as paid back. Once, whoever asks how often.

import type { AuditAction } from '@prewatt/api';
import { allocationPosting } from '@prewatt/ledger';
import { type Currency, err, idFromUuid, ok, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { lockUnallocated, markDecided } from '../../money/payments/index.ts';
import type { OperatorRef } from '../../registry/approvals/index.ts';
import { recordAuditEntry } from '../../registry/audit-log/index.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import { type CreditDeps, sellOn } from './credit.ts';
import type { TargetRefusal } from './errors.ts';
import { insertCorrection, postFor } from './store.ts';
import { type UnallocatedRow, unallocatedById } from './unallocated-list.ts';

export type MoneyRefusal = 'unknownMoney' | 'moneyDecided';
export type MoveMoneyRefusal = MoneyRefusal | 'amountNeeded' | 'amountKnown' | TargetRefusal;

export type MoneyRef = { readonly utilityId: string; readonly moneyId: string };

/** It is in the utility's currency, so that its amount is known: whatever else is the matter. */
export const isInCurrency = (
  money: Pick<UnallocatedRow, 'currency_code' | 'currency_scale'>,
  currency: Currency,
): boolean =>
  money.currency_code === currency.code &&
  (money.currency_scale ?? currency.scale) === currency.scale;

export async function knownMoney(
  tx: Tx,
  o: MoneyRef,
): Promise<Result<UnallocatedRow, 'unknownMoney'>> {
  const money = await unallocatedById(tx, o);
  return money === null ? err('unknownMoney') : ok(money);
}

/** Whether it still waits for a decision. */
export async function mayDecide(
  tx: Tx,
  o: MoneyRef,
): Promise<Result<UnallocatedRow, MoneyRefusal>> {
  const money = await knownMoney(tx, o);
  if (!money.ok) return money;
  return money.value.state === 'waiting' ? money : err('moneyDecided');
}

/** What is credited: all of it, or what was said that another currency came to. */
export function creditedOf(
  money: UnallocatedRow,
  currency: Currency,
  saidMinor: bigint | null,
): Result<bigint, 'amountNeeded' | 'amountKnown'> {
  if (!isInCurrency(money, currency))
    return saidMinor === null ? err('amountNeeded') : ok(saidMinor);
  return saidMinor === null || saidMinor === money.amount_minor
    ? ok(money.amount_minor)
    : err('amountKnown');
}

type Two = {
  readonly requestedBy: OperatorRef;
  readonly approvedBy: OperatorRef;
  readonly approvalId: string;
};
const idsOf = ({ requestedBy, approvedBy, approvalId }: Two) => ({
  requestedBy: requestedBy.operatorId,
  approvedBy: approvedBy.operatorId,
  approvalId,
});

export async function moveMoney(
  tx: Tx,
  deps: CreditDeps,
  o: MoneyRef & {
    readonly to: ConnectionPlace;
    readonly amountMinor: bigint;
    readonly requestId: string;
    readonly reason: string;
    readonly by: Two;
  },
): Promise<Result<{ readonly newSaleId: string }, MoveMoneyRefusal>> {
  const { to, requestId, reason } = o;
  await lockUnallocated(tx, o);
  const may = await mayDecide(tx, o);
  if (!may.ok) return may;
  const { currency } = await deps.utilities.get(o.utilityId);
  const credited = creditedOf(may.value, currency, o.amountMinor);
  if (!credited.ok) return credited;
  const amountMinor = credited.value;
  const newSaleId = deps.newUuid();
  const pay = async (atOnce: CreditDeps): Promise<void> => {
    const correctionId = await insertCorrection(tx, atOnce, {
      ...{ place: to, kind: 'allocation', requestId, saleId: newSaleId },
      ...{ amountMinor, reason, by: idsOf(o.by) },
    });
    const transfers = [allocationPosting(to, amountMinor)];
    await postFor(tx, atOnce, { place: to, correctionId, saleId: newSaleId, transfers });
    const correction = { bucket: to.bucket, id: correctionId };
    const at = new Date(atOnce.nowMs());
    const { moneyId } = o;
    await markDecided(tx, { moneyId, state: 'moved', correction, at, by: idsOf(o.by) });
  };
  const sold = await sellOn(tx, deps, { to, saleId: newSaleId, amountMinor, pay });
  if (!sold.ok) return sold;
  await note(tx, deps, o, { act: 'moneyMoved', to: idFromUuid('sale', newSaleId) });
  return ok({ newSaleId });
}

export async function refundMoney(
  tx: Tx,
  deps: { readonly newUuid: NewUuid; readonly nowMs: () => number },
  o: MoneyRef & { readonly reference: string; readonly reason: string; readonly by: Two },
): Promise<Result<void, MoneyRefusal>> {
  await lockUnallocated(tx, o);
  const may = await mayDecide(tx, o);
  if (!may.ok) return may;
  const { moneyId, reference } = o;
  const at = new Date(deps.nowMs());
  await markDecided(tx, { moneyId, state: 'refunded', reference, at, by: idsOf(o.by) });
  await note(tx, deps, o, { act: 'moneyRefunded', to: reference });
  return ok(undefined);
}

/** Who allowed it is on the audit log, by the name of the money. */
const note = (
  tx: Tx,
  deps: { readonly newUuid: NewUuid; readonly nowMs: () => number },
  o: MoneyRef & { readonly reason: string; readonly by: Two },
  done: { readonly act: AuditAction; readonly to: string },
): Promise<void> =>
  recordAuditEntry(tx, deps, {
    utilityId: o.utilityId,
    operatorId: o.by.approvedBy.operatorId,
    by: o.by.approvedBy.name,
    act: done.act,
    subject: idFromUuid('money', o.moneyId),
    details: { reason: o.reason, reference: done.to },
  });
