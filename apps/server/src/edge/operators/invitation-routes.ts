// Routes by which an administrator asks for an invitation or for another role, and sees what became
// of it. The link is shown to whoever asked, the code to whoever allowed: nobody has both.

import { type InvitationRow, pathOf, siteApi, teamApi } from '@prewatt/api';
import { idFromUuid, isoOf } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { on } from '../../base/http/on.ts';
import { badRequest, forbidden, HttpProblem, notFound } from '../../base/http/problem.ts';
import { type Approvals, problemOfApproval } from '../../registry/approvals/index.ts';
import type { AuditLog } from '../../registry/audit-log/index.ts';
import {
  createOperatorScope,
  type OperatorScope,
  type OperatorScopeDeps,
} from '../../registry/sign-in/index.ts';
import {
  administratorsOf,
  hasPlace,
  type InvitationLinks,
  type InvitePayload,
  isInvited,
  type RolePayload,
  type StoredInvitation,
  selectInvitation,
  selectInvitations,
  selectMember,
  teamRefusals,
  withdrawInvitation,
} from '../../registry/team/index.ts';

export type InvitationRoutesDeps = OperatorScopeDeps & {
  readonly auditLog: AuditLog;
  readonly approvals: Pick<Approvals, 'request'>;
  readonly invitationLinks: InvitationLinks;
  readonly publicUrl: string;
};

type Asking = { readonly requestId: string; readonly reason: string };

export function invitationRoutes(app: FastifyInstance, context: InvitationRoutesDeps): void {
  const { scoped, nowMs } = createOperatorScope(context);
  const administering: Administering = (request, work) =>
    scoped(request, (scope) => {
      if (scope.operator.role !== 'administrator') {
        throw forbidden('Only an administrator invites people and changes roles.');
      }
      return work(scope);
    });
  askingRoutes(app, context, administering);
  memberRoutes(app, context, administering);

  on(app, teamApi.invitations, ({ request }) =>
    administering(request, async (scope) => ({ rows: await rowsOf(context, scope) })),
  );
  on(app, teamApi.withdrawInvitation, ({ request, uuid }) => {
    const invitationId = uuid('id');
    return administering(request, async (scope) => {
      const { tx, utility, operator } = scope;
      const found = await selectInvitation(tx, { utilityId: utility.id, invitationId });
      if (found === null) throw notFound('invitation');
      const by = { utilityId: utility.id, invitationId, by: operator.operatorId };
      if (await withdrawInvitation(tx, by, nowMs())) {
        const details = { name: found.name, role: found.role };
        const entry = { act: 'invitationWithdrawn', subject: found.email, details } as const;
        await context.auditLog.record(tx, operator, entry);
      } else if (found.state === 'joined') {
        throw refused('invitationUsed', 'It was used already: end the sign-in instead.');
      }
      return { rows: await rowsOf(context, scope) };
    });
  });
}

type Administering = <T>(
  request: FastifyRequest,
  work: (scope: OperatorScope) => Promise<T>,
) => Promise<T>;

/** Of somebody new. */
function askingRoutes(
  app: FastifyInstance,
  context: InvitationRoutesDeps,
  administering: Administering,
): void {
  const ask = askerOf(context);
  on(app, teamApi.invite, async ({ request, reply, readBody }) => {
    const { requestId, reason, days, ...person } = readBody();
    if ((person.role === 'auditor') !== (days !== undefined)) {
      throw badRequest('Days are said for an auditor, and for nobody else.');
    }
    const known = await context.signIn.joining.idOf(person.email);
    const asked = await administering(request, async (scope) => {
      const payload: InvitePayload = { ...person, ...(days === undefined ? {} : { days }) };
      return ask(scope, { requestId, reason, kind: 'operatorInvite', payload }, async () => {
        if (known !== null && (await hasPlace(context.database, known))) {
          throw refused('emailTaken', 'This e-mail signs in already. Look for it in the list.');
        }
        await refuseTwice(scope, person.email);
      });
    });
    return reply.code(202).send(asked);
  });
}

