// A purchase as it is described on the command line: amount or energy, day, month so far,
// parameters, debts. Turned into a quote; every refusal of the tariff gets a sentence here.

import {
  type AmountError,
  type Currency,
  formatAmount,
  formatMoney,
  parseAmount,
  type Result,
} from '@prewatt/quantities';
import {
  type Debt,
  monthSoFar,
  parseDebtRule,
  positionFromJson,
  type Quote,
  type QuoteRefusal,
  quoteEnergy,
  quotePurchase,
  startPosition,
  type Tariff,
  type TariffPosition,
} from '@prewatt/tariff';
import type { CommandContext, Failure, Options, OptionTable } from '../command.ts';
import { faultIn, textOf } from '../server-group.ts';

export const purchaseOptions: OptionTable = {
  paid: 'text',
  kwh: 'text',
  date: 'text',
  time: 'text',
  period: 'text',
  position: 'text',
  'month-to-date': 'text',
  parameter: 'text',
  debt: 'text',
  'debt-cap': 'text',
  floor: 'text',
};

export const purchaseHelp = `  --paid AMOUNT           what is paid, in the tariff's currency: --paid 120.50
  --kwh ENERGY            or the energy that is wanted: --kwh 30
  --date DAY              day of the purchase, 2026-11-24; today in the tariff's zone when left out
  --time TIME             time of the day, 17:30, for tariffs with periods
  --period CODE           a period that the utility has announced, and that has no hours
  --position FILE         the month's position, as a quote with --json gives it in positionAfter
  --month-to-date ENERGY  or the kWh already bought this month
  --parameter LIST        values of parameters: --parameter band=B,fuel=3.20
  --debt AMOUNT:SHARE     money owed and the share of each purchase that goes to it: --debt 500:25
  --debt-cap SHARE        debt takes at most this share of a purchase, per cent; 50 when left out
  --floor ENERGY          kWh that each purchase keeps; 1 when left out
`;

// A credit token counts in steps of 100 Wh; larger amounts go out as several tokens.
const tokenStepWh = 100n;

/** The quote that the options describe, at a position. */
export function quoteOf(
  tariff: Tariff,
  o: { options: Options; context: CommandContext; position?: TariffPosition; paid?: string },
): Result<Quote, Failure> {
  const input = readPurchase(tariff, o);
  if (!input.ok) return input;
  const { amountMinor, energyWh, ...rest } = input.value;
  const floorToEncodableWh = (energy: bigint): bigint => energy - (energy % tokenStepWh);
  const quote =
    energyWh === null
      ? quotePurchase(tariff, { ...rest, amountMinor: amountMinor ?? 0n, floorToEncodableWh })
      : quoteEnergy(tariff, { ...rest, energyWh });
  return quote.ok ? quote : fail(quote.error.code, refusalText(tariff, quote.error));
}

function readPurchase(
  tariff: Tariff,
  o: { options: Options; context: CommandContext; position?: TariffPosition; paid?: string },
) {
  const { options, context } = o;
  const paid = o.paid ?? options.text('paid');
  const kwh = o.paid === undefined ? options.text('kwh') : undefined;
  if ((paid === undefined) === (kwh === undefined)) {
    return usage('amount', 'write either --paid or --kwh');
  }
  const amount = paid === undefined ? null : parseAmount(paid, tariff.currency);
  if (amount !== null && !amount.ok)
    return usage(
      amount.error,
      `--paid ${paid}: ${amountText(amount.error, tariff.currency, paid)}`,
    );
  if (amount?.value === 0n) return usage('amount-invalid', `--paid ${paid}: ${aboveZero}`);
  const energy = kwh === undefined ? null : readKwh(kwh);
  if (kwh !== undefined && energy === null) {
    const why = kwh.startsWith('-')
      ? 'the energy must be above zero'
      : 'write kWh with at most 3 decimals, such as 30.5';
    return usage('energy-format', `--kwh ${kwh}: ${why}`);
  }
  const at = readMoment(tariff, options, context);
  if (at === null) return usage('period', periodText(tariff, options));
  const parameters = readParameters(options.text('parameter') ?? '');
  if (parameters === null)
    return usage('parameter', 'write --parameter name=value,name=value, each name once');
  const unknown = unknownParameters(tariff, parameters);
  if (unknown !== null) return usage('parameter', unknown);
  const described = { options, context, date: at.date, parameters };
  const position = o.position ?? readPosition(tariff, described);
  if (position === null) return usage('position', '--month-to-date is kWh, like 30.5');
  const debts = readDebts(tariff, options);
  if (debts === null) return usage('debt', 'write --debt as AMOUNT:SHARE, such as 500:25');
  const protection = readProtection(options);
  if (protection === null) return usage('protection', 'write --debt-cap 50 and --floor 1');
  return {
    ok: true,
    value: {
      amountMinor: amount?.value ?? null,
      energyWh: energy,
      at,
      position,
      debts,
      protection,
      parameters,
    },
  } as const;
}

