// Sign-ins of operators as the owner of the database makes, changes and ends them, and as they are
// made when an invited person comes.

import type { Pool } from 'pg';
import { type Auth, type AuthDeps, createAuth } from './auth.ts';
import { createBrakes } from './brakes.ts';
import { createDoors, type Doors } from './doors.ts';

/**
 * Creates an operator's sign-in: for the seed and the command line. Returns better-auth's user id.
 */
export async function createOperatorSignIn(
  o: AuthDeps,
  operator: { readonly email: string; readonly name: string; readonly password: string },
): Promise<string> {
  const { auth, pool } = createAuth(o);
  try {
    const context = await auth.$context;
    const user = await context.internalAdapter.createUser(
      { email: operator.email, name: operator.name, emailVerified: true },
      { method: 'email-password' },
    );
    await context.internalAdapter.linkAccount({
      userId: user.id,
      providerId: 'credential',
      accountId: user.id,
      password: await context.password.hash(operator.password),
    });
    return user.id;
  } finally {
    await pool.end();
  }
}

export function createOperatorSignIns(o: AuthDeps) {
  const { auth, pool } = createAuth(o);
  const doors = createDoors(createBrakes(pool));
  return { ...operatorSignInsOf({ auth, pool, doors }), close: () => pool.end() };
}

export function operatorSignInsOf(o: {
  readonly auth: Auth;
  readonly pool: Pool;
  readonly doors: Pick<Doors, 'releasePassword'>;
}) {
  const { auth, pool, doors } = o;
  const adapter = async () => (await auth.$context).internalAdapter;
  const hash = async (password: string) => (await auth.$context).password.hash(password);
  const idOf = async (email: string) =>
    (await (await adapter()).findUserByEmail(email))?.user.id ?? null;

  const setPassword = async (authUserId: string, password: string): Promise<void> => {
    const users = await adapter();
    const hashed = await hash(password);
    if ((await users.findCredentialAccount(authUserId)) === null) {
      await users.linkAccount({
        userId: authUserId,
        providerId: 'credential',
        accountId: authUserId,
        password: hashed,
      });
    } else {
      await users.updatePassword(authUserId, hashed);
    }
    await users.deleteUserSessions(authUserId);
    const user = await users.findUserById(authUserId);
    if (user !== null) await doors.releasePassword(user.email);
  };

  return {
    idOf,
    setPassword,

    /** The sign-in of this address, made when there is none; it opens nothing by itself. */
    ensure: async (person: { readonly email: string; readonly name: string }): Promise<string> => {
      const known = await idOf(person.email);
      if (known !== null) return known;
      const made = await (await adapter()).createUser(
        { email: person.email, name: person.name, emailVerified: true },
        { method: 'email-password' },
      );
      return made.id;
    },

    /** No password opens it any more, and its sessions end. The name stays in the records. */
    end: async (authUserId: string): Promise<void> => {
      const users = await adapter();
      await users.deleteAccounts(authUserId);
      await users.deleteUserSessions(authUserId);
    },

    /** A lost telephone: the second factor is forgotten, and asked for no more. */
    forgetSecondFactor: async (authUserId: string): Promise<void> => {
      await pool.query('DELETE FROM auth."twoFactor" WHERE "userId" = $1', [authUserId]);
      await pool.query('UPDATE auth."user" SET "twoFactorEnabled" = false WHERE id = $1', [
        authUserId,
      ]);
    },

    /** Addresses by sign-in, and whether a password opens it. */
    list: async (authUserIds: readonly string[]) => {
      const { rows } = await pool.query<{ id: string; email: string; opens: boolean }>(
        `SELECT id, email, EXISTS (SELECT FROM auth.account a WHERE a."userId" = u.id) AS opens
         FROM auth."user" u WHERE id = ANY($1)`,
        [authUserIds],
      );
      return new Map(rows.map((row) => [row.id, row]));
    },
  };
}
