// A stranger's CSV file to rows of ours, by a mapping. Pure: text in, rows or a list of what is
// wrong with it out. A file with one bad row is refused whole, since half a statement reconciles
// nothing.

import type { ReconciliationKind, ReconciliationMapping } from '@prewatt/api';
import { type Currency, err, ok, type Result } from '@prewatt/quantities';
import { parse } from 'csv-parse/sync';

export type FileRow = {
  readonly lineNumber: number;
  readonly reference: string;
  readonly amountMinor: bigint;
  readonly feeMinor: bigint;
  readonly batch: string | null;
  /** "2026-11-24" */
  readonly onDate: string;
  /** 1 for the first of equal rows in this file. */
  readonly occurrence: number;
};

/** What is wrong with a file; `line` is null when it is the mapping. */
export type RowError = { readonly line: number | null; readonly message: string };

const errorsKept = 20;
const longestReference = 200;
/** PostgreSQL's bigint, with room for sums over a file. */
const largestMinor = 10n ** 15n;

type Heading = { readonly places: Readonly<Record<string, number>>; readonly columns: number };

/** The rows of a file, or its first errors, lines counted from 1. */
export function readFile(
  text: string,
  o: {
    readonly kind: ReconciliationKind;
    readonly mapping: ReconciliationMapping;
    readonly currency: Currency;
    /** The last day that a row may be of; beyond it the day is mistyped. */
    readonly latestDate: string;
  },
): Result<readonly FileRow[], readonly RowError[]> {
  const records = recordsOf(text, o.mapping);
  if (!records.ok) return records;
  const [first, ...rest] = fromHeading(records.value, o);
  if (first === undefined) return err([{ line: 1, message: 'the file has no heading line' }]);
  const heading = headingOf(first, o);
  if (!heading.ok) return heading;
  const errors: RowError[] = [];
  const rows: FileRow[] = [];
  const seen = new Map<string, number>();
  for (const { cells, line } of rest) {
    const row = rowOf(cells, heading.value, o);
    if (row === null) continue;
    if (typeof row === 'string') {
      errors.push({ line, message: row });
      if (errors.length === errorsKept) break;
      continue;
    }
    const key = JSON.stringify([...Object.values(row)].map(String));
    const occurrence = (seen.get(key) ?? 0) + 1;
    seen.set(key, occurrence);
    rows.push({ ...row, lineNumber: line, occurrence });
  }
  if (errors.length > 0) return err(errors);
  if (rows.length === 0) return err([{ line: first.line, message: 'no row is about a payment' }]);
  return ok(rows);
}

type CsvRecord = { readonly cells: readonly string[]; readonly line: number };

