// A database that does not let the server in. PostgreSQL answers the same to a wrong password and
// to a role that is not there yet, which is what a database has before its first migration.

import { type Finding, fault } from './finding.ts';

export const howToMigrate =
  'Run: OWNER_URL=postgres://OWNER:…@HOST/DATABASE npx prewatt database migrate';

/** invalid_password, invalid_authorization_specification (PostgreSQL's appendix A). */
const refused = /^(28P01|28000)$/;

/** Null when it is about something else. */
export function refusedSignIn(error: unknown): Finding | null {
  const { code, message } = error as { code?: string; message?: string };
  if (!refused.test(String(code))) return null;
  return fault(
    'database',
    `${message}: this database was never migrated and has no such role yet, or the password is another one`,
    `${howToMigrate}, then the same with: database logins --secrets-file FILE`,
  );
}
