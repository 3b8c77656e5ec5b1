// Why the same money bought more or less than last time: the differences between two quotes,
// largest first, each in one plain sentence. English; the sums come from the quotes alone.

import { formatMoney } from '@prewatt/quantities';
import type { Quote, QuoteLine } from './quote-types.ts';
import { formatRational } from './rational.ts';

/** What is needed of a purchase to compare it: a quote, or what was stored of a sale. */
export type ComparedPurchase = Pick<
  Quote,
  | 'tariffId'
  | 'tariffVersion'
  | 'currency'
  | 'paidMinor'
  | 'energyWh'
  | 'remainderMinor'
  | 'monthEnergyWhBefore'
> & {
  readonly lines: readonly ComparedLine[];
  /** Money kept from earlier purchases that was spent beside `paidMinor`; 0 when left out. */
  readonly broughtForwardMinor?: bigint;
};

type ComparedLine = Pick<QuoteLine, 'kind' | 'code' | 'label' | 'amountMinor' | 'energyWh'>;

type Reason = { readonly weight: bigint; readonly clause: string };

/**
 * "Last time 16.8 kWh, now 4.0 kWh, because ...", then one sentence for each further difference.
 * Both quotes are of one connection; `previous` came first.
 */
export function explainChange(previous: ComparedPurchase, next: ComparedPurchase): string[] {
  const opening = `Last time ${kwh(previous.energyWh)}, now ${kwh(next.energyWh)}`;
  const others = [
    ...debtReason(previous, next),
    ...feeReasons(previous, next),
    ...priceReason(previous, next),
    ...taxReason(previous, next),
    ...freeReason(previous, next),
    ...remainderReason(previous, next),
  ];
  // The few cents that a token's step left over last time are worth no sentence of their own.
  const paid = paidReason(previous, next).filter(
    ({ weight }) => others.length === 0 || weight * 500n >= next.paidMinor,
  );
  const kept = keptReason(previous, next).filter(
    ({ weight }) => (paid.length === 0 && others.length === 0) || weight * 50n >= next.paidMinor,
  );
  const reasons = [...paid, ...kept, ...others].sort((a, b) =>
    a.weight === b.weight ? 0 : a.weight > b.weight ? -1 : 1,
  );
  const [first, ...further] = reasons;
  if (first === undefined) return [`${opening}: nothing changed.`];
  return [`${opening}, because ${first.clause}.`, ...further.map((o) => `Also, ${o.clause}.`)];
}

