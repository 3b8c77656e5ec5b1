// Load files: one row for each home and day, `home,date,i00,i01,…` in watt-hours or
// `home,date,kwh`, plain or gzip, as spreadsheets and scripts write them. What is no reading is a
// gap, never zero; what cannot be meant is refused with its line.

import type { LoadSeries } from '@prewatt/protection';
import { err, ok, type Result } from '@prewatt/quantities';
import { linesOf, TooLong } from '../text-lines.ts';
import { type Columns, cellsOf, readHeader, readRow } from './load-row.ts';

const dayMs = 86_400_000;
/** A file may leave out days, but not jump ten years: that is a mistake in a date. */
const greatestDays = 3660;

export type LoadFile = {
  readonly homes: readonly LoadSeries[];
  readonly readings: number;
  readonly missing: number;
  /** Readings below zero, taken as missing. */
  readonly negative: number;
  /** Readings of a 25th hour, where clocks go back; a day is judged with 24. */
  readonly beyondDay: number;
};

type Cells = readonly (number | null)[];
type Days = Map<string, Map<number, Cells>>;

/** Reads a file line by line; the error is one line that says where it is wrong. */
export async function readLoadFile(file: Blob): Promise<Result<LoadFile, string>> {
  const days: Days = new Map();
  let columns: Columns | null = null;
  let beyondDay = 0;
  let number = 0;
  try {
    for await (const line of linesOf(file)) {
      number += 1;
      if (line.includes('\0')) return err('the file is not UTF-8 text: save it as UTF-8');
      if (line.trim() === '' || line.startsWith('#')) continue;
      if (columns === null) {
        const read = readHeader(line);
        if (!read.ok) return err(`line ${number}: ${read.error}`);
        columns = read.value;
        continue;
      }
      const cells = cellsOf(line, columns.mark);
      // Spreadsheets leave lines of nothing but marks behind.
      if (cells.every((cell) => cell === '')) continue;
      const row = readRow(cells, columns);
      if (!row.ok) return err(`line ${number}: ${row.error}`);
      const { home, day } = row.value;
      const ofHome = days.get(home) ?? new Map<number, Cells>();
      if (ofHome.has(day)) return err(`line ${number}: home ${home} has this day twice`);
      days.set(home, ofHome.set(day, row.value.cells));
      beyondDay += row.value.beyondDay;
    }
  } catch (error) {
    if (error instanceof TooLong) return err('the file is no text of lines');
    return err('the file is cut short or no gzip');
  }
  if (columns === null) return err('the file is empty');
  return seriesOf(days, { perDay: columns.cells.length, beyondDay });
}

/** Homes with their days in order, days that are not in the file as gaps. */
function seriesOf(
  days: Days,
  o: { readonly perDay: number; readonly beyondDay: number },
): Result<LoadFile, string> {
  const gap = new Array<number | null>(o.perDay).fill(null);
  const homes: LoadSeries[] = [];
  const count = { readings: 0, missing: 0, negative: 0, beyondDay: o.beyondDay };
  for (const [home, ofHome] of days) {
    let first = Number.POSITIVE_INFINITY;
    let last = Number.NEGATIVE_INFINITY;
    for (const day of ofHome.keys()) {
      first = Math.min(first, day);
      last = Math.max(last, day);
    }
    if (last - first > greatestDays) {
      return err(`home ${home} spans more than ten years: ${dayText(first)} to ${dayText(last)}`);
    }
    const energyWh: (number | null)[] = [];
    for (let day = first; day <= last; day += 1) {
      for (const wh of ofHome.get(day) ?? gap) {
        if (wh !== null && wh < 0) count.negative += 1;
        const reading = wh !== null && wh >= 0 ? wh : null;
        count[reading === null ? 'missing' : 'readings'] += 1;
        energyWh.push(reading);
      }
    }
    homes.push({ home, startsAtMs: first * dayMs, intervalMs: dayMs / o.perDay, energyWh });
  }
  if (homes.length === 0) return err('no row below the header');
  return ok({ homes, ...count });
}

const dayText = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);
