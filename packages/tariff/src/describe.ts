// A document in plain sentences, for a price list that customers read and for whoever decides about
// a change: what each kWh costs and when, what else is taken, what is free. English.

import type { Amount } from './amount.ts';
import {
  type Charging,
  type Describing,
  daysText,
  describing,
  kwhText,
  labelOf,
  moneyText,
  monthsText,
  percentText,
  rateText,
  valueOn,
  whenText,
} from './describe-parts.ts';
import type { Block, Charge, Levy, Schedule, Tariff } from './document.ts';
import { basesText, listText } from './explain-line.ts';
import { standingIn } from './field-walk.ts';
import { isOfMonth } from './levy-of-month.ts';
import { isOfPurchase } from './money-parts.ts';
import { compare, formatRational, negate, zero } from './rational.ts';

export type TariffSection = {
  readonly title: string;
  /** Each stands alone. */
  readonly sentences: readonly string[];
};

type DescribeOptions = {
  /** The day whose parameter values are shown; the document's first day when left out. */
  readonly date?: string;
  /** Values of the connection's own parameters, or others to be shown. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** 'purchase' when left out. */
  readonly charging?: Charging;
};

/** Sections in the order in which a price list has them; none is empty. */
export function describeTariff(document: Tariff, o: DescribeOptions = {}): TariffSection[] {
  const { parameters = {}, charging = 'purchase' } = o;
  const tariff = charging === 'use' ? standingIn('wallet', document) : document;
  const at = { date: o.date ?? tariff.effectiveFrom, parameters, charging };
  const d = describing(tariff, at);
  const sections = [
    ...energySections(d),
    { title: 'Times', sentences: tariff.periods.map((period) => periodSentence(tariff, period)) },
    {
      title: 'Fixed charges',
      sentences: tariff.charges.map((charge) => chargeSentence(d, charge)),
    },
    { title: 'Taxes and levies', sentences: tariff.levies.map((levy) => levySentence(d, levy)) },
    { title: 'Free units', sentences: freeSentences(d) },
    { title: 'Rounding', sentences: roundingSentences(d) },
    { title: 'Figures that may change', sentences: parameterSentences(tariff, at) },
  ];
  return sections.filter((section) => section.sentences.length > 0);
}

/** What a new version says that the old one did not, and the other way round, in its sentences. */
export function compareTariffs(
  before: Tariff,
  after: Tariff,
  { charging = 'purchase' }: Pick<DescribeOptions, 'charging'> = {},
): { readonly gone: readonly string[]; readonly added: readonly string[] } {
  const sentencesOf = (tariff: Tariff) =>
    describeTariff(tariff, { date: after.effectiveFrom, charging }).flatMap(
      ({ title, sentences }) => sentences.map((sentence) => `${title}: ${sentence}`),
    );
  const [old, now] = [sentencesOf(before), sentencesOf(after)];
  return {
    gone: old.filter((sentence) => !now.includes(sentence)),
    added: now.filter((sentence) => !old.includes(sentence)),
  };
}

function energySections(d: Describing): TariffSection[] {
  const { schedules, label } = d.tariff.energy;
  const [only] = schedules;
  if (schedules.length === 1 && only !== undefined) {
    const condition = whenText(d, only.when);
    const verb = d.charging === 'purchase' ? 'Sold' : 'Charged';
    const held = condition === '' ? [] : [`${verb} only${condition}.`];
    return [
      { title: label, sentences: [...held, ...blockSentences(d, only), ...commonSentences(d)] },
    ];
  }
  const sections = schedules.map((schedule) => {
    const condition = whenText(d, schedule.when);
    const applies = `Applies${condition === '' ? ' in all other cases' : condition}.`;
    return {
      title: `${label}: ${schedule.label ?? schedule.code}`,
      sentences: [applies, ...blockSentences(d, schedule)],
    };
  });
  return [...sections, { title: `${label}: always`, sentences: commonSentences(d) }];
}

