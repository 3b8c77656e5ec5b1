// The tables of docs/scale.md, in Markdown: what was measured, what is assumed, what follows.

import figuresFile from './figures.json' with { type: 'json' };
import { assumptions, type Figures, figureNames, type Plan, reckon } from './reckon.ts';

export type Measured = {
  readonly where: string;
  readonly figures: Readonly<
    Record<
      keyof Figures,
      { readonly value: number; readonly unit: string; readonly what: string; readonly by: string }
    >
  >;
};

export const measured: Measured = figuresFile;
export const sizes = [1_000_000, 10_000_000, 50_000_000] as const;

type Table = readonly (readonly string[])[];

const short = (value: number): string =>
  value.toLocaleString('en', { maximumSignificantDigits: value < 100 ? 2 : 3 });

const measuredTable = (of: Measured): Table => [
  ['figure', 'measured', 'printed by'],
  ...figureNames.map((name) => {
    const { value, unit, what, by } = of.figures[name];
    return [what, `${value.toLocaleString('en')} ${unit}`, `\`npm run bench -- ${by}\``];
  }),
];

const assumedTable: Table = [
  ['assumed', 'value'],
  ...Object.values(assumptions).map(({ value, what }) => [what, value.toLocaleString('en')]),
];

const lines: readonly (readonly [what: string, of: (plan: Plan) => string])[] = [
  ['sales a second in the busiest hour', (p) => short(p.salesASecond)],
  ['readings a second at the peak', (p) => short(p.readingsASecond)],
  ['processors of servers', (p) => short(p.serverCores)],
  ['processors of PostgreSQL', (p) => short(p.databaseCores)],
  ['pages that are always in use', (p) => `${short(p.hotGB)} GB`],
  ['readings on disk, one copy', (p) => `${short(p.readingsTB)} TB`],
  ['all the rest on disk, one copy', (p) => `${short(p.restTB)} TB`],
  ['write-ahead log a day', (p) => `${short(p.walTBADay)} TB`],
  ['server processes', (p) => short(p.servers)],
  ['brokers', (p) => short(p.brokers)],
  ['databases, each of three machines', (p) => short(p.groups)],
  ['what limits the database', (p) => p.limit],
  ['processors of all but brokers', (p) => short(p.total.cores)],
  ['their memory', (p) => `${short(p.total.memoryGB)} GB`],
  ['disk of all copies', (p) => `${short(p.total.diskTB)} TB`],
];

function plansTable(of: Measured): Table {
  const values = Object.fromEntries(figureNames.map((name) => [name, of.figures[name].value]));
  const plans = sizes.map((homes) => reckon(values as Figures, homes));
  return [
    ['', ...plans.map(({ homes }) => `${homes / 1_000_000} million homes`)],
    ...lines.map(([what, told]) => [what, ...plans.map(told)]),
  ];
}

const markdown = ([head = [], ...rows]: Table): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** By name, as the marks of the page have them. */
export const tablesOf = (of: Measured): Readonly<Record<string, string>> => ({
  measured: markdown(measuredTable(of)),
  assumed: markdown(assumedTable),
  plans: markdown(plansTable(of)),
});
