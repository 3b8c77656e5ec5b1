// What the person at the terminal is told of a full disk: once when it is met, and once when there
// is room again.
// PostgreSQL meets it in several ways: it refuses a write, or ends, or cannot start.

import { diskFullError, type PostgresStartError } from '@prewatt/embedded-postgres';

/** So long without a word of it while PostgreSQL runs, and with so much free, there is room. */
const quietMs = 10_000;
/** Two files of PostgreSQL's log. */
const leastFreeBytes = 33_554_432;

export type DiskRoom = {
  /** A line of PostgreSQL's log. */
  readonly heard: (line: string) => void;
  readonly met: (error: PostgresStartError) => void;
  /** Why PostgreSQL ended, if a full disk was met since it last ran for a while; else null. */
  readonly cause: () => PostgresStartError | null;
  /** Asked now and then while PostgreSQL runs. */
  readonly lookAgain: () => void;
};

/**
 * A full disk ends no demo: a log does without some lines, and the file of demo time is ahead of it
 * for a while.
 */
export function unlessFull(write: () => void): void {
  try {
    write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

export function createDiskRoom(o: {
  readonly dataDir: string;
  readonly say: (line: string) => void;
  readonly nowMs: () => number;
  /** On the disk of the folder. */
  readonly freeBytes: () => number;
}): DiskRoom {
  let last: { readonly atMs: number; readonly error: PostgresStartError } | null = null;
  const met = (error: PostgresStartError): void => {
    if (last === null) o.say(`${error.message} PostgreSQL goes on by itself then.`);
    last = { atMs: o.nowMs(), error };
  };
  return {
    met,
    heard: (line) => {
      const error = diskFullError(o.dataDir, line);
      if (error !== null) met(error);
    },
    cause: () => last?.error ?? null,
    lookAgain: () => {
      if (last === null || o.nowMs() - last.atMs < quietMs) return;
      if (o.freeBytes() < leastFreeBytes) return;
      last = null;
      o.say('There is room on the disk again: PostgreSQL runs.');
    },
  };
}
