// Applies apps/server/migrations in order, once each, forward only. A file that changed after it
// was applied stops the start: history is not edited. Runs as the database's owner, never as the
// server's role.

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { statementsOf } from './statements.ts';
import { runMigrations } from './worker-library.ts';

const folder = new URL('../../migrations/', import.meta.url);
// Any constant: it keeps two starting servers from migrating at once.
const lockKey = 7_071_001;
const oldestPostgres = 160_000;
/** Servers sell meanwhile: who waits for a lock holds up all who come behind. */
const lockTimeoutMs = 1_000;
const lockTries = 60;
/** An index that is built beside the work is built in no transaction. */
const withoutTransaction = /^-- Without a transaction\b/;

export class MigrationError extends Error {}

/**
 * Brings the database at `url` (an owner's) to the present schema, and says how many migrations
 * that took, of how many. Throws MigrationError with what to do.
 */
export async function migrate(
  url: string,
): Promise<{ readonly applied: number; readonly all: number }> {
  const client = new pg.Client({ connectionString: url });
  // A server that goes is told by the next query; between two it must not end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lockKey]);
    await refuseOldServer(client);
    const done = await applyFiles(client);
    await prepareJobs(url, client);
    await closeTemporaryTables(client);
    return done;
  } finally {
    await client.end();
  }
}

export type MigrationState =
  | { readonly kind: 'current'; readonly count: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'behind'; readonly missing: readonly string[] }
  | { readonly kind: 'ahead'; readonly name: string };

/**
 * How a database stands to the migrations of this version. `readApplied` throws what PostgreSQL
 * answers; that there is no table, or that it may not be read, is an older or no migration.
 */
export async function pendingMigrations(
  readApplied: () => Promise<readonly { readonly name: string }[]>,
): Promise<MigrationState> {
  const files = await migrationFiles();
  try {
    const applied = new Set((await readApplied()).map(({ name }) => name));
    const unknown = [...applied].find((name) => !files.includes(name));
    if (unknown !== undefined) return { kind: 'ahead', name: unknown };
    const missing = files.filter((name) => !applied.has(name));
    if (missing.length > 0) return { kind: 'behind', missing };
    return { kind: 'current', count: files.length };
  } catch (error) {
    const { code } = error as { readonly code?: string };
    if (code === '42501') return { kind: 'behind', missing: files.slice(-1) };
    if (code === '42P01' || code === '3F000') return { kind: 'none' };
    throw error;
  }
}

const migrationFiles = async (): Promise<readonly string[]> =>
  (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();

async function refuseOldServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query('SHOW server_version_num');
  const version = Number(rows[0].server_version_num);
  if (version < oldestPostgres) {
    throw new MigrationError(
      `PostgreSQL ${Math.floor(version / 10_000)} is too old: Prewatt needs 16 or newer; ` +
        'upgrade the server or point DATABASE_URL elsewhere',
    );
  }
}

async function applyFiles(client: pg.Client) {
  await client.query('CREATE SCHEMA IF NOT EXISTS prewatt_migrations');
  await client.query(`CREATE TABLE IF NOT EXISTS prewatt_migrations.applied (
    name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`);
  const { rows } = await client.query('SELECT name, checksum FROM prewatt_migrations.applied');
  const applied = new Map<string, string>(rows.map((row) => [row.name, row.checksum]));
  const files = await migrationFiles();
  for (const name of applied.keys()) {
    if (files.includes(name)) continue;
    throw new MigrationError(
      `the database knows migration ${name}, this version of Prewatt does not: ` +
        'start the newer version',
    );
  }
  let count = 0;
  for (const name of files) {
    const text = await readFile(new URL(name, folder), 'utf8');
    const checksum = createHash('sha256').update(text).digest('hex');
    const known = applied.get(name);
    if (known === checksum) continue;
    if (known !== undefined) {
      throw new MigrationError(
        `migration ${name} was changed after it was applied: restore the file`,
      );
    }
    await applyFile(client, { name, text, checksum });
    count += 1;
  }
  return { applied: count, all: files.length };
}

type Migration = { readonly name: string; readonly text: string; readonly checksum: string };

async function applyFile(client: pg.Client, file: Migration): Promise<void> {
  const remember = () =>
    client.query('INSERT INTO prewatt_migrations.applied (name, checksum) VALUES ($1, $2)', [
      file.name,
      file.checksum,
    ]);
  if (withoutTransaction.test(file.text)) {
    for (const statement of statementsOf(file.text)) await client.query(statement);
    await remember();
    return;
  }
  for (let tries = 1; ; tries += 1) {
    try {
      await client.query('BEGIN');
      await client.query(`SET LOCAL lock_timeout = ${lockTimeoutMs}`);
      // What it writes stands in the token log as its work.
      await client.query(`SELECT set_config('prewatt.log_for', $1, true)`, [
        `migration ${file.name.replace('.sql', '')}`,
      ]);
      for (const statement of statementsOf(file.text)) await client.query(statement);
      await remember();
      await client.query('COMMIT');
      return;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      const isHeldUp = (error as { readonly code?: string }).code === '55P03';
      if (!isHeldUp || tries === lockTries) throw error;
      // Whoever waited behind it goes first.
      await pause(500);
    }
  }
}

/**
 * No role of the server makes temporary tables: they and their types are what an attack on a
 * function with the owner's rights begins with. Of the database itself, so that neither a dump nor
 * a copy has it: done each time. Whoever migrates without owning the database leaves it as it is.
 */
async function closeTemporaryTables(client: pg.Client): Promise<void> {
  await client.query(`DO $$
    BEGIN
      IF (SELECT pg_has_role(datdba, 'USAGE') FROM pg_database
          WHERE datname = current_database()) THEN
        EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
      END IF;
    END
    $$`);
}

/**
 * graphile-worker owns its schema and closes it by row-level security without policies. The
 * server's role gets exactly what adding and running jobs takes; jobs carry identifiers, no
 * tenant's data.
 */
async function prepareJobs(url: string, client: pg.Client): Promise<void> {
  await runMigrations({ connectionString: url });
  await client.query(`
    GRANT USAGE ON SCHEMA graphile_worker TO prewatt_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA graphile_worker TO prewatt_app;
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA graphile_worker TO prewatt_app;
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA graphile_worker TO prewatt_app;
    DO $$
    DECLARE
      name text;
    BEGIN
      FOR name IN SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'graphile_worker' AND c.relkind = 'r' AND c.relrowsecurity
      LOOP
        IF NOT EXISTS (SELECT FROM pg_policies WHERE schemaname = 'graphile_worker'
            AND tablename = name AND policyname = 'prewatt_app') THEN
          EXECUTE format('CREATE POLICY prewatt_app ON graphile_worker.%I TO prewatt_app
            USING (true) WITH CHECK (true)', name);
        END IF;
      END LOOP;
    END
    $$`);
}
