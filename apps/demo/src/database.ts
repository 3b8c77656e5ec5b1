// The demo's database: migrations each time, the seed on the first run. The seed fills a database
// under another name that is renamed when it is whole, so an interrupted first run simply starts
// over.

import { withDatabase } from '@prewatt/embedded-postgres';
import pg from 'pg';

export type DatabaseSteps = {
  /** Brings the owner's database at the URL to the present schema. */
  migrate: (ownerUrl: string) => Promise<void>;
  /** Fills a migrated, empty database. */
  seed: (ownerUrl: string) => Promise<void>;
};

/** The database as the two roles that the server has. */
export type DatabaseUrls = { readonly app: string; readonly signIn: string };

const finished = 'prewatt';
const unfinished = 'prewatt_unfinished';

/**
 * Prepares the database on the server at `superuserUrl` and gives the server's roles their
 * passwords. Returns the URLs that the server uses.
 */
export async function prepareDatabase(
  superuserUrl: string,
  passwords: { readonly app: string; readonly signIn: string },
  steps: DatabaseSteps,
): Promise<DatabaseUrls> {
  const app = { role: 'prewatt_app', password: passwords.app };
  const signIn = { role: 'prewatt_sign_in', password: passwords.signIn };
  const logins = [app, signIn];
  const client = new pg.Client({ connectionString: superuserUrl });
  // A server that goes is told by the next query; while idle it must not take us down.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [finished]);
    if (found.rowCount === 1) {
      await steps.migrate(withDatabase(superuserUrl, finished));
    } else {
      await createFirst(client, superuserUrl, steps);
    }
    for (const { role, password } of logins) {
      const quoted = client.escapeLiteral(password);
      await client.query(`ALTER ROLE ${role} LOGIN PASSWORD ${quoted}`);
    }
  } finally {
    await client.end();
  }
  const urlOf = ({ role, password }: typeof app): string => {
    const url = new URL(withDatabase(superuserUrl, finished));
    url.username = role;
    url.password = password;
    return url.href;
  };
  return { app: urlOf(app), signIn: urlOf(signIn) };
}

async function createFirst(
  client: pg.Client,
  superuserUrl: string,
  steps: DatabaseSteps,
): Promise<void> {
  await client.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
  await client.query(`CREATE DATABASE ${unfinished}`);
  const url = withDatabase(superuserUrl, unfinished);
  await steps.migrate(url);
  await steps.seed(url);
  // A rename waits for nobody: connections that a step left open would make it fail.
  await client.query(
    'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1',
    [unfinished],
  );
  await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${finished}`);
}
