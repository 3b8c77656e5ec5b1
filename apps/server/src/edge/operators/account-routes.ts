// What people of the utility do with their own sign-in: see and end its sessions, end it
// everywhere, and change its password.

import { consoleApi } from '@prewatt/api';
import { isoOrNull } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { LiveHub } from '../../base/http/live-hub.ts';
import { on } from '../../base/http/on.ts';
import { HttpProblem, signedOut } from '../../base/http/problem.ts';
import { type AuditLog, failedSignInsOf } from '../../registry/audit-log/index.ts';
import {
  createOperatorScope,
  headersOf,
  inWords,
  type OperatorScopeDeps,
  setCookies,
} from '../../registry/sign-in/index.ts';
import { sessionJson } from './team-routes.ts';

export type AccountRoutesDeps = OperatorScopeDeps & {
  readonly auditLog: AuditLog;
  readonly hub: LiveHub;
};

export function accountRoutes(app: FastifyInstance, context: AccountRoutesDeps): void {
  const { signIn, hub, auditLog } = context;
  const { staffScoped } = createOperatorScope(context);
  const record = (
    request: FastifyRequest,
    act: 'signedOutEverywhere' | 'passwordChanged' | 'failedSignInsSeen' | 'sessionsEnded',
    more: Readonly<Record<string, string>> = {},
  ): Promise<void> =>
    staffScoped(request, ({ tx, operator }) =>
      auditLog.record(tx, operator, {
        act,
        subject: operator.email,
        details: { name: operator.name, ...more },
      }),
    );

  on(app, consoleApi.failedSignIns, ({ request }) =>
    staffScoped(request, async ({ tx, operator }) => {
      const { utilityId, email } = operator;
      const { count, lastAtMs } = await failedSignInsOf(tx, utilityId, email);
      return { count, lastAt: isoOrNull(lastAtMs) };
    }),
  );
  on(app, consoleApi.failedSignInsSeen, async ({ request, reply }) => {
    await record(request, 'failedSignInsSeen');
    return reply.code(204).send();
  });
  sessionRoutes(app, context, record);
  on(app, consoleApi.signOutEverywhere, async ({ request, reply, readBody }) => {
    readBody();
    await record(request, 'signedOutEverywhere');
    setCookies(reply, await signIn.signOutEverywhere(headersOf(request)));
    await hub.closeEnded();
    return reply.code(204).send();
  });

  on(app, consoleApi.changePassword, async ({ request, reply, readBody }) => {
    const staff = await signIn.staffOf(headersOf(request));
    if (staff === null) throw signedOut();
    const { current, next } = readBody();
    const headers = headersOf(request);
    const session = await signIn.sessionOf(headers);
    if (session === null) throw signedOut();
    const answer = await signIn.changePassword(headers, { session, current, next });
    if (answer.kind === 'wait') throw tooManyPasswords(answer.seconds);
    if (answer.kind === 'wrong') throw wrongPassword();
    await context.database.inUtility(staff.utilityId, (tx) =>
      auditLog.record(tx, staff, {
        ...{ act: 'passwordChanged', subject: staff.email, details: { name: staff.name } },
      }),
    );
    setCookies(reply, answer.cookies);
    await hub.closeEnded();
    return reply.code(204).send();
  });
}

/** Where one is signed in. */
function sessionRoutes(
  app: FastifyInstance,
  { signIn, hub }: AccountRoutesDeps,
  record: (
    request: FastifyRequest,
    act: 'sessionsEnded',
    more: Readonly<Record<string, string>>,
  ) => Promise<void>,
): void {
  /** Of somebody of the utility. */
  const sessionOf = async (request: FastifyRequest) => {
    const headers = headersOf(request);
    const staff = await signIn.staffOf(headers);
    const session = staff === null ? null : await signIn.sessionOf(headers);
    if (session === null) throw signedOut();
    return session;
  };

  on(app, consoleApi.account, async ({ request }) => {
    const { session, user } = await sessionOf(request);
    const facts = await signIn.accounts.factsOf([user.id]);
    const sessions = await signIn.accounts.sessionsOf(user.id);
    return {
      secondFactor: facts.get(user.id)?.secondFactor ?? false,
      sessions: sessions.map((row) => sessionJson(row, session.id)),
    };
  });
  on(app, consoleApi.endMySessions, async ({ request, readBody }) => {
    const { sessionId } = readBody();
    const { session, user } = await sessionOf(request);
    const ended = await signIn.accounts.endSessions(user.id, { sessionId, but: session.id });
    if (ended > 0) await record(request, 'sessionsEnded', { sessions: String(ended) });
    await hub.closeEnded();
    return { ended };
  });
}

const wrongPassword = (): HttpProblem =>
  new HttpProblem({
    status: 422,
    code: 'wrongPassword',
    title: 'Not changed',
    detail: 'The password that you use now is another one.',
  });

const tooManyPasswords = (seconds: number): HttpProblem =>
  new HttpProblem({
    status: 429,
    code: 'tooManyTries',
    title: 'Too many tries',
    detail: `Too many wrong passwords. Wait ${inWords(seconds)}, then try again.`,
  });
