// Reads a database's schema from its catalogs as SQL text in a stable order: what `npm run schema`
// writes and the schema test compares. It is for reading and reviewing, not for restoring a
// database.

import pg from 'pg';

type Row = Record<string, string | boolean | null>;
type Ask = (sql: string) => Promise<Row[]>;

// graphile-worker owns its schema; months of a partitioned table depend on the day. The triggers of
// the token log and their functions are three of a kind for each of its tables, from one template.
const schemas = `n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'graphile_worker')
  AND n.nspname NOT LIKE 'pg\\_%'`;

/** The schema of the database at the URL, as text that ends with a newline. */
export async function readSchema(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // With nothing on the path every name is printed with its schema, whatever the login's
    // settings.
    await client.query(`SET search_path = ''`);
    const ask: Ask = async (sql) => (await client.query(sql)).rows;
    const parts = [
      ...(await readSchemas(ask)),
      ...(await readTypes(ask)),
      ...(await readFunctions(ask)),
      ...(await readTables(ask)),
      ...(await readViews(ask)),
      ...(await readGrants(ask)),
    ];
    return `${parts.join('\n\n')}\n`;
  } finally {
    await client.end();
  }
}

async function readSchemas(ask: Ask): Promise<string[]> {
  const rows = await ask(
    `SELECT n.nspname AS name FROM pg_namespace n WHERE ${schemas} ORDER BY 1`,
  );
  return rows
    .filter((row) => row['name'] !== 'public')
    .map((row) => `CREATE SCHEMA ${row['name']};`);
}

async function readTypes(ask: Ask): Promise<string[]> {
  const rows = await ask(`
    SELECT format('CREATE TYPE %I.%I AS ENUM (%s);', n.nspname, t.typname,
        string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)) AS sql
      FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
      JOIN pg_enum e ON e.enumtypid = t.oid
      WHERE ${schemas} GROUP BY n.nspname, t.typname
    UNION ALL
    SELECT format('CREATE DOMAIN %I.%I AS %s%s;', n.nspname, t.typname,
        format_type(t.typbasetype, t.typtypmod),
        coalesce((SELECT string_agg(' ' || pg_get_constraintdef(c.oid), '' ORDER BY c.conname)
          FROM pg_constraint c WHERE c.contypid = t.oid), ''))
      FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
      WHERE t.typtype = 'd' AND ${schemas}
    ORDER BY 1`);
  return texts(rows);
}

async function readFunctions(ask: Ask): Promise<string[]> {
  const rows = await ask(`
    SELECT rtrim(pg_get_functiondef(p.oid), E'\\n') || ';' AS sql
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE p.prokind IN ('f', 'p') AND ${schemas}
        AND NOT (n.nspname = 'prewatt_log' AND p.prorettype = 'trigger'::regtype
          AND EXISTS (SELECT FROM pg_trigger t WHERE t.tgfoid = p.oid AND t.tgname = 'log_insert'))
      ORDER BY n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)`);
  return texts(rows);
}

async function readTables(ask: Ask): Promise<string[]> {
  const tables = await ask(`
    SELECT c.oid::text AS oid, format('%I.%I', n.nspname, c.relname) AS name, c.relkind AS kind,
        pg_get_partkeydef(c.oid) AS partition_key, array_to_string(c.reloptions, ', ') AS options,
        (SELECT format('%I.%I', pn.nspname, p.relname) FROM pg_inherits i
          JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
          WHERE i.inhrelid = c.oid) AS parent,
        c.relrowsecurity AS row_security, c.relforcerowsecurity AS forced
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND ${schemas}
        AND (NOT c.relispartition OR pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT')
      ORDER BY n.nspname, c.relname`);
  const parts: string[] = [];
  for (const table of tables) parts.push((await readTable(ask, table)).join('\n'));
  return parts;
}

async function readTable(ask: Ask, table: Row): Promise<string[]> {
  const { oid, name } = table;
  if (table['parent'] !== null) {
    return [`CREATE TABLE ${name} PARTITION OF ${table['parent']} DEFAULT;`];
  }
  const columns = await ask(`
    SELECT format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))
        || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
        || CASE WHEN a.attidentity <> '' THEN ' GENERATED AS IDENTITY' ELSE '' END
        || CASE WHEN a.attgenerated <> '' THEN format(' GENERATED ALWAYS AS (%s)',
             pg_get_expr(d.adbin, d.adrelid)) WHEN d.adbin IS NOT NULL THEN
             ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) ELSE '' END AS sql
      FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attrelid = ${oid} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`);
  const constraints = await ask(`
    SELECT format('CONSTRAINT %I %s', conname, pg_get_constraintdef(oid)) AS sql FROM pg_constraint
      WHERE conrelid = ${oid} AND contype IN ('p', 'u', 'c', 'f', 'x')
      ORDER BY position(contype::text IN 'pucfx'), conname`);
  const body = [...texts(columns), ...texts(constraints)].map((line) => `  ${line}`).join(',\n');
  const partition =
    table['partition_key'] === null ? '' : ` PARTITION BY ${table['partition_key']}`;
  const options = table['options'] === null ? '' : ` WITH (${table['options']})`;
  return [
    `CREATE TABLE ${name} (\n${body}\n)${partition}${options};`,
    ...(await readAttachments(ask, table)),
  ];
}

