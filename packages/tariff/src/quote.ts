// Quotes: money to energy (quotePurchase) and energy to money (quoteEnergy). Holds law 2 (paid =
// lines + remainder, exactly) and law 7 (no top-up yields zero energy because of debt or fees):
// what the floor of energy leaves no room for is deferred into the position.

import { err, ok, type Result } from '@prewatt/quantities';
import { type Allocation, allocate } from './allocate.ts';
import { cliffText } from './cliff.ts';
import type { PriceContext } from './conditions.ts';
import { claimsOn, costOf } from './cost.ts';
import type { Tariff } from './document.ts';
import { explainDebt, explainFree, explainLine, levyPercent } from './explain-line.ts';
import { isOfMonth } from './levy-of-month.ts';
import type { Accrual, TariffPosition } from './position.ts';
import { prepare } from './prepare.ts';
import type { PricedLine } from './priced-line.ts';
import type { Priced } from './pricing.ts';
import type { Quote, QuoteLine, QuoteOptions, QuoteRefusal } from './quote-types.ts';

/** What a payment buys. Energy in Wh, money in minor units. */
export function quotePurchase(
  tariff: Tariff,
  o: QuoteOptions & { readonly amountMinor: bigint },
): Result<Quote, QuoteRefusal> {
  if (o.amountMinor <= 0n) return err({ code: 'amount-invalid' });
  const started = prepare({ ...o, tariff, unitsPerWh: 1n, paymentMinor: o.amountMinor });
  if (!started.ok) return started;
  const { context, freeWh } = started.value;
  const claims = claimsOn(context, o);
  // The token carries bought and free energy together.
  const encodable = (energy: bigint): bigint => {
    const carried = o.floorToEncodableWh(energy + freeWh) - freeWh;
    return carried > 0n ? carried : 0n;
  };
  const allocation = allocate(context, {
    paymentMinor: o.amountMinor,
    claims,
    protection: o.protection,
    encodable,
  });
  if (!allocation.ok) return allocation;
  const quote = assemble(context, { ...allocation.value, paidMinor: o.amountMinor, freeWh });
  const cliff = cliffText(context, allocation.value, quote.remainderMinor);
  return ok(cliff === null ? quote : { ...quote, cliff });
}

/**
 * What a wanted energy costs, all fees and debt claims of the moment included. The energy is taken
 * as it is.
 */
export function quoteEnergy(
  tariff: Tariff,
  o: Omit<QuoteOptions, 'floorToEncodableWh'> & { readonly energyWh: bigint },
): Result<Quote, QuoteRefusal> {
  if (o.energyWh <= 0n) return err({ code: 'amount-invalid' });
  const cost = costOf({ ...o, tariff, unitsPerWh: 1n, units: o.energyWh });
  return cost.ok ? ok(assemble(cost.value.context, cost.value)) : cost;
}

/**
 * Free energy of the month, to be delivered without a purchase; null when none is due. Takes no
 * money.
 */
export function quoteFreeAllowance(
  tariff: Tariff,
  o: Pick<QuoteOptions, 'at' | 'position' | 'parameters'>,
): Result<Quote | null, QuoteRefusal> {
  const started = prepare({ ...o, tariff, unitsPerWh: 1n, paymentMinor: 0n, free: 'only' });
  if (!started.ok) return started;
  const { context, freeWh } = started.value;
  if (freeWh === 0n) return ok(null);
  const priced: Priced = { lines: [], exactTotal: { n: 0n, d: 1n }, totalMinor: 0n, taken: [] };
  const quote = assemble(context, { units: 0n, priced, claims: [], paidMinor: 0n, freeWh });
  return ok({
    ...quote,
    positionAfter: {
      ...context.position,
      firstMonth: context.position.firstMonth ?? o.at.date.slice(0, 7),
    },
  });
}

