// A server whose data is thrown away, for tests: without fsync, and in memory where there is room.
// A test database is a thousand small files, which a disk takes twenty times as long to copy.

import { chmodSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from './processes.ts';
import { type RunningPostgres, startPostgres } from './start.ts';

export type ThrowAwayServer = {
  readonly url: string;
  readonly stop: () => Promise<void>;
  /** At once, without waiting: for the exit of a process that never came to `stop`. */
  readonly sweepAway: () => void;
};

const memory = '/dev/shm';
const prefix = 'prewatt-tests-';
/** For the databases of a few test files at a time, with the log. */
const roomBytes = 4_000_000_000;

/** Starts one, and removes what killed runs have left in memory. */
export async function startThrowAway(): Promise<ThrowAwayServer> {
  const parent = hasRoom() ? memory : tmpdir();
  if (parent === memory) removeLeftovers();
  const folder = mkdtempSync(join(parent, `${prefix}${process.pid}-`));
  // Under root the server runs as another account, which must be able to enter.
  chmodSync(folder, 0o711);
  const remove = () =>
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  let server: RunningPostgres;
  try {
    const settings = { max_wal_size: '512MB' };
    server = await startPostgres({ dataDir: join(folder, 'postgres'), fsync: false, settings });
  } catch (error) {
    remove();
    throw error;
  }
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      remove();
    },
    sweepAway: () => {
      try {
        process.kill(server.pid, 'SIGKILL');
      } catch {
        // Gone already.
      }
      remove();
    },
  };
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize > roomBytes && process.availableMemory() > 2 * roomBytes;
  } catch {
    return false;
  }
}

function removeLeftovers(): void {
  for (const name of readdirSync(memory)) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number(name.slice(prefix.length).split('-')[0]);
    if (isAlive(pid)) continue;
    try {
      rmSync(join(memory, name), { recursive: true, force: true });
    } catch {
      // Somebody else's.
    }
  }
}
