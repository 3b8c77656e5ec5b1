// Display pages: each has a short code and shows one line. Test tokens (IEC 62055-41, class 1) show
// the pages of what they test.

import { type Currency, formatAmount, formatKwh } from '@prewatt/quantities';
import {
  amountOfWh,
  availableOf,
  emergencyLeftOf,
  milliWhOfAmount,
  moneyOf,
  owedOf,
} from './account.ts';
import { countedPeriodsOf, usedThisMonthWh } from './calendar.ts';
import { veryLowThresholdWhOf } from './config.ts';
import { controlModeOf } from './control-mode.ts';
import { emergencyStatusOf } from './credits.ts';
import { powerLimitOf } from './limiter.ts';
import { localMinute } from './local-time.ts';
import { standingDueMicroOf, tariffOf } from './money.ts';
import { standingPricesOf } from './standing.ts';
import type { MeterState } from './state.ts';
import type { StoredOutcome } from './stored.ts';
import { openReasonsOf } from './switch.ts';

export type Page = { readonly code: string; readonly label: string; readonly value: string };

/** As shown on page 814 and to test 10, and told to the head-end. */
export const softwareVersion = '1.0';

type Show = (state: MeterState) => string;

const kwh = (milliWh: number, digits = 2): string =>
  `${formatKwh(BigInt(Math.trunc(milliWh / 1000)), digits)} kWh`;

/** What money is counted in; null for energy credit. */
export function currencyOf(state: MeterState): Currency | null {
  const { tariff } = state.settings;
  return moneyOf(state) === null || tariff === null ? null : tariffOf(tariff).currency;
}

/** "12.05 ZAR", cut to what can be paid. */
export const moneyText = (micro: number, currency: Currency): string =>
  `${formatAmount(BigInt(Math.trunc(micro / 1_000_000)), currency)} ${currency.code}`;

/** An amount of the account: kilowatt-hours, or money with its currency. */
export function amountText(state: MeterState, amount: number): string {
  const currency = currencyOf(state);
  return currency === null ? kwh(amount) : moneyText(amount, currency);
}

const priceText: Show = (state) => {
  const money = moneyOf(state);
  const currency = currencyOf(state);
  if (money === null || currency === null) return 'energy credit';
  return `${rateText(money.microPerKwh, currency)} ${currency.code} per kWh`;
};

/** A price with the digits that it has, at least those of the currency. */
function rateText(micro: number, { scale }: Currency): string {
  const digits = scale + 6;
  const padded = String(micro).padStart(digits + 1, '0');
  const part = padded.slice(-digits).replace(/0+$/, '').padEnd(scale, '0');
  return part === '' ? padded.slice(0, -digits) : `${padded.slice(0, -digits)}.${part}`;
}

const standingText: Show = (state) => {
  const prices = standingPricesOf(state);
  const currency = currencyOf(state);
  if (currency === null || prices.length === 0) return 'none';
  return prices
    .map(({ label, count, unit, priceMicroMinor }) => {
      const every = count === 1 ? `a ${unit}` : `every ${count} ${unit}s`;
      return `${label} ${rateText(priceMicroMinor, currency)} ${currency.code} ${every}`;
    })
    .join(', ');
};

const standingDueText: Show = (state) => {
  const money = moneyOf(state);
  return money === null ? 'none' : amountText(state, Number(standingDueMicroOf(money)));
};

const warnsText: Show = (state) => {
  const worth = (energyWh: number) => amountText(state, amountOfWh(state, energyWh));
  const low = worth(state.config.lowCreditThresholdWh);
  return `below ${low}, again below ${worth(veryLowThresholdWhOf(state))}`;
};

const creditedInAllText: Show = (state) => {
  const money = moneyOf(state);
  return money === null ? kwh(state.creditedMilliWh) : amountText(state, money.creditedMicro);
};

const switchText: Show = (state) => {
  const controlMode = controlModeOf(state);
  if (controlMode !== null) return `control mode ${controlMode}`;
  return state.config.reconnection === 'automatic' ? 'by itself' : 'by a hand';
};

const periodText: Show = (state) => {
  const { tariff } = state.settings;
  const periods = tariff === null ? [] : countedPeriodsOf(tariffOf(tariff));
  return periods[state.calendar.period]?.label ?? 'one price all day';
};

const emergencyText: Show = (state) => {
  const status = emergencyStatusOf(state);
  if (status === null) return 'not offered';
  const used = state.emergencyUsed > 0 ? `, ${amountText(state, state.emergencyUsed)} used` : '';
  return `${amountText(state, emergencyLeftOf(state))} left${used}`;
};

const limitText = (limitW: number | null): string => (limitW === null ? 'none' : `${limitW} W`);

const usedSince: (midnightsAgo: number) => Show = (midnightsAgo) => (state) => {
  const starts = state.calendar.dayStarts;
  const from = starts.at(-midnightsAgo);
  if (from === undefined) return 'not known yet';
  const to = midnightsAgo === 1 ? null : starts.at(1 - midnightsAgo);
  const until =
    to === undefined || to === null ? Math.floor(state.importMilliWh / 1000) : to.importWh;
  return kwh((until - from.importWh) * 1000);
};

const usedThisMonth: Show = (state) => kwh(usedThisMonthWh(state) * 1000);

/** Between the last two billing snapshots; since the meter was new if it knows one alone. */
const usedLastMonth: Show = ({ calendar }) => {
  const [before, end] = [calendar.snapshots.at(-2), calendar.snapshots.at(-1)];
  if (end === undefined) return 'not known yet';
  const importOf = (snapshot: typeof end | undefined) =>
    snapshot?.values.find(({ register }) => register === 'importEnergyWh')?.value ?? 0;
  return kwh((importOf(end) - importOf(before)) * 1000);
};

