// Words for the parts of a document that stand in many places: amounts with their parameters,
// conditions, ranges, months and days.

import { type Amount, evaluate, parametersIn } from './amount.ts';
import type { Tariff, When } from './document.ts';
import { listText } from './explain-line.ts';
import { formatRational, parseDecimal, type Rational } from './rational.ts';

/**
 * When a home is charged by a tariff: with what it buys; as it uses electricity, from the balance
 * of its wallet; or by its meter, which counts money, and at the till.
 */
export type Charging = 'purchase' | 'use' | 'meter';

/** The document, and what its parameters are worth on the day of the description. */
export type Describing = {
  readonly tariff: Tariff;
  readonly numbers: ReadonlyMap<string, Rational>;
  readonly charging: Charging;
};

export function describing(
  tariff: Tariff,
  o: {
    readonly date: string;
    readonly parameters: Readonly<Record<string, string>>;
    readonly charging: Charging;
  },
): Describing {
  const numbers = new Map<string, Rational>();
  for (const name of Object.keys(tariff.parameters)) {
    const value = valueOn(tariff, name, o);
    const number = value === null ? null : parseDecimal(value);
    if (number !== null) numbers.set(name, number);
  }
  return { tariff, numbers, charging: o.charging };
}

/** A parameter's value on a day, what is given first; null when it must be given and is not. */
export function valueOn(
  tariff: Tariff,
  name: string,
  o: { readonly date: string; readonly parameters: Readonly<Record<string, string>> },
): string | null {
  if (Object.hasOwn(o.parameters, name)) return o.parameters[name] ?? null;
  const parameter = tariff.parameters[name];
  return parameter?.values?.findLast((v) => v.from <= o.date)?.value ?? parameter?.value ?? null;
}

const kwh = (value: Rational): string => `${formatRational(value, 3)} kWh`;

export const kwhText = (d: Describing, amount: Amount): string => amountText(d, amount, kwh);

/** Written as people write money: all decimals of the currency, more where there are more. */
export function moneyText({ tariff }: Describing, value: Rational): string {
  const { code, scale } = tariff.currency;
  return `${code} ${formatRational(value, 6, scale)}`;
}

export const rateText = (d: Describing, amount: Amount): string =>
  amountText(d, amount, (value) => moneyText(d, value));

export const percentText = (d: Describing, amount: Amount): string =>
  amountText(d, amount, (value) => `${formatRational(value, 4)} %`);

/** A value; where it follows parameters, how it is made of them as well. */
function amountText(d: Describing, amount: Amount, write: (value: Rational) => string): string {
  const names = parametersIn(amount);
  if (names.length === 0) return write(evaluate(amount, d.numbers));
  const known = names.every((name) => d.numbers.has(name));
  const formula = formulaText(d, amount);
  return known ? `${write(evaluate(amount, d.numbers))} (${formula})` : formula;
}

function formulaText(d: Describing, amount: Amount): string {
  switch (amount.kind) {
    case 'constant':
      return formatRational(amount.value, 6);
    case 'parameter':
      return `“${labelOf(d.tariff, amount.name)}”`;
    case 'multiply':
      return amount.of.map((part) => bracketed(d, part)).join(' × ');
    case 'add':
      return amount.of.map((part) => formulaText(d, part)).join(' + ');
  }
}

const bracketed = (d: Describing, part: Amount): string =>
  part.kind === 'add' ? `(${formulaText(d, part)})` : formulaText(d, part);

export const labelOf = (tariff: Tariff, name: string): string =>
  tariff.parameters[name]?.label ?? name;

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

export const monthsText = (months: readonly number[]): string =>
  listText(months.map((month) => monthNames[month - 1] ?? ''));

/** "Monday to Friday", or the days one by one. */
export function daysText(days: readonly number[]): string {
  const sorted = [...new Set(days)].sort((a, b) => a - b);
  const names = sorted.map((day) => dayNames[day - 1] ?? '');
  const run = sorted.every((day, i) => i === 0 || day === (sorted[i - 1] ?? 0) + 1);
  return run && sorted.length > 2 ? `${names[0]} to ${names.at(-1)}` : listText(names);
}

type Range = { overKwh?: Amount | undefined; uptoKwh?: Amount | undefined };

function rangeText(d: Describing, { overKwh, uptoKwh }: Range): string {
  const over = overKwh === undefined ? null : `over ${kwhText(d, overKwh)}`;
  const upto = uptoKwh === undefined ? null : `at most ${kwhText(d, uptoKwh)}`;
  return [over, upto].filter((text) => text !== null).join(' and ');
}

/** " when …, in …"; empty without a condition. */
export function whenText(d: Describing, when: When | undefined): string {
  if (when === undefined) return '';
  const parts: string[] = [];
  if (when.calendarMonths !== undefined) parts.push(`in ${monthsText(when.calendarMonths)}`);
  if (when.dayOfMonth !== undefined) {
    const { from = 1, upto = 31 } = when.dayOfMonth;
    parts.push(`from day ${from} to day ${upto} of a month`);
  }
  if (when.periods !== undefined) parts.push(`in the hours of ${periodsText(d, when.periods)}`);
  if (when.purchaseOfMonth !== undefined) parts.push(purchasesText(d, when.purchaseOfMonth));
  if (when.payment !== undefined) parts.push(paymentText(d, when.payment));
  for (const [name, choice] of Object.entries(when.parameter ?? {})) {
    parts.push(`when “${labelOf(d.tariff, name)}” is ${choice}`);
  }
  for (const [past, what] of [
    [when.average, 'the average of'],
    [when.highest, 'the highest of'],
  ] as const) {
    if (past === undefined) continue;
    const months = past.months === 1 ? 'month' : `${past.months} months`;
    parts.push(`when ${what} the last ${months} is ${rangeText(d, past)}`);
  }
  if (when.monthTotal !== undefined) {
    const included = d.charging === 'purchase' ? ', this purchase included,' : '';
    parts.push(`when the month’s total${included} is ${rangeText(d, when.monthTotal)}`);
  }
  return parts.map((part) => ` ${part}`).join(',');
}

const periodsText = ({ tariff }: Describing, codes: readonly string[]): string =>
  listText(codes.map((code) => tariff.periods.find((p) => p.code === code)?.label ?? code));

function purchasesText(d: Describing, asked: NonNullable<When['purchaseOfMonth']>): string {
  // Each reading that is charged counts as a purchase.
  const one = d.charging === 'use' ? 'reading' : 'purchase';
  if (asked === 'first') return `for the first ${one} of a month`;
  if (asked === 'later') return `for later ${one}s of a month`;
  const { from = 1, upto } = asked;
  return upto === undefined
    ? `for ${one} ${from} of a month and later ones`
    : `for ${one}s ${from} to ${upto} of a month`;
}

function paymentText(d: Describing, payment: NonNullable<When['payment']>): string {
  const from = payment.from === undefined ? '' : ` of ${moneyText(d, payment.from)} or more`;
  const below = payment.below === undefined ? '' : ` below ${moneyText(d, payment.below)}`;
  return `for payments${from}${from !== '' && below !== '' ? ' and' : ''}${below}`;
}
