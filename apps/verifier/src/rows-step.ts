// The second half of a verification: the rows of the export against the log and against each other.

import { createHash, hash } from 'node:crypto';
import type { Findings } from './findings.ts';
import { type ColumnList, isListNumber } from './leaf.ts';
import { columnsName } from './log-step.ts';
import { type Group, numberOf, type Piles, role, type Tables } from './piles.ts';
import { type RowBody, valuesOf } from './row-form.ts';
import { type Add, addingOf, addMeter, type MeterSaid, ruleNames, rules } from './rules.ts';
import { linesOf, type Source } from './source.ts';

/** A row of the export that a finding is about, by the line of its file, or a line of the log. */
export type Spot =
  | { readonly table: string; readonly line: number }
  | { readonly table: string; readonly entry: number; readonly inEntry: number };
export type Found = {
  readonly check: string;
  readonly says: string;
  readonly spot: Spot;
  readonly entry?: number;
};

export type RowsStep = {
  readonly source: Source;
  readonly files: Readonly<Record<string, { readonly sha256: string; readonly rows?: number }>>;
  readonly columns: ReadonlyMap<string, ColumnList>;
  readonly tables: Tables;
  readonly rows: Piles;
  readonly sums: Piles;
};

export type ExportedRow = {
  /** As it stands in the line. */
  readonly key: string;
  readonly columns: number;
  readonly salt: string;
  readonly body: RowBody;
};

/** Null for a line of another form. */
export function readExported(line: string): ExportedRow | null {
  const end = line.indexOf(',"columns":');
  if (!line.startsWith('{"key":[') || end < 0) return null;
  try {
    const { columns, salt, text, bytes } = JSON.parse(line) as Record<string, unknown>;
    if (!isListNumber(columns) || typeof salt !== 'string') return null;
    const body = typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : text;
    if (typeof body !== 'string' && !Buffer.isBuffer(body)) return null;
    return { key: line.slice(7, end), columns, salt, body };
  } catch {
    return null;
  }
}

/** What meters said stands in no table of the log. */
export const saidTable = 'meters said';
export const saidFile = 'said/meters.ndjson.gz';

/** sha256(salt || text or bytes). */
export function hashOfRow(salt: Uint8Array, body: RowBody): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return hash('sha256', Buffer.concat([salt, bytes]), 'buffer');
}

/** No part begins with a dot: nothing leads out of the folder. */
const isInside = (path: string): boolean =>
  /^[a-z0-9_-][a-z0-9_.-]*(\/[a-z0-9_-][a-z0-9_.-]*)*$/i.test(path);
const tableOf = (path: string): string | null =>
  path === saidFile ? saidTable : (/^rows\/([a-z_]+)\.ndjson\.gz$/.exec(path)?.[1] ?? null);

/**
 * Reads every file of the manifest once, tables of the utility's settings first. How many lines
 * each table has, and what meters said.
 */
export async function readRows(o: RowsStep, findings: Findings): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const base = { scale: { decimals: 2 }, findings };
  const isFirst = ([path]: readonly [string, unknown]) => path.endsWith('/utilities.ndjson.gz');
  const files = Object.entries(o.files).sort((a, b) => Number(isFirst(b)) - Number(isFirst(a)));
  for (const [path, file] of files) {
    if (!isInside(path)) {
      findings.add('manifest', 'the manifest names a file outside of the export');
      continue;
    }
    const table = tableOf(path);
    const digest = createHash('sha256');
    const take = taker(o, { path, table, base });
    let count = 0;
    try {
      for await (const lines of linesOf(o.source, path, (bytes) => digest.update(bytes))) {
        for (const line of lines) {
          count += 1;
          take(line, count);
        }
      }
    } catch (error) {
      findings.add('files', `${path} cannot be read: ${(error as Error).message}`);
    }
    if (digest.digest('hex') !== file.sha256) {
      findings.add('files', `${path} is not the file that the manifest was signed over`);
    }
    if (table !== null) counts.set(table, count);
  }
  return counts;
}

type Base = { readonly scale: { decimals: number }; readonly findings: Findings };