const lastTopUpText: Show = (state) => {
  const last = state.eventLog.findLast(
    (event) => event.code === 'token' && isCredit(event.outcome),
  );
  if (last?.code !== 'token' || !isCredit(last.outcome)) return 'none in memory';
  const at = localMinute(state.config.zone, last.atMs).replace('T', ' ');
  return `${at}, ${creditedText(last.outcome, currencyOf(state))}`;
};

type Accepted = Extract<StoredOutcome, { result: 'accepted' }>;
const isCredit = (outcome: StoredOutcome): outcome is Accepted =>
  outcome.result === 'accepted' && outcome.effect === 'credit';

/** "+12.3 kWh", "+10.00 ZAR": what a token brought. */
export function creditedText(
  { creditedEnergyWh, creditedMicroMinor: micro }: Accepted,
  currency: Currency | null,
): string {
  if (micro === undefined) return `+${formatKwh(BigInt(creditedEnergyWh), 1)} kWh`;
  // Money of before a change to energy credit.
  if (currency === null) return micro < 0 ? 'taken from credit' : 'added to credit';
  return `${micro < 0 ? '' : '+'}${moneyText(micro, currency)}`;
}

const keyText: Show = ({ acceptance }) =>
  `SGC ${acceptance.supplyGroupCode ?? '000000'}, TI ${acceptance.tariffIndex}, ` +
  `KRN ${acceptance.keyRevision}, KT ${acceptance.keyType}`;

const phasesText: Show = ({ phases }) =>
  phases === null
    ? 'one phase'
    : phases.voltageV.map((volts, i) => `L${i + 1} ${volts} V ${phases.powerW[i]} W`).join(', ');

/** What keeps supply off, in words; empty when nothing does. */
export function openText(state: MeterState): string {
  const words = {
    credit: 'no credit',
    remote: 'switched off by the utility',
    powerLimit: 'over the power limit',
    unbalance: 'phases unbalanced',
    tamper: 'tamper: call the utility',
    hand: 'switched off here (899 switches on)',
  } as const;
  return openReasonsOf(state)
    .map((reason) => words[reason])
    .join(', ');
}

const tamperText: Show = ({ tamper }) =>
  tamper.latched.length === 0 ? 'none' : tamper.latched.join(', ');

const pages: { readonly [code: string]: { readonly label: string; readonly show: Show } } = {
  '801': { label: 'Credit', show: (state) => amountText(state, availableOf(state)) },
  '802': { label: 'Used in all', show: (state) => kwh(state.importMilliWh) },
  '803': { label: 'Power now', show: (state) => `${state.powerW} W` },
  '804': { label: 'Power limit', show: (state) => limitText(powerLimitOf(state)) },
  '805': { label: 'Emergency credit', show: emergencyText },
  '806': { label: 'Owed', show: (state) => amountText(state, owedOf(state)) },
  '807': { label: 'Put aside', show: (state) => amountText(state, state.reserved) },
  '808': { label: 'Used today', show: usedSince(1) },
  '809': { label: 'Used yesterday', show: usedSince(2) },
  '810': { label: 'Used this month', show: usedThisMonth },
  '811': { label: 'Price', show: priceText },
  '812': { label: 'Tariff period', show: periodText },
  '813': { label: 'Fed back', show: (state) => kwh(state.exportMilliWh) },
  '814': { label: 'Software', show: () => softwareVersion },
  '815': { label: 'Meter number', show: (state) => state.config.meterPan },
  '816': { label: 'Key', show: keyText },
  '817': {
    label: 'Date and time',
    show: (s) => localMinute(s.config.zone, s.atMs).replace('T', ' '),
  },
  '818': { label: 'Tamper', show: tamperText },
  '819': { label: 'Unbalance limit', show: (state) => limitText(state.settings.unbalanceLimitW) },
  '820': { label: 'Phases', show: phasesText },
  '821': { label: 'Credited in all', show: creditedInAllText },
  '822': {
    label: 'Credit would buy',
    show: (state) => kwh(milliWhOfAmount(state, availableOf(state))),
  },
  '823': { label: 'Warns', show: warnsText },
  '824': { label: 'Standing charges', show: standingText },
  '825': { label: 'Charges that wait', show: standingDueText },
  '826': { label: 'Switch comes back', show: switchText },
  '827': { label: 'Used last month', show: usedLastMonth },
  '828': { label: 'Last top-up', show: lastTopUpText },
};

export const pageCodes: readonly string[] = Object.keys(pages);
export const isPage = (code: string): boolean => Object.hasOwn(pages, code);

export function pageOf(state: MeterState, code: string): Page | null {
  const page = pages[code];
  return page === undefined ? null : { code, label: page.label, value: page.show(state) };
}

/** Test number (IEC 62055-41, table of InitiateMeterTest) to the page that shows it. */
const pageOfTest: Readonly<Record<number, string>> = {
  2: '801',
  3: '802',
  4: '816',
  5: '816',
  7: '804',
  8: '818',
  9: '803',
  10: '814',
  11: '819',
  16: '816',
  18: '815',
};

export function pagesOfTests(tests: readonly number[] | 'all'): string[] {
  const numbers = tests === 'all' ? Object.keys(pageOfTest).map(Number) : tests;
  const codes = numbers.flatMap((test) => pageOfTest[test] ?? []);
  return [...new Set(codes)];
}
