// What came of the warnings in an evaluation: as lines of a table and as figures.

import { creditDays, type WarningEvaluation, type WarningTally } from '@prewatt/protection';

const daysOfMonth = 365.25 / 12;
type Figures = Readonly<Record<string, number | null>>;

function figuresOf(tally: WarningTally): Figures {
  const months = tally.days / daysOfMonth;
  const part = (sum: number, of: number) =>
    of === 0 ? null : Math.round((sum / of) * 10_000) / 10_000;
  return {
    credits: tally.credits,
    shareTold24h: part(tally.told24h, tally.credits),
    meanNoticeHours: part(tally.noticeHours, tally.warned),
    falseAlarmsPerHomeMonth: part(tally.falseAlarms, months),
    surgesPerHomeMonth: part(tally.surges, months),
    falseSurgesPerHomeMonth: part(tally.falseSurges, months),
  };
}

/** All sizes of credit together, by the days lived on each. */
function sumOf(all: WarningEvaluation, who: 'forecast' | 'threshold'): WarningTally {
  const sum = { ...all[3][who] };
  for (const days of [7, 14] as const) {
    for (const key of Object.keys(sum) as (keyof WarningTally)[]) sum[key] += all[days][who][key];
  }
  return sum;
}

export const warningFigures = (all: WarningEvaluation) =>
  Object.fromEntries(
    (['forecast', 'threshold'] as const).map((who) => [
      who,
      {
        ...Object.fromEntries(creditDays.map((days) => [`${days}days`, figuresOf(all[days][who])])),
        all: figuresOf(sumOf(all, who)),
      },
    ]),
  );

export function warningLines(all: WarningEvaluation): string[] {
  const header =
    '  warnings       credits  told 24h  notice h  false/month  surges/month  false surges';
  return [
    header,
    ...creditDays.flatMap((days) => [
      rowOf(`${days} days`, figuresOf(all[days].forecast)),
      rowOf('  3 kWh', figuresOf(all[days].threshold)),
    ]),
    rowOf('all', figuresOf(sumOf(all, 'forecast'))),
    rowOf('  3 kWh', figuresOf(sumOf(all, 'threshold'))),
  ];
}

function rowOf(name: string, figures: Figures): string {
  const number = (key: string, digits: number) => figures[key]?.toFixed(digits) ?? 'none';
  const share = figures.shareTold24h ?? null;
  return [
    `  ${name.padEnd(12)}`,
    number('credits', 0).padStart(10),
    (share === null ? 'none' : `${(share * 100).toFixed(1)}%`).padStart(10),
    number('meanNoticeHours', 0).padStart(10),
    number('falseAlarmsPerHomeMonth', 2).padStart(13),
    number('surgesPerHomeMonth', 2).padStart(14),
    number('falseSurgesPerHomeMonth', 2).padStart(14),
  ].join('');
}
