// The logins of the server's two roles, given by the database's owner. PostgreSQL gets a verifier
// and never the password, so that neither its log nor its statistics can show one.

import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import pg from 'pg';

/** The server's role and that of sign-ins, as migrations name them. */
const roles = { app: 'prewatt_app', signIn: 'prewatt_sign_in' } as const;

export type LoginPasswords = Readonly<Record<keyof typeof roles, string>>;

/** SASLprep (RFC 4013) leaves visible ASCII as it is; anything else would have to be prepared. */
export const loginPassword = /^[\x21-\x7e]{16,128}$/;
export const loginPasswordWanted = '16 to 128 visible ASCII characters';

const iterations = 4096;

/** What PostgreSQL keeps of a password: SCRAM-SHA-256 (RFC 5802, RFC 7677). */
export function scramVerifier(password: string, salt = randomBytes(16)): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const keyOf = (name: string) => createHmac('sha256', salted).update(name).digest();
  const stored = createHash('sha256').update(keyOf('Client Key')).digest('base64');
  const server = keyOf('Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${server}`;
}

/**
 * Lets both roles sign in with these passwords; safe to repeat. Throws what PostgreSQL answers:
 * 42704 where the database was never migrated, so that there are no roles.
 */
export async function giveLogins(ownerUrl: string, passwords: LoginPasswords): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('BEGIN');
    for (const key of Object.keys(roles) as (keyof typeof roles)[]) {
      // A verifier has no quote in it: letters, digits and `+/=:$-`.
      await client.query(
        `ALTER ROLE ${roles[key]} LOGIN PASSWORD '${scramVerifier(passwords[key])}'`,
      );
    }
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}
