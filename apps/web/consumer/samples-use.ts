// Views of a home's use, for tests only: each length of time, one without readings and one without
// a price.

import type { Frame, UseView } from '@prewatt/api';
import { renderUse } from './pages/use.ts';
import { flat } from './samples.ts';

const week: UseView = {
  ...{ connection: flat, by: 'week', from: '2026-11-23', to: '2026-11-29' },
  ...{ previous: '2026-11-16', next: null },
  parts: [
    { key: '2026-11-23', energyWh: '8600', costMinor: '2150' },
    { key: '2026-11-24', energyWh: '6000', costMinor: '1500' },
    ...['25', '26', '27', '28', '29'].map((day) => ({
      ...{ key: `2026-11-${day}`, energyWh: null, costMinor: null },
    })),
  ],
  ...{ energyWh: '14600', costMinor: '3650', before: { energyWh: '17000', sameWh: '14600' } },
  baseLoad: { powerW: '85', monthWh: '62050', monthMinor: '15500', kwhMinor: '250' },
  saving: { days: '9.1', daysWithLess: '12.0' },
  lasting: { until: '2026-12-04', days: 10, leftWh: '38420', averageWh: '4210' },
};

const unpricedPart = { key: '2026-11-24T13', energyWh: '410', costMinor: null };

export const uses = {
  week,
  day: {
    ...{ ...week, by: 'day', from: '2026-11-24', to: '2026-11-24', next: '2026-11-25' },
    parts: [
      { key: '2026-11-24T12', energyWh: '380', costMinor: '95' },
      { ...unpricedPart, costMinor: '103' },
    ],
  },
  month: { ...week, by: 'month', from: '2026-11-01', to: '2026-11-30', before: null },
  year: {
    ...{ ...week, by: 'year', from: '2026-01-01', to: '2026-12-31' },
    parts: [{ key: '2026-11', energyWh: '214000', costMinor: '53500' }],
    before: { energyWh: '214100', sameWh: '214000' },
  },
  empty: {
    ...{ ...week, parts: [], energyWh: '0', costMinor: null, before: null },
    lasting: { until: '2026-11-24', days: null, leftWh: '38420', averageWh: '4210' },
  },
  enough: {
    ...week,
    lasting: { ...week.lasting, days: 1, averageWh: '4210', leftWh: '38420', until: '2026-11-25' },
  },
  unpriced: {
    ...{ ...week, by: 'day', parts: [unpricedPart], costMinor: null },
    baseLoad: { powerW: '85', monthWh: '62050', monthMinor: null, kwhMinor: null },
    ...{ saving: null, lasting: null },
  },
} as const satisfies Readonly<Record<string, UseView>>;

export const pagesOfUse = (
  frame: Frame,
  change: <T>(value: T) => T,
): readonly (readonly [string, string])[] =>
  Object.entries<UseView>(uses).map(([name, view]) => [
    `use ${name}`,
    renderUse(frame, change(view)),
  ]);