function commonSentences(d: Describing): string[] {
  const { energy, counting } = d.tariff;
  const sentences: string[] = [];
  const switches = energy.schedules.some((schedule) => schedule.when?.monthTotal !== undefined);
  const isSold = d.charging === 'purchase';
  const [what, bought] = isSold ? ['a purchase', 'bought'] : ['use', 'used'];
  if (switches && energy.schedules.length > 1) {
    sentences.push(
      energy.repricing === 'month'
        ? `When ${what} carries the month into another price list, what was ${bought} earlier in the month is priced again and the difference is taken or given back.`
        : `When ${what} carries the month into another price list, only ${isSold ? 'that purchase' : 'what is used from then on'} has the new prices.`,
    );
  }
  if (counting !== 'calendar-month') {
    sentences.push(
      'days' in counting
        ? `A month here is a run of ${counting.days} days that starts with its first ${isSold ? 'purchase' : 'use'}.`
        : `A month here is ${counting.months} months of the calendar, counted from ${monthsText([counting.startsIn])}.`,
    );
  }
  if (energy.ratesInclude.length > 0) {
    sentences.push(`The prices include ${listText(energy.ratesInclude)}.`);
  }
  return sentences;
}

function blockSentences(d: Describing, schedule: Schedule): string[] {
  const { blocks } = schedule;
  const most = blocks.at(-1)?.uptoKwh ?? null;
  // A band that ends where its condition ends leads to the next band, not to a refusal.
  const band = schedule.when?.monthTotal?.uptoKwh;
  const closed = most !== null && band !== undefined && reaches(most, band);
  const lines = blocks.map((block, i) => {
    const whole = closed && blocks.length === 1;
    return `${placeText(d, block, { before: blocks[i - 1], whole })}: ${priceText(d, block)}.`;
  });
  if (most !== null && !closed) {
    const beyond = d.charging === 'purchase' ? 'Nothing can be bought' : 'There is no price';
    lines.push(`${beyond} beyond ${kwhText(d, most)} a month.`);
  }
  return lines;
}

/** Whether blocks go as far as their price list; limits that follow parameters are not compared. */
function reaches(most: Amount, band: Amount): boolean {
  return (
    most.kind === 'constant' && band.kind === 'constant' && compare(most.value, band.value) >= 0n
  );
}

function placeText(
  d: Describing,
  block: Block,
  o: { before: Block | undefined; whole: boolean },
): string {
  const from = o.before?.uptoKwh ?? null;
  const { uptoKwh } = block;
  if (o.whole || (from === null && uptoKwh === null)) return 'Every kWh';
  if (from === null) return uptoKwh === null ? '' : `The first ${kwhText(d, uptoKwh)} of a month`;
  if (uptoKwh === null) return `Above ${kwhText(d, from)} a month`;
  return `From ${kwhText(d, from).replace(/ kWh$/, '')} to ${kwhText(d, uptoKwh)} a month`;
}

function priceText(d: Describing, block: Block): string {
  if (block.rate !== undefined) return `${rateText(d, block.rate)} per kWh`;
  const rates = Object.entries(block.rates ?? {}).map(([code, amount]) => {
    const label = d.tariff.periods.find((period) => period.code === code)?.label ?? code;
    return `${label} ${rateText(d, amount)}`;
  });
  return `${rates.join(', ')} per kWh`;
}

function periodSentence(tariff: Tariff, period: Tariff['periods'][number]): string {
  if (period.announced) return `${period.label}: when the utility announces it.`;
  const parts = [
    period.days === undefined ? null : daysText(period.days),
    period.dates === undefined ? null : listText(period.dates),
    period.from === undefined && period.to === undefined
      ? null
      : `${period.from ?? '00:00'} to ${period.to ?? '24:00'}`,
    period.calendarMonths === undefined ? null : `in ${monthsText(period.calendarMonths)}`,
  ].filter((part) => part !== null);
  if (parts.length > 0) return `${period.label}: ${parts.join(', ')}.`;
  return `${period.label}: ${tariff.periods.length === 1 ? 'always' : 'at all other times'}.`;
}

