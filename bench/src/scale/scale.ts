// Machines for 1, 10 and 50 million homes on paper: the tables of docs/scale.md, by the figures of
// figures.json or of a file that `--figures` names.

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Benchmark } from '../benchmark.ts';
import { figureNames } from './reckon.ts';
import { type Measured, measured, tablesOf } from './tables.ts';

export const benchmarkScale: Benchmark = async (print) => {
  const { values } = parseArgs({
    args: process.argv.slice(2),
    allowPositionals: true,
    strict: false,
    options: { figures: { type: 'string' } },
  });
  const figures = typeof values.figures === 'string' ? readFigures(values.figures) : measured;
  print(`scale: reckoned, not measured; figures of ${figures.where}`);
  for (const table of Object.values(tablesOf(figures))) print(`\n${table}`);
  return {
    bench: 'scale',
    ...Object.fromEntries(figureNames.map((name) => [name, figures.figures[name].value])),
  };
};

function readFigures(file: string): Measured {
  const read = JSON.parse(readFileSync(file, 'utf8')) as Measured;
  for (const name of figureNames) {
    const value = read.figures?.[name]?.value;
    if (!(typeof value === 'number' && value >= 0)) throw new Error(`${file}: no figure ${name}`);
  }
  return read;
}
