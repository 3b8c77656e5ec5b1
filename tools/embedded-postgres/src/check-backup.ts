// Whether a backup is one: it is put back into a folder of its own, started, and its rows are
// counted beside those of the running cluster. And how the running cluster of a folder is reached.

import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { putBack } from './backup.ts';
import { startPostgres } from './start.ts';

/** Rows by "schema.table", of all databases of the cluster together. */
export type RowCounts = Readonly<Record<string, number>>;

/**
 * The superuser's URL of the server that runs on this folder, or null when none does. Throws when
 * the folder is closed to us.
 */
export function runningOn(dataDir: string): string | null {
  const lock = readIfThere(join(dataDir, 'postmaster.pid'));
  const port = Number(lock?.split('\n')[3]);
  if (!Number.isInteger(port) || port <= 0) return null;
  return `postgres://postgres:${passwordOf(dataDir)}@127.0.0.1:${port}/postgres`;
}

/** Of each of these tables that is there; "schema.table". */
export async function countRows(url: string, tables: readonly string[]): Promise<RowCounts> {
  const counts: Record<string, number> = {};
  const databases = await ask(url, 'SELECT datname FROM pg_database WHERE datallowconn');
  for (const { datname } of databases) {
    const of = new URL(url);
    of.pathname = `/${encodeURIComponent(String(datname))}`;
    const there = await ask(
      of.href,
      'SELECT name FROM unnest($1::text[]) name WHERE to_regclass(name) IS NOT NULL',
      [tables],
    );
    for (const { name } of there) {
      const table = String(name).split('.').map(pg.escapeIdentifier).join('.');
      const [row] = await ask(of.href, `SELECT count(*) AS n FROM ${table}`);
      counts[String(name)] = (counts[String(name)] ?? 0) + Number(row?.['n']);
    }
  }
  return counts;
}

/**
 * Puts the backup back beside its file, starts it with the password of `dataDir`'s cluster, counts,
 * and removes it again. Throws what makes it no backup.
 */
export async function countInBackup(o: {
  readonly file: string;
  readonly dataDir: string;
  readonly tables: readonly string[];
}): Promise<RowCounts> {
  const folder = mkdtempSync(`${o.file}.check-`);
  try {
    // Under root the server runs as another account, which must be able to enter.
    chmodSync(folder, 0o711);
    const copy = join(folder, 'postgres');
    await putBack({ file: o.file, dataDir: copy });
    writeFileSync(`${copy}.password`, passwordOf(o.dataDir), { mode: 0o600 });
    const server = await startPostgres({ dataDir: copy, fsync: false });
    try {
      return await countRows(server.url, o.tables);
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

/** The superuser's, which is kept beside the folder. Throws where it is missing. */
function passwordOf(dataDir: string): string {
  const path = `${dataDir}.password`;
  const password = readIfThere(path)?.trim();
  if (password === undefined) throw new Error(`${path} is missing: it opens the database`);
  return password;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function ask(
  url: string,
  sql: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end();
  }
}