function assemble(
  context: PriceContext,
  o: Allocation & { paidMinor: bigint; freeWh: bigint },
): Quote {
  const { tariff, position } = context;
  const { currency } = tariff;
  const lines: QuoteLine[] = [];
  if (o.freeWh > 0n) {
    const { label } = tariff.energy;
    const explanation = explainFree(o.freeWh);
    lines.push({
      kind: 'energy',
      code: 'free',
      label,
      amountMinor: 0n,
      energyWh: o.freeWh,
      explanation,
    });
  }
  for (const line of o.priced.lines) {
    const { kind, code, label, amountMinor } = line;
    const energy = line.units === undefined ? {} : { energyWh: line.units };
    const percent = levyPercent(context, line.levy);
    lines.push({
      kind,
      code,
      label,
      amountMinor,
      ...energy,
      ...(percent === null ? {} : { percent }),
      explanation: explainLine(context, line),
    });
  }
  for (const claim of o.claims.filter((c) => c.claimedMinor > 0n)) {
    const { id, label } = claim.debt;
    const explanation = explainDebt(claim, o.paidMinor, currency);
    const amountMinor = claim.claimedMinor;
    lines.push({ kind: 'debt', code: 'debt', label, amountMinor, debtId: id, explanation });
  }
  const takenMinor = lines.reduce((total, line) => total + line.amountMinor, 0n);
  return {
    tariffId: tariff.id,
    tariffVersion: tariff.version,
    currency,
    date: context.at.date,
    paidMinor: o.paidMinor,
    energyWh: o.units + o.freeWh,
    lines,
    remainderMinor: o.paidMinor - takenMinor,
    monthEnergyWhBefore: position.energyWhThisMonth,
    deferred: deferredOf(o),
    positionAfter: advancePosition(context, o, takenMinor),
  };
}

function deferredOf(o: Allocation): Quote['deferred'] {
  const fees = o.priced.taken.map((t) => ({
    code: t.code,
    label: t.label,
    amountMinor: t.dueMinor - t.takenMinor,
  }));
  // A share of the purchase that the cap cut is not owed later; an instalment is.
  const debts = o.claims
    .filter((c) => c.accrual !== null)
    .map((c) => ({
      code: 'debt',
      label: c.debt.label,
      amountMinor: c.askedMinor - c.claimedMinor,
    }));
  return [...fees, ...debts].filter((d) => d.amountMinor > 0n);
}

/** The position after lines worth `takenMinor` (default: the priced lines). */
export function advancePosition(
  context: PriceContext,
  o: Allocation,
  takenMinor: bigint = o.priced.totalMinor,
): TariffPosition {
  const { position, at } = context;
  const charges: Record<string, Accrual> = { ...position.charges };
  for (const { code, due, dueMinor, takenMinor: taken } of o.priced.taken) {
    const owedMinor = dueMinor - taken;
    if ((due === null || due.charge.per === 'purchase') && owedMinor === 0n) {
      delete charges[code];
    } else {
      const accrual = due?.accrual ?? { through: position.month, accruedMinor: 0n };
      charges[code] = { ...accrual, owedMinor };
    }
  }
  const debts: Record<string, Accrual> = { ...position.debts };
  for (const claim of o.claims) {
    if (claim.accrual === null) continue;
    debts[claim.debt.id] = {
      ...claim.accrual,
      owedMinor: claim.accrual.owedMinor - claim.claimedMinor,
    };
  }
  return {
    ...position,
    leviedMicroMinorThisMonth: leviedAfter(
      context,
      o.priced,
      (line) => line.amountMinor * 1_000_000n,
    ),
    energyWhThisMonth: position.energyWhThisMonth + o.units,
    purchasesThisMonth: position.purchasesThisMonth + 1,
    paidThisMonthMinor: position.paidThisMonthMinor + takenMinor,
    lastPurchaseMonth: at.date.slice(0, 7),
    lastPurchaseDate: at.date,
    firstMonth: position.firstMonth ?? at.date.slice(0, 7),
    charges,
    debts,
  };
}

/** What levies that are remembered over the month have taken once these lines are. */
export function leviedAfter(
  { tariff, position }: PriceContext,
  priced: Priced,
  microMinorOf: (line: PricedLine) => bigint,
): TariffPosition['leviedMicroMinorThisMonth'] {
  if (!tariff.levies.some(isOfMonth)) {
    return position.leviedMicroMinorThisMonth;
  }
  const levied: Record<string, bigint> = { ...position.leviedMicroMinorThisMonth };
  for (const line of priced.lines) {
    if (line.levy === undefined || !isOfMonth(line.levy)) continue;
    levied[line.code] = (levied[line.code] ?? 0n) + microMinorOf(line);
  }
  return levied;
}
