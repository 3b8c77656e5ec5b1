// That the database's disk is full, kept in mind. PostgreSQL says it once to one session and then
// ends (PANIC while it writes its log); afterwards it only recovers or does not listen, which says
// nothing of the cause. Where a process of its own met it, as the checkpointer, no session hears it
// at all: then the disk itself is asked, where it is this machine's.

import { statfsSync } from 'node:fs';

/** PostgreSQL's disk_full. */
const diskFullCode = '53100';

/** A database that answers so long after the last word of a full disk has room again. */
const doubtMs = 5_000;
/** Two files of PostgreSQL's log: with less it ends when it needs the next. */
const leastFreeBytes = 33_554_432;

export type DiskFullNote = {
  /** A code that the database answered with. */
  readonly heard: (code: string | undefined) => void;
  /** The database answered. */
  readonly answered: () => void;
  /** It was full when it was last heard, or is. Asked while the database does not answer. */
  readonly isFull: () => boolean;
};

export function createDiskFullNote(
  nowMs: () => number,
  /** On the database's disk; null where nobody can say. */
  freeBytes: () => number | null = () => null,
): DiskFullNote {
  let fullAtMs: number | null = null;
  return {
    heard: (code) => {
      if (code === diskFullCode) fullAtMs = nowMs();
    },
    answered: () => {
      if (fullAtMs !== null && nowMs() - fullAtMs > doubtMs) fullAtMs = null;
    },
    isFull: () => fullAtMs !== null || (freeBytes() ?? Number.POSITIVE_INFINITY) < leastFreeBytes,
  };
}

/** Null where the folder cannot be asked. */
export function freeBytesAt(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
