// What a file of a provider or a bank looks like, guessed from its first lines, so that a person
// corrects a mapping rather than writing one. The server reads the file by what the person sent.

import type { ReconciliationKind, ReconciliationMapping } from '@prewatt/api';

export type Delimiter = ReconciliationMapping['delimiter'];
export type Columns = Record<ColumnRole, string>;
export type ColumnRole = 'reference' | 'amount' | 'date' | 'currency' | 'fee' | 'batch';
type Numbers = ReconciliationMapping['numbers'];
type Dates = ReconciliationMapping['dates'];

export const delimiters: readonly Delimiter[] = [',', ';', '\t', '|'];
export const delimiterNames: Record<Delimiter, string> = {
  ',': 'Comma',
  ';': 'Semicolon',
  '\t': 'Tab',
  '|': 'Bar',
};
const linesLookedAt = 40;

/** The first lines, however they end. */
export const firstLines = (text: string): string[] =>
  text
    .replace(/^\uFEFF/, '')
    .slice(0, 40_000)
    .split(/\r\n|\n|\r/, linesLookedAt);

/** A line's cells; quotes as CSV has them. A quoted line break is not followed. */
export function cellsOf(line: string, delimiter: Delimiter): string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < line.length; i += 1) {
    const char = line[i] ?? '';
    if (char === '"' && quoted && line[i + 1] === '"') {
      cell += '"';
      i += 1;
    } else if (char === '"') quoted = !quoted;
    else if (char === delimiter && !quoted) {
      cells.push(cell.trim());
      cell = '';
    } else cell += char;
  }
  return [...cells, cell.trim()];
}

/** The delimiter that gives most columns in most lines. */
export function guessDelimiter(lines: readonly string[]): Delimiter {
  const score = (delimiter: Delimiter) =>
    lines.reduce((sum, line) => sum + cellsOf(line, delimiter).length - 1, 0);
  return delimiters.reduce((best, each) => (score(each) > score(best) ? each : best));
}

/** How many lines stand before the heading line: the first with as many cells as any other. */
export function guessSkipLines(lines: readonly string[], delimiter: Delimiter): number {
  const widths = lines.map((line) => cellsOf(line, delimiter).length);
  return Math.max(0, widths.indexOf(Math.max(...widths)));
}

const settlementNames: Record<ColumnRole, readonly RegExp[]> = {
  reference: [/reference/i, /\bref\b/i, /(payment|transaction|charge).?id/i, /\bid\b/i],
  amount: [/gross/i, /amount/i, /\bpaid\b/i, /value/i],
  date: [/date/i, /created|time|\b(on|at|day)\b/i],
  currency: [/currency|ccy/i],
  fee: [/fee|commission|charge(?!.?id)/i],
  batch: [/batch|payout|settlement/i],
};
const bankNames: Record<ColumnRole, readonly RegExp[]> = {
  ...settlementNames,
  reference: [/batch|payout/i, /reference/i, /\bref\b/i, /description|narrative|details|text/i],
  amount: [/credit/i, /amount/i, /value(?!.?date)/i],
  date: [/booking|posted/i, /date/i],
  fee: [],
  batch: [],
};

/** A column of the heading for each role; empty where none fits. None is taken twice. */
export function guessColumns(heading: readonly string[], kind: ReconciliationKind): Columns {
  const names = kind === 'bank' ? bankNames : settlementNames;
  const taken = new Set<string>();
  const find = (role: ColumnRole): string => {
    for (const pattern of names[role]) {
      const found = heading.find((name) => pattern.test(name) && !taken.has(name));
      if (found === undefined) continue;
      taken.add(found);
      return found;
    }
    return '';
  };
  // The telling names first, so that "fee amount" is a fee and "batch reference" a batch.
  const [fee, batch, currency] = [find('fee'), find('batch'), find('currency')];
  return {
    fee,
    batch,
    currency,
    date: find('date'),
    reference: find('reference'),
    amount: find('amount'),
  };
}

const datePatterns: Record<Dates, RegExp> = {
  'YYYY-MM-DD': /^\d{4}-\d\d-\d\d/,
  'YYYY/MM/DD': /^\d{4}\/\d\d\/\d\d/,
  YYYYMMDD: /^\d{8}/,
  'DD/MM/YYYY': /^\d\d\/\d\d\/\d{4}/,
  'MM/DD/YYYY': /^\d\d\/\d\d\/\d{4}/,
  'DD.MM.YYYY': /^\d\d\.\d\d\.\d{4}/,
  'DD-MM-YYYY': /^\d\d-\d\d-\d{4}/,
};
export const dateFormats = Object.keys(datePatterns) as Dates[];

/** Whether all samples are written so, as far as can be seen. */
export const fitsDates = (dates: Dates, samples: readonly string[]): boolean =>
  samples.every((sample) => sample === '' || datePatterns[dates].test(sample));

/** The first form that fits all samples; a middle part above 12 tells days from months. */
export function guessDates(samples: readonly string[]): Dates {
  const seen = samples.filter((sample) => sample !== '');
  const monthFirst = seen.some((sample) => Number(sample.slice(3, 5)) > 12);
  const fits = dateFormats.filter((format) => seen.every((s) => datePatterns[format].test(s)));
  if (fits.includes('MM/DD/YYYY') && monthFirst) return 'MM/DD/YYYY';
  return fits[0] ?? 'YYYY-MM-DD';
}

/** A comma before the last one or two digits is a decimal comma. */
export function guessNumbers(samples: readonly string[]): Numbers {
  const decimal = samples.some((sample) => /,\d{1,2}$/.test(sample)) ? ',' : '.';
  const whole = samples.map((sample) => sample.replace(new RegExp(`\\${decimal}\\d+$`), ''));
  const groups = (decimal === ',' ? ['.', ' ', "'"] : [',', ' ', "'"]) as Numbers['group'][];
  return { decimal, group: groups.find((mark) => whole.some((s) => s.includes(mark))) ?? '' };
}

/** Cells of a column in the lines after the heading. */
export function samplesOf(rows: readonly (readonly string[])[], at: number): string[] {
  return at < 0 ? [] : rows.flatMap((row) => (row[at] === undefined ? [] : [row[at]]));
}

/** Bytes as text: UTF-8, or else what older spreadsheets write. */
export function textOfBytes(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