function kwh(energyWh: bigint): string {
  return `${formatRational({ n: energyWh, d: 1000n }, 3, 1)} kWh`;
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

function total(quote: ComparedPurchase, accept: (line: ComparedLine) => boolean): bigint {
  return quote.lines.filter(accept).reduce((sum, line) => sum + line.amountMinor, 0n);
}

function paidReason(previous: ComparedPurchase, next: ComparedPurchase): Reason[] {
  const change = next.paidMinor - previous.paidMinor;
  if (change === 0n) return [];
  const by = formatMoney(magnitude(change), next.currency);
  return [{ weight: magnitude(change), clause: `you paid ${by} ${change > 0n ? 'more' : 'less'}` }];
}

function keptReason(previous: ComparedPurchase, next: ComparedPurchase): Reason[] {
  const { broughtForwardMinor: before = 0n } = previous;
  const { broughtForwardMinor: now = 0n } = next;
  if (before === now) return [];
  const [nowText, beforeText] = [now, before].map((minor) => formatMoney(minor, next.currency));
  const clause = `${nowText} kept from before was spent too, last time ${beforeText}`;
  return [{ weight: magnitude(now - before), clause }];
}

function debtReason(previous: ComparedPurchase, next: ComparedPurchase): Reason[] {
  const isDebt = (line: ComparedLine) => line.kind === 'debt';
  const [before, now] = [total(previous, isDebt), total(next, isDebt)];
  if (before === now) return [];
  const text = (minor: bigint) => (minor === 0n ? 'nothing' : formatMoney(minor, next.currency));
  const clause = `${text(now)} went to debt, last time ${text(before)}`;
  return [{ weight: magnitude(now - before), clause }];
}

function feeReasons(previous: ComparedPurchase, next: ComparedPurchase): Reason[] {
  const codes = new Map<string, string>();
  for (const line of [...previous.lines, ...next.lines]) {
    if (line.kind === 'fee' || line.code === 'reprice') codes.set(line.code, line.label);
  }
  return [...codes].flatMap(([code, label]) => {
    const [before, now] = [previous, next].map((q) => total(q, (line) => line.code === code));
    if (before === undefined || now === undefined || before === now) return [];
    const weight = magnitude(now - before);
    const [nowText, beforeText] = [now, before].map((minor) => formatMoney(minor, next.currency));
    if (before === 0n) return [{ weight, clause: `"${label}" took ${nowText} this time` }];
    if (now === 0n) return [{ weight, clause: `"${label}" took ${beforeText} only last time` }];
    return [{ weight, clause: `"${label}" took ${nowText}, last time ${beforeText}` }];
  });
}

const isBought = (line: ComparedLine): boolean => line.code === 'energy';

/**
 * Average price of the energy bought; weighted by what the difference cost on the energy of now.
 */
function priceReason(previous: ComparedPurchase, next: ComparedPurchase): Reason[] {
  const [before, now] = [previous, next].map((quote) => ({
    minor: total(quote, isBought),
    energyWh: quote.lines.filter(isBought).reduce((sum, line) => sum + (line.energyWh ?? 0n), 0n),
  }));
  if (before === undefined || now === undefined) return [];
  if (before.energyWh === 0n || now.energyWh === 0n) return [];
  const weight = magnitude(now.minor - (before.minor * now.energyWh) / before.energyWh);
  // A minor unit or two are rounding, not a price.
  if (weight <= 2n) return [];
  const { code, scale } = next.currency;
  const perKwh = (s: { minor: bigint; energyWh: bigint }): string =>
    `${code} ${formatRational({ n: s.minor * 1000n, d: s.energyWh * 10n ** BigInt(scale) }, 4, 2)}`;
  const clause = `a kWh cost ${perKwh(now)} on average, last time ${perKwh(before)}${cause(previous, next)}`;
  return [{ weight, clause }];
}

function cause(previous: ComparedPurchase, next: ComparedPurchase): string {
  if (previous.tariffId !== next.tariffId) return ' (another tariff applies)';
  if (previous.tariffVersion !== next.tariffVersion) {
    return ` (version ${next.tariffVersion} of the tariff is in force)`;
  }
  if (next.monthEnergyWhBefore > previous.monthEnergyWhBefore) {
    return `, with ${kwh(next.monthEnergyWhBefore)} already bought this month`;
  }
  return next.monthEnergyWhBefore < previous.monthEnergyWhBefore
    ? ', as the blocks count from the start of a new month'
    : '';
}

/** Taxes follow what they are taken of, so only a change of their share is a reason. */
function taxReason(previous: ComparedPurchase, next: ComparedPurchase): Reason[] {
  const isTax = (line: ComparedLine) => line.kind === 'tax';
  const spent = (quote: ComparedPurchase) =>
    total(quote, (line) => line.kind !== 'tax' && line.kind !== 'debt');
  const [taxBefore, taxNow] = [total(previous, isTax), total(next, isTax)];
  const [baseBefore, baseNow] = [spent(previous), spent(next)];
  if (baseBefore <= 0n || baseNow <= 0n) return [];
  const weight = magnitude(taxNow - (taxBefore * baseNow) / baseBefore);
  if (weight <= 2n || weight * 1000n < baseNow) return [];
  const percent = (tax: bigint, base: bigint) =>
    `${formatRational({ n: tax * 100n, d: base }, 1)} %`;
  const clause = `taxes were ${percent(taxNow, baseNow)} of the rest, last time ${percent(taxBefore, baseBefore)}`;
  return [{ weight, clause }];
}

function freeReason(previous: ComparedPurchase, next: ComparedPurchase): Reason[] {
  const free = (quote: ComparedPurchase): bigint =>
    quote.lines.filter((l) => l.code === 'free').reduce((sum, l) => sum + (l.energyWh ?? 0n), 0n);
  const [before, now] = [free(previous), free(next)];
  if (before === now) return [];
  const clause = `${kwh(now)} were free units, last time ${kwh(before)}`;
  return [{ weight: 0n, clause }];
}

function remainderReason(previous: ComparedPurchase, next: ComparedPurchase): Reason[] {
  const change = magnitude(next.remainderMinor - previous.remainderMinor);
  // What a token's smallest step leaves over is no reason.
  if (change * 50n < next.paidMinor) return [];
  const stays = formatMoney(next.remainderMinor, next.currency);
  const before = formatMoney(previous.remainderMinor, next.currency);
  return [{ weight: change, clause: `${stays} stayed prepaid, last time ${before}` }];
}