function chargeSentence(d: Describing, charge: Charge): string {
  const isSold = isTakenWithPurchases(d, charge);
  const per = perText(charge, isSold);
  const prices =
    charge.amount === undefined
      ? (charge.variants ?? [])
          .map((v) => `${rateText(d, v.amount)}${whenText(d, v.when) || ' otherwise'}`)
          .join('; ')
      : rateText(d, charge.amount);
  const condition = whenText(d, charge.when);
  const parts = [`${charge.label}: ${prices}, ${per}${condition === '' ? '' : `,${condition}`}.`];
  if (charge.skipped.recover && charge.per !== 'day' && charge.per !== 'purchase') {
    const most = charge.skipped.maxPeriods;
    parts.push(
      `What fell due without ${isSold ? 'a purchase' : 'use'} is taken later${most === undefined ? '' : `, at most ${most} times`}.`,
    );
  }
  parts.push(...recoverySentences(d, charge));
  return parts.join(' ');
}

/** Of a meter that counts money, the till still takes what hangs on a purchase. */
const isTakenWithPurchases = ({ charging }: Describing, charge: Charge): boolean =>
  charging === 'purchase' || (charging === 'meter' && isOfPurchase(charge));

function perText(charge: Charge, isSold: boolean): string {
  const { per } = charge;
  const isSpread = Object.keys(charge.recovery ?? {}).length > 0;
  if (per === 'purchase') return 'with each purchase';
  if (per === 'day') return isSold ? 'for each day since the last purchase' : 'for each day';
  if (typeof per === 'string') {
    const first = isSold ? 'with its first purchase' : 'with its first use';
    const spread = isSold ? 'spread over purchases' : 'spread over what is used';
    return `once a ${per}, ${isSpread ? spread : first}`;
  }
  return 'days' in per ? `once every ${per.days} days` : `once every ${per.months} months`;
}

function recoverySentences(d: Describing, charge: Charge): string[] {
  const { recovery = {} } = charge;
  const isSold = isTakenWithPurchases(d, charge);
  const limits: string[] = [];
  if (recovery.maxShareOfPaymentPercent !== undefined) {
    const until =
      recovery.whileMonthPaidBelow === undefined
        ? ''
        : ` while less than ${moneyText(d, recovery.whileMonthPaidBelow)} was paid in the month`;
    limits.push(`${formatRational(recovery.maxShareOfPaymentPercent, 4)} % of a payment${until}`);
  }
  if (recovery.maxPerPurchase !== undefined) {
    limits.push(
      `${rateText(d, recovery.maxPerPurchase)} ${isSold ? 'of a purchase' : 'at each reading'}`,
    );
  }
  if (recovery.perKwh !== undefined) limits.push(`${rateText(d, recovery.perKwh)} per kWh`);
  if (limits.length > 0) {
    const rest = isSold ? 'for later purchases' : 'until more is used';
    return [`It takes at most ${limits.join(' and ')}; the rest waits ${rest}.`];
  }
  // The floor of a purchase comes before charges that fell due; use has no floor.
  const fellDue = charge.per !== 'purchase' && charge.per !== 'day';
  return isSold && fellDue ? ['What a small purchase leaves of it, the next ones pay.'] : [];
}

function levySentence(d: Describing, levy: Levy): string {
  const amount =
    levy.perKwh !== undefined
      ? `${rateText(d, levy.perKwh)} per kWh`
      : levy.percent === undefined
        ? ''
        : shareText(d, levy.percent, basesText(d.tariff, levy.of ?? []));
  const inside = levy.included ? ', already inside the prices' : '';
  const parts = [
    `${levy.label}: ${amount}${inside}${energyRange(d, levy)}${whenText(d, levy.when)}.`,
  ];
  if (levy.repricing === 'month') {
    const what = d.charging === 'purchase' ? 'Each purchase' : 'Each reading';
    parts.push(`${what} brings it to what it is for the whole month.`);
  }
  const limits = limitsOf(d, levy);
  if (limits !== '') parts.push(limits);
  return parts.join(' ');
}