function taker(
  o: RowsStep,
  { path, table, base }: { path: string; table: string | null; base: Base },
): (line: string, place: number) => void {
  const { findings } = base;
  if (table === null) return () => {};
  const number = numberOf(o.tables, table);
  if (table === saidTable) {
    return (line, place) => {
      try {
        addMeter(JSON.parse(line) as MeterSaid, adder(o, { ...base, number, place }));
      } catch {
        findings.add('files', `line ${place} of ${path} is not what a meter says`);
      }
    };
  }
  const adding = addingOf[table];
  return (line, place) => {
    const row = readExported(line);
    if (row === null) {
      findings.add('files', `line ${place} of ${path} is no row`, { table });
      return;
    }
    const { key, columns } = row;
    const value = { hash: hashOfRow(Buffer.from(row.salt, 'base64'), row.body), columns };
    const what = { role: role.exported, table: number, place, line: 0 };
    o.rows.addRow(`${table}\n${key}`, value, what);
    const { list = [], isBytes } = o.columns.get(columnsName(table, columns)) ?? {};
    // Text could be written that has the very bytes of another row.
    if (isBytes !== undefined && isBytes === (typeof row.body === 'string')) {
      findings.add('files', 'a row in another form than its list has', { table, key });
    }
    if (adding === undefined) return;
    const add = adder(o, { ...base, number, place, of: { table, key } });
    try {
      const values = valuesOf(row.body);
      if (values === null || values.length !== list.length) {
        findings.add('files', 'a row of other columns than its list has', { table, key });
        return;
      }
      adding((column) => values[list.indexOf(column)]?.text ?? null, add);
    } catch {
      findings.add('values', 'a row with a value that is none of its column', { table, key });
    }
  };
}

type Place = { number: number; place: number; of?: { table: string; key: string } };

function adder(o: RowsStep, at: Base & Place): Add {
  const { number: table, place, scale, findings } = at;
  const addTo =
    (isHead: boolean): Add['part'] =>
    (rule, group, value = 0n) => {
      const what = { role: isHead ? 1 : 0, table, place, line: ruleNames.indexOf(rule) };
      o.sums.addNumber(`${rule} ${group}`, value, what);
    };
  const wrong: Add['wrong'] = (check, says) => findings.add(check, says, at.of);
  return { part: addTo(false), head: addTo(true), wrong, scale };
}

/** Each row against its newest entry, and the entries of each against each other. */
export function compareRows(
  { rows, tables }: Pick<RowsStep, 'rows' | 'tables'>,
  covered: ReadonlySet<string>,
  see: (one: Found) => void,
): void {
  const names = [...tables.keys()];
  rows.groups((group) => {
    const { logged, exported } = sortOut(group);
    const [first, twin] = exported;
    const [newest] = logged;
    const table = names[group.table(0)] ?? '?';
    const inFile = (i: number): Spot => ({ table, line: group.place(i) });
    const inLog = (i: number): Spot => ({ table, entry: group.place(i), inEntry: group.line(i) });
    const found = (check: string, says: string, spot: Spot, entry?: number): void =>
      see({ check, says, spot, ...(entry === undefined ? {} : { entry: group.place(entry) }) });
    for (const [n, i] of logged.entries()) {
      const before = logged[n + 1];
      const isThere = before !== undefined && group.role(before) !== role.deleted;
      if (isThere === (group.role(i) !== role.inserted)) continue;
      if (isThere) found('again', 'a row that was there already was put in again', inLog(i), i);
      else found('unlogged', 'a row that was changed and never put in', inLog(i), i);
    }
    if (twin !== undefined) found('twice', 'two rows with one key', inFile(twin));
    if (newest === undefined) {
      if (first !== undefined) found('unlogged', 'a row that never was in the log', inFile(first));
      return;
    }
    const isGone = group.role(newest) === role.deleted;
    if (first === undefined) {
      if (isGone || !covered.has(table)) return;
      found('missing', 'a row of the log that is not in the database', inLog(newest), newest);
    } else if (isGone) {
      found('deleted', 'a row that was deleted, and is there again', inFile(first), newest);
    } else if (!group.isSameValue(newest, first)) {
      found('altered', 'a row that is not as it was written', inFile(first), newest);
    }
  });
}

/** The places of a row in the log from the newest back, and those in the export. */
function sortOut(group: Group) {
  const all = Array.from({ length: group.count }, (_, i) => i);
  const newestFirst = (a: number, b: number): number =>
    group.place(b) - group.place(a) || group.line(b) - group.line(a);
  const logged = all.filter((i) => group.role(i) !== role.exported).sort(newestFirst);
  return { logged, exported: all.filter((i) => group.role(i) === role.exported) };
}

/** What has to agree between rows. */
export function judgeSums(
  { sums, tables }: Pick<RowsStep, 'sums' | 'tables'>,
  found: (one: Found) => void,
): number {
  let count = 0;
  const names = [...tables.keys()];
  sums.groups((group) => {
    count += 1;
    const name = ruleNames[group.line(0)];
    if (name === undefined) return;
    let [sum, heads, at] = [0n, 0, 0];
    for (let i = 0; i < group.count; i += 1) {
      sum += group.number(i);
      if (group.role(i) === 1) {
        heads += 1;
        at = i;
      }
    }
    const [holds, says] = rules[name];
    if (holds({ sum, heads, parts: group.count - heads })) return;
    const spot = { table: names[group.table(at)] ?? '?', line: group.place(at) };
    found({ check: name, says, spot });
  });
  return count;
}
