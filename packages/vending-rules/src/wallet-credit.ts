// A payment into a wallet: the money stays the customer's, but for what goes to arrears by the same
// rules, cap and floor as in a purchase. No token. What brings a balance up to zero pays for energy
// that was used, so no arrears are taken of it.

import { salePostings } from '@prewatt/ledger';
import { floorEnergyOf } from '@prewatt/protection';
import { err, expectOk, ok, type Result } from '@prewatt/quantities';
import { type QuoteLine, quotePurchase, type TariffPosition } from '@prewatt/tariff';
import type { PriceBasis, SellableConnection } from './connection.ts';
import { momentOf } from './moment.ts';
import { basisAfter } from './price.ts';
import type { SoldPurchase } from './purchase.ts';
import type { SaleRefusal } from './refusals.ts';
import type { DecidedSale, IssuedSale, SaleOrder, SaleState } from './sale.ts';

export function decideWalletCredit<C extends SellableConnection>(
  state: SaleState<C>,
  order: SaleOrder,
): Result<DecidedSale<C>, SaleRefusal> {
  const { basis, connection } = state;
  const { amountMinor } = order;
  if (amountMinor < basis.utility.minimumPurchaseMinor) return err('amountBelowMinimum');
  if (amountMinor > basis.utility.maximumPurchaseMinor) return err('amountAboveMaximum');
  if (basis.tariff === null || basis.position === null) return err('tariffUnusable');
  const broughtForwardMinor = basis.freeMinor - (order.origin === 'paid' ? amountMinor : 0n);
  const arrears = arrearsOf(basis, { amountMinor, broughtForwardMinor });
  const takenMinor = arrears.lines.reduce((sum, line) => sum + line.amountMinor, 0n);
  const remainderMinor = amountMinor + broughtForwardMinor - takenMinor;
  const purchase: SoldPurchase = {
    amountMinor,
    broughtForwardMinor,
    tariffVersionId: basis.tariff.versionId,
    creditMinor: null,
    quote: {
      energyWh: 0n,
      lines: arrears.lines,
      remainderMinor,
      monthEnergyWhBefore: basis.position.energyWhThisMonth,
      positionAfter: { ...basis.position, debts: arrears.debts },
    },
  };
  const transfers = expectOk(
    salePostings(connection, {
      availableMinor: takenMinor,
      lines: arrears.lines,
      remainderMinor: 0n,
    }),
    'postings of a payment into a wallet',
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
  return ok({ sale, after: { ...state, basis: basisAfter(basis, purchase) } });
}

type Arrears = { readonly lines: readonly QuoteLine[]; readonly debts: TariffPosition['debts'] };

/** What a purchase for the same money would give to arrears: cap and floor are the same. */
function arrearsOf(
  basis: PriceBasis,
  o: { readonly amountMinor: bigint; readonly broughtForwardMinor: bigint },
): Arrears {
  const { tariff, position, utility } = basis;
  const nothing = { lines: [], debts: position?.debts ?? {} };
  const newMinor =
    o.broughtForwardMinor < 0n ? o.amountMinor + o.broughtForwardMinor : o.amountMinor;
  if (tariff === null || position === null) return nothing;
  if (newMinor <= 0n || basis.debts.length === 0) return nothing;
  const quote = quotePurchase(tariff.tariff, {
    amountMinor: newMinor,
    at: momentOf(basis.at, position),
    parameters: tariff.parameters,
    position,
    debts: basis.debts,
    protection: {
      debtShareCapBasisPoints: utility.protectionRules.debt.maximumSharePercent * 100,
      floorEnergyWh: floorEnergyOf(utility.protectionRules),
    },
    floorToEncodableWh: (energyWh) => energyWh,
  });
  if (!quote.ok) return nothing;
  return {
    lines: quote.value.lines.filter((line) => line.kind === 'debt'),
    debts: quote.value.positionAfter.debts,
  };
}