/** Of somebody of the team. */
function memberRoutes(
  app: FastifyInstance,
  context: InvitationRoutesDeps,
  administering: Administering,
): void {
  const ask = askerOf(context);
  on(app, teamApi.inviteAgain, async ({ request, reply, readBody, uuid }) => {
    const operatorId = uuid('id');
    const { requestId, reason } = readBody();
    const asked = await administering(request, async (scope) => {
      const { name, role, email } = await memberOf(context, scope, operatorId);
      if (operatorId === scope.operator.operatorId) {
        throw refused('yourself', 'You change your own password under “Your account”.');
      }
      const payload: InvitePayload = { operatorId, name, email, role };
      return ask(scope, { requestId, reason, kind: 'operatorInvite', payload }, () =>
        refuseTwice(scope, email),
      );
    });
    return reply.code(202).send(asked);
  });

  on(app, teamApi.changeRole, async ({ request, reply, readBody, uuid }) => {
    const operatorId = uuid('id');
    const { requestId, reason, role } = readBody();
    const asked = await administering(request, async (scope) => {
      const { name, role: fromRole, email } = await memberOf(context, scope, operatorId);
      const payload: RolePayload = { operatorId, name, email, fromRole, role };
      return ask(scope, { requestId, reason, kind: 'operatorRole', payload }, async () => {
        if (fromRole === 'auditor') {
          throw refused('auditor', 'An auditor stays one, and the sign-in ends by itself.');
        }
        if (fromRole === role) throw refused('roleUnchanged', 'This is the role already.');
        if (fromRole === 'administrator') await refuseFew(context, scope, operatorId);
      });
    });
    return reply.code(202).send(asked);
  });
}

/** Asks for an approval; what speaks against it is looked for with a new request alone. */
const askerOf =
  (context: InvitationRoutesDeps) =>
  async (
    { tx, utility, operator }: OperatorScope,
    o: Asking &
      (
        | { readonly kind: 'operatorInvite'; readonly payload: InvitePayload }
        | { readonly kind: 'operatorRole'; readonly payload: RolePayload }
      ),
    check: () => Promise<void>,
  ) => {
    const { operatorId, name } = operator;
    const { kind, requestId, reason, payload } = o;
    const made = await context.approvals.request(tx, {
      ...{ utilityId: utility.id, kind, requestId, payload, reason },
      requestedBy: { operatorId, name },
    });
    if (!made.ok) throw problemOfApproval(made.error);
    if (made.value.isNew) await check();
    return { approvalId: idFromUuid('approval', made.value.approvalId) };
  };

async function refuseTwice({ tx, utility }: OperatorScope, email: string): Promise<void> {
  if (await isInvited(tx, utility.id, email)) {
    throw refused('alreadyInvited', teamRefusals.alreadyInvited);
  }
}

/** Of those whose sign-in opens, which the database's check does not know. */
async function refuseFew(
  { signIn }: InvitationRoutesDeps,
  { tx, utility }: OperatorScope,
  operatorId: string,
): Promise<void> {
  const others = (await administratorsOf(tx, utility.id)).filter(
    (each) => each.operatorId !== operatorId,
  );
  const facts = await signIn.accounts.factsOf(others.map(({ authUserId }) => authUserId));
  if ([...facts.values()].filter(({ opens }) => opens).length < 2) {
    throw refused('fewAdministrators', teamRefusals.fewAdministrators);
  }
}

async function memberOf(
  { signIn }: InvitationRoutesDeps,
  { tx, utility }: OperatorScope,
  operatorId: string,
) {
  const member = await selectMember(tx, { utilityId: utility.id, operatorId });
  if (member === null) throw notFound('person in your team');
  const facts = await signIn.accounts.factsOf([member.authUserId]);
  return { ...member, email: facts.get(member.authUserId)?.email ?? '' };
}

async function rowsOf(
  context: InvitationRoutesDeps,
  { tx, utility, operator }: OperatorScope,
): Promise<InvitationRow[]> {
  const rows = await selectInvitations(tx, utility.id);
  return rows.map((row) => shownTo(context, utility.id, operator.operatorId, row));
}

function shownTo(
  { invitationLinks, publicUrl }: InvitationRoutesDeps,
  utilityId: string,
  operatorId: string,
  row: StoredInvitation,
): InvitationRow {
  const place = { utilityId, invitationId: row.id };
  const isOpen = row.state === 'open';
  const page = new URL(`${pathOf(siteApi.console)}/join`, publicUrl);
  return {
    invitationId: idFromUuid('invitation', row.id),
    ...{ name: row.name, email: row.email, role: row.role, state: row.state },
    isAgain: row.operatorId !== null,
    requestedBy: row.requesterName,
    approvedBy: row.approverName,
    approvalId: idFromUuid('approval', row.approvalId),
    expiresAt: isoOf(row.expiresAtMs),
    link:
      isOpen && row.requestedBy === operatorId ? `${page}#${invitationLinks.tokenOf(place)}` : null,
    code: isOpen && row.approvedBy === operatorId ? invitationLinks.codeOf(place) : null,
  };
}

const refused = (code: string, detail: string): HttpProblem =>
  new HttpProblem({ status: 409, code, title: 'Refused', detail });
