// What two rule sets do differently, in words, for the person who has to approve the change.

import type { ProtectionRules } from '@prewatt/protection';

type Fact = { readonly label: string; readonly value: string };

const weekdayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const list = (items: readonly string[]): string => (items.length === 0 ? 'none' : items.join(', '));
const kwh = (wh: string): string => `${Number(wh) / 1000} kWh`;

const parts: readonly { label: string; say: (rules: ProtectionRules) => string }[] = [
  {
    label: 'Friendly hours',
    say: ({ friendlyHours }) =>
      list(
        friendlyHours.map(({ weekdays, from, to }) => {
          const days = weekdays.map((day) => weekdayNames[day - 1] ?? '').join(' ');
          return `${days} ${from} to ${to}`;
        }),
      ),
  },
  { label: 'Holidays', say: ({ holidays }) => list(holidays) },
  { label: 'No cut in weather', say: ({ weather }) => list(weather.protects) },
  {
    label: 'Days in the document',
    say: ({ weather }) => list(weather.days.map((day) => `${day.date} ${day.kind}`)),
  },
  { label: 'Emergency credit', say: (rules) => kwh(rules.emergencyCreditWh) },
  { label: 'Most of a payment for debt', say: ({ debt }) => `${debt.maximumSharePercent}%` },
  { label: 'Least energy of a top-up', say: ({ debt }) => kwh(debt.floorEnergyWh) },
  {
    label: 'Grace after conversion',
    say: ({ graceAfterConversion: { days, workingDaysOnly, owedLimitWh } }) =>
      `${days} ${workingDaysOnly ? 'working days' : 'days'}` +
      `${owedLimitWh === null ? '' : `, until ${kwh(owedLimitWh)} are owed`}`,
  },
  {
    label: 'When nothing is sold',
    say: ({ whenVendingStops: stops }) =>
      stops === undefined
        ? 'nothing changes'
        : `no cut after ${stops.afterMinutes} minutes without a sale, for ${stops.graceHours} h` +
          `${stops.owedLimitWh === null ? '' : `, until ${kwh(stops.owedLimitWh)} are owed`}`,
  },
  {
    label: 'On again in protected hours',
    say: ({ protectedOwedLimitWh: limit }) =>
      limit === undefined ? 'whatever is owed' : `while at most ${kwh(limit)} are owed`,
  },
  {
    label: 'Soft landing',
    say: ({ softLanding }) =>
      list(softLanding.map((step) => `below ${kwh(step.belowWh)}: ${step.powerLimitW} W`)),
  },
  {
    label: 'Soft landing by token',
    say: ({ softLandingByToken: byToken }) =>
      byToken === undefined
        ? 'none'
        : `${byToken.aheadHours} h before a step, lifted to ${byToken.liftPowerW} W`,
  },
  {
    label: 'Call after silence of',
    say: ({ silence: { callAfterHours } }) =>
      callAfterHours === null ? 'never' : `${callAfterHours} h`,
  },
];

/** One fact for each part that changes, "before; then". */
export function changesOf(now: ProtectionRules, proposed: ProtectionRules): Fact[] {
  return parts.flatMap(({ label, say }) => {
    const [before, after] = [say(now), say(proposed)];
    return before === after ? [] : [{ label, value: `now ${before}; then ${after}` }];
  });
}
