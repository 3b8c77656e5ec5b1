// Display pages: each has a short code and shows one line. Test tokens (IEC 62055-41, class 1) show
// the pages of what they test.

import { formatAmount, formatKwh } from '@prewatt/quantities';
import { availableOf, emergencyLeftOf, milliWhOfAmount, moneyOf, owedOf } from './account.ts';
import { usedThisMonthWh } from './calendar.ts';
import { emergencyStatusOf } from './credits.ts';
import { powerLimitOf } from './limiter.ts';
import { localMinute } from './local-time.ts';
import { tariffOf } from './money.ts';
import type { MeterState } from './state.ts';
import { openReasonsOf } from './switch.ts';

export type Page = { readonly code: string; readonly label: string; readonly value: string };

/** As shown on page 814 and to test 10, and told to the head-end. */
export const softwareVersion = '1.0';

type Show = (state: MeterState) => string;

const kwh = (milliWh: number, digits = 2): string =>
  `${formatKwh(BigInt(Math.trunc(milliWh / 1000)), digits)} kWh`;

/** An amount of the account: kilowatt-hours, or money with its currency. */
export function amountText(state: MeterState, amount: number): string {
  const { tariff } = state.settings;
  if (moneyOf(state) === null || tariff === null) return kwh(amount);
  const { currency } = tariffOf(tariff);
  return `${formatAmount(BigInt(Math.trunc(amount / 1_000_000)), currency)} ${currency.code}`;
}

const priceText: Show = (state) => {
  const money = moneyOf(state);
  const { tariff } = state.settings;
  if (money === null || tariff === null) return 'energy credit';
  const { currency } = tariffOf(tariff);
  return `${formatAmount(BigInt(Math.round(money.microPerKwh / 1_000_000)), currency)} per kWh`;
};

const periodText: Show = (state) => {
  const { tariff } = state.settings;
  const periods = tariff === null ? [] : tariffOf(tariff).periods;
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
  '821': {
    label: 'Credited in all',
    show: (state) => kwh(state.creditedMilliWh),
  },
  '822': {
    label: 'Credit would buy',
    show: (state) => kwh(milliWhOfAmount(state, availableOf(state))),
  },
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
