// Which tables of the schema `prewatt` a TypeScript file writes and reads. It looks at the calls of
// Kysely, at SQL in strings and templates, at the helpers of base/rows.ts that take a table's name,
// and at calls of database functions that write. A scanner of the forms in use, not a parser: a
// write whose table it cannot name is reported, so that none is overlooked.

import { splitCode } from './code-text.ts';

/** What schema.sql says: tables with views, and for each function that writes, the tables. */
export type Schema = {
  readonly tables: ReadonlySet<string>;
  readonly views: ReadonlySet<string>;
  readonly functions: ReadonlyMap<string, readonly string[]>;
};

export type Use = {
  /** `names no table`: a write whose table is known to the running program alone. */
  readonly verb: 'writes' | 'reads' | 'names no table';
  readonly table: string;
  readonly position: number;
};

const tableName = String.raw`(?:prewatt\.)?([a-z_]\w*)(?![\w.])`;
const anAlias = String.raw`(?:\s+(?:AS\s+)?[a-z]\w*)?`;

const kyselyWrite = /\b(?:insertInto|updateTable|deleteFrom|mergeInto)\(\s*(?:'(\w+)|([^'\s)]))/g;
const helperWrite = /(?<!function )\binsert(?:OfRows|OfLists|Rows)(?:<[^()]*>)?\(\s*'(\w+)'()/g;
const sqlWrite = new RegExp(
  String.raw`\b(?:INSERT\s+INTO|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE|${updateOf()})\s+` +
    String.raw`(?:${tableName}|(\$\{))`,
  'g',
);
const kyselyRead =
  /\b(?:selectFrom|from|using|(?:inner|left|right|full|cross)(?:Join|JoinLateral))\(\s*\[?((?:'[^']*'(?:,\s*)?)+)/g;
const sqlRead = new RegExp(
  String.raw`\b(?:FROM|JOIN|USING)\s+((?:${listed()}\s*,\s*)*${listed()})`,
  'g',
);

// Not of FOR UPDATE, FOR NO KEY UPDATE, DO UPDATE and the like: an UPDATE that is followed by SET.
function updateOf(): string {
  return String.raw`UPDATE(?=\s+\S+${anAlias}\s+SET\b)`;
}

function listed(): string {
  return String.raw`(?:prewatt\.)?[a-z_]\w*(?![\w.(])${anAlias}`;
}

/** Each use of a table in the file, in no order. */
export function tableUses(text: string, schema: Schema): Use[] {
  const { comments } = splitCode(text);
  const plain = [...text].map((char, i) => (comments[i]?.trim() === '' ? char : ' ')).join('');
  const writes = [kyselyWrite, helperWrite, sqlWrite].flatMap((form) =>
    [...plain.matchAll(form)].map(({ 1: table, index }): Use => {
      if (table === undefined) return { verb: 'names no table', table: '', position: index };
      return { verb: 'writes', table, position: index };
    }),
  );
  const called = [...schema.functions].flatMap(([name, tables]) =>
    [...plain.matchAll(new RegExp(String.raw`\b(?:prewatt\.|SELECT\s+)${name}\(`, 'g'))].flatMap(
      ({ index }) => tables.map((table): Use => ({ verb: 'writes', table, position: index })),
    ),
  );
  const reads = [kyselyRead, sqlRead].flatMap((form) =>
    [...plain.matchAll(form)].flatMap(({ 1: list = '', index }) =>
      list.split(',').map((each): Use => {
        const [, table = ''] = /^[\s']*(?:prewatt\.)?(\w+)/.exec(each) ?? [];
        return { verb: 'reads', table, position: index };
      }),
    ),
  );
  const known = reads.filter(({ table }) => schema.tables.has(table) || schema.views.has(table));
  return [...writes, ...called, ...known];
}

/** Tables, views and functions of the schema `prewatt`. Partitions belong to their table. */
export function readSchemaText(sql: string): Schema {
  const tables = new Set(
    [...sql.matchAll(/^CREATE TABLE prewatt\.(\w+) \(/gm)].map(([, table = '']) => table),
  );
  const views = new Set(
    [...sql.matchAll(/^CREATE VIEW prewatt\.(\w+) /gm)].map(([, view = '']) => view),
  );
  const functions = new Map<string, string[]>();
  for (const part of sql.split(/^(?=CREATE )/m)) {
    const [, name] = /^CREATE OR REPLACE FUNCTION prewatt\.(\w+)/.exec(part) ?? [];
    const written = [...part.matchAll(sqlWrite)].map(({ 1: table = '' }) => table);
    if (name !== undefined && written.length > 0) functions.set(name, [...new Set(written)]);
  }
  return { tables, views, functions };
}
