// What the roles of the server may do, compared with grants-held.ts and functions-held.ts: a
// privilege that nobody wrote down fails, and so does one that is gone. And triggers that a dump
// can restore.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testDatabase } from '@prewatt/embedded-postgres';
import pg from 'pg';
import { migrate } from '../src/base/migrate.ts';
import { migrateGuarded } from '../src/compose/life-cycles.ts';
import { functions } from './functions-held.ts';
import { held } from './grants-held.ts';
import { signInUrlOf } from './harness.ts';

let database: Awaited<ReturnType<typeof testDatabase>>;
let owner: pg.Client;
before(async () => {
  database = await testDatabase({ name: 'server', prepare: migrateGuarded });
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
});
after(async () => {
  await owner.end();
  await database.drop();
});

const roles = ['prewatt_app', 'prewatt_sign_in'] as const;

/** By table: each privilege, with its columns where it has not all of them. */
async function grantsOf(role: string): Promise<Record<string, string[]>> {
  const { rows } = await owner.query<{ name: string; held: string }>(
    `WITH tables AS (
       SELECT c.oid, c.relacl,
         regexp_replace(n.nspname || '.' || c.relname, '^prewatt\\.', '') AS name
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p')
     ), whole AS (
       SELECT t.oid, t.name, lower(x.privilege_type) AS held
       FROM tables t, aclexplode(t.relacl) x
       WHERE x.grantee = $1::regrole AND t.name !~ '(^|\\.)readings_'
     )
     SELECT name, held FROM whole
     UNION ALL
     SELECT t.name,
       lower(x.privilege_type) || ' ' || string_agg(a.attname, ' ' ORDER BY a.attname)
     FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid, aclexplode(a.attacl) x
     WHERE x.grantee = $1::regrole
       AND (t.oid, lower(x.privilege_type)) NOT IN (SELECT oid, held FROM whole)
     GROUP BY t.name, x.privilege_type
     ORDER BY 1, 2`,
    [role],
  );
  const byName = Map.groupBy(rows, ({ name }) => name);
  return Object.fromEntries([...byName].map(([name, of]) => [name, of.map((row) => row.held)]));
}

for (const role of roles) {
  test(`${role} may what is written down, and no more`, async () => {
    const grants = await grantsOf(role);
    const { jobs = [], ...written } = held[role];
    const isJobs = (name: string): boolean => name.startsWith('graphile_worker.');
    for (const [name, privileges] of Object.entries(grants)) {
      if (isJobs(name)) assert.deepEqual(privileges, jobs, name);
    }
    const own = Object.entries(grants).filter(([name]) => !isJobs(name));
    assert.deepEqual(Object.fromEntries(own), written);
  });
}

test('no role of the server is a member of another, owns anything, or passes the walls', async () => {
  const { rows } = await owner.query(
    `SELECT r.rolname FROM pg_roles r WHERE r.rolname = ANY ($1) AND (r.rolsuper OR r.rolbypassrls
       OR r.rolcreaterole OR r.rolcreatedb
       OR EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid)
       OR EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid))`,
    [roles],
  );
  assert.deepEqual(rows, []);
});

test('what runs with the rights of the owner has a fixed search path, and few may call it', async () => {
  const { rows } = await owner.query<{ name: string; config: string; callers: string | null }>(
    `SELECT regexp_replace(p.pronamespace::regnamespace || '.' || p.proname, '^prewatt\\.', '') AS name,
       coalesce(p.proconfig::text, '') AS config,
       (SELECT string_agg(CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END, ' ')
         FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
         WHERE x.grantee <> p.proowner) AS callers
     FROM pg_proc p WHERE p.prosecdef AND p.pronamespace <> 'pg_catalog'::regnamespace ORDER BY 1`,
  );
  for (const { name, config } of rows) {
    assert.match(config, /search_path=(prewatt|pg_catalog), pg_temp/, name);
  }
  // One for each covered table, made by `prewatt_log.cover`.
  const { rows: covered } = await owner.query<{ name: string }>(
    `SELECT DISTINCT 'prewatt_log.' || table_name AS name FROM prewatt_log.columns`,
  );
  assert.ok(covered.length > 80);
  const ofTables = Object.fromEntries(covered.map(({ name }) => [name, null]));
  assert.deepEqual(Object.fromEntries(rows.map(({ name, callers }) => [name, callers])), {
    ...functions,
    ...ofTables,
  });
});

