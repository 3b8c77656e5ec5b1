// What a second person allows about the team: an invitation, and another role.

import { type OperatorRole, operatorRoleSchema } from '@prewatt/api';
import { err, idFromUuid, ok } from '@prewatt/quantities';
import { z } from 'zod';
import type { NewUuid } from '../../base/ids.ts';
import { type ApprovalOperation, defineOperation } from '../approvals/index.ts';
import type { AuditLog } from '../audit-log/index.ts';
import {
  administratorsOf,
  changeRole,
  insertInvitation,
  isInvited,
  selectMember,
} from './store.ts';

export const invitePayloadSchema = z.strictObject({
  /** Of somebody of the team, who chooses another password. */
  operatorId: z.uuid().optional(),
  name: z.string(),
  email: z.string(),
  role: operatorRoleSchema,
  days: z.number().int().optional(),
});
export type InvitePayload = z.output<typeof invitePayloadSchema>;

export const rolePayloadSchema = z.strictObject({
  operatorId: z.uuid(),
  name: z.string(),
  email: z.string(),
  fromRole: operatorRoleSchema,
  role: operatorRoleSchema,
});
export type RolePayload = z.output<typeof rolePayloadSchema>;

export type TeamApprovalDeps = {
  readonly nowMs: () => number;
  readonly newUuid: NewUuid;
  readonly auditLog: Pick<AuditLog, 'record'>;
};

export const refusals = {
  alreadyInvited: 'An open invitation has this address: withdraw it first.',
  unknownOperator: 'There is no such person in the team any more.',
  roleChanged: 'The role is another one by now; look again.',
  fewAdministrators:
    'Fewer than two administrators would be left, and nothing could be approved any more.',
} as const;

/** As the console names them. */
const roleWords: Record<OperatorRole, string> = {
  administrator: 'Administrator',
  operator: 'Operator',
  viewer: 'Viewer',
  technician: 'Technician',
  auditor: 'Auditor',
};

export const teamApprovals = (o: TeamApprovalDeps) => ({
  operatorInvite: inviteApproval(o),
  operatorRole: roleApproval(o),
});

const inviteApproval = (o: TeamApprovalDeps): ApprovalOperation =>
  defineOperation<InvitePayload, 'alreadyInvited' | 'unknownOperator'>({
    payload: invitePayloadSchema,
    describe: async (_tx, { payload }) => ({
      title:
        payload.operatorId === undefined
          ? 'Somebody new in the team'
          : 'Another password for somebody of the team, without the second factor',
      facts: [
        { label: 'Name', value: payload.name },
        { label: 'E-mail', value: payload.email },
        { label: 'Role', value: roleWords[payload.role] },
        ...(payload.days === undefined
          ? []
          : [{ label: 'Ends by itself', value: `${payload.days} days after joining` }]),
      ],
    }),
    perform: async (tx, asked) => {
      const { utilityId, payload, approvalId, requestedBy, approvedBy } = asked;
      const { operatorId = null, name, email, role, days = null } = payload;
      if (operatorId !== null && (await selectMember(tx, { utilityId, operatorId })) === null) {
        return err('unknownOperator');
      }
      if (await isInvited(tx, utilityId, email)) return err('alreadyInvited');
      const id = o.newUuid();
      await insertInvitation(tx, {
        ...{ id, utilityId, operatorId, name, email, role, days, approvalId },
        ...{ requestedBy, approvedBy, atMs: o.nowMs() },
      });
      const details = { name, role, allowedBy: approvedBy.name };
      const by = { utilityId, ...requestedBy };
      await o.auditLog.record(tx, by, { act: 'operatorInvited', subject: email, details });
      return ok({ invitationId: idFromUuid('invitation', id) });
    },
    refusals,
    participants: async (_tx, { payload }) =>
      payload.operatorId === undefined ? [] : [payload.operatorId],
  });

const roleApproval = (o: TeamApprovalDeps): ApprovalOperation =>
  defineOperation<RolePayload, 'unknownOperator' | 'roleChanged' | 'fewAdministrators'>({
    payload: rolePayloadSchema,
    describe: async (_tx, { payload }) => ({
      title: 'Another role for somebody of the team',
      facts: [
        { label: 'Name', value: payload.name },
        { label: 'E-mail', value: payload.email },
        {
          label: 'Role',
          value: `${roleWords[payload.role]} instead of ${roleWords[payload.fromRole]}`,
        },
      ],
    }),
    perform: async (tx, { utilityId, payload, approvalId, requestedBy, approvedBy }) => {
      const { operatorId } = payload;
      if ((await selectMember(tx, { utilityId, operatorId })) === null) {
        return err('unknownOperator');
      }
      if (payload.fromRole === 'administrator') {
        const left = await administratorsOf(tx, utilityId);
        if (left.filter((each) => each.operatorId !== operatorId).length < 2) {
          return err('fewAdministrators');
        }
      }
      const approver = approvedBy.operatorId;
      if (!(await changeRole(tx, { approvalId, approver, atMs: o.nowMs() }))) {
        return err('roleChanged');
      }
      const { name, role, fromRole: before, email: subject } = payload;
      const details = { name, role, before, allowedBy: approvedBy.name };
      const by = { utilityId, ...requestedBy };
      await o.auditLog.record(tx, by, { act: 'operatorRoleChanged', subject, details });
      return ok({ operatorId: idFromUuid('operator', operatorId), role: payload.role });
    },
    refusals,
    participants: async (_tx, { payload }) => [payload.operatorId],
  });
