// The database of an installation: its schema, the two roles that the server signs in as, its
// clock, and whether the vending keys in it open.

import { sql } from 'kysely';
import pg from 'pg';
import type { Database } from '../../base/database.ts';
import type { Hardware } from '../../base/hardware/index.ts';
import { pendingMigrations } from '../../base/migrate.ts';
import { createUtilities } from '../../registry/utilities/index.ts';
import type { Config } from '../config.ts';
import { closedKeys, faultOfToken } from '../watch-parts.ts';
import { type Finding, fault, warning, well } from './finding.ts';
import { howToMigrate } from './refused-sign-in.ts';

export async function databaseFindings(database: Database): Promise<readonly Finding[]> {
  const { rows } = await sql<{ version: string; number: string; name: string }>`
    SELECT current_setting('server_version') AS version, current_database() AS name,
      current_setting('server_version_num') AS number`.execute(database.directories);
  const [found] = rows;
  const text = `PostgreSQL ${found?.version}, database ${found?.name}`;
  return Number(found?.number) < 160_000
    ? [fault('database', text, 'Prewatt needs PostgreSQL 16 or newer.')]
    : [well('database', text)];
}

export async function schemaFindings(database: Database): Promise<readonly Finding[]> {
  const state = await pendingMigrations(async () => {
    const { rows } = await sql<{ name: string; checksum: string }>`
      SELECT name, checksum FROM prewatt_migrations.applied`.execute(database.directories);
    return rows;
  });
  switch (state.kind) {
    case 'current':
      return [well('schema', `${state.count} migrations, all of this version`)];
    case 'none':
      return [fault('schema', 'the database was never migrated', howToMigrate)];
    case 'behind': {
      const names = state.missing.map((name) => name.replace(/\.sql$/, ''));
      const which = `${names[0]}${names.length === 1 ? '' : ` and ${names.length - 1} more`}`;
      return [fault('schema', `migrations are missing: ${which}`, howToMigrate)];
    }
    case 'ahead': {
      const text = `the database has ${state.name}, which this version of Prewatt does not know`;
      return [fault('schema', text, 'Start the newer version, or put back a backup.')];
    }
  }
}

export async function roleFindings(database: Database): Promise<readonly Finding[]> {
  const { rows } = await sql<{ name: string; bypasses: boolean; owns: boolean; bound: boolean }>`
    SELECT current_user AS name, r.rolsuper OR r.rolbypassrls AS bypasses,
      EXISTS (SELECT FROM pg_class c WHERE c.oid = to_regclass('prewatt.utilities')
        AND pg_has_role(current_user, c.relowner, 'USAGE')) AS owns,
      pg_has_role(current_user, 'prewatt_app', 'USAGE') AS bound
    FROM pg_roles r WHERE r.rolname = current_user`.execute(database.directories);
  const [role] = rows;
  const advice =
    'Let DATABASE_URL sign in as prewatt_app; prewatt database logins gives it its login.';
  if (role === undefined) return [fault('role', 'the role of DATABASE_URL is not known', advice)];
  if (role.bypasses || role.owns) {
    const why = `DATABASE_URL signs in as ${role.name}, whom row-level security does not bind`;
    return [fault('role', why, advice)];
  }
  if (!role.bound) {
    return [fault('role', `DATABASE_URL signs in as ${role.name}, not as prewatt_app`, advice)];
  }
  return [well('role', `the server works as ${role.name}, bound by row-level security`)];
}

