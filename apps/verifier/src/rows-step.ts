// The second half of a verification: the rows of the export against the log and against each other.

import { createHash, hash } from 'node:crypto';
import type { Findings } from './findings.ts';
import type { ColumnList } from './leaf.ts';
import { columnsName } from './log-step.ts';
import type { Group, Piles } from './piles.ts';
import { valuesOfRow } from './row-text.ts';
import { type Add, addingOf, addMeter, type MeterSaid, ruleNames, rules } from './rules.ts';
import { linesOf, type Source } from './source.ts';
import { role, type Tables } from './tables.ts';

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
  readonly text: string;
};

/** Null for a line of another form. */
export function readExported(line: string): ExportedRow | null {
  const end = line.indexOf(',"columns":');
  if (!line.startsWith('{"key":[') || end < 0) return null;
  try {
    const { columns, salt, text } = JSON.parse(line) as Record<string, unknown>;
    if (typeof columns !== 'number' || typeof salt !== 'string' || typeof text !== 'string')
      return null;
    return { key: line.slice(7, end), columns, salt, text };
  } catch {
    return null;
  }
}

/** What meters said stands in no table of the log. */
export const saidTable = 'meters said';
export const saidFile = 'said/meters.ndjson.gz';

const scratch = { bytes: Buffer.alloc(1 << 16) };

/** sha256(salt || text). */
export function hashOfRow(salt: Uint8Array, text: string): Buffer {
  const most = salt.length + text.length * 3;
  if (scratch.bytes.length < most) scratch.bytes = Buffer.alloc(most * 2);
  scratch.bytes.set(salt);
  const length = salt.length + scratch.bytes.write(text, salt.length, 'utf8');
  return hash('sha256', scratch.bytes.subarray(0, length), 'buffer');
}

/** No part begins with a dot: nothing leads out of the folder. */
const isInside = (path: string): boolean =>
  /^[a-z0-9_-][a-z0-9_.-]*(\/[a-z0-9_-][a-z0-9_.-]*)*$/i.test(path);
const tableOf = (path: string): string | null =>
  /^rows\/([a-z_]+)\.ndjson\.gz$/.exec(path)?.[1] ?? null;

/** Reads every file of the manifest once. Tables of the utility's settings come first. */
export async function readRows(
  o: RowsStep,
  findings: Findings,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  const scale = { decimals: 2 };
  const paths = Object.keys(o.files).sort(
    (a, b) =>
      Number(b.endsWith('/utilities.ndjson.gz')) - Number(a.endsWith('/utilities.ndjson.gz')),
  );
  for (const path of paths) {
    const file = o.files[path];
    if (!isInside(path) || file === undefined) {
      findings.add({ check: 'manifest', says: 'the manifest names a file outside of the export' });
      continue;
    }
    const table = tableOf(path);
    const digest = createHash('sha256');
    const take = taker(o, { path, table, scale, findings });
    let count = 0;
    try {
      for await (const lines of linesOf(o.source, path, (bytes) => digest.update(bytes))) {
        for (const line of lines) {
          count += 1;
          take(line, count);
        }
      }
    } catch (error) {
      findings.add({ check: 'files', says: `${path} cannot be read: ${(error as Error).message}` });
    }
    if (digest.digest('hex') !== file.sha256) {
      findings.add({
        check: 'files',
        says: `${path} is not the file that the manifest was signed over`,
      });
    }
    if (table !== null) counts.set(table, count);
  }
  return counts;
}

type Taking = {
  readonly path: string;
  readonly table: string | null;
  readonly scale: { decimals: number };
  readonly findings: Findings;
};

