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

/**
 * What a full disk is told as: null when the words of a program or of the system are of something
 * else.
 */
export function diskFullError(folder: string, words: string): PostgresStartError | null {
  if (!/No space left on device|ENOSPC|disk full/i.test(words)) return null;
  return new PostgresStartError(
    'diskFull',
    `The disk of ${folder} is full: make room on it. What was confirmed is kept.`,
  );
}
