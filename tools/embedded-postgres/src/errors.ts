// The closed list of reasons why the embedded PostgreSQL does not start. Each error is one line
// that says what to do, so that a launcher can print the message and leave.

export type PostgresStartCode =
  | 'binariesMissing'
  | 'folderClosedToAccount'
  | 'dataDirNotWritable'
  | 'dataDirNotADatabase'
  | 'dataDirInUse'
  | 'databaseTooOld'
  | 'databaseTooNew'
  | 'diskFull'
  | 'portTaken'
  | 'startFailed';

/** Thrown by `startPostgres`; `message` is one line for a person, `code` is for the program. */
export class PostgresStartError extends Error {
  readonly code: PostgresStartCode;

  constructor(code: PostgresStartCode, message: string) {
    super(message);
    this.name = 'PostgresStartError';
    this.code = code;
  }
}

/** A write that ends short is what a disk does when its last block is gone. */
const isFull = /No space left on device|ENOSPC|disk full|wrote only \d+ of \d+|free disk space/i;

/**
 * The line of PostgreSQL's log that says why it does not start: the one of before, or this one.
 * What it answers to clients while it starts is no cause, and a port or a disk is a better one than
 * what follows from it.
 */
export function causeOf(before: string, line: string): string {
  if (!/FATAL:|PANIC:|could not bind/.test(line)) return before;
  if (/FATAL: {2}(the database system is|canceling authentication|terminating conn)/.test(line)) {
    return before;
  }
  return /could not bind/.test(before) || isFull.test(before) ? before : line;
}

/**
 * What a full disk is told as: null when the words of a program or of the system are of something
 * else.
 */
export function diskFullError(folder: string, words: string): PostgresStartError | null {
  if (!isFull.test(words)) return null;
  return new PostgresStartError(
    'diskFull',
    `The disk of ${folder} is full: make room on it. What was confirmed is kept.`,
  );
}