test('no role of the server may call a trigger’s function, or anything of the log but one', async () => {
  const { rows } = await owner.query<{ name: string; role: string }>(
    `SELECT p.oid::regprocedure::text AS name, role FROM pg_proc p CROSS JOIN unnest($1::text[]) role
     WHERE (p.prorettype = 'trigger'::regtype
         AND p.pronamespace IN ('prewatt'::regnamespace, 'auth'::regnamespace)
         -- Guards that tests alone add.
         AND p.proname NOT LIKE 'life\\_of\\_%'
       OR p.pronamespace = 'prewatt_log'::regnamespace)
       AND has_function_privilege(role, p.oid, 'EXECUTE')`,
    [roles],
  );
  assert.deepEqual(rows, [{ name: 'prewatt_log.give_places(integer)', role: 'prewatt_app' }]);
});

test('a table that is covered from now on has a function that nobody may call', async () => {
  await owner.query('BEGIN');
  await owner.query(`CREATE TABLE prewatt.made_later (utility_id uuid, id uuid PRIMARY KEY)`);
  await owner.query(`SELECT prewatt_log.cover('made_later')`);
  const { rows } = await owner.query(
    `SELECT has_function_privilege('prewatt_app', 'prewatt_log.made_later()', 'EXECUTE') AS may`,
  );
  await owner.query('ROLLBACK');
  assert.deepEqual(rows, [{ may: false }]);
});

/** A temporary table that looks like `vendor_asks`, with a type whose cast runs `taken()`. */
const attack = [
  `CREATE TYPE pg_temp.evil AS (n int)`,
  `CREATE FUNCTION pg_temp.taken(pg_temp.evil) RETURNS json LANGUAGE plpgsql AS $$
    BEGIN
      CREATE TABLE prewatt.taken ();
      RETURN '"x"'::json;
    END $$`,
  `CREATE CAST (pg_temp.evil AS json) WITH FUNCTION pg_temp.taken(pg_temp.evil)`,
  `CREATE TEMP TABLE asked AS SELECT * FROM prewatt.vendor_asks LIMIT 0`,
  `ALTER TABLE asked ALTER request_id TYPE pg_temp.evil USING NULL`,
  `CREATE TRIGGER forge AFTER INSERT ON asked REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION prewatt_log.vendor_asks()`,
] as const;

async function asServer(work: (app: pg.Client) => Promise<void>): Promise<void> {
  const app = new pg.Client({ connectionString: database.url });
  await app.connect();
  try {
    await app.query('SET ROLE prewatt_app');
    await work(app);
  } finally {
    await app.end();
  }
}

test('a temporary table of the server’s role forges no leaf and runs nothing as the owner', async () => {
  await owner.query(
    `GRANT TEMPORARY ON DATABASE "${new URL(database.url).pathname.slice(1)}" TO PUBLIC`,
  );
  await asServer(async (app) => {
    for (const statement of attack.slice(0, -1)) await app.query(statement);
    await assert.rejects(
      app.query(attack.at(-1) ?? ''),
      /permission denied for function prewatt_log.vendor_asks/,
    );
  });
  // Were the right given again, the function would still know its own table.
  await owner.query('GRANT EXECUTE ON FUNCTION prewatt_log.vendor_asks() TO prewatt_app');
  await asServer(async (app) => {
    for (const statement of attack) await app.query(statement);
    const insert = `INSERT INTO asked (utility_id, request_id)
      VALUES (gen_random_uuid(), ROW(1)::pg_temp.evil)`;
    await assert.rejects(app.query(insert), /of its own rows alone/);
  });
  await owner.query('REVOKE EXECUTE ON FUNCTION prewatt_log.vendor_asks() FROM prewatt_app');
  const { rows } = await owner.query(`SELECT to_regclass('prewatt.taken') AS taken,
    (SELECT count(*)::int FROM prewatt_log.leaves WHERE table_name = 'vendor_asks') AS leaves`);
  assert.deepEqual(rows, [{ taken: null, leaves: 0 }]);
});

