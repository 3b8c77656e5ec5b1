// A rule set in plain sentences, for those who decide about it and those who answer for it.

import { formatKwh } from '@prewatt/quantities';
import type { FriendlyHours, LandingStep, ProtectionRules, WhenVendingStops } from './rules.ts';
import { weekSentences } from './week-of-rules.ts';

export type RulesPart = { readonly title: string; readonly sentences: readonly string[] };

/** Checked rules, part by part; each part has at least one sentence. */
export function describeRules(rules: ProtectionRules): readonly RulesPart[] {
  const week = weekSentences(rules);
  return [
    { title: 'When supply stays on', sentences: [...whenSentences(rules), ...offBefore(rules)] },
    ...(week.length === 0 ? [] : [{ title: 'The week', sentences: week }]),
    { title: 'Homes that are never cut', sentences: neverSentences },
    { title: 'Before supply ends', sentences: beforeSentences(rules) },
    { title: 'What is owed', sentences: owedSentences(rules) },
    { title: 'Who is called', sentences: callSentences(rules) },
  ];
}

const neverSentences = [
  'A home with a medical or vulnerable mark is never cut for lack of credit; a person is called.',
];

/** The times in which the rules allow no cut; grace aside, which is of one home. */
export function timesWithoutCut(rules: ProtectionRules): readonly string[] {
  const grace = { ...rules.graceAfterConversion, days: 0 };
  return whenSentences({ ...rules, graceAfterConversion: grace });
}

/** Whether there are times without a cut that a home may meet when its supply is off already. */
export const hasTimesWithoutCut = (rules: ProtectionRules): boolean =>
  rules.friendlyHours.length + rules.holidays.length + rules.weather.protects.length > 0 ||
  rules.whenVendingStops !== undefined;

/** A cut that is not allowed is no supply that comes back: a meter does not close by the hour. */
function offBefore(rules: ProtectionRules): string[] {
  if (!hasTimesWithoutCut(rules)) return [];
  return [
    'Supply that went off at another time stays off in these hours, too, until there is credit; in wallet mode it comes on again.',
  ];
}

function whenSentences(rules: ProtectionRules): string[] {
  const sentences = rules.friendlyHours.flatMap((hours) => hoursSentences(hours, rules));
  if (rules.holidays.length > 0) {
    sentences.push(`No cut on holidays: ${datesText(rules.holidays)}.`);
  }
  if (rules.weather.protects.length > 0) {
    const kinds = rules.weather.protects.join(' or ');
    sentences.push(`No cut on days that are declared for ${kinds}.`);
  }
  const { days, workingDaysOnly, owedLimitWh } = rules.graceAfterConversion;
  if (days > 0) {
    const of = workingDaysOnly ? 'working days' : 'days';
    const limit =
      owedLimitWh === null ? '' : `, or until ${kwhOf(owedLimitWh)} are owed, whichever is first`;
    sentences.push(`No cut for ${days} ${of} after a connection turned prepaid${limit}.`);
  }
  const stops = rules.whenVendingStops;
  if (stops !== undefined) sentences.push(outageSentence(stops));
  return sentences.length === 0 ? ['A cut is allowed at any hour of any day.'] : sentences;
}

/**
 * Hours over midnight that begin on a day without any cut add the next morning alone, and only that
 * is said.
 */
function hoursSentences(hours: FriendlyHours, { friendlyHours }: ProtectionRules): string[] {
  const free = friendlyHours.filter(isWholeDay).flatMap(({ weekdays }) => weekdays);
  const goesOn = !isWholeDay(hours) && hours.to <= hours.from;
  const added = goesOn ? hours.weekdays.filter((day) => free.includes(day)) : [];
  const said = hours.weekdays.filter((day) => !added.includes(day));
  const mornings = added.map((day) => (day % 7) + 1).filter((day) => !free.includes(day));
  return [
    ...(said.length === 0 ? [] : [`No cut ${daysText(said)} ${hoursText(hours)}.`]),
    ...(mornings.length === 0 || hours.to === '00:00'
      ? []
      : [`No cut ${daysText(mornings)} before ${hours.to}.`]),
  ];
}

