// What the roles of the server may do, compared with the table in grants-held.ts: a privilege that
// nobody wrote down fails, and so does one that is gone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testDatabase } from '@prewatt/embedded-postgres';
import pg from 'pg';
import { migrateGuarded } from '../src/compose/life-cycles.ts';
import { functions, held } from './grants-held.ts';
import { signInUrlOf } from './harness.ts';

let database: Awaited<ReturnType<typeof testDatabase>>;
let owner: pg.Client;
before(async () => {
  database = await testDatabase({ name: 'grants_held', prepare: migrateGuarded });
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
    `SELECT regexp_replace(t.table_schema || '.' || t.table_name, '^prewatt\\.', '') AS name,
       lower(t.privilege_type) AS held
     FROM information_schema.role_table_grants t
     WHERE t.grantee = $1 AND t.table_name !~ '^readings_'
     UNION ALL
     SELECT regexp_replace(c.table_schema || '.' || c.table_name, '^prewatt\\.', ''),
       lower(c.privilege_type) || ' ' || string_agg(c.column_name, ' ' ORDER BY c.column_name)
     FROM information_schema.role_column_grants c
     WHERE c.grantee = $1 AND NOT EXISTS (SELECT FROM information_schema.role_table_grants t
       WHERE t.grantee = c.grantee AND t.table_schema = c.table_schema
         AND t.table_name = c.table_name AND t.privilege_type = c.privilege_type)
     GROUP BY c.table_schema, c.table_name, c.privilege_type
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
  const { rows } = await owner.query<{ name: string; config: string; callers: string }>(
    `SELECT p.proname AS name, coalesce(p.proconfig::text, '') AS config,
       CASE WHEN p.prorettype = 'trigger'::regtype THEN 'trigger' ELSE (
         SELECT string_agg(CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END, ' ')
         FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
         WHERE x.grantee <> p.proowner) END AS callers
     FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = 'prewatt'::regnamespace ORDER BY 1`,
  );
  for (const { name, config } of rows) {
    assert.match(config, /search_path=(prewatt|pg_catalog), pg_temp/, name);
  }
  assert.deepEqual(Object.fromEntries(rows.map(({ name, callers }) => [name, callers])), functions);
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
