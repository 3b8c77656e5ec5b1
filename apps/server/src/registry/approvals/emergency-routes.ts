// Routes of break-glass: the rule, what was done alone, doing it, and what another person says of
// it. Doing it asks for the password and the second factor once more.

import { emergencyApi } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { on } from '../../base/http/on.ts';
import { forbidden, HttpProblem, signedOut } from '../../base/http/problem.ts';
import {
  createOperatorScope,
  headersOf,
  inWords,
  type OperatorScopeDeps,
  requireActing,
} from '../sign-in/index.ts';
import { areSameRules, emergenciesNow, reviewEmergency, type Told } from './emergencies.ts';
import { problemOfApproval } from './errors.ts';
import type { Approvals } from './service.ts';

export type EmergencyRoutesDeps = OperatorScopeDeps & {
  readonly approvals: Approvals;
  /** Whether there is a server that takes mail. */
  readonly mail: { readonly isOn: boolean };
};

export function emergencyRoutes(app: FastifyInstance, context: EmergencyRoutesDeps): void {
  const { approvals } = context;
  const { operatorOf, scoped } = createOperatorScope(context);

  on(app, emergencyApi.all, ({ request }) =>
    scoped(request, ({ tx, operator }) => emergenciesNow(tx, operator)),
  );

  on(app, emergencyApi.actAlone, async ({ request, readBody, uuid }) => {
    const approvalId = uuid('id');
    const by = await operatorOf(request);
    requireActing(by);
    const { reason, password, code = null } = readBody();
    await confirm(context, request, { password, code });
    const tell = context.mail.isOn ? await whomToTell(context, by) : [];
    const done = await approvals.actAlone({
      ...{ utilityId: by.utilityId, approvalId, by, reason, tell },
    });
    if (!done.ok) throw problemOfApproval(done.error);
    return done.value;
  });

  on(app, emergencyApi.review, ({ request, readBody, uuid }) => {
    const approvalId = uuid('id');
    const { verdict, note } = readBody();
    return scoped(request, async ({ tx, operator, nowMs }) => {
      const at = new Date(nowMs);
      const said = await reviewEmergency(tx, { approvalId, by: operator, verdict, note, at });
      if (!said.ok) throw problemOfApproval(said.error);
      return said.value;
    });
  });

  on(app, emergencyApi.proposeRules, async ({ request, reply, readBody }) => {
    const { requestId, reason, ...payload } = readBody();
    const asked = await scoped(request, async ({ tx, utility, operator }) => {
      if (operator.role !== 'administrator') {
        throw forbidden('Only an administrator may ask for another rule.');
      }
      const { operatorId, name } = operator;
      const made = await approvals.request(tx, {
        ...{ utilityId: utility.id, kind: 'emergencyRules', requestId, payload, reason },
        requestedBy: { operatorId, name },
      });
      if (!made.ok) throw problemOfApproval(made.error);
      const { rules } = await emergenciesNow(tx, operator);
      if (made.value.isNew && areSameRules(rules, payload)) {
        const detail = 'This rule holds already.';
        throw new HttpProblem({ status: 409, code: 'rulesUnchanged', title: 'Refused', detail });
      }
      return { approvalId: idFromUuid('approval', made.value.approvalId) };
    });
    return reply.code(202).send(asked);
  });
}

async function confirm(
  { signIn }: EmergencyRoutesDeps,
  request: FastifyRequest,
  given: { readonly password: string; readonly code: string | null },
): Promise<void> {
  const headers = headersOf(request);
  const session = await signIn.sessionOf(headers);
  if (session === null) throw signedOut();
  const said = await signIn.confirm(headers, { session, ...given });
  if (said.kind === 'confirmed') return;
  throw new HttpProblem(
    said.kind === 'wait'
      ? {
          ...{ status: 429, code: 'tooManyTries', title: 'Too many tries' },
          detail: `Too many wrong passwords or codes. Wait ${inWords(said.seconds)}.`,
        }
      : { status: 422, code: said.kind, title: 'Not done', detail: wrongWords[said.kind] },
  );
}

const wrongWords = {
  wrongPassword: 'This is not your password.',
  wrongCode:
    'Your sign-in has a second factor. Give the code that it shows now; each code works once.',
} as const;

/** Every administrator whose sign-in opens, and whoever did it: it may not have been they. */
async function whomToTell(
  { database, signIn }: EmergencyRoutesDeps,
  by: { readonly utilityId: string; readonly operatorId: string },
): Promise<readonly Told[]> {
  const people = await database.inUtility(by.utilityId, (tx) =>
    tx
      .selectFrom('operators')
      .select(['id', 'auth_user_id'])
      .where('utility_id', '=', by.utilityId)
      .where((eb) => eb.or([eb('role', '=', 'administrator'), eb('id', '=', by.operatorId)]))
      .orderBy('id')
      .execute(),
  );
  const facts = await signIn.accounts.factsOf(people.map((each) => each.auth_user_id));
  return people.flatMap((each) => {
    const found = facts.get(each.auth_user_id);
    return found?.opens === true ? [{ operatorId: each.id, address: found.email }] : [];
  });
}
