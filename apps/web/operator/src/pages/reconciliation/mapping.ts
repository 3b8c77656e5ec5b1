// A mapping while a person works on it: guessed from the file, corrected in the form, and at last
// in the shape that the server takes. The one that was used last is remembered in this browser.

import type { ReconciliationKind, ReconciliationMapping } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import {
  type Columns,
  cellsOf,
  type Delimiter,
  firstLines,
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

/** `last` is used as far as its columns are in the file. */
export function draftFor(
  text: string,
  kind: ReconciliationKind,
  last: ReconciliationMapping | null,
): Draft {
  if (last !== null) {
    const known = draftOf(last);
    const { heading } = previewOf(text, known);
    const named = Object.values(known.columns).filter((name) => name !== '');
    if (named.every((name) => heading.includes(name))) return known;
  }
  const lines = firstLines(text);
  const delimiter = guessDelimiter(lines);
  const shape = { delimiter, skipLines: guessSkipLines(lines, delimiter) };
  const { heading, rows } = previewOf(text, shape);
  const columns = guessColumns(heading, kind);
  const samples = (name: string) => samplesOf(rows, heading.indexOf(name));
  const numbers = guessNumbers(samples(columns.amount));
  return {
    provider: last?.provider ?? '',
    ...shape,
    columns,
    dates: guessDates(samples(columns.date)),
    decimal: numbers.decimal,
    group: numbers.group,
    where: { column: '', equals: '' },
  };
}

function draftOf(mapping: ReconciliationMapping): Draft {
  const { currency = '', fee = '', batch = '', ...needed } = mapping.columns;
  return {
    provider: mapping.provider,
    delimiter: mapping.delimiter,
    skipLines: mapping.skipLines,
    columns: { ...needed, currency, fee, batch },
    dates: mapping.dates,
    decimal: mapping.numbers.decimal,
    group: mapping.numbers.group,
    where: mapping.where ?? { column: '', equals: '' },
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
    numbers: { decimal: draft.decimal, group: draft.group },
    dates: draft.dates,
  });
}
