// A table is written by one folder of the server, and no floor reads a table of a floor above. The
// table in ARCHITECTURE.md under "Who writes which table" says whose each one is.

import { lineAt } from './code-text.ts';
import { type Finding, type HouseFile, isTest } from './files.ts';
import { floorOf } from './import-rules.ts';
import { knownTableUses } from './known-table-uses.ts';
import { readSchemaText, type Schema, tableUses } from './table-statements.ts';

const source = 'apps/server/src/';
const document = 'ARCHITECTURE.md';
const heading = '## Who writes which table';

type Row = { readonly owner: string; readonly tables: readonly string[] };

/**
 * Findings for writes outside a table's owner, reads of a higher floor's table, writes whose table
 * is not in the text, and for a map that disagrees with the schema. `known` are uses that stand
 * until they are mended ("money/grants writes meters"): one that is gone is a finding, too.
 */
export function checkTableOwners(
  files: readonly HouseFile[],
  known: readonly string[] = knownTableUses,
): Finding[] {
  const textOf = (path: string) => files.find((file) => file.path === path)?.text ?? '';
  const schema = readSchemaText(textOf('apps/server/schema.sql'));
  const rows = readRows(textOf(document));
  const owners = new Map(rows.flatMap(({ owner, tables }) => tables.map((name) => [name, owner])));
  const { findings, uses } = findUses(files, { schema, owners });
  return [
    ...faultsOfMap(rows, { schema, files }),
    ...findings,
    ...[...uses].filter(([use]) => !known.includes(use)).flatMap(([, faults]) => faults),
    ...known
      .filter((use) => !uses.has(use))
      .map((use) => `tools/src/tidy/known-table-uses.ts: "${use}" is so no more: remove it`),
  ];
}

/** Lines of the map: | `money/vending` | `sales`, `quotes` |. */
function readRows(text: string): Row[] {
  const [, behind = ''] = text.split(`\n${heading}\n`);
  const [section = ''] = behind.split(/\n## /);
  return section.split('\n').flatMap((line) => {
    const [, first = '', second = ''] = /^\| ([^|]*)\| ([^|]*)\|$/.exec(line) ?? [];
    const [, owner] = /`([a-z-]+\/[a-z-]+)`/.exec(first) ?? [];
    if (owner === undefined) return [];
    return [{ owner, tables: [...second.matchAll(/`(\w+)`/g)].map(([, table = '']) => table) }];
  });
}

function faultsOfMap(
  rows: readonly Row[],
  o: { schema: Schema; files: readonly HouseFile[] },
): Finding[] {
  const at = `${document}: "${heading.slice(3)}":`;
  const named = rows.flatMap(({ tables }) => tables);
  const folders = rows.filter(
    ({ owner }) => !o.files.some(({ path }) => path.startsWith(`${source}${owner}/`)),
  );
  return [
    ...[...o.schema.tables]
      .filter((table) => !named.includes(table))
      .map((table) => `${at} no row names ${table}`),
    ...named
      .filter((table) => !o.schema.tables.has(table) && !o.schema.views.has(table))
      .map((table) => `${at} the schema has no table ${table}`),
    ...named
      .filter((table, i) => named.indexOf(table) !== i)
      .map((table) => `${at} ${table} stands twice`),
    ...folders.map(({ owner }) => `${at} the server has no folder ${owner}`),
  ];
}

type Found = {
  readonly findings: Finding[];
  /** Uses against the rule, as `known` names them, with the findings of each. */
  readonly uses: Map<string, Finding[]>;
};

function findUses(
  files: readonly HouseFile[],
  o: { schema: Schema; owners: ReadonlyMap<string, string> },
): Found {
  const found: Found = { findings: [], uses: new Map() };
  const written = new Set<string>();
  const add = (use: string, fault: Finding) =>
    found.uses.set(use, [...(found.uses.get(use) ?? []), fault]);
  for (const file of files) {
    if (!file.path.startsWith(source) || !file.path.endsWith('.ts') || isTest(file.path)) continue;
    const self = folderOf(file.path);
    for (const { verb, table, position } of tableUses(file.text, o.schema)) {
      const at = `${file.path}:${lineAt(file.text, position)}:`;
      const owner = o.owners.get(table);
      if (verb === 'writes') written.add(`${self} ${table}`);
      // The helpers of base take a table's name: their callers name it.
      if (verb === 'names no table' && self !== 'base') {
        found.findings.push(`${at} name the table in the statement`);
      }
      if (owner === undefined || owner === self) continue;
      if (verb === 'writes') {
        add(
          `${self} writes ${table}`,
          `${at} ${owner} alone writes ${table}: call a function of it`,
        );
      } else if (floorOf(owner) > floorOf(self)) {
        add(`${self} reads ${table}`, `${at} ${table} is of ${owner}, which stands above ${self}`);
      }
    }
  }
  for (const [table, owner] of o.owners) {
    if (o.schema.tables.has(table) && !written.has(`${owner} ${table}`)) {
      add(`${owner} does not write ${table}`, `${document}: ${owner} does not write ${table}`);
    }
  }
  return found;
}

/** `money/vending` for a file of a feature; a floor without features, or `main`, for another. */
function folderOf(path: string): string {
  const parts = path.slice(source.length).split('/');
  if (parts.length > 2 && parts[0] !== 'base' && parts[0] !== 'compose') {
    return `${parts[0]}/${parts[1]}`;
  }
  return parts.length > 1 ? (parts[0] ?? '') : 'main';
}
