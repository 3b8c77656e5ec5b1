// What the person at the terminal is told of a full disk: once when it is met, and once when there
// is room again.
// PostgreSQL meets it in several ways: it refuses a write, or ends, or cannot start.

import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { diskFullError, type PostgresStartError } from '@prewatt/embedded-postgres';
import { DemoRefusal } from './refusal.ts';

/** So long without a word of it while PostgreSQL runs, and with so much free, there is room. */
const quietMs = 10_000;
/** Two files of PostgreSQL's log. */
const leastFreeBytes = 33_554_432;

/** A data folder after a first start, and as much again for what PostgreSQL writes next. */
export const firstStartBytes = 300_000_000;

/** On the disk of the folder, or of the nearest one above it that is there. */
export function freeBytesOf(folder: string): number {
  let there = folder;
  while (!existsSync(there)) there = dirname(there);
  const { bavail, bsize } = statfsSync(there);
  return bavail * bsize;
}

export const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;

/** Before a first start writes anything: half a database is of no use. Throws `DemoRefusal`. */
export function refuseWithoutRoom(dataDir: string, freeBytes: number): void {
  if (freeBytes >= firstStartBytes) return;
  throw new DemoRefusal(
    `The disk of ${dataDir} is full: ${megabytes(freeBytes)} are free, and a first start needs ` +
      `${megabytes(firstStartBytes)}. Make room on it, or choose another disk with --data DIR.`,
  );
}

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
