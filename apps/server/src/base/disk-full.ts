// That the database's disk is full, kept in mind. PostgreSQL says it once to one session and then
// ends (PANIC while it writes its log); afterwards it only recovers or does not listen, which says
// nothing of the cause.

/** PostgreSQL's disk_full. */
const diskFullCode = '53100';

/** A database that answers so long after the last word of a full disk has room again. */
const doubtMs = 5_000;

export type DiskFullNote = {
  /** A code that the database answered with. */
  readonly heard: (code: string | undefined) => void;
  /** The database answered. */
  readonly answered: () => void;
  /** It was full when it was last heard. */
  readonly isFull: () => boolean;
};

export function createDiskFullNote(nowMs: () => number): DiskFullNote {
  let fullAtMs: number | null = null;
  return {
    heard: (code) => {
      if (code === diskFullCode) fullAtMs = nowMs();
    },
    answered: () => {
      if (fullAtMs !== null && nowMs() - fullAtMs > doubtMs) fullAtMs = null;
    },
    isFull: () => fullAtMs !== null,
  };
}
