// A mapping while a person works on it: as the last file of this kind was read, or guessed from the
// file, corrected in the form, and at last in the shape that the server takes.

import type { KnownMapping, ReconciliationKind, ReconciliationMapping } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import {
  type Columns,
  cellsOf,
  type Delimiter,
  firstLines,
  fitsDates,
  guessColumns,
  guessDates,
  guessDelimiter,
  guessNumbers,
  guessSkipLines,
  samplesOf,
} from './reading.ts';

export type Draft = {
  readonly provider: string;
  readonly delimiter: Delimiter;
  readonly skipLines: number;
  readonly columns: Columns;
  readonly dates: ReconciliationMapping['dates'];
  readonly decimal: '.' | ',';
  readonly group: ReconciliationMapping['numbers']['group'];
  /** Only rows with this value in this column; an empty column means all. */
  readonly where: { readonly column: string; readonly equals: string };
  /** Whether rows without an amount are left out, or wrong. */
  readonly skipsEmptyAmounts: boolean;
};

export type Preview = {
  readonly heading: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

export function previewOf(text: string, o: Pick<Draft, 'delimiter' | 'skipLines'>): Preview {
  const lines = firstLines(text).slice(o.skipLines);
  const cells = lines
    .filter((line) => line.trim() !== '')
    .map((line) => cellsOf(line, o.delimiter));
  return { heading: (cells[0] ?? []).filter((name) => name !== ''), rows: cells.slice(1, 21) };
}

/** The first known mapping whose columns are in the file, else a guess. */
export function draftFor(
  text: string,
  kind: ReconciliationKind,
  known: readonly KnownMapping[],
): Draft {
  for (const { mapping } of known.filter((each) => each.kind === kind)) {
    const draft = draftOf(text, mapping);
    if (draft !== null) return draft;
  }
  const lines = firstLines(text);
  const delimiter = guessDelimiter(lines);
  const shape = { delimiter, skipLines: guessSkipLines(lines, delimiter) };
  const { heading, rows } = previewOf(text, shape);
  const columns = guessColumns(heading, kind);
  const samples = (name: string) => samplesOf(rows, heading.indexOf(name));
  const numbers = guessNumbers(samples(columns.amount));
  return {
    provider: '',
    ...shape,
    columns,
    dates: guessDates(samples(columns.date)),
    decimal: numbers.decimal,
    group: numbers.group,
    where: { column: '', equals: '' },
    skipsEmptyAmounts: false,
  };
}

/** The mapping for this file, its heading line wherever that stands; null without its columns. */
function draftOf(text: string, mapping: ReconciliationMapping): Draft | null {
  const { currency = '', fee = '', batch = '', ...needed } = mapping.columns;
  const named = [...Object.values(mapping.columns), mapping.where?.column];
  const wanted = named.flatMap((name) => (name === undefined || name === '' ? [] : [name]));
  const skipLines = firstLines(text).findIndex((line) => {
    const heading = cellsOf(line, mapping.delimiter);
    return wanted.every((name) => heading.includes(name));
  });
  if (skipLines < 0) return null;
  const { heading, rows } = previewOf(text, { delimiter: mapping.delimiter, skipLines });
  const dates = samplesOf(rows, heading.indexOf(needed.date));
  return {
    provider: mapping.provider,
    delimiter: mapping.delimiter,
    skipLines,
    columns: { ...needed, currency, fee, batch },
    dates: fitsDates(mapping.dates, dates) ? mapping.dates : guessDates(dates),
    decimal: mapping.numbers.decimal,
    group: mapping.numbers.group,
    where: mapping.where ?? { column: '', equals: '' },
    skipsEmptyAmounts: mapping.emptyAmount === 'skip',
  };
}

/** What the server takes, or what is still missing. */
export function mappingOf(
  draft: Draft,
  kind: ReconciliationKind,
): Result<ReconciliationMapping, string> {
  const { reference, amount, date, currency, fee, batch } = draft.columns;
  if (draft.provider.trim() === '') return err('Name the provider whose payments are meant.');
  if (reference === '' || amount === '' || date === '') {
    return err('Choose the columns of reference, amount and date.');
  }
  if (draft.decimal === draft.group) return err('Decimals and groups have the same mark.');
  const some = (name: string, value: string) => (value === '' ? {} : { [name]: value });
  return ok({
    provider: draft.provider.trim(),
    delimiter: draft.delimiter,
    skipLines: draft.skipLines,
    columns: {
      reference,
      amount,
      date,
      ...some('currency', currency),
      ...(kind === 'settlement' ? { ...some('fee', fee), ...some('batch', batch) } : {}),
    },
    ...(draft.where.column === '' ? {} : { where: draft.where }),
    ...(draft.skipsEmptyAmounts ? { emptyAmount: 'skip' } : {}),
    numbers: { decimal: draft.decimal, group: draft.group },
    dates: draft.dates,
  });
}