export async function signInFindings(
  { signInDatabaseUrl }: Pick<Config, 'signInDatabaseUrl'>,
  database: Database,
): Promise<readonly Finding[]> {
  const advice =
    'Let PREWATT_SIGN_IN_DATABASE_URL sign in to the same database as prewatt_sign_in.';
  const where = sql<{ at: string }>`SELECT oid || ' ' || datname AS at FROM pg_database
    WHERE datname = current_database()`;
  const { rows } = await where.execute(database.directories);
  const client = new pg.Client({
    connectionString: signInDatabaseUrl,
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const found = await client.query(`SELECT current_user AS name,
      (SELECT oid || ' ' || datname FROM pg_database WHERE datname = current_database()) AS at,
      (SELECT bool_or(has_table_privilege(c.oid, 'SELECT')) FROM pg_class c
        WHERE c.relnamespace = 'auth'::regnamespace AND c.relname = 'session') AS "mayRead",
      (SELECT bool_or(has_table_privilege(c.oid, 'SELECT')) FROM pg_class c
        WHERE c.relnamespace = 'prewatt'::regnamespace AND c.relname = 'sales') AS "maySell"`);
    const { name, at, mayRead, maySell } = found.rows[0];
    if (at !== rows[0]?.at) return [fault('sign-in', 'sign-ins are in another database', advice)];
    if (!mayRead) return [fault('sign-in', `${name} may not read sign-ins`, advice)];
    if (maySell) {
      return [fault('sign-in', `${name} may read more than sign-ins`, advice)];
    }
    return [well('sign-in', `sign-ins are read as ${name}`)];
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    return [fault('sign-in', `the sign-in role cannot connect: ${message || code}`, advice)];
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Tokens, codes and certificates hang on the clock. */
export async function clockFindings(
  { clocks }: Pick<Config, 'clocks'>,
  database: Database,
): Promise<readonly Finding[]> {
  const askedMs = clocks.real.nowMs();
  const { rows } = await sql<{ atMs: number }>`
    SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS "atMs"`.execute(
    database.directories,
  );
  const here = (askedMs + clocks.real.nowMs()) / 2;
  const apartMs = Math.abs((rows[0]?.atMs ?? 0) - here);
  const seconds = (apartMs / 1_000).toFixed(1);
  const apart = `this machine’s clock and the database’s are ${seconds} s apart`;
  const advice = 'Let both machines ask a time server (systemd-timesyncd or chrony).';
  const first =
    apartMs > 30_000
      ? fault('clocks', apart, advice)
      : apartMs > 2_000
        ? warning('clocks', apart, advice)
        : well('clocks', apart);
  if (clocks.speed === 1) return [first];
  const runs = `business time runs ${clocks.speed} times as fast as real time (PREWATT_CLOCK)`;
  return [first, well('clocks', runs)];
}

export type KeyPlaces = {
  readonly database: Database;
  /** The token that holds vending keys, where there is one. */
  readonly hardware: Hardware | undefined;
};

export async function keyFindings(
  { secrets }: Pick<Config, 'secrets'>,
  { database, hardware }: KeyPlaces,
): Promise<readonly Finding[]> {
  const utilities = createUtilities(database);
  const masterKey = Buffer.from(secrets.masterKey, 'base64');
  const { closed, all, tokenKeyIds } = await closedKeys({ database, utilities, masterKey });
  if (closed === 0) {
    const text =
      all === 0 ? 'no vending key is loaded yet' : `the master key opens all ${all} vending keys`;
    return [well('keys', text), ...(await tokenFindings(hardware, tokenKeyIds))];
  }
  const text = `the master key opens ${all - closed} of ${all} vending keys`;
  const advice =
    'Take the secrets file that belongs to this database, or load the keys again by two custodians.';
  return [closed === all ? fault('keys', text, advice) : warning('keys', text, advice)];
}

async function tokenFindings(
  hardware: Hardware | undefined,
  keyIds: readonly string[],
): Promise<readonly Finding[]> {
  if (hardware === undefined && keyIds.length === 0) return [];
  const fault = await faultOfToken(hardware, keyIds);
  const advice = 'See docs/operating/keys-in-hardware.md.';
  if (fault !== null) return [warning('keys', fault, advice)];
  return [well('keys', `the hardware token answers, and holds ${keyIds.length} vending keys`)];
}
