// What a sign-in has open, as its owner and an administrator see it: second factor and sessions,
// and how sessions end.

import type { Pool } from 'pg';

export type AccountFacts = {
  readonly email: string;
  /** A password opens it. */
  readonly opens: boolean;
  readonly secondFactor: boolean;
  readonly sessions: number;
};

export type OpenSession = {
  readonly sessionId: string;
  readonly sinceMs: number;
  readonly lastUsedMs: number;
  readonly address: string | null;
  readonly program: string | null;
};

/** The token of a session never leaves the table: what names one is its id. */
export const createAccounts = (pool: Pool) => ({
  factsOf: async (authUserIds: readonly string[]): Promise<ReadonlyMap<string, AccountFacts>> => {
    const { rows } = await pool.query<{ id: string } & AccountFacts>(
      `SELECT id, email, coalesce("twoFactorEnabled", false) AS "secondFactor",
         EXISTS (SELECT FROM auth.account a WHERE a."userId" = u.id) AS opens,
         (SELECT count(*)::int FROM auth.session s
           WHERE s."userId" = u.id AND s."expiresAt" > now()) AS sessions
       FROM auth."user" u WHERE id = ANY($1)`,
      [authUserIds],
    );
    return new Map(rows.map(({ id, ...facts }) => [id, facts]));
  },

  /** The one used last first. */
  sessionsOf: async (authUserId: string): Promise<readonly OpenSession[]> => {
    const { rows } = await pool.query<OpenSession>(
      `SELECT id AS "sessionId", (extract(epoch FROM "createdAt") * 1000)::float8 AS "sinceMs",
         (extract(epoch FROM "updatedAt") * 1000)::float8 AS "lastUsedMs",
         nullif("ipAddress", '') AS address, nullif(left("userAgent", 300), '') AS program
       FROM auth.session WHERE "userId" = $1 AND "expiresAt" > now()
       ORDER BY "updatedAt" DESC, id LIMIT 100`,
      [authUserId],
    );
    return rows;
  },

  /** How many have ended. `sessionId`: that one alone; `but`: all but that one. */
  endSessions: async (
    authUserId: string,
    o: { readonly sessionId: string | null; readonly but?: string },
  ): Promise<number> => {
    const { rowCount } = await pool.query(
      `DELETE FROM auth.session WHERE "userId" = $1
         AND ($2::text IS NULL OR id = $2) AND ($3::text IS NULL OR id <> $3)`,
      [authUserId, o.sessionId, o.but ?? null],
    );
    return rowCount ?? 0;
  },

  /** No password opens it any more, and its sessions end. The name stays in the records. */
  end: async (authUserId: string): Promise<void> => {
    await pool.query('DELETE FROM auth.account WHERE "userId" = $1', [authUserId]);
    await pool.query('DELETE FROM auth.session WHERE "userId" = $1', [authUserId]);
  },
});
