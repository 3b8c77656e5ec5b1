// A CSV file read by the names in its first row, so that further columns, another order, another
// separator or another end of line do no harm. A fault names the file, the row and what to do.

import { missingWh } from '@prewatt/revenue-protection';
import type { CommandContext } from '../command.ts';
import { linesOf } from '../text-lines.ts';

/** What a person has to mend in the folder, in one line. */
export class FolderFault extends Error {}

export type Row = {
  /** Of the file, the first row being 1. */
  readonly number: number;
  /** Empty where the file has no such column. */
  readonly cell: (column: string) => string;
  /** The columns of intervals, as they are written. */
  readonly intervals: () => readonly string[];
};

export type Table = {
  readonly path: string;
  readonly columns: ReadonlySet<string>;
  /** Columns of intervals: i00, i01, … */
  readonly intervals: number;
  readonly rows: () => AsyncGenerator<Row>;
};

const intervalName = /^(i|h|t)?\d{1,3}$|^\d{1,2}:\d{2}(:\d{2})?$/;

/** Null where it has no rows at all. */
export async function openTable(context: CommandContext, path: string): Promise<Table | null> {
  const file = await context.openFile(path);
  const header = await firstLineOf(file, path);
  if (header === null) return null;
  const separator = [',', ';', '\t'].find((each) => header.includes(each)) ?? ',';
  const names = cellsOf(header, separator).map((name) => name.trim().toLowerCase());
  const at = new Map(names.map((name, i) => [name, i]));
  const where = names.flatMap((name, i) => (intervalName.test(name) ? [i] : []));
  async function* rows(): AsyncGenerator<Row> {
    let number = 0;
    for await (const line of linesIn(file, path)) {
      number += 1;
      if (number === 1 || line.trim() === '') continue;
      const cells = cellsOf(line, separator);
      if (cells.length > names.length && cells.slice(names.length).some((cell) => cell !== '')) {
        throw new FolderFault(
          `${path}: row ${number} has ${cells.length} cells, the first row names ${names.length}`,
        );
      }
      yield {
        number,
        cell: (column) => cells[at.get(column) ?? -1]?.trim() ?? '',
        intervals: () => where.map((i) => cells[i] ?? ''),
      };
    }
  }
  return { path, columns: new Set(names), intervals: where.length, rows };
}

/** Refuses a table that has not these columns. */
export function needColumns({ path, columns }: Table, needed: readonly string[]): void {
  const lacking = needed.filter((name) => !columns.has(name));
  if (lacking.length === 0) return;
  const has = [...columns].slice(0, 6).join(', ');
  throw new FolderFault(
    `${path}: its first row names no column ${lacking.join(' and no ')}; it has ${has}`,
  );
}

async function firstLineOf(file: Blob, path: string): Promise<string | null> {
  for await (const line of linesIn(file, path)) return line.replace(/^\uFEFF/, '');
  return null;
}

async function* linesIn(file: Blob, path: string): AsyncGenerator<string> {
  try {
    yield* linesOf(file);
  } catch (error) {
    if (error instanceof FolderFault) throw error;
    throw new FolderFault(`${path}: is no text and no whole gzip file; copy it again`);
  }
}

/** Cells of a line; a quoted cell may hold separators and doubled quotes. */
function cellsOf(line: string, separator: string): string[] {
  if (!line.includes('"')) return line.split(separator);
  const cell = new RegExp(`(?:^|${separator})(?:"((?:[^"]|"")*)"|([^${separator}]*))`, 'g');
  return [...line.matchAll(cell)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}

const missingWords = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '-']);
const mostWh = 2_000_000_000;

/** Wh of each interval, the last ones missing where the row is short. */
export function readingsIn(path: string, row: Row): Int32Array {
  return Int32Array.from(row.intervals(), (written) => {
    const cell = written.trim();
    const wh = missingWords.has(cell.toLowerCase()) ? missingWh : Number(cell);
    if (!Number.isFinite(wh) || wh > mostWh) {
      throw new FolderFault(
        `${path}: row ${row.number} holds what is no number: "${cell.slice(0, 30)}"`,
      );
    }
    return wh < 0 ? missingWh : Math.round(wh);
  });
}

/** Year, month, day; a time behind it is dropped. */
export function dateIn(path: string, row: Row): string {
  const written = row.cell('date');
  const date = /^(\d{4}-\d{2}-\d{2})(?:$|[T ])/.exec(written)?.[1];
  if (date === undefined || Number.isNaN(Date.parse(`${date}T00:00:00Z`))) {
    throw new FolderFault(
      `${path}: row ${row.number} has the date "${written.slice(0, 30)}"; write it 2026-01-31`,
    );
  }
  return date;
}

/** The sum of each `parts` intervals; missing where one of them is. */
export function summedBy(readings: Int32Array, parts: number): Int32Array {
  if (parts === 1) return readings;
  return Int32Array.from({ length: readings.length / parts }, (_, i) => {
    const some = readings.subarray(i * parts, (i + 1) * parts);
    return some.some((wh) => wh < 0) ? missingWh : some.reduce((sum, wh) => sum + wh, 0);
  });
}
