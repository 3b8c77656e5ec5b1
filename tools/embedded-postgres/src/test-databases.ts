// Databases for tests. One server per test run (its URL in PREWATT_TEST_POSTGRES_URL, set by the
// test command); a test file run alone starts its own. The migrated schema is
// made once per server as a template, and each test file clones it in milliseconds.

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startThrowAway } from './throw-away.ts';

export type TestDatabase = {
  /** Superuser's URL of a database of its own. */
  url: string;
  /** Removes the database, whoever is connected; the last one stops a server started here. */
  drop(): Promise<void>;
};

export type TestDatabaseOptions = {
  /** Name of the template; one per kind of preparation. Lower case letters, digits, underscores. */
  name: string;
  /** Fills the template, once per server: migrations, for example. Must close its connections. */
  prepare: (url: string) => Promise<unknown>;
};

type TestServer = { url: string; stop(): Promise<void> };

let shared: { server: Promise<TestServer>; inUse: number } | undefined;

/** An empty database, or a clone of `template`. */
export async function createDatabase(options: { template?: string } = {}): Promise<TestDatabase> {
  shared ??= { server: findServer(), inUse: 0 };
  const lease = shared;
  lease.inUse += 1;
  const server = await lease.server;
  const name = `test_${randomBytes(8).toString('hex')}`;
  const template = checkName(options.template ?? 'template1');
  // Files are copied instead of written through the log.
  await query(server.url, `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`);
  let dropped = false;
  return {
    url: withDatabase(server.url, name),
    async drop() {
      if (dropped) return;
      dropped = true;
      await waitForLeavers(server.url, name);
      await query(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      lease.inUse -= 1;
      if (lease.inUse > 0) return;
      if (shared === lease) shared = undefined;
      await server.stop();
    },
  };
}

/** A clone of a prepared template; the template is made by whoever comes first on this server. */
export async function testDatabase(options: TestDatabaseOptions): Promise<TestDatabase> {
  shared ??= { server: findServer(), inUse: 0 };
  const template = `template_${checkName(options.name)}`;
  const server = await shared.server;
  await ensureTemplate(server.url, template, options.prepare);
  return createDatabase({ template });
}

async function ensureTemplate(
  serverUrl: string,
  template: string,
  prepare: (url: string) => Promise<unknown>,
): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    // Held by the session, so that a test process that dies half way lets the next one try.
    await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [template]);
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template]);
    if (found.rowCount === 1) return;
    const building = `${template}_building`;
    await client.query(`DROP DATABASE IF EXISTS ${building} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${building}`);
    await prepare(withDatabase(serverUrl, building));
    await client.query(`ALTER DATABASE ${building} RENAME TO ${template}`);
  } finally {
    await client.end();
  }
}

async function findServer(): Promise<TestServer> {
  const given = process.env['PREWATT_TEST_POSTGRES_URL'];
  if (given !== undefined && given !== '') return { url: given, stop: async () => undefined };
  const server = await startThrowAway();
  // A test that fails before its drop(): at exit only synchronous work is possible.
  process.once('exit', server.sweepAway);
  return {
    url: server.url,
    async stop() {
      process.removeListener('exit', server.sweepAway);
      await server.stop();
    },
  };
}

// A connection that was closed a moment ago may still be leaving; forced out, it would report an
// error to a client that expects none. Whoever stays longer is not leaving.
async function waitForLeavers(serverUrl: string, database: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    for (let turn = 0; turn < 20; turn += 1) {
      const sql = 'SELECT 1 FROM pg_stat_activity WHERE datname = $1 LIMIT 1';
      const { rowCount } = await client.query(sql, [database]);
      if (rowCount === 0) return;
      await sleep(25);
    }
  } finally {
    await client.end();
  }
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** The same server, another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

function checkName(name: string): string {
  if (!/^[a-z][a-z0-9_]{0,40}$/.test(name)) throw new Error(`not a plain database name: ${name}`);
  return name;
}
