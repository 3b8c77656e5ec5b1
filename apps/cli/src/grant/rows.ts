// Meters and their energy, from options or from a file with a line for each meter.

import type { CommandContext, Options } from '../command.ts';
import { faultIn, textOf } from '../server-group.ts';

export type Row = { readonly meterPan: string; readonly energyWh?: string };

/** The rows, or what is wrong with the line. */
export function rowsOf(
  options: Options,
  context: CommandContext,
  withEnergy: boolean,
): readonly Row[] | string {
  const [meter, ...others] = options.positionals;
  const [csv, kwh] = [options.text('csv'), options.text('kwh')];
  if ((meter === undefined) === (csv === undefined) || others.length > 0) {
    return 'name one METER, or --csv FILE';
  }
  if (csv !== undefined) return rowsOfFile(context, csv, withEnergy);
  const row = rowOf([meter ?? '', ...(withEnergy ? [kwh ?? ''] : [])], withEnergy);
  return typeof row === 'string' ? row : [row];
}

function rowsOfFile(context: CommandContext, path: string, withEnergy: boolean): readonly Row[] {
  const text = textOf(context, path);
  const rows: Row[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const cells = line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    // A heading line has no digits in it, and empty lines say nothing.
    if (line.trim() === '' || (index === 0 && !/\d/.test(line))) continue;
    const row = rowOf(cells, withEnergy);
    if (typeof row === 'string') faultIn(path, `line ${index + 1}: ${row}`);
    rows.push(row);
  }
  return rows.length === 0 ? faultIn(path, 'it names no meter') : rows;
}

function rowOf(cells: readonly string[], withEnergy: boolean): Row | string {
  const [meterPan = '', kwh = ''] = cells;
  if (!/^\d{18}$/.test(meterPan)) return 'a meter number has 18 digits';
  if (!withEnergy) return { meterPan };
  const match = /^(\d{1,9})(?:\.(\d{1,3}))?$/.exec(kwh);
  if (match === null) return 'energy is written in kWh, like 12 or 12.5';
  const energyWh = BigInt(match[1] ?? '0') * 1_000n + BigInt((match[2] ?? '').padEnd(3, '0'));
  return energyWh === 0n ? 'energy is more than nothing' : { meterPan, energyWh: `${energyWh}` };
}
