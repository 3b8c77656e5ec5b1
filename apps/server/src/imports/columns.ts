// The columns of each kind of file: which a header must have, which it may have, and which an
// export adds that an import passes over.

import type { ImportKind } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import type { FileRefusal } from './errors.ts';

type Columns = {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Of an export of the same kind; read by nobody. */
  readonly ignored: readonly string[];
};

export const secretColumn = 'mqtt_secret';

export const columnsOf: Record<ImportKind, Columns> = {
  connections: {
    required: [
      'connection_name',
      'address',
      'tariff',
      'meter_number',
      'supply_group_code',
      'tariff_index',
      'key_revision',
      'encryption_algorithm',
    ],
    optional: ['customer_name', 'customer_phone', secretColumn],
    ignored: ['connection_id', 'created_at', 'time_zone'],
  },
  arrears: {
    required: ['meter_number', 'label', 'amount', 'rule'],
    optional: ['currency'],
    ignored: ['debt_id', 'opened_amount', 'created_at', 'time_zone'],
  },
  openingBalances: {
    required: ['meter_number', 'amount'],
    optional: ['currency'],
    ignored: ['transfer_id', 'posted_at', 'time_zone'],
  },
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
