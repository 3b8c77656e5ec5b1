// One plain English sentence for each line of a quote. Amounts carry their currency, rates their
// unit.

import { type Currency, formatMoney } from '@prewatt/quantities';
import type { Amount } from './amount.ts';
import { rateOf } from './blocks.ts';
import { amountValue, type PriceContext } from './conditions.ts';
import type { DebtClaim } from './debt.ts';
import type { Levy, Tariff } from './document.ts';

import type { PricedLine } from './priced-line.ts';
import { formatRational, zero } from './rational.ts';

/** "58.4 kWh": up to three decimals, none that are zero. */
export function kwhText(energyWh: bigint): string {
  return `${formatRational({ n: energyWh, d: 1000n }, 3)} kWh`;
}

export function explainFree(energyWh: bigint): string {
  return `${kwhText(energyWh)} are this month's free units and cost nothing.`;
}

export function explainLine(context: PriceContext, line: PricedLine): string {
  const { currency } = context.tariff;
  const money = formatMoney(line.amountMinor, currency);
  if (line.block !== undefined) return explainEnergy(context, line, money);
  if (line.code === 'reprice') {
    const direction = line.amountMinor < 0n ? 'gives back' : 'adds';
    const amount = formatMoney(
      line.amountMinor < 0n ? -line.amountMinor : line.amountMinor,
      currency,
    );
    return `The month's total now falls under other prices, which ${direction} ${amount} for energy bought earlier this month.`;
  }
  if (line.due !== undefined) return explainCharge(context, line, money);
  if (line.code === 'rounding') return `The total of this purchase is rounded: ${money}.`;
  return explainLevy(context, line, money);
}

function explainEnergy(context: PriceContext, line: PricedLine, money: string): string {
  const { currency, energy } = context.tariff;
  const amount = line.block === undefined ? null : rateOf(context, line.block);
  const rate = formatRational(amount === null ? zero : amountValue(context, amount), 6, 2);
  const limit = line.block?.uptoKwh;
  const several = (line.schedule?.blocks.length ?? 1) > 1;
  const place =
    !several || limit === undefined
      ? ''
      : limit === null
        ? " in the month's last block"
        : ` in the block up to ${formatRational(amountValue(context, limit), 3)} kWh a month`;
  const schedule =
    energy.schedules.length > 1 ? ` (${line.schedule?.label ?? line.schedule?.code})` : '';
  return `${kwhText(line.units ?? 0n)}${place}${schedule} at ${currency.code} ${rate} per kWh cost ${money}.`;
}

function explainCharge(context: PriceContext, line: PricedLine, money: string): string {
  const due = line.due;
  if (due === undefined) return `${line.label}: ${money}.`;
  const { currency } = context.tariff;
  const per = due.charge.per;
  const unit =
    typeof per === 'string' ? per : 'days' in per ? `${per.days} days` : `${per.months} months`;
  const left = due.dueMinor - line.amountMinor;
  const rest =
    left > 0n ? ` ${formatMoney(left, currency)} of it is left for the next purchases.` : '';
  if (per === 'purchase') return `${line.label}, taken with each purchase: ${money}.${rest}`;
  const skipped =
    due.periods > 1
      ? typeof per === 'string'
        ? `, for ${due.periods} ${per}s since it was last taken`
        : `, ${due.periods} times since it was last taken`
      : due.periods === 0
        ? ', left from an earlier purchase'
        : '';
  return `${line.label}, charged per ${unit}${skipped}: ${money}.${rest}`;
}

function explainLevy(context: PriceContext, line: PricedLine, money: string): string {
  const { levy } = line;
  if (levy === undefined) return `${line.label}: ${money}.`;
  const wholeMonth = levy.repricing === 'month' && context.monthUnits > 0n;
  const range = `${rangeText(context, levy)}${wholeMonth ? ', for the month so far, less what was taken before' : ''}`;
  if (levy.perKwh !== undefined) {
    const rate = formatRational(amountValue(context, levy.perKwh), 6, 2);
    return `${line.label}, ${context.tariff.currency.code} ${rate} per kWh${range}: ${money}.`;
  }
  const share = levyPercent(context, levy);
  const percent = share === null ? '' : `${share} %`;
  if (levy.included) return `${line.label}, ${percent} and already inside the prices: ${money}.`;
  return `${line.label}, ${percent} of ${basesText(context.tariff, levy.of ?? [])}${range}: ${money}.`;
}

/** How many per cent a levy is, "16.5"; null for a sum per kWh, and where there is none. */
export const levyPercent = (context: PriceContext, levy: Levy | undefined): string | null =>
  levy?.percent === undefined || levy.perKwh !== undefined
    ? null
    : formatRational(amountValue(context, levy.percent), 4);

function rangeText(context: PriceContext, levy: Levy): string {
  const { energyAboveKwh: above, energyUptoKwh: upto } = levy;
  const kwh = (limit: Amount) => `${formatRational(amountValue(context, limit), 3)} kWh`;
  const from = above === undefined ? '' : ` above ${kwh(above)}`;
  const to = upto === undefined ? '' : ` up to ${kwh(upto)}`;
  return from === '' && to === '' ? '' : ` for the month's energy${from}${to}`;
}

/** "the energy, the fixed charges and Fuel cost". */
export function basesText(tariff: Tariff, bases: readonly string[]): string {
  const { charges, levies } = tariff;
  const fixed: Record<string, string> = {
    energy: 'the energy',
    charges: 'the fixed charges',
    levies: 'the levies',
    payment: 'the payment',
  };
  const names = bases.map(
    (code) =>
      (Object.hasOwn(fixed, code) ? fixed[code] : undefined) ??
      [...charges, ...levies].find((item) => item.code === code)?.label ??
      code,
  );
  return listText(names);
}

/** "a, b and c". */
export function listText(names: readonly string[]): string {
  return names.length < 2
    ? (names[0] ?? '')
    : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

export function explainDebt(claim: DebtClaim, paidMinor: bigint, currency: Currency): string {
  const taken = formatMoney(claim.claimedMinor, currency);
  const share =
    paidMinor > 0n ? formatRational({ n: claim.claimedMinor * 100n, d: paidMinor }, 1) : '0';
  const left = claim.debt.outstandingMinor - claim.claimedMinor;
  const rest =
    left === 0n ? 'it is now paid off' : `${formatMoney(left, currency)} of it is still to be paid`;
  return `${claim.debt.label}: ${taken} of this purchase (${share} %) went to what is owed, and ${rest}.`;
}
