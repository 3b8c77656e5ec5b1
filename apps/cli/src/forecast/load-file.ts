// Load files: one row for each home and day, `home,date,i00,i01,…` in watt-hours or
// `home,date,kwh`, plain or gzip. What is no reading is a gap, never zero.

import type { LoadSeries } from '@prewatt/protection';
import { err, ok, type Result } from '@prewatt/quantities';

const dayMs = 86_400_000;
/** A file may leave out days, but not jump ten years: that is a mistake in a date. */
const greatestDays = 3660;

export type LoadFile = {
  readonly homes: readonly LoadSeries[];
  readonly readings: number;
  readonly missing: number;
  /** Readings below zero, taken as missing. */
  readonly negative: number;
};

/** Reads a file whole; the error is one line that says where it is wrong. */
export async function readLoadFile(file: Blob): Promise<Result<LoadFile, string>> {
  let text: string;
  try {
    text = await textOf(file);
  } catch {
    return err('the file is cut short or no gzip');
  }
  const [header = '', ...lines] = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const columns = columnsOf(header.split(','));
  if (!columns.ok) return columns;
  const days = new Map<string, Map<number, readonly (number | null)[]>>();
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const row = readRow(line.split(','), columns.value);
    if (!row.ok) return err(`line ${index + 2}: ${row.error}`);
    const { home, day, cells } = row.value;
    const ofHome = days.get(home) ?? new Map<number, readonly (number | null)[]>();
    if (ofHome.has(day)) return err(`line ${index + 2}: home ${home} has this day twice`);
    days.set(home, ofHome.set(day, cells));
  }
  return seriesOf(days, columns.value);
}

/** Homes with their days in order, days that are not in the file as gaps. */
function seriesOf(
  days: ReadonlyMap<string, ReadonlyMap<number, readonly (number | null)[]>>,
  { cells: perDay }: Columns,
): Result<LoadFile, string> {
  const gap = new Array<number | null>(perDay.length).fill(null);
  const homes: LoadSeries[] = [];
  const count = { readings: 0, missing: 0, negative: 0 };
  for (const [home, ofHome] of days) {
    let first = Number.POSITIVE_INFINITY;
    let last = Number.NEGATIVE_INFINITY;
    for (const day of ofHome.keys()) {
      first = Math.min(first, day);
      last = Math.max(last, day);
    }
    if (last - first > greatestDays) return err(`home ${home} spans more than ten years`);
    const energyWh: (number | null)[] = [];
    for (let day = first; day <= last; day += 1) {
      for (const wh of ofHome.get(day) ?? gap) {
        if (wh !== null && wh < 0) count.negative += 1;
        const reading = wh !== null && wh >= 0 ? wh : null;
        count[reading === null ? 'missing' : 'readings'] += 1;
        energyWh.push(reading);
      }
    }
    homes.push({ home, startsAtMs: first * dayMs, intervalMs: dayMs / perDay.length, energyWh });
  }
  if (homes.length === 0) return err('no row below the header');
  return ok({ homes, ...count });
}

type Columns = {
  readonly home: number;
  readonly date: number;
  /** Places of the intervals of a day, in order. */
  readonly cells: readonly number[];
  /** 1 where cells are watt-hours, 1000 where they are kilowatt-hours. */
  readonly whPerUnit: number;
};

function columnsOf(names: readonly string[]): Result<Columns, string> {
  const home = names.indexOf('home');
  const date = names.indexOf('date');
  if (home < 0 || date < 0) return err('the header has no "home" and "date"');
  const daily = names.indexOf('kwh');
  if (daily >= 0) return ok({ home, date, cells: [daily], whPerUnit: 1000 });
  const cells = names.flatMap((name, index) => (/^i\d+$/.test(name) ? [index] : []));
  const inOrder = cells.every((place, i) => Number(names[place]?.slice(1)) === i);
  if (!inOrder || ![24, 48, 96, 144, 288].includes(cells.length)) {
    return err('the header has no "kwh", nor i00, i01, … for 24, 48, 96, 144 or 288 intervals');
  }
  return ok({ home, date, cells, whPerUnit: 1 });
}

function readRow(
  cells: readonly string[],
  columns: Columns,
): Result<{ home: string; day: number; cells: (number | null)[] }, string> {
  const date = cells[columns.date] ?? '';
  const atMs = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(`${date}T00:00Z`) : Number.NaN;
  if (Number.isNaN(atMs)) return err(`"${date}" is no date`);
  const values: (number | null)[] = [];
  for (const place of columns.cells) {
    const cell = (cells[place] ?? '').trim();
    const value = cell === '' ? null : Number(cell) * columns.whPerUnit;
    if (value !== null && !Number.isFinite(value)) return err(`"${cell}" is no number`);
    values.push(value);
  }
  return ok({ home: cells[columns.home] ?? '', day: Math.round(atMs / dayMs), cells: values });
}

async function textOf(file: Blob): Promise<string> {
  const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  if (start[0] !== 0x1f || start[1] !== 0x8b) return file.text();
  return new Response(file.stream().pipeThrough(new DecompressionStream('gzip'))).text();
}
