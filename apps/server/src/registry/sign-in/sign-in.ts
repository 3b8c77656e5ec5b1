// Sign-in, by better-auth: customers by phone and one-time code, operators by email, password and,
// if they set it up, a second factor. Who somebody is stands here; what they may see stands in our
// directories.

import { signInApi, signInRoot } from '@prewatt/api';
import { parsePhone } from '@prewatt/quantities';
import { betterAuth } from 'better-auth';
import { getIP } from 'better-auth/api';
import { phoneNumber, twoFactor } from 'better-auth/plugins';
import pg from 'pg';
import { type Database, surviveLostConnections } from '../../base/database.ts';
import type { Log } from '../../base/log.ts';
import { type ConnectionPlace, findConnectionsOfPhone } from '../connections/index.ts';
import { withCodesOnce } from './codes-once.ts';
import { clientAddressHeader, cookiePrefix, trustedOrigins } from './origins.ts';

const codeValidSeconds = 300;
const codeAttempts = 5;
const signInPath = signInApi.withPassword.path.slice(signInRoot.length);

export type SignInDeps = {
  readonly database: Database;
  readonly url: string;
  readonly secret: string;
  readonly publicUrl: string;
  /**
   * Hands a sign-in code to the message gateway. The code is a secret: it is stored and logged
   * nowhere.
   */
  readonly sendCode: (phone: string, code: string) => Promise<void>;
  readonly log: Log;
};

export type Operator = {
  readonly operatorId: string;
  readonly utilityId: string;
  readonly name: string;
  readonly email: string;
  readonly role: 'administrator' | 'operator' | 'viewer';
};
/** An operator or a technician, who does install jobs and sees nothing else. */
export type Staff = Omit<Operator, 'role'> & { readonly role: Operator['role'] | 'technician' };

export type SignIn = ReturnType<typeof createSignIn>;

export function createSignIn(o: SignInDeps) {
  const { auth, pool } = createAuth(o);
  const endSession = async (token: string): Promise<void> =>
    (await auth.$context).internalAdapter.deleteSession(token);

  return {
    /** What sessions are signed with; forms are, too. */
    secret: o.secret,

    /** better-auth's own HTTP handler, for the operators' console. */
    handler: async (request: Request): Promise<Response> => {
      const answer = await withCodesOnce(request, { pool, handler: auth.handler, endSession });
      if (answer.ok) await forgiveSignIn(auth, pool, request);
      return answer;
    },

    /**
     * Sends a code if the phone belongs to a customer. Answers nothing, so that nobody learns who
     * is one.
     */
    requestCode: async (phone: string): Promise<void> => {
      const places = await findConnectionsOfPhone(o.database, phone);
      if (places.length === 0) return;
      await auth.api.sendPhoneNumberOTP({ body: { phoneNumber: phone } });
    },

    /** The cookies of a new session, or null for a wrong, used or expired code. */
    confirmCode: async (phone: string, code: string): Promise<string[] | null> => {
      try {
        const answer = await auth.api.verifyPhoneNumber({
          body: { phoneNumber: phone, code },
          asResponse: true,
        });
        return answer.ok ? answer.headers.getSetCookie() : null;
      } catch {
        return null;
      }
    },

    /** Ends the session. The cookies to clear it. */
    signOut: async (headers: Headers): Promise<string[]> => {
      const answer = await auth.api.signOut({ headers, asResponse: true });
      return answer.headers.getSetCookie();
    },

    /** The connections of the signed-in customer, or null when nobody is signed in. */
    customerOf: async (headers: Headers): Promise<readonly ConnectionPlace[] | null> => {
      const session = await auth.api.getSession({ headers });
      const phone = parsePhone(session?.user.phoneNumber ?? '');
      if (!phone.ok || session?.user.phoneNumberVerified !== true) return null;
      return findConnectionsOfPhone(o.database, phone.value);
    },

    /** Who of the utility is signed in, or null. What a technician may not see is up to callers. */
    staffOf: async (headers: Headers): Promise<Staff | null> => {
      const session = await auth.api.getSession({ headers });
      if (session === null) return null;
      return findStaff(o.database, session.user);
    },

    close: () => pool.end(),
  };
}

/** Where a person's directory leads; null when it leads nowhere. */
async function findStaff(
  database: Database,
  { id, email }: { readonly id: string; readonly email: string },
): Promise<Staff | null> {
  const place = await database.directories
    .selectFrom('operator_directory')
    .select('utility_id')
    .where('auth_user_id', '=', id)
    .executeTakeFirst();
  if (place === undefined) return null;
  const row = await database.inUtility(place.utility_id, (tx) =>
    tx.selectFrom('operators').selectAll().where('auth_user_id', '=', id).executeTakeFirst(),
  );
  if (row === undefined) return null;
  const { id: operatorId, utility_id: utilityId, name, role } = row;
  return { operatorId, utilityId, name, role, email };
}

/** What better-auth needs; our directories are not among it. */
export type AuthDeps = Omit<SignInDeps, 'database'>;

function createAuth(o: AuthDeps) {
  const url = new URL(o.url);
  const given = url.searchParams.get('options');
  url.searchParams.delete('options');
  const pool = new pg.Pool({
    connectionString: url.toString(),
    max: 4,
    options: `${given ?? ''} -c search_path=auth`.trim(),
    application_name: 'prewatt-sign-in',
  });
  surviveLostConnections(pool);
  const auth = betterAuth({
    database: pool,
    secret: o.secret,
    baseURL: o.publicUrl,
    basePath: signInRoot,
    trustedOrigins: trustedOrigins(o.publicUrl),
    telemetry: { enabled: false },
    logger: { log: (level, message) => o.log[level === 'error' ? 'error' : 'debug'](message) },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12 },
    session: { expiresIn: 30 * 24 * 3600, updateAge: 24 * 3600 },
    rateLimit: {
      enabled: true,
      storage: 'database',
      window: 60,
      max: 120,
      customRules: {
        [signInPath]: { window: 60, max: 10 },
        '/two-factor/*': { window: 60, max: 10 },
      },
    },
    advanced: {
      cookiePrefix: cookiePrefix(o.publicUrl),
      ipAddress: { ipAddressHeaders: [clientAddressHeader] },
    },
    plugins: [
      phoneNumber({
        otpLength: 6,
        expiresIn: codeValidSeconds,
        allowedAttempts: codeAttempts,
        phoneNumberValidator: (text) => parsePhone(text).ok,
        sendOTP: ({ phoneNumber: phone, code }) => o.sendCode(phone, code),
        signUpOnVerification: {
          getTempEmail: (phone) => `${phone.slice(1)}@phone.invalid`,
          getTempName: (phone) => phone,
        },
      }),
      twoFactor({ issuer: 'Prewatt' }),
    ],
  });
  return { auth, pool };
}

/**
 * A sign-in that succeeds is taken off the count of its address: ten failures in a minute are the
 * limit, and a script of many commands meets none.
 */
async function forgiveSignIn(
  auth: ReturnType<typeof createAuth>['auth'],
  pool: pg.Pool,
  request: Request,
): Promise<void> {
  if (!new URL(request.url).pathname.endsWith(signInPath)) return;
  const address = getIP(request, auth.options);
  if (address === null) return;
  await pool.query('UPDATE auth."rateLimit" SET count = count - 1 WHERE key = $1 AND count > 0', [
    `${address}|${signInPath}`,
  ]);
}

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

/** Sign-ins of operators as the owner of the database makes, changes and ends them. */
export function createOperatorSignIns(o: AuthDeps) {
  const { auth, pool } = createAuth(o);
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

    close: () => pool.end(),
  };
}