function recordsOf(
  text: string,
  mapping: ReconciliationMapping,
): Result<CsvRecord[], readonly RowError[]> {
  try {
    const parsed = parse(belowLines(text, mapping.skipLines), {
      delimiter: mapping.delimiter,
      bom: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      // 'Shop "Corner"', as banks write it in a cell without quotes around it.
      relax_quotes: true,
      // A line under the table ("Total;;") has other columns; whether it counts, `where` says.
      relax_column_count: true,
      info: true,
      max_record_size: 100_000,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    const lineOf = (line: number) => line + mapping.skipLines;
    return ok(parsed.map(({ record, info }) => ({ cells: record, line: lineOf(info.lines) })));
  } catch (error) {
    const { message, lines } = error as { message: string; lines?: number };
    const line = (lines ?? 1) + mapping.skipLines;
    return err([{ line, message: `not readable as CSV: ${message}` }]);
  }
}

/** The text without its first lines, which are no CSV: a quote in them opens nothing. */
function belowLines(text: string, count: number): string {
  const lineEnd = /\r\n|\n|\r/g;
  for (let i = 0; i < count; i += 1) if (lineEnd.exec(text) === null) return '';
  return text.slice(lineEnd.lastIndex);
}

type ReadOptions = Parameters<typeof readFile>[1];

function namesWanted({ kind, mapping }: ReadOptions): string[] {
  const { fee, batch, ...always } = mapping.columns;
  return [
    ...Object.values(always),
    ...(kind === 'settlement' ? [fee, batch] : []),
    mapping.where?.column,
  ].filter((name) => name !== undefined);
}

/** Without what stands above the heading line, where the mapping says that it is known by name. */
function fromHeading(records: CsvRecord[], o: ReadOptions): CsvRecord[] {
  if (o.mapping.heading === undefined) return records;
  const wanted = namesWanted(o);
  const place = records.findIndex(({ cells }) => {
    const names = new Set(cells.map((cell) => cell.trim()));
    return wanted.every((name) => names.has(name));
  });
  return place < 0 ? records : records.slice(place);
}

function headingOf(record: CsvRecord, o: ReadOptions): Result<Heading, readonly RowError[]> {
  const names = record.cells.map((cell) => cell.trim());
  const wanted = namesWanted(o);
  const faults = wanted.flatMap((name) => {
    const times = names.filter((each) => each === name).length;
    if (times === 1) return [];
    const what = times === 0 ? 'there is no column' : 'there is more than one column';
    return [{ line: record.line, message: `${what} "${name}"` }];
  });
  if (faults.length > 0) return err(faults);
  const places = Object.fromEntries(wanted.map((name) => [name, names.indexOf(name)]));
  return ok({ places, columns: names.length });
}

/** A row, what is wrong with it, or null when it is not about payments. */
function rowOf(
  cells: readonly string[],
  heading: Heading,
  o: ReadOptions,
): Omit<FileRow, 'lineNumber' | 'occurrence'> | string | null {
  const { kind, mapping, currency, latestDate } = o;
  const { columns, where } = mapping;
  const cell = (name: string): string => (cells[heading.places[name] ?? -1] ?? '').trim();
  if (where !== undefined && cell(where.column) !== where.equals) return null;
  if (mapping.emptyAmount === 'skip' && isNothing(cell(columns.amount), o)) return null;
  if (cells.length !== heading.columns) {
    return `${cells.length} fields, the heading line has ${heading.columns}`;
  }
  const reference = cell(columns.reference);
  if (reference === '') return `"${columns.reference}" is empty`;
  if (reference.length > longestReference) return `"${columns.reference}" is too long`;
  if (reference.includes('\0')) return `"${columns.reference}" holds a character that no text has`;
  if (columns.currency !== undefined && cell(columns.currency) !== currency.code) {
    return `"${columns.currency}" is not ${currency.code}`;
  }
  const amountMinor = minorOf(cell(columns.amount), mapping, currency);
  if (amountMinor === null) return noAmount(columns.amount, cell(columns.amount), o);
  const onDate = dateOf(cell(columns.date), mapping);
  if (onDate === null) {
    return `"${columns.date}" is no date: ${cell(columns.date)} (the mapping says ${mapping.dates})`;
  }
  if (onDate > latestDate) return `"${columns.date}" lies ahead: ${cell(columns.date)}`;
  if (kind === 'bank') return { reference, amountMinor, feeMinor: 0n, batch: null, onDate };
  const fee = columns.fee === undefined ? 0n : minorOf(cell(columns.fee), mapping, currency);
  if (fee === null) return noAmount(columns.fee ?? '', cell(columns.fee ?? ''), o);
  const batch = columns.batch === undefined ? '' : cell(columns.batch);
  if (batch.length > longestReference || batch.includes('\0')) {
    return `"${columns.batch}" is no name`;
  }
  return { reference, amountMinor, feeMinor: fee, batch: batch === '' ? null : batch, onDate };
}

const isNothing = (text: string, { mapping, currency }: ReadOptions): boolean =>
  text === '' || minorOf(text, mapping, currency) === 0n;

function noAmount(column: string, text: string, { mapping, currency }: ReadOptions): string {
  const { decimal, group } = mapping.numbers;
  const fraction = currency.scale === 0 ? '' : decimal + '5'.padEnd(currency.scale, '0');
  return `"${column}" is no amount: ${text} (write it like 1${group}234${fraction})`;
}

/** "1 234.50" to 123450n for a scale of 2; null for anything that is not exactly an amount. */
function minorOf(
  text: string,
  { numbers }: ReconciliationMapping,
  currency: Currency,
): bigint | null {
  const [grouped = '', fraction = '', ...more] = text.split(numbers.decimal);
  const groups = numbers.group === '' ? [grouped] : grouped.split(numbers.group);
  // Groups of three, or of two before the last as in India: "1,5" is no fifteen.
  const [first = '', ...others] = groups;
  const last = others.at(-1);
  if (last !== undefined && (last.length !== 3 || !/^[+-]?\d{1,3}$/.test(first))) return null;
  if (others.some((group) => group.length !== 2 && group.length !== 3)) return null;
  const whole = groups.join('');
  if (more.length > 0 || !/^[+-]?\d{1,15}$/.test(whole) || !/^\d*$/.test(fraction)) return null;
  // More digits than the currency has are allowed when they are zeros.
  if (!/^0*$/.test(fraction.slice(currency.scale))) return null;
  const digits = fraction.slice(0, currency.scale).padEnd(currency.scale, '0');
  const minor = BigInt(`${whole.replace(/^[+-]/, '')}${digits}`);
  if (minor > largestMinor) return null;
  return whole.startsWith('-') ? -minor : minor;
}

const datePatterns: Record<ReconciliationMapping['dates'], RegExp> = {
  'YYYY-MM-DD': /^(?<y>\d{4})-(?<m>\d\d)-(?<d>\d\d)(?=$|[T ])/,
  'YYYY/MM/DD': /^(?<y>\d{4})\/(?<m>\d\d)\/(?<d>\d\d)(?=$|[T ])/,
  YYYYMMDD: /^(?<y>\d{4})(?<m>\d\d)(?<d>\d\d)(?=$|[T ])/,
  'DD/MM/YYYY': /^(?<d>\d\d)\/(?<m>\d\d)\/(?<y>\d{4})(?=$|[T ])/,
  'MM/DD/YYYY': /^(?<m>\d\d)\/(?<d>\d\d)\/(?<y>\d{4})(?=$|[T ])/,
  'DD.MM.YYYY': /^(?<d>\d\d)\.(?<m>\d\d)\.(?<y>\d{4})(?=$|[T ])/,
  'DD-MM-YYYY': /^(?<d>\d\d)-(?<m>\d\d)-(?<y>\d{4})(?=$|[T ])/,
};

function dateOf(text: string, mapping: ReconciliationMapping): string | null {
  const { y, m, d } = datePatterns[mapping.dates].exec(text)?.groups ?? {};
  const year = Number(y);
  if (!(year >= 2000 && year <= 2100)) return null;
  try {
    const date = { year, month: Number(m), day: Number(d) };
    return Temporal.PlainDate.from(date, { overflow: 'reject' }).toString();
  } catch {
    return null;
  }
}
