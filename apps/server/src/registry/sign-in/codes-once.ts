// A code of a second factor works once. better-auth accepts the same one as long as its half
// minute and the two beside it last, so whoever saw it typed could type it again: accepted codes
// are kept here until then, and a session that a second use has opened is ended.

import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { z } from 'zod';

const totpPath = '/two-factor/verify-totp';

/** Half a minute, and the ones before and after it, which better-auth takes, too. */
const validSeconds = 90;

/**
 * Whether the person has not used the code before; it counts as used from then on. Two at once: one
 * of them.
 */
export async function isFirstUse(
  pool: Pool,
  { userId, code }: { readonly userId: string; readonly code: string },
): Promise<boolean> {
  const id = createHash('sha256').update(`totp ${userId} ${code}`).digest('hex');
  const { rowCount } = await pool.query(
    `INSERT INTO auth.verification AS v (id, identifier, value, "expiresAt", "createdAt", "updatedAt")
     VALUES ($1, 'totp-used', '', now() + $2 * interval '1 second', now(), now())
     ON CONFLICT (id) DO UPDATE SET "expiresAt" = excluded."expiresAt"
       WHERE v."expiresAt" < now()`,
    [id, validSeconds],
  );
  await pool.query(
    `DELETE FROM auth.verification WHERE identifier = 'totp-used' AND "expiresAt" < now()`,
  );
  return rowCount === 1;
}

const accepted = z.object({ token: z.string(), user: z.object({ id: z.string() }) });

/**
 * Answers a request by `handler`; a code of the second factor that was used before is refused as a
 * wrong one, and `endSession` is told of the session that it has opened.
 */
export async function withCodesOnce(
  request: Request,
  o: {
    readonly pool: Pool;
    readonly handler: (request: Request) => Promise<Response>;
    readonly endSession: (token: string) => Promise<void>;
  },
): Promise<Response> {
  if (!new URL(request.url).pathname.endsWith(totpPath)) return o.handler(request);
  const { code } = (await request.clone().json()) as { readonly code?: unknown };
  const answer = await o.handler(request);
  const opened = accepted.safeParse(answer.ok ? await answer.clone().json() : null);
  if (!opened.success) return answer;
  const { token, user } = opened.data;
  if (await isFirstUse(o.pool, { userId: user.id, code: String(code).trim() })) return answer;
  await o.endSession(token);
  return Response.json({ code: 'INVALID_CODE', message: 'Invalid code' }, { status: 401 });
}
