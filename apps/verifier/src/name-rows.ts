// Gives names to what was found: the row's key, the column that was changed where that can be
// proven, and the way from the payment to the token. Reads the export once more, for these rows.

import { readLog } from '@prewatt/transparency';
import { nodeCrypto } from '@prewatt/transparency/node-crypto';
import type { Finding, Findings } from './findings.ts';
import { type ColumnList, readLeaf, readLine } from './leaf.ts';
import { columnsName } from './log-step.ts';
import { bodyWith, near, type RowBody, type RowValue, valuesOf } from './row-form.ts';
import {
  type ExportedRow,
  type Found,
  hashOfRow,
  readExported,
  saidFile,
  saidTable,
} from './rows-step.ts';
import { linesOf, type Source } from './source.ts';

/** How many findings get a column and a path: a report is read by people. */
const mostNamed = 100;
/** Values of other rows that are tried in a column's place. */
const mostTried = 5_000;

type Naming = {
  readonly source: Source;
  readonly log: Source;
  readonly size: number;
  readonly columns: ReadonlyMap<string, ColumnList>;
};

export async function nameRows(
  o: Naming,
  found: readonly Found[],
  findings: Findings,
): Promise<void> {
  const named = found.slice(0, mostNamed);
  const rows = await rowsOf(o, named);
  const lines = await logLines(o, named, rows);
  const sales = new Map<Found, string>();
  const wanted = new Map<Found, string>();
  for (const one of named) {
    const row = rows.get(one);
    const id = row === undefined ? null : saleOf(one.spot.table, row, o.columns);
    if (id !== null) sales.set(one, id);
    const logged = lines.get(one);
    if (one.check === 'altered' && logged !== undefined) wanted.set(one, logged.hash);
  }
  const paths = await pathsOf(o, new Set(sales.values()));
  const changes = await changesOf(o, wanted, rows);
  for (const one of found) {
    const { check, says, spot } = one;
    const key = rows.get(one)?.key ?? lines.get(one)?.key;
    const path = paths.get(sales.get(one) ?? '');
    findings.add(check, says, {
      ...{ table: spot.table, ...changes.get(one) },
      ...(one.entry === undefined ? {} : { entry: one.entry }),
      ...(key === undefined ? {} : { key }),
      ...(path === undefined ? {} : { path }),
    });
  }
}

async function rowsOf(
  o: Naming,
  found: readonly Found[],
): Promise<ReadonlyMap<Found, ExportedRow>> {
  const rows = new Map<Found, ExportedRow>();
  const inFiles = found.filter(({ spot }) => 'line' in spot);
  for (const [table, here] of Map.groupBy(inFiles, ({ spot }) => spot.table)) {
    await eachRow(o.source, table, (row, place) => {
      for (const one of here) if ('line' in one.spot && one.spot.line === place) rows.set(one, row);
    });
  }
  return rows;
}

/** Up to where the file can be read: that it ends there is a finding already. */
async function eachRow(
  source: Source,
  table: string,
  see: (row: ExportedRow, place: number) => void,
): Promise<void> {
  let place = 0;
  const path = table === saidTable ? saidFile : `rows/${table}.ndjson.gz`;
  try {
    for await (const lines of linesOf(source, path, () => {})) {
      for (const line of lines) {
        place += 1;
        const row = table === saidTable ? meterOf(line) : readExported(line);
        if (row !== null) see(row, place);
      }
    }
  } catch {}
}

/** What a meter said, named by the meter; null for a line that is a finding already. */
function meterOf(line: string): ExportedRow | null {
  try {
    const { meterId } = JSON.parse(line) as { readonly meterId: string };
    return { key: JSON.stringify([meterId]), columns: 0, salt: '', body: '' };
  } catch {
    return null;
  }
}

/** The lines of the log for rows that are altered or missing. */
async function logLines(o: Naming, found: readonly Found[], rows: ReadonlyMap<Found, ExportedRow>) {
  const lines = new Map<Found, { readonly key: string; readonly hash: string }>();
  const byEntry = Map.groupBy(found, ({ entry }) => entry ?? -1);
  if (found.every(({ entry }) => entry === undefined)) return lines;
  await readLog({
    ...{ sha256: nodeCrypto.sha256, read: o.log.read, size: o.size, rootsAt: [] },
    onEntry: (bytes, place) => {
      const wanted = byEntry.get(place) ?? [];
      const leaf = wanted.length === 0 ? null : readLeaf(bytes);
      if (leaf?.kind !== 'rows') return;
      for (const one of wanted) {
        const key = rows.get(one)?.key;
        const text =
          'inEntry' in one.spot
            ? leaf.lines[one.spot.inEntry]
            : leaf.lines.findLast((each) => each.startsWith(`${key}\t`));
        const line = readLine(text ?? '');
        if (line !== null) lines.set(one, line);
      }
    },
  });
  return lines;
}