const aboveZero = 'the amount must be above zero';

function amountText(error: AmountError, currency: Currency, text = ''): string {
  switch (error) {
    case 'amount-format':
      if (text.startsWith('-')) return aboveZero;
      return 'write digits with a point, such as 120.50';
    case 'amount-too-precise':
      return `${currency.code} has ${currency.scale} decimals`;
    case 'amount-out-of-range':
      return 'no amount is that large';
  }
}

function readMoment(tariff: Tariff, options: Options, context: CommandContext) {
  const now = Temporal.Instant.fromEpochMilliseconds(context.nowMs());
  const today = now.toZonedDateTimeISO(tariff.zone).toPlainDate().toString();
  const time = options.text('time');
  const period = options.text('period');
  const known = period === undefined || tariff.periods.some(({ code }) => code === period);
  if (!known) return null;
  return {
    date: options.text('date') ?? today,
    ...(time !== undefined && { time }),
    ...(period !== undefined && { period }),
  };
}

function periodText(tariff: Tariff, options: Options): string {
  const codes = tariff.periods.map(({ code }) => code);
  const there = codes.length === 0 ? 'the tariff has none' : `it is one of ${codes.join(', ')}`;
  return `--period ${options.text('period')}: ${there}`;
}

function readPosition(
  tariff: Tariff,
  o: {
    options: Options;
    context: CommandContext;
    date: string;
    parameters: Readonly<Record<string, string>>;
  },
): TariffPosition | null {
  const { options, context } = o;
  const file = options.text('position');
  if (file !== undefined) {
    return positionIn(context, file);
  }
  const text = options.text('month-to-date');
  if (text === undefined) return startPosition();
  const energyWh = readKwh(text);
  if (energyWh === null) return null;
  return monthSoFar(tariff, { energyWh, date: o.date, parameters: o.parameters });
}

function positionIn(context: CommandContext, file: string): TariffPosition {
  const text = textOf(context, file);
  try {
    const read = positionFromJson(JSON.parse(text));
    if (read.ok) return read.value;
  } catch {
    // Said below.
  }
  return faultIn(file, 'it is not the positionAfter of "prewatt tariff quote --json"');
}

/** "30.5" kWh -> 30500n Wh. */
function readKwh(text: string): bigint | null {
  const amount = parseAmount(text, { code: 'kWh', scale: 3 });
  return amount.ok ? amount.value : null;
}

function readDebts(tariff: Tariff, options: Options): Debt[] | null {
  const text = options.text('debt');
  if (text === undefined) return [];
  const [amountText, shareText] = text.split(':');
  const outstanding = parseAmount(amountText ?? '', tariff.currency);
  const rule = parseDebtRule({ share: shareText ?? '' }, tariff.currency.scale);
  if (!outstanding.ok || !rule.ok) return null;
  return [{ id: 'debt', label: 'Debt', outstandingMinor: outstanding.value, rule: rule.value }];
}

function readProtection(options: Options) {
  const share = parseAmount(options.text('debt-cap') ?? '50', { code: '%', scale: 2 });
  const floor = readKwh(options.text('floor') ?? '1');
  if (!share.ok || share.value > 10_000n || floor === null) return null;
  return { debtShareCapBasisPoints: Number(share.value), floorEnergyWh: floor };
}

