// Money that pays what a customer owes, apart from a purchase: no energy, no token, no tariff's
// price. The oldest debt first, at most all of them; what was bought before stays as it was priced.

import { salePostings } from '@prewatt/ledger';
import { err, expectOk, ok, type Result } from '@prewatt/quantities';
import type { QuoteLine } from '@prewatt/tariff';
import type { SellableConnection } from './connection.ts';
import { basisAfter } from './price.ts';
import type { SoldPurchase } from './purchase.ts';
import type { DebtRefusal } from './refusals.ts';
import type { DecidedSale, IssuedSale, SaleOrder, SaleState } from './sale.ts';

/** The code of a line that pays a debt apart from a purchase. */
export const paidDebtCode = 'paidDebt';

export function decideDebtPayment<C extends SellableConnection>(
  state: SaleState<C>,
  order: SaleOrder,
): Result<DecidedSale<C>, DebtRefusal> {
  const { basis, connection } = state;
  const { amountMinor } = order;
  const lines = linesOf(basis.debts, amountMinor);
  if (lines.length === 0) return err('nothingOwed');
  const paidMinor = lines.reduce((sum, line) => sum + line.amountMinor, 0n);
  if (paidMinor < amountMinor) return err('moreThanOwed');
  if (basis.tariff === null || basis.position === null) return err('tariffUnusable');
  const purchase: SoldPurchase = {
    amountMinor,
    // What is prepaid stays prepaid: it is neither used nor added to.
    broughtForwardMinor: 0n,
    tariffVersionId: basis.tariff.versionId,
    creditMinor: null,
    quote: {
      energyWh: 0n,
      lines,
      remainderMinor: 0n,
      monthEnergyWhBefore: basis.position.energyWhThisMonth,
      positionAfter: basis.position,
    },
  };
  const transfers = expectOk(
    salePostings(connection, { availableMinor: amountMinor, lines, remainderMinor: 0n }),
    'postings of a payment of debts',
  );
  const sale: IssuedSale<C> = {
    ...order,
    connection,
    purchase,
    budgetWh: 0n,
    tokens: [],
    keyChange: null,
    lift: null,
    baseDate: 0,
    lastTid: state.lastTid,
    transfers,
  };
  const after = { ...basisAfter(basis, purchase), freeMinor: basis.freeMinor };
  return ok({ sale, after: { ...state, basis: after } });
}

function linesOf(
  debts: SaleState<SellableConnection>['basis']['debts'],
  amountMinor: bigint,
): readonly QuoteLine[] {
  let left = amountMinor;
  return debts.flatMap((debt): QuoteLine[] => {
    const paidMinor = least(debt.outstandingMinor, left);
    if (paidMinor <= 0n) return [];
    left -= paidMinor;
    return [
      {
        ...{ kind: 'debt', code: paidDebtCode, label: debt.label, debtId: debt.id },
        amountMinor: paidMinor,
        explanation: 'Paid apart from a purchase.',
      },
    ];
  });
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