/** "15 % of the energy"; of a negative constant "0.5 % off the energy". */
function shareText(d: Describing, percent: Amount, bases: string): string {
  if (percent.kind !== 'constant' || compare(percent.value, zero) >= 0n) {
    return `${percentText(d, percent)} of ${bases}`;
  }
  return `${formatRational(negate(percent.value), 4)} % off ${bases}`;
}

function energyRange(d: Describing, levy: Levy): string {
  const { energyAboveKwh: above, energyUptoKwh: upto } = levy;
  if (above === undefined && upto === undefined) return '';
  const text = [
    above === undefined ? null : `above ${kwhText(d, above)}`,
    upto === undefined ? null : `up to ${kwhText(d, upto)}`,
  ].filter((part) => part !== null);
  return `, for the month’s energy ${text.join(' and ')}`;
}

/** A rebate is negative: its lower limit is the most that is given. */
function limitsOf(d: Describing, levy: Levy): string {
  const limits: string[] = [];
  for (const [amount, word] of [
    [levy.atLeast, 'at least'],
    [levy.atMost, 'at most'],
  ] as const) {
    if (amount === undefined) continue;
    const negative = amount.kind === 'constant' && compare(amount.value, zero) < 0n;
    limits.push(
      negative && amount.kind === 'constant'
        ? `${word === 'at least' ? 'at most' : 'at least'} ${moneyText(d, negate(amount.value))} off`
        : `${word} ${rateText(d, amount)}`,
    );
  }
  const one = d.charging === 'purchase' ? 'one purchase' : 'the use between two readings';
  return limits.length === 0
    ? ''
    : `For ${isOfMonth(levy) ? 'a month' : one} ${limits.join(' and ')}.`;
}

function freeSentences(d: Describing): string[] {
  const { freeAllowance } = d.tariff;
  if (freeAllowance === undefined) return [];
  const { kwh, when, variants = [], delivery, countsInBlocks } = freeAllowance;
  const amounts = kwh === undefined ? variants : [{ kwh, when: undefined }];
  const sentences = amounts.map((each, i) => {
    const otherwise = i > 0 && each.when === undefined ? ' in all other cases' : '';
    const conditions = `${whenText(d, when)}${whenText(d, each.when)}${otherwise}`;
    return `${kwhText(d, each.kwh)} each month are free${conditions}.`;
  });
  const bought =
    delivery === 'separate'
      ? 'They come as a token of their own, without a purchase,'
      : 'They come with the first purchase of the month';
  const way = d.charging === 'purchase' ? bought : 'They are the first that is used in a month,';
  const blocks = countsInBlocks
    ? 'and count towards the month’s blocks.'
    : 'and do not count towards the month’s blocks.';
  return [...sentences, `${way} ${blocks}`];
}

function roundingSentences(d: Describing): string[] {
  const { total } = d.tariff.rounding;
  // Of sales of energy alone.
  if (total === undefined || d.charging !== 'purchase') return [];
  const value = { n: BigInt(total.toMinor), d: 10n ** BigInt(d.tariff.currency.scale) };
  const step = moneyText(d, value);
  const way = { 'half-up': 'to the nearest', down: 'down to a whole', up: 'up to a whole' };
  return [
    `The total of a purchase is rounded ${way[total.mode]} ${step}, with its own line “${total.label}”.`,
  ];
}

function parameterSentences(
  tariff: Tariff,
  at: { readonly date: string; readonly parameters: Readonly<Record<string, string>> },
): string[] {
  return Object.entries(tariff.parameters).map(([name, parameter]) => {
    const value = valueOn(tariff, name, at);
    const own = parameter.of === 'connection' ? 'of each connection' : 'published by the utility';
    const choices =
      parameter.choices === undefined ? '' : ` One of ${parameter.choices.join(', ')}.`;
    const next = parameter.values?.find((v) => v.from > at.date);
    const later = next === undefined ? '' : ` From ${next.from} on ${next.value}.`;
    const now = value === null ? 'must be given' : value;
    return `${labelOf(tariff, name)}, ${own}: ${now}.${choices}${later}`;
  });
}