function taker(o: RowsStep, t: Taking): (line: string, place: number) => void {
  const { table, findings } = t;
  if (table === null) {
    return t.path === saidFile ? meterTaker(o, t) : () => {};
  }
  const number = o.tables.numberOf(table);
  const adding = addingOf[table];
  return (line, place) => {
    const row = readExported(line);
    if (row === null) {
      findings.add({ check: 'files', table, says: `line ${place} of ${t.path} is no row` });
      return;
    }
    const rowHash = hashOfRow(Buffer.from(row.salt, 'base64'), row.text);
    o.rows.addHash(`${table}\n${row.key}`, rowHash, {
      role: role.exported,
      table: number,
      place,
      line: 0,
    });
    if (adding === undefined) return;
    const list = o.columns.get(columnsName(table, row.columns))?.list ?? [];
    const values = valuesOfRow(row.text);
    if (values === null || values.length !== list.length) {
      findings.add({
        check: 'files',
        table,
        key: row.key,
        says: 'a row of other columns than its list has',
      });
      return;
    }
    const add = adder(o, { ...t, number, place, key: row.key });
    try {
      adding((column) => values[list.indexOf(column)] ?? null, add);
    } catch {
      findings.add({
        check: 'values',
        table,
        key: row.key,
        says: 'a row with a value that is none of its column',
      });
    }
  };
}

function meterTaker(o: RowsStep, t: Taking): (line: string, place: number) => void {
  const number = o.tables.numberOf(saidTable);
  return (line, place) => {
    try {
      addMeter(JSON.parse(line) as MeterSaid, adder(o, { ...t, number, place, key: '' }));
    } catch {
      t.findings.add({
        check: 'files',
        says: `line ${place} of ${t.path} is not what a meter says`,
      });
    }
  };
}

function adder(
  o: RowsStep,
  at: Taking & { readonly number: number; readonly place: number; readonly key: string },
): Add {
  const addTo =
    (isHead: boolean): Add['part'] =>
    (rule, group, value = 0n) =>
      o.sums.addNumber(`${rule} ${group}`, value, {
        ...{
          role: isHead ? 1 : 0,
          table: at.number,
          place: at.place,
          line: ruleNames.indexOf(rule),
        },
      });
  const { table } = at;
  return {
    part: addTo(false),
    head: addTo(true),
    wrong: (check, says) =>
      at.findings.add({ check, says, key: at.key, ...(table === null ? {} : { table }) }),
    scale: at.scale,
  };
}

/** Each row against its newest entry. */
export function compareRows(
  { rows, tables }: Pick<RowsStep, 'rows' | 'tables'>,
  covered: ReadonlySet<string>,
  found: (one: Found) => void,
): void {
  rows.groups((group) => {
    const { newest, exported } = sortOut(group);
    const [first, twin] = exported;
    const spotOf = (i: number): Spot => ({
      table: tables.nameOf(group.table(i)),
      line: group.place(i),
    });
    if (twin !== undefined)
      found({ check: 'twice', says: 'two rows with one key', spot: spotOf(twin) });
    if (newest === null) {
      if (first !== undefined)
        found({ check: 'unlogged', says: 'a row that never was in the log', spot: spotOf(first) });
      return;
    }
    const entry = group.place(newest);
    const isGone = group.role(newest) === role.deleted;
    if (first === undefined) {
      const table = tables.nameOf(group.table(newest));
      if (isGone || !covered.has(table)) return;
      const spot = { table, entry, inEntry: group.line(newest) };
      found({
        check: 'missing',
        says: 'a row of the log that is not in the database',
        spot,
        entry,
      });
    } else if (isGone) {
      found({
        check: 'deleted',
        says: 'a row that was deleted, and is there again',
        spot: spotOf(first),
        entry,
      });
    } else if (!group.isSameValue(newest, first)) {
      found({
        check: 'altered',
        says: 'a row that is not as it was written',
        spot: spotOf(first),
        entry,
      });
    }
  });
}

function sortOut(group: Group): {
  readonly newest: number | null;
  readonly exported: readonly number[];
} {
  let newest: number | null = null;
  const exported: number[] = [];
  for (let i = 0; i < group.count; i += 1) {
    if (group.role(i) === role.exported) exported.push(i);
    else if (
      newest === null ||
      group.place(i) > group.place(newest) ||
      (group.place(i) === group.place(newest) && group.line(i) > group.line(newest))
    )
      newest = i;
  }
  return { newest, exported };
}

/** What has to agree between rows. */
export function judgeSums(
  { sums, tables }: Pick<RowsStep, 'sums' | 'tables'>,
  found: (one: Found) => void,
): number {
  let count = 0;
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
    const { holds, says } = rules[name];
    if (holds({ sum, heads, parts: group.count - heads })) return;
    const spot = { table: tables.nameOf(group.table(at)), line: group.place(at) };
    found({ check: name, says, spot });
  });
  return count;
}
