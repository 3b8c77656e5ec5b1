// The page Team: who works for the utility, how they sign in and when they last did; sessions that
// an administrator ends, and sign-ins.

import { type SessionRow, type TeamRow, teamApi } from '@prewatt/api';
import { idFromUuid, isoOf, isoOrNull } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { LiveHub } from '../../base/http/live-hub.ts';
import { on } from '../../base/http/on.ts';
import { forbidden, HttpProblem, notFound } from '../../base/http/problem.ts';
import type { AuditLog } from '../../registry/audit-log/index.ts';
import {
  createOperatorScope,
  type OpenSession,
  type OperatorScope,
  type OperatorScopeDeps,
  sessionIdOf,
} from '../../registry/sign-in/index.ts';

export type TeamRoutesDeps = OperatorScopeDeps & {
  readonly auditLog: AuditLog;
  readonly hub: LiveHub;
};

export const sessionJson = (row: OpenSession, ownId: string): SessionRow => ({
  sessionId: row.sessionId,
  isThis: row.sessionId === ownId,
  since: isoOf(row.sinceMs),
  lastUsed: isoOf(row.lastUsedMs),
  address: row.address,
  program: row.program,
});

export function teamRoutes(app: FastifyInstance, context: TeamRoutesDeps): void {
  const { hub, auditLog, signIn } = context;
  const { scoped } = createOperatorScope(context);
  const administering = <T>(
    request: FastifyRequest,
    work: (scope: OperatorScope) => Promise<T>,
  ): Promise<T> =>
    scoped(request, (scope) => {
      if (scope.operator.role !== 'administrator') {
        throw forbidden('Only an administrator sees who signs in.');
      }
      return work(scope);
    });

  on(app, teamApi.list, ({ request }) =>
    administering(request, async (scope) => ({ rows: await teamOf(context, scope) })),
  );

  on(app, teamApi.sessions, async ({ request, uuid }) => {
    const operatorId = uuid('id');
    const own = await sessionIdOf(signIn, request);
    return administering(request, async (scope) => {
      const person = await personOf(scope, operatorId);
      const rows = await signIn.accounts.sessionsOf(person.auth_user_id);
      return { rows: rows.map((row) => sessionJson(row, own)) };
    });
  });

  on(app, teamApi.endSessions, async ({ request, readBody, uuid }) => {
    const operatorId = uuid('id');
    const ended = await administering(request, async (scope) => {
      const { sessionId } = readBody();
      const person = await personOf(scope, operatorId);
      const count = await signIn.accounts.endSessions(person.auth_user_id, { sessionId });
      if (count > 0) {
        const details = { name: person.name, sessions: String(count) };
        const subject = await emailOf(context, person.auth_user_id);
        await auditLog.record(scope.tx, scope.operator, { act: 'sessionsEnded', subject, details });
      }
      return count;
    });
    await hub.closeEnded();
    return { ended };
  });

  on(app, teamApi.end, async ({ request, readBody, uuid }) => {
    const operatorId = uuid('id');
    const email = await administering(request, async (scope) => {
      const { reason } = readBody();
      if (operatorId === scope.operator.operatorId) throw yourself();
      const person = await personOf(scope, operatorId);
      const facts = (await signIn.accounts.factsOf([person.auth_user_id])).get(person.auth_user_id);
      // Pressed again after a lost answer: it has ended.
      if (facts?.opens !== true) return facts?.email ?? '';
      await auditLog.record(scope.tx, scope.operator, {
        ...{ act: 'operatorEnded', subject: facts.email, details: { name: person.name, reason } },
      });
      await signIn.accounts.end(person.auth_user_id);
      return facts.email;
    });
    await hub.closeEnded();
    return { email };
  });
}

const yourself = (): HttpProblem =>
  new HttpProblem({
    status: 409,
    code: 'yourself',
    title: 'Not ended',
    detail: 'You cannot end your own sign-in: another administrator does it.',
  });

async function emailOf({ signIn }: TeamRoutesDeps, authUserId: string): Promise<string> {
  return (await signIn.accounts.factsOf([authUserId])).get(authUserId)?.email ?? '';
}

async function personOf({ tx, utility }: OperatorScope, operatorId: string) {
  const row = await tx
    .selectFrom('operators')
    .select(['auth_user_id', 'name'])
    .where('utility_id', '=', utility.id)
    .where('id', '=', operatorId)
    .executeTakeFirst();
  if (row === undefined) throw notFound('person in your team');
  return row;
}

async function teamOf(
  { signIn, clocks }: TeamRoutesDeps,
  { tx, utility, operator }: OperatorScope,
): Promise<TeamRow[]> {
  const people = await tx
    .selectFrom('operators')
    .select(['id', 'name', 'role', 'auth_user_id', 'created_at', 'ends_at'])
    .where('utility_id', '=', utility.id)
    .orderBy('name')
    .orderBy('created_at')
    .execute();
  const facts = await signIn.accounts.factsOf(people.map((row) => row.auth_user_id));
  const lasts = await lastSignIns(
    tx,
    utility.id,
    [...facts.values()].map(({ email }) => email),
  );
  const nowMs = clocks.real.nowMs();
  return people.map((row) => {
    const of = facts.get(row.auth_user_id);
    const last = lasts.get(of?.email ?? '');
    const isOver = row.ends_at !== null && row.ends_at <= nowMs;
    return {
      operatorId: idFromUuid('operator', row.id),
      name: row.name,
      email: of?.email ?? '',
      role: row.role,
      since: isoOf(row.created_at),
      endsAt: isoOrNull(row.ends_at),
      opens: of?.opens === true && !isOver,
      secondFactor: of?.secondFactor ?? false,
      lastSignIn: last === undefined ? null : { at: isoOf(last.at), address: last.address },
      sessions: isOver ? 0 : (of?.sessions ?? 0),
      isMe: row.id === operator.operatorId,
    };
  });
}

/** By address, as the audit log has them; one step down its index each. */
async function lastSignIns(tx: Tx, utilityId: string, emails: readonly string[]) {
  const { rows } = await sql<{ email: string; at: number; address: string | null }>`
    SELECT email, a.at, a.address FROM unnest(${emails}::text[]) AS email CROSS JOIN LATERAL (
      SELECT at, address FROM prewatt.operator_acts WHERE utility_id = ${utilityId}::uuid
        AND subject = email AND act = 'signedIn' ORDER BY at DESC LIMIT 1) a`.execute(tx);
  return new Map(rows.map(({ email, ...last }) => [email, last]));
}