function readParameters(text: string): Record<string, string> | null {
  const pairs = text === '' ? [] : text.split(',').map((pair) => pair.split('='));
  if (pairs.some((pair) => pair.length !== 2)) return null;
  const names = new Set(pairs.map(([name = '']) => name.trim()));
  if (names.size < pairs.length) return null;
  return Object.fromEntries(pairs.map(([name, value]) => [(name ?? '').trim(), value ?? '']));
}

/** A name that the tariff does not have would change nothing, and say nothing. */
function unknownParameters(tariff: Tariff, given: Readonly<Record<string, string>>): string | null {
  const known = Object.keys(tariff.parameters);
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  if (unknown.length === 0) return null;
  const has = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`;
  return `--parameter ${unknown.join(', ')}: the tariff has no parameter of this name; ${has}`;
}

function fail(code: string, message: string): { ok: false; error: Failure } {
  return { ok: false, error: { exitCode: 1, code, message } };
}

function usage(code: string, message: string): { ok: false; error: Failure } {
  return { ok: false, error: { exitCode: 2, code, message } };
}

function refusalText(tariff: Tariff, refusal: QuoteRefusal): string {
  switch (refusal.code) {
    case 'amount-invalid':
      return aboveZero;
    case 'date-invalid':
      return 'write the day as 2026-11-24';
    case 'not-in-force':
      return `the tariff is in force from ${refusal.from}${refusal.to === null ? '' : ` to ${refusal.to}`}: the day of the purchase lies outside; write another with --date`;
    case 'date-before-position':
      return `the position already holds a purchase of ${refusal.lastPurchaseDate}`;
    case 'parameter-missing':
      return parameterText(tariff, refusal.names);
    case 'no-price':
      return 'the tariff has no price for so much energy in a month';
    case 'amount-too-small':
      return `the amount buys nothing: the least that does is ${formatMoney(refusal.leastAmountMinor, tariff.currency)}`;
  }
}

function parameterText(tariff: Tariff, names: readonly string[]): string {
  const of = (name: string) => tariff.parameters[name];
  const pairs = names.map((name) => `${name}=${of(name)?.choices?.join('|') ?? '...'}`);
  const labels = names.map((name) => of(name)?.label ?? name).join(', ');
  const what = names.length === 1 ? 'a value' : 'values';
  return `the tariff needs ${what}: --parameter ${pairs.join(',')} (${labels})`;
}

const staysPrepaid = 'stays prepaid for the next purchase.';

/** What is left of the money, as a sentence; none where nothing is. */
export const remainderLines = ({ remainderMinor, currency }: Quote): string[] =>
  remainderMinor === 0n ? [] : [`${formatMoney(remainderMinor, currency)} ${staysPrepaid}`];

/** The quote as lines for people. */
export function quoteLines(quote: Quote): string[] {
  const { currency } = quote;
  const width = Math.max(
    ...quote.lines.map((line) => formatAmount(line.amountMinor, currency).length),
    formatAmount(quote.paidMinor, currency).length,
  );
  const row = (amountMinor: bigint, text: string): string =>
    `${currency.code} ${formatAmount(amountMinor, currency).padStart(width)}  ${text}`;
  return [
    `${kwhOf(quote.energyWh)} for ${formatMoney(quote.paidMinor, currency)} on ${quote.date}`,
    ...quote.lines.map((line) => row(line.amountMinor, line.explanation)),
    ...(quote.remainderMinor === 0n ? [] : [row(quote.remainderMinor, staysPrepaid)]),
    ...(quote.cliff === undefined ? [] : [quote.cliff]),
    ...quote.deferred.map(
      (d) => `Waits for the next purchase: ${d.label}, ${formatMoney(d.amountMinor, currency)}.`,
    ),
  ];
}

function kwhOf(energyWh: bigint): string {
  return `${formatAmount(energyWh, { code: 'kWh', scale: 3 })} kWh`;
}