test('after a migration no role of the server makes temporary tables, in a copy either', async () => {
  await migrate(database.url);
  await asServer(async (app) => {
    await assert.rejects(
      app.query('CREATE TEMP TABLE mine ()'),
      /permission denied to create temp/,
    );
  });
});

test('the server’s role makes no administrator and opens no session', async () => {
  const app = new pg.Client({ connectionString: database.url });
  await app.connect();
  await app.query('SET ROLE prewatt_app');
  for (const statement of [
    `INSERT INTO auth."user" (id, name, email, "emailVerified") VALUES ('x', 'x', 'x@x.test', true)`,
    'SELECT * FROM auth.session',
    'INSERT INTO prewatt.operator_directory (auth_user_id, utility_id) VALUES (NULL, NULL)',
    'INSERT INTO prewatt.operators (id) VALUES (NULL)',
    "UPDATE prewatt.operators SET role = 'administrator'",
    'UPDATE prewatt.sales SET amount_minor = 1',
    'UPDATE prewatt.tokens SET digits = NULL',
  ]) {
    await assert.rejects(app.query(statement), /permission denied/, statement);
  }
  await app.end();
});

test('the role that signs people in sees nothing of a utility', async () => {
  const signIn = new pg.Client({ connectionString: signInUrlOf(database.url) });
  await signIn.connect();
  for (const table of ['operators', 'sales', 'phone_directory']) {
    await assert.rejects(signIn.query(`SELECT * FROM prewatt.${table}`), /permission denied/);
  }
  await signIn.query('SELECT * FROM auth.session');
  await signIn.end();
});

test('readings of the last months are dropped for nobody, whatever anybody takes the time to be', async () => {
  const app = new pg.Client({ connectionString: database.url });
  await app.connect();
  const month = (back: number) => {
    const today = new Date();
    return new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - back, 1)).toISOString();
  };
  const named = (back: number) => `readings_${month(back).slice(0, 7).replace('-', '_')}`;
  await owner.query(
    `INSERT INTO prewatt.utilities (id, name, zone, currency_code, currency_scale,
       minimum_purchase_minor, maximum_purchase_minor, protection_rules, created_at,
       readings_kept_months) SELECT gen_random_uuid(), 'Any', 'UTC', 'ZAR', 2, 1, 9, '{}', now(), 13`,
  );
  await app.query('SET ROLE prewatt_app');
  for (const back of [2, 12, 20]) {
    await app.query('SELECT prewatt.prepare_readings_month($1::date)', [month(back)]);
  }
  await assert.rejects(
    app.query("SELECT prewatt.drop_old_readings('2999-01-01'::timestamptz)"),
    /does not exist/,
  );
  await app.query('SELECT prewatt.drop_old_readings()');
  await app.query("SELECT prewatt.prepare_readings_month('2999-01-01'::date)");
  const { rows } = await owner.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relname = ANY ($1) ORDER BY 1`,
    [[named(2), named(12), named(20), 'readings_2999_01']],
  );
  assert.deepEqual(
    rows.map(({ name }) => name),
    [named(12), named(2)].sort(),
  );
  await app.end();
});

test('a trigger is made again by what a dump says of it', async () => {
  const { rows } = await owner.query<{ name: string; made: string }>(
    `SELECT t.tgname AS name, pg_get_triggerdef(t.oid) AS made FROM pg_trigger t
     WHERE NOT t.tgisinternal AND t.tgparentid = 0 ORDER BY t.oid`,
  );
  assert.ok(rows.length > 100);
  await owner.query('BEGIN');
  // As pg_restore does.
  await owner.query("SELECT set_config('search_path', '', true)");
  try {
    for (const [index, { name, made }] of rows.entries()) {
      const again = made.replace(`TRIGGER ${name} `, `TRIGGER made_again_${index} `);
      await owner.query(again).catch((error: Error) => assert.fail(`${error.message}: ${made}`));
    }
  } finally {
    await owner.query('ROLLBACK');
  }
});
