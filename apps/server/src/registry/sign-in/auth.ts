// better-auth as we set it up: which ways in there are, and how long a session lasts. A session
// lives by what its row says; better-auth itself prolongs none.

import { signInRoot } from '@prewatt/api';
import { dayMs, hourMs, minuteMs, parsePhone } from '@prewatt/quantities';
import { betterAuth } from 'better-auth';
import { phoneNumber, twoFactor } from 'better-auth/plugins';
import pg from 'pg';
import { surviveLostConnections } from '../../base/database.ts';
import type { Log } from '../../base/log.ts';
import { signInPath } from './doors.ts';
import { hashingInTurns, type PasswordHashing } from './hashing.ts';
import { clientAddressHeader, cookiePrefix, trustedOrigins } from './origins.ts';

const codeValidSeconds = 300;
const codeAttempts = 5;

type SessionAge = { readonly idleMs: number; readonly mostMs: number };
/** A customer's telephone may be another person's next year. */
const customerAge: SessionAge = { idleMs: 30 * dayMs, mostMs: 30 * dayMs };
const staffAge: SessionAge = { idleMs: 12 * hourMs, mostMs: 7 * dayMs };
/** A row is written at most so often for requests that follow each other. */
const prolongEveryMs = 10 * minuteMs;

/** What better-auth needs; our directories are not among it. */
export type AuthDeps = {
  readonly url: string;
  readonly secret: string;
  readonly publicUrl: string;
  /**
   * Hands a sign-in code to the message gateway. The code is a secret: it is stored and logged
   * nowhere.
   */
  readonly sendCode: (phone: string, code: string) => Promise<void>;
  readonly log: Log;
  /** Slow by design, by default; tests that make hundreds of sign-ins bring a quick one. */
  readonly passwords?: PasswordHashing;
};

export type Auth = ReturnType<typeof createAuth>['auth'];

export function createAuth(o: AuthDeps) {
  const pool = createPool(o.url);
  const isStaff = async (authUserId: string): Promise<boolean> => {
    const { rows } = await pool.query<{ staff: boolean }>(
      'SELECT "phoneNumber" IS NULL AS staff FROM auth."user" WHERE id = $1',
      [authUserId],
    );
    return rows[0]?.staff ?? true;
  };
  const auth = betterAuth({
    database: pool,
    secret: o.secret,
    baseURL: o.publicUrl,
    basePath: signInRoot,
    trustedOrigins: trustedOrigins(o.publicUrl),
    telemetry: { enabled: false },
    logger: { log: (level, message) => o.log[level === 'error' ? 'error' : 'debug'](message) },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 12,
      password: o.passwords ?? hashingInTurns(),
    },
    session: { expiresIn: customerAge.mostMs / 1_000, disableSessionRefresh: true },
    databaseHooks: {
      session: {
        create: {
          before: async (session) => {
            const { idleMs } = (await isStaff(session.userId)) ? staffAge : customerAge;
            return { data: { ...session, expiresAt: new Date(Date.now() + idleMs) } };
          },
        },
      },
    },
    rateLimit: {
      enabled: true,
      storage: 'database',
      window: 60,
      max: 120,
      // Passwords have their own brakes.
      customRules: { [signInPath]: false, '/two-factor/*': { window: 60, max: 10 } },
    },
    advanced: {
      cookiePrefix: cookiePrefix(o.publicUrl),
      ipAddress: { ipAddressHeaders: [clientAddressHeader] },
    },
    plugins: [phonePlugin(o), twoFactor({ issuer: 'Prewatt' })],
  });
  return { auth, pool };
}

const phonePlugin = (o: AuthDeps) =>
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
  });

function createPool(databaseUrl: string): pg.Pool {
  const url = new URL(databaseUrl);
  const given = url.searchParams.get('options');
  url.searchParams.delete('options');
  const pool = new pg.Pool({
    connectionString: url.toString(),
    max: 4,
    options: `${given ?? ''} -c search_path=auth`.trim(),
    application_name: 'prewatt-sign-in',
  });
  surviveLostConnections(pool);
  return pool;
}

export type Session = {
  readonly session: { readonly id: string; readonly createdAt: Date; readonly expiresAt: Date };
  readonly user: {
    readonly id: string;
    readonly email: string;
    readonly phoneNumber?: string | null | undefined;
    readonly phoneNumberVerified?: boolean | null | undefined;
    readonly twoFactorEnabled?: boolean | null | undefined;
  };
};

/** The session of a request, or null; using it prolongs it within its bounds. */
export function createSessions({ auth, pool }: { readonly auth: Auth; readonly pool: pg.Pool }) {
  const prolong = async ({ session, user }: Session): Promise<void> => {
    const { idleMs, mostMs } = (user.phoneNumber ?? null) === null ? staffAge : customerAge;
    const endMs = Math.min(Date.now() + idleMs, session.createdAt.getTime() + mostMs);
    if (endMs - session.expiresAt.getTime() < prolongEveryMs) return;
    await pool.query(
      'UPDATE auth.session SET "expiresAt" = $2, "updatedAt" = now() WHERE id = $1',
      [session.id, new Date(endMs)],
    );
  };
  return {
    sessionOf: async (headers: Headers): Promise<Session | null> => {
      const session = await auth.api.getSession({ headers });
      if (session !== null) await prolong(session);
      return session;
    },

    /** Deletes sessions and codes that are over. */
    sweep: async (): Promise<void> => {
      await pool.query('DELETE FROM auth.session WHERE "expiresAt" < now()');
      await pool.query('DELETE FROM auth.verification WHERE "expiresAt" < now()');
    },

    /** Ends all of a person that were opened before. */
    endBefore: async (userId: string, ms: number): Promise<void> => {
      await pool.query('DELETE FROM auth.session WHERE "userId" = $1 AND "createdAt" < $2', [
        ...[userId, new Date(ms)],
      ]);
    },

    /** Those of these sessions that have not ended. */
    openOf: async (sessionIds: readonly string[]): Promise<ReadonlySet<string>> => {
      const { rows } = await pool.query<{ id: string }>(
        'SELECT id FROM auth.session WHERE id = ANY($1) AND "expiresAt" > now()',
        [sessionIds],
      );
      return new Set(rows.map(({ id }) => id));
    },
  };
}