type Change = Pick<Finding, 'column' | 'was' | 'now'>;

/**
 * Which column was changed, and from what: proven when the row with another value in one column has
 * the hash of the log. Tried are values of other rows and small changes of the value that is there.
 */
async function changesOf(
  o: Naming,
  wanted: ReadonlyMap<Found, string>,
  rows: ReadonlyMap<Found, ExportedRow>,
): Promise<ReadonlyMap<Found, Change>> {
  const changes = new Map<Found, Change>();
  for (const [table, ofTable] of Map.groupBy(wanted, ([{ spot }]) => spot.table)) {
    const others: Map<string, RowValue>[] = [];
    await eachRow(o.source, table, ({ body }) => {
      for (const [i, value] of readValues(body).entries()) {
        others[i] ??= new Map();
        if (value.text !== null && others[i].size < mostTried) others[i].set(value.text, value);
      }
    });
    for (const [one, logged] of ofTable) {
      const row = rows.get(one);
      if (row === undefined) continue;
      const list = o.columns.get(columnsName(table, row.columns))?.list ?? [];
      const change = changeOf({ row, list, logged, others });
      if (change !== null) changes.set(one, change);
    }
  }
  return changes;
}

/** None of a row that cannot be read: that is a finding already. */
function readValues(body: RowBody): readonly RowValue[] {
  try {
    return valuesOf(body) ?? [];
  } catch {
    return [];
  }
}

function changeOf(o: {
  readonly row: ExportedRow;
  readonly list: readonly string[];
  readonly logged: string;
  readonly others: readonly ReadonlyMap<string, RowValue>[];
}): Change | null {
  const salt = Buffer.from(o.row.salt, 'base64');
  const values = readValues(o.row.body);
  for (const [i, now] of values.entries()) {
    for (const was of [...near(now), ...(o.others[i]?.values() ?? [])]) {
      const body = was.text === now.text ? null : bodyWith(values, i, was);
      if (body === null || hashOfRow(salt, body).toString('base64') !== o.logged) continue;
      return { column: o.list[i] ?? '?', was: was.text ?? 'NULL', now: now.text ?? 'NULL' };
    }
  }
  return null;
}

/** Tables of the way from the payment to the token, in its order, and what is told of each. */
const toldOf: Readonly<Record<string, readonly string[]>> = {
  payments: ['provider', 'provider_reference', 'received_minor', 'state', 'decided_at'],
  vendor_sales: ['vendor_id', 'shift_id', 'amount_minor', 'meter_pan'],
  corrections: ['kind', 'amount_minor', 'requested_by', 'approved_by', 'at'],
  mode_changes: ['to_mode', 'amount_minor', 'requested_by', 'approved_by', 'at'],
  sales: ['amount_minor', 'energy_wh', 'state', 'tariff_version_id', 'issued_at'],
  postings: ['reasons', 'amounts_minor', 'posted_at'],
  tokens: ['meter_id', 'tid', 'kind', 'energy_wh', 'state', 'issued_at'],
};
const ofSale = Object.keys(toldOf);

const reader = (table: string, row: ExportedRow, columns: Naming['columns']) => {
  const list = columns.get(columnsName(table, row.columns))?.list ?? [];
  const values = readValues(row.body);
  return (column: string): string | null => values[list.indexOf(column)]?.text ?? null;
};

function saleOf(table: string, row: ExportedRow, columns: Naming['columns']): string | null {
  if (!ofSale.includes(table)) return null;
  return reader(table, row, columns)(table === 'sales' ? 'id' : 'sale_id');
}

/** The way of each sale, from who paid to the tokens. */
async function pathsOf(
  o: Naming,
  sales: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string[]>> {
  const paths = new Map<string, string[]>();
  if (sales.size === 0) return paths;
  for (const table of ofSale) {
    await eachRow(o.source, table, (row) => {
      const id = saleOf(table, row, o.columns);
      if (id === null || !sales.has(id)) return;
      const value = reader(table, row, o.columns);
      const told = (toldOf[table] ?? []).flatMap((column) => {
        const said = value(column);
        return said === null ? [] : [`${column} ${said}`];
      });
      paths.set(id, [...(paths.get(id) ?? []), `${table} ${row.key}: ${told.join(', ')}`]);
    });
  }
  return paths;
}
