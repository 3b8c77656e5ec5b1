// Reads the tables of the schema `prewatt` into the types that Kysely checks statements against. A
// column that the server's role may not update is one that no statement sets; a CHECK that lists
// words makes them a union. kysely-codegen was looked at: it knows neither.

import pg from 'pg';
import { type ColumnTypeOverride, columnTypeOverrides } from './column-types.ts';

export type Column = {
  readonly table: string;
  readonly column: string;
  /** As PostgreSQL calls it: `bigint`, `text[]`. */
  readonly type: string;
  readonly isNullable: boolean;
  readonly hasDefault: boolean;
  /** By the server's role. */
  readonly isUpdatable: boolean;
  /** The words that CHECK constraints allow, in their order; empty for any. */
  readonly words: readonly string[];
};

const header = `// The tables as Kysely sees them, made from the migrated schema by \`npm run schema\`; the tests fail
// when it is not current. Shapes that the schema does not know: tools/src/column-types.ts.
`;

/** What a type of PostgreSQL is in TypeScript; with a name of columns.ts where writing differs. */
const typeNames: Readonly<Record<string, string>> = {
  bigint: 'bigint',
  boolean: 'boolean',
  bytea: 'Buffer',
  'character varying': 'string',
  date: 'CivilDate',
  integer: 'number',
  numeric: 'string',
  jsonb: 'Json',
  smallint: 'number',
  text: 'string',
  'timestamp with time zone': 'Instant',
  uuid: 'string',
};

/** The text of apps/server/src/base/tables.ts for the database at the URL. */
export async function readTableTypes(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return tableTypesText(await readColumns(client), columnTypeOverrides);
  } finally {
    await client.end();
  }
}

// A view's column is as nullable as the column of that name in a table that the view reads.
async function readColumns(client: pg.Client): Promise<Column[]> {
  const { rows } = await client.query(`
    SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, NULL) AS type,
      CASE c.relkind WHEN 'v' THEN coalesce(NOT origin.attnotnull, true) ELSE NOT a.attnotnull END
        AS "isNullable",
      a.atthasdef AS "hasDefault",
      c.relkind <> 'v' AND has_column_privilege('prewatt_app', c.oid, a.attnum, 'UPDATE')
        AS "isUpdatable",
      ARRAY(SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k
        WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.conkey = ARRAY[a.attnum]
        ORDER BY k.conname) AS checks
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    LEFT JOIN LATERAL (SELECT bool_or(t.attnotnull) AS attnotnull
      FROM information_schema.view_column_usage u
      JOIN pg_attribute t ON t.attname = u.column_name
        AND t.attrelid = format('%I.%I', u.table_schema, u.table_name)::regclass
      WHERE u.view_schema = 'prewatt' AND u.view_name = c.relname AND u.column_name = a.attname)
      origin ON c.relkind = 'v'
    WHERE c.relnamespace = 'prewatt'::regnamespace AND c.relkind IN ('r', 'p', 'v')
      AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY c.relname, a.attnum`);
  return rows.map(({ checks, ...column }) => ({
    ...column,
    words: (checks as string[]).flatMap((check) => wordsOf(check, column.column)),
  }));
}

/** The words of a CHECK that only says which ones a column may hold; none for any other CHECK. */
export function wordsOf(check: string, column: string): string[] {
  const words = [...check.matchAll(/'((?:[^']|'')*)'::text/g)].map(([, word = '']) => word);
  const rest = check
    .replaceAll(/'(?:[^']|'')*'::text/g, 'w')
    .replaceAll(/ARRAY\[w(, w)*\]/g, 'w')
    .replaceAll(new RegExp(String.raw`\b${column} (= ANY \(w\)|= w|IS NULL)`, 'g'), 'c')
    .replaceAll(/^CHECK|\bOR\b|[()\s]/g, '');
  return /^c+$/.test(rest) ? words : [];
}

/** One type with a member a table; the formatter breaks its lines. */
export function tableTypesText(
  columns: readonly Column[],
  overrides: Readonly<Record<string, ColumnTypeOverride>>,
): string {
  const unknown = Object.keys(overrides).filter(
    (name) => !columns.some(({ table, column }) => name === `${table}.${column}`),
  );
  if (unknown.length > 0) throw new Error(`column-types.ts: no column ${unknown.join(', ')}`);
  const tables = [...new Set(columns.map(({ table }) => table))].map((table) => {
    const own = columns.filter((column) => column.table === table);
    return `  ${table}: {\n${own.map((column) => memberOf(column, overrides)).join('')}  };\n`;
  });
  const body = `export type Tables = {\n${tables.join('')}};\n`;
  return `${header}\n${importsFor(body, overrides)}\n${body}`;
}

function memberOf(column: Column, overrides: Readonly<Record<string, ColumnTypeOverride>>): string {
  const override = overrides[`${column.table}.${column.column}`];
  const isNullable = column.isNullable && override?.notNull !== true;
  const wraps = [
    ...(column.isUpdatable ? [] : ['Fixed']),
    ...(isNullable ? ['Nullable'] : column.hasDefault ? ['WithDefault'] : []),
  ];
  const type = wraps.reduceRight((inner, wrap) => `${wrap}<${inner}>`, typeOf(column, override));
  return `    ${column.column}: ${type};\n`;
}

function typeOf(column: Column, override: ColumnTypeOverride | undefined): string {
  if (override !== undefined) {
    return column.type === 'jsonb' ? `Json<${override.type}>` : override.type;
  }
  if (column.words.length > 0) return column.words.map((word) => `'${word}'`).join(' | ');
  const isArray = column.type.endsWith('[]');
  const name = typeNames[isArray ? column.type.slice(0, -2) : column.type];
  if (name === undefined) {
    throw new Error(`${column.table}.${column.column}: table-types.ts knows no ${column.type}`);
  }
  return isArray ? `${name}[]` : name;
}

function importsFor(body: string, overrides: Readonly<Record<string, ColumnTypeOverride>>): string {
  const ofColumns = ['CivilDate', 'Fixed', 'Instant', 'Json', 'Nullable', 'WithDefault'].filter(
    (name) => new RegExp(`\\b${name}\\b`).test(body),
  );
  const modules = new Map([['./columns.ts', new Set(ofColumns)]]);
  for (const { type, from } of Object.values(overrides)) {
    if (from === undefined) continue;
    modules.set(from, (modules.get(from) ?? new Set()).add(type.replace('[]', '')));
  }
  return [...modules]
    .map(([from, names]) => [[...names].sort().join(', '), from])
    .map(([names, from]) => `import type { ${names} } from '${from}';\n`)
    .join('');
}
