// The columns of each kind of file: which a header must have, which it may have, and which an
// export adds that an import passes over.

import { type ImportKind, importColumns } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import type { FileRefusal } from './errors.ts';

type Columns = {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Of an export of the same kind; read by nobody. */
  readonly ignored: readonly string[];
};

export const secretColumn = 'mqtt_secret';

const ignoredOf: Record<ImportKind, readonly string[]> = {
  connections: ['connection_id', 'created_at', 'time_zone'],
  arrears: ['debt_id', 'opened_amount', 'created_at', 'time_zone'],
  openingBalances: ['transfer_id', 'posted_at', 'time_zone'],
  networkNodes: [],
  networkPlacements: [],
  networkReadings: [],
  networkVoltages: [],
};

const namesOf = (kind: ImportKind, needed: boolean): readonly string[] =>
  importColumns[kind].filter((column) => column.needed === needed).map(({ name }) => name);

const columnsFor = (kind: ImportKind): Columns => ({
  required: namesOf(kind, true),
  optional: namesOf(kind, false),
  ignored: ignoredOf[kind],
});

export const columnsOf: Record<ImportKind, Columns> = {
  connections: columnsFor('connections'),
  arrears: columnsFor('arrears'),
  openingBalances: columnsFor('openingBalances'),
  networkNodes: columnsFor('networkNodes'),
  networkPlacements: columnsFor('networkPlacements'),
  networkReadings: columnsFor('networkReadings'),
  networkVoltages: columnsFor('networkVoltages'),
};

/** The header's columns in its order, or what is wrong with it. */
export function readHeader(
  kind: ImportKind,
  cells: readonly string[],
): Result<readonly string[], FileRefusal> {
  const { required, optional, ignored } = columnsOf[kind];
  const names = cells.map((cell) => cell.trim().toLowerCase());
  const known = [...required, ...optional, ...ignored];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    return err({
      code: 'columnUnknown',
      detail:
        `The first line names a column "${unknown.slice(0, 60)}" that ${kind} do not have. ` +
        `Columns are: ${[...required, ...optional].join(', ')}.`,
    });
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    return err({ code: 'columnTwice', detail: `The first line names "${twice}" twice.` });
  }
  const missing = required.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    return err({
      code: 'columnMissing',
      detail: `The first line must also name: ${missing.join(', ')}.`,
    });
  }
  return ok(names);
}
