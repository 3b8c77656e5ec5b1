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
