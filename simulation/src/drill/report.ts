// What a drill found, as one HTML file that needs nothing else: machine and versions, and each
// figure beside its goal.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';

export type Row = {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** At most; null: told, and not judged. */
  readonly goal: number | null;
};

export type Chapter = {
  readonly title: string;
  readonly lead: string;
  readonly sold: number;
  readonly paid: number;
  /** Answers and rules that were compared with the books. */
  readonly checks: number;
  readonly isWithin: boolean;
  readonly rows: readonly Row[];
};

/** A chapter that broke off has no figures. */
export type Broken = { readonly title: string; readonly why: string };

/** Gives the file's path. */
export function writeReport(
  folder: string,
  chapters: readonly (Chapter | Broken)[],
  at: Date,
): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `drill-${at.toISOString().slice(0, 19).replaceAll(':', '')}.html`);
  writeFileSync(file, reportOf(chapters, { at, facts: factsOfDrill() }));
  return file;
}

export type Facts = readonly (readonly [what: string, value: string])[];

const said = (command: string, ...args: string[]): string =>
  spawnSync(command, args, { encoding: 'utf8' }).stdout?.trim().split('\n')[0] || 'not here';

/** Of any report: the machine, the code and what runs it. */
export function factsOfMachine(): Facts {
  const [cpu] = cpus();
  return [
    ['Machine', `${availableParallelism()} processors (${cpu?.model ?? arch()})`],
    ['Memory', `${Math.round(totalmem() / 2 ** 30)} GB`],
    ['Load when it ended', loadOfMachine()],
    ['System', `${type()} ${release()}`],
    ['Prewatt', said('git', 'log', '-1', '--format=%h, %s')],
    ['Node', process.version],
  ];
}

const factsOfDrill = (): Facts => [
  ...factsOfMachine(),
  ['PostgreSQL (Debian)', said('/usr/lib/postgresql/17/bin/postgres', '--version')],
  ['Patroni', said('patroni', '--version')],
  ['HAProxy', said('haproxy', '-v')],
  ['pgBackRest', said('pgbackrest', 'version')],
];

function loadOfMachine(): string {
  try {
    return readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).join(', ');
  } catch {
    return 'not known';
  }
}

export const style = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;
margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid #8884;vertical-align:top}
td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}.wide{overflow-x:auto}
.good{color:light-dark(#1a7f37,#4ac26b)}
.bad{color:light-dark(#c22,#ff8078)}svg{display:block;width:8rem;height:.8rem}
rect.room{fill:#8883}rect.used{fill:currentColor}`;

export function reportOf(
  chapters: readonly (Chapter | Broken)[],
  o: { readonly at: Date; readonly facts: Facts },
): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Prewatt: drill</title>
<meta name="viewport" content="width=device-width"><style>${style}</style></head><body>
<h1>Drill</h1><p>${safe(o.at.toISOString())}. Everything ran on one machine; where other work ran on
it, times are longer than they need be.</p>
${chapters.map((chapter) => ('why' in chapter ? brokenOf(chapter) : chapterOf(chapter))).join('\n')}
${factsTable(o.facts)}
</body></html>
`;
}

export const factsTable = (facts: Facts): string =>
  `<h2>Where</h2><div class="wide"><table>${facts
    .map(([what, value]) => `<tr><th>${safe(what)}</th><td>${safe(value)}</td></tr>`)
    .join('')}</table></div>`;

const brokenOf = ({ title, why }: Broken): string =>
  `<h2>${safe(title)}</h2><p class="bad"><strong>Broke off.</strong></p><pre>${safe(why)}</pre>`;

function chapterOf({ title, lead, sold, paid, checks, isWithin, rows }: Chapter): string {
  const verdict = isWithin
    ? '<span class="good">Within its goals.</span>'
    : '<span class="bad">Beyond a goal.</span>';
  return `<h2>${safe(title)}</h2><p>${safe(lead)} ${verdict}</p>
<p>${sold} sales and ${paid} payments; ${checks} answers and rules compared with the books:
a sale that is lost or there twice breaks a drill off.</p>
<div class="wide"><table><tr><th>What</th><th>Found</th><th>Goal, at most</th><th></th></tr>
${rows.map(rowOf).join('\n')}</table></div>`;
}

function rowOf({ what, value, unit, goal }: Row): string {
  const shown = (n: number) => safe(`${n.toLocaleString('en')} ${unit}`.trim());
  const isOver = goal !== null && value > goal;
  return `<tr><td>${safe(what)}</td><td class="n ${isOver ? 'bad' : ''}">${shown(value)}</td>
<td class="n">${goal === null ? '' : shown(goal)}</td><td>${barOf(value, goal)}</td></tr>`;
}

/** How much of the goal was used; a goal of nothing has no bar. */
function barOf(value: number, goal: number | null): string {
  if (goal === null || goal === 0) return '';
  const part = Math.min(100, Math.round((100 * value) / goal));
  const kind = value > goal ? 'bad' : 'good';
  return `<svg class="${kind}" viewBox="0 0 100 10" preserveAspectRatio="none" role="img"
aria-label="${part}% of the goal"><rect class="room" width="100" height="10"/>
<rect class="used" width="${part}" height="10"/></svg>`;
}

export const safe = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The same for a terminal. */
export const linesOf = ({ title, rows, isWithin }: Chapter): readonly string[] => [
  `${title}: ${isWithin ? 'within its goals' : 'beyond a goal'}`,
  ...rows.map(
    ({ what, value, unit, goal }) =>
      `  ${what}: ${value.toLocaleString('en')} ${unit}`.trimEnd() +
      (goal === null ? '' : ` (goal: at most ${goal.toLocaleString('en')})`),
  ),
];
