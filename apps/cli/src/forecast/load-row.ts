// A line of a load file: which column holds what, and the readings of one day. Marks between cells,
// quotes, capitals and words for a missing reading are taken as they come.

import { err, ok, type Result } from '@prewatt/quantities';

const dayMs = 86_400_000;
/** A home does not use this much in one interval: the number is another unit or a mistake. */
const greatestWh = 1_000_000_000;
const missingWords = new Set(['', 'na', 'n/a', '#n/a', 'nan', 'null', 'none']);

export type Columns = {
  /** What stands between cells. */
  readonly mark: string;
  /** -1 where the file is of one home and does not name it. */
  readonly home: number;
  readonly date: number;
  /** Places of the intervals of a day, in order. */
  readonly cells: readonly number[];
  /** Places of a 25th hour, filled where clocks go back. */
  readonly beyondDay: readonly number[];
  readonly columns: number;
  /** 1 where cells are watt-hours, 1000 where they are kilowatt-hours. */
  readonly whPerUnit: number;
};

/** Cells of a line, without the quotes and spaces around them. */
export function cellsOf(line: string, mark: string): string[] {
  if (!line.includes('"')) return line.split(mark).map((cell) => cell.trim());
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (const [i, letter] of [...line].entries()) {
    if (letter === '"') {
      if (!quoted && line[i - 1] === '"' && cell !== '') cell += '"';
      quoted = !quoted;
    } else if (letter === mark && !quoted) {
      cells.push(cell.trim());
      cell = '';
    } else {
      cell += letter;
    }
  }
  cells.push(cell.trim());
  return cells;
}

/** The mark that stands most often in the header. */
function markOf(header: string): string {
  const marks = [',', ';', '\t', '|'];
  const times = (mark: string) => header.split(mark).length;
  return marks.reduce((best, mark) => (times(mark) > times(best) ? mark : best));
}

export function readHeader(line: string): Result<Columns, string> {
  const mark = markOf(line);
  const names = cellsOf(line.replace(/^\uFEFF/, ''), mark).map((name) => name.toLowerCase());
  const home = names.indexOf('home');
  const date = names.indexOf('date');
  if (date < 0) return err('the header has no "date": write home,date,i00,i01,… or home,date,kwh');
  const base = { mark, home, date, columns: names.length, beyondDay: [] };
  const perDay = names.indexOf('kwh');
  const wattHours = names.indexOf('wh');
  if (perDay >= 0 || wattHours >= 0) {
    const whPerUnit = perDay >= 0 ? 1000 : 1;
    return ok({ ...base, cells: [perDay >= 0 ? perDay : wattHours], whPerUnit });
  }
  const places = names.flatMap((name, index) => (/^i\d+$/.test(name) ? [index] : []));
  const first = Number(names[places[0] ?? -1]?.slice(1));
  const inOrder = places.every((place, i) => Number(names[place]?.slice(1)) === first + i);
  if (places.length === 0 || first > 1 || !inOrder) {
    return err('the header has no "kwh", nor i00, i01, … in order');
  }
  if (isDay(places.length)) return ok({ ...base, cells: places, whPerUnit: 1 });
  const ofDay = (places.length / 25) * 24;
  if (!isDay(ofDay)) {
    return err(
      `${places.length} intervals do not make a day: 24, 48 and 96 do, and others of a whole part of an hour or of whole hours; with a 25th hour 25, 50 and 100`,
    );
  }
  const [cells, beyondDay] = [places.slice(0, ofDay), places.slice(ofDay)];
  return ok({ ...base, cells, beyondDay, whPerUnit: 1 });
}

/** Whether so many intervals are parts of an hour, or whole hours, of a day. */
function isDay(count: number): boolean {
  return count % 24 === 0 ? 60 % (count / 24) === 0 : 24 % count === 0;
}

export type Row = {
  readonly home: string;
  /** Days since 1970. */
  readonly day: number;
  readonly cells: readonly (number | null)[];
  /** Readings in the columns of a 25th hour. */
  readonly beyondDay: number;
};

export function readRow(cells: readonly string[], columns: Columns): Result<Row, string> {
  const extra = cells.slice(columns.columns).find((cell) => cell !== '');
  if (extra !== undefined) {
    return err(`${cells.length} cells, where the header has ${columns.columns}`);
  }
  const date = cells[columns.date] ?? '';
  const day = dayOf(date);
  if (day === null) return err(`"${date.slice(0, 40)}" is no date, such as 2026-01-31`);
  const values: (number | null)[] = [];
  for (const place of columns.cells) {
    const value = readingOf(cells[place] ?? '', columns);
    if (!value.ok) return value;
    values.push(value.value);
  }
  const beyondDay = columns.beyondDay.filter((place) => !isMissing(cells[place] ?? '')).length;
  const home = cells[columns.home] ?? (columns.home < 0 ? '1' : '');
  if (home === '') return err('the row names no home');
  return ok({ home, day, cells: values, beyondDay });
}

/** A day of the calendar, with midnight after it or not; null for anything else. */
function dayOf(date: string): number | null {
  const text = /^(\d{4}-\d\d-\d\d)(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?$/.exec(date)?.[1];
  if (text === undefined) return null;
  const atMs = Date.parse(`${text}T00:00Z`);
  // A day that is not in its month would count on into the next one.
  const isDayOfMonth = !Number.isNaN(atMs) && new Date(atMs).toISOString().startsWith(text);
  return isDayOfMonth ? Math.round(atMs / dayMs) : null;
}

const isMissing = (cell: string): boolean => missingWords.has(cell.toLowerCase());

function readingOf(cell: string, columns: Columns): Result<number | null, string> {
  if (isMissing(cell)) return ok(null);
  const pointed = columns.mark === ',' ? cell : cell.replace(',', '.');
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,2})?$/i.test(pointed)) {
    return err(`"${cell.slice(0, 40)}" is no number`);
  }
  const wh = Number(pointed) * columns.whPerUnit;
  if (Math.abs(wh) > greatestWh) return err(`"${cell}" is more than a home can use`);
  return ok(wh);
}