const isWholeDay = ({ from, to }: Pick<FriendlyHours, 'from' | 'to'>): boolean =>
  from === '00:00' && to === '24:00';

/** "25 December 2026, 26 December 2026 and 1 January 2027" */
function datesText(dates: readonly string[]): string {
  const texts = [...dates].sort().map((date) => {
    const day = Temporal.PlainDate.from(date);
    return day.toLocaleString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
  });
  return texts.length === 1
    ? (texts[0] ?? '')
    : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
}

const outageSentence = ({ afterMinutes, graceHours, owedLimitWh }: WhenVendingStops): string => {
  const limit =
    owedLimitWh === null
      ? ''
      : ` A home that owes more than ${kwhOf(owedLimitWh)} is cut all the same.`;
  return (
    `When nothing was sold for ${afterMinutes} minutes, at a time at which sales are usual: ` +
    `no cut until sales go on, for ${graceHours} hours at most.${limit}`
  );
};

function beforeSentences(rules: ProtectionRules): string[] {
  const sentences = rules.softLanding.map(landingSentence);
  const byToken = rules.softLandingByToken;
  if (byToken !== undefined) {
    sentences.push(
      'A customer whose meter has no link is sent the limit as a token, ' +
        `${byToken.aheadHours} hours before; the next top-up lifts it to ${byToken.liftPowerW} W.`,
    );
  }
  sentences.push(
    rules.emergencyCreditWh === '0'
      ? 'There is no emergency credit.'
      : `A customer may take ${kwhOf(rules.emergencyCreditWh)} of emergency credit; it is owed from the next top-up.`,
  );
  return sentences;
}

const landingSentence = (step: LandingStep): string =>
  `Below ${kwhOf(step.belowWh)} of credit, power is limited to ${step.powerLimitW} W.`;

function owedSentences({ debt, protectedOwedLimitWh: limit }: ProtectionRules): string[] {
  const again =
    limit === undefined
      ? []
      : [
          `In wallet mode supply that has ended stays off in hours without a cut, too, once more than ${kwhOf(limit)} are owed; marked homes stay on.`,
        ];
  return [...shareSentences(debt), ...again];
}

function shareSentences(debt: ProtectionRules['debt']): string[] {
  if (debt.maximumSharePercent === 0) return ['Nothing of a payment goes to what is owed.'];
  const share = `At most ${debt.maximumSharePercent} % of a payment goes to what is owed.`;
  if (debt.floorEnergyWh === '0') return [share];
  return [share, `Every top-up yields at least ${kwhOf(debt.floorEnergyWh)}, whatever is owed.`];
}

function callSentences({ silence }: ProtectionRules): string[] {
  const hours = silence.callAfterHours;
  const atOnce = 'A marked home without credit is called at once.';
  if (hours === null) return [atOnce];
  return [atOnce, `Any other home is called after ${hours} hours without credit and use.`];
}

const kwhOf = (energy: string): string => `${formatKwh(BigInt(energy))} kWh`;

const weekdayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** "from Monday to Friday", "on Saturday and Sunday", "on any day" */
function daysText(weekdays: readonly number[]): string {
  const days = [...weekdays].sort((a, b) => a - b);
  if (days.length === 7) return 'on any day';
  const names = days.map((day) => weekdayNames[day - 1] ?? String(day));
  const first = names[0] ?? '';
  const last = names.at(-1) ?? '';
  const inARow = days.every((day, at) => day === (days[0] ?? 0) + at);
  if (inARow && days.length > 2) return `from ${first} to ${last}`;
  return names.length === 1 ? `on ${first}` : `on ${names.slice(0, -1).join(', ')} and ${last}`;
}

/** "at any hour", "between 18:00 and 11:00 of the next day" */
function hoursText({ from, to }: Pick<FriendlyHours, 'from' | 'to'>): string {
  if (isWholeDay({ from, to })) return 'at any hour';
  return to <= from ? `between ${from} and ${to} of the next day` : `between ${from} and ${to}`;
}
