// What benchmarks measured, as one HTML file that needs nothing else: each figure beside its
// baseline, with the least and the most of what was seen.

import { type Facts, factsTable, safe, style } from '@prewatt/simulation/report';
import { at, type Shown, shown } from './figures.ts';

/** What one benchmark printed and gave each time that it ran, or why it broke off. */
export type Ran = {
  readonly name: string;
  readonly runs: readonly object[];
  readonly printed: string;
  readonly why: string | null;
};

export type Figure = {
  readonly what: string;
  readonly unit: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly baseline: { readonly what: string; readonly value: number } | null;
};

const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;

/** Figures that the runs have; the value is the middle one of several runs. */
export function figuresOf({ name, runs }: Ran): readonly Figure[] {
  return (shown[name] ?? []).flatMap((figure) => figureOf(figure, runs) ?? []);
}

function figureOf(o: Shown, runs: readonly object[]): Figure | null {
  const all = (path: string): readonly number[] =>
    runs.flatMap((run) => at(run, path) as unknown[]).filter(isNumber);
  const values = all(o.value);
  if (values.length === 0) return null;
  const seen = [...values, ...(o.turns === undefined ? [] : all(o.turns))];
  const { baseline } = o;
  return {
    ...{ what: o.what, unit: o.unit, value: middle(values) },
    ...{ least: Math.min(...seen), most: Math.max(...seen) },
    baseline:
      baseline === undefined ? null : { what: baseline.what, value: middle(all(baseline.value)) },
  };
}

const more = `svg.bars{width:100%;height:1.6rem;max-width:14rem}rect.own{fill:#4c6ef5}
rect.base{fill:#8888}pre{overflow-x:auto}@media(max-width:40rem){body{margin:1rem auto}
.figures tr:first-child,.figures td:empty{display:none}
.figures tr{display:block;padding:.5rem 0;border-bottom:1px solid #8884}
.figures td{display:block;text-align:left;border:0;padding:.1rem 0}
.figures td[data-of]::before{content:attr(data-of) ': ';opacity:.75}}`;

export function reportOf(
  all: readonly Ran[],
  o: { readonly at: Date; readonly facts: Facts },
): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Prewatt: benchmarks</title>
<meta name="viewport" content="width=device-width"><style>${style}${more}</style></head><body>
<h1>Benchmarks</h1><p>${safe(o.at.toISOString())}. Each figure stands beside a baseline of the same
run where it has one: ratios travel from machine to machine, speeds do not. Blue is the figure, grey
its baseline.</p>
${all.map(chapterOf).join('\n')}
${factsTable(o.facts)}
</body></html>
`;
}

function chapterOf(ran: Ran): string {
  const title = `<h2>${safe(ran.name)}</h2>`;
  if (ran.why !== null) {
    return `${title}<p class="bad"><strong>Broke off.</strong></p><pre>${safe(ran.why)}</pre>`;
  }
  const rows = figuresOf(ran).map(rowOf);
  const table = `<div class="wide"><table class="figures">
<tr><th>What</th><th>Found</th><th>Range</th><th>Baseline</th><th>Times</th><th></th></tr>
${rows.join('\n')}</table></div>`;
  return `${title}${rows.length === 0 ? '' : table}
<details${rows.length === 0 ? ' open' : ''}><summary>What it printed</summary><pre>${safe(ran.printed)}</pre></details>`;
}

function rowOf({ what, unit, value, least, most, baseline }: Figure): string {
  const text = (n: number): string =>
    n.toLocaleString('en', { maximumFractionDigits: n < 10 ? 2 : n < 100 ? 1 : 0 });
  const range = least === most ? '' : `${text(least)} to ${text(most)}`;
  const beside = baseline === null ? '' : `${text(baseline.value)} (${baseline.what})`;
  const times = baseline === null || baseline.value === 0 ? '' : text(value / baseline.value);
  const cell = (of: string, said: string, kind = 'n'): string =>
    `<td class="${kind}" data-of="${of}">${safe(said)}</td>`;
  return `<tr><td>${safe(what)}</td>${cell('Found', `${text(value)} ${unit}`.trim())}
${cell('Range', range)}${cell('Baseline', beside, '')}${cell('Times', times)}
<td>${baseline === null ? '' : barsOf(value, baseline.value)}</td></tr>`;
}

function barsOf(value: number, baseline: number): string {
  const width = (n: number): string => ((100 * n) / Math.max(value, baseline, 1e-9)).toFixed(1);
  return `<svg class="bars" viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true">
<rect class="own" width="${width(value)}" height="8"/>
<rect class="base" y="10" width="${width(baseline)}" height="8"/></svg>`;
}