/** Indexes, row-level security and triggers of one table. */
async function readAttachments(ask: Ask, table: Row): Promise<string[]> {
  const { oid, name } = table;
  const indexes = await ask(`
    SELECT pg_get_indexdef(i.indexrelid) || ';' AS sql FROM pg_index i
      WHERE i.indrelid = ${oid}
        AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid
          AND c.conrelid = i.indrelid AND c.contype IN ('p', 'u', 'x'))
      ORDER BY 1`);
  const policies = await ask(`
    SELECT format('CREATE POLICY %I ON ${name}%s FOR %s TO %s%s%s;', p.polname,
        CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END,
        CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
          WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
        (SELECT string_agg(CASE WHEN r = 0 THEN 'PUBLIC' ELSE r::regrole::text END, ', '
          ORDER BY r::regrole::text) FROM unnest(p.polroles) AS r),
        coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', ''),
        coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')) AS sql
      FROM pg_policy p WHERE p.polrelid = ${oid} ORDER BY p.polname`);
  const triggers = await ask(`
    SELECT pg_get_triggerdef(t.oid) || ';' AS sql FROM pg_trigger t
      WHERE t.tgrelid = ${oid} AND NOT t.tgisinternal
        AND t.tgname NOT IN ('log_insert', 'log_update', 'log_delete') ORDER BY t.tgname`);
  return [
    ...texts(indexes),
    ...(table['row_security'] === true ? [`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY;`] : []),
    ...(table['forced'] === true ? [`ALTER TABLE ${name} FORCE ROW LEVEL SECURITY;`] : []),
    ...texts(policies),
    ...texts(triggers),
  ];
}

async function readViews(ask: Ask): Promise<string[]> {
  const rows = await ask(`
    SELECT format('CREATE %sVIEW %I.%I AS%s', CASE c.relkind WHEN 'm' THEN 'MATERIALIZED ' ELSE '' END,
        n.nspname, c.relname, E'\\n' || pg_get_viewdef(c.oid)) AS sql
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('v', 'm') AND ${schemas} ORDER BY n.nspname, c.relname`);
  return texts(rows);
}

/** Privileges of everybody but the owner: what holds the append-only tables. */
async function readGrants(ask: Ask): Promise<string[]> {
  const grantee = `CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END`;
  const privileges = `string_agg(x.privilege_type, ', ' ORDER BY x.privilege_type)`;
  const rows = await ask(`
    SELECT format('GRANT %s ON SCHEMA %I TO %s;', ${privileges}, n.nspname, ${grantee}) AS sql
      FROM pg_namespace n, aclexplode(n.nspacl) x
      WHERE ${schemas} AND n.nspname <> 'public' AND x.grantee <> n.nspowner
      GROUP BY n.nspname, x.grantee
    UNION ALL
    SELECT format('GRANT %s ON %s%I.%I TO %s;', ${privileges},
        CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE '' END, n.nspname, c.relname, ${grantee})
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) x
      WHERE ${schemas} AND x.grantee <> c.relowner
        AND (NOT c.relispartition OR pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT')
      GROUP BY c.relkind, n.nspname, c.relname, x.grantee
    UNION ALL
    SELECT format('GRANT %s (%I) ON %I.%I TO %s;', ${privileges}, a.attname, n.nspname, c.relname,
        ${grantee})
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(a.attacl) x
      WHERE ${schemas} AND x.grantee <> c.relowner
      GROUP BY a.attname, n.nspname, c.relname, x.grantee
    UNION ALL
    SELECT format('GRANT %s ON FUNCTION %s TO %s;', ${privileges}, p.oid::regprocedure, ${grantee})
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace, aclexplode(p.proacl) x
      WHERE ${schemas} AND x.grantee <> p.proowner
      GROUP BY p.oid, x.grantee
    ORDER BY 1`);
  return rows.length === 0 ? [] : [texts(rows).join('\n')];
}

function texts(rows: Row[]): string[] {
  return rows.map((row) => String(row['sql']));
}
