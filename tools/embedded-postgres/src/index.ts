// The public face: start a real PostgreSQL from npm's binaries, and databases for tests.

export { type BackupEnd, putBack, takeBackup } from './backup.ts';
export { countInBackup, countRows, type RowCounts, runningOn } from './check-backup.ts';
export { diskFullError, type PostgresStartCode, PostgresStartError } from './errors.ts';
export { freePort, isPortFree } from './free-port.ts';
export { makeFolder } from './make-folder.ts';
export { processIdentity, runToEnd } from './processes.ts';
export {
  type PostgresExit,
  type PostgresOptions,
  type RunningPostgres,
  startPostgres,
} from './start.ts';
export {
  createDatabase,
  type TestDatabase,
  type TestDatabaseOptions,
  testDatabase,
  withDatabase,
} from './test-databases.ts';
export { startThrowAway, type ThrowAwayServer } from './throw-away.ts';
