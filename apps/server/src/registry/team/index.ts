// The public face of the team: invitations and roles, each by two people.

export {
  type InvitePayload,
  invitePayloadSchema,
  type RolePayload,
  refusals as teamRefusals,
  rolePayloadSchema,
  teamApprovals,
} from './approvals.ts';
export { problemOfJoining } from './errors.ts';
export { createJoining, hasPlace, type Joining } from './joining.ts';
export { createInvitationLinks, type InvitationLinks } from './links.ts';
export { insertOperator } from './staff.ts';
export {
  administratorsOf,
  isInvited,
  type StoredInvitation,
  selectInvitation,
  selectInvitations,
  selectMember,
  withdrawInvitation,
} from './store.ts';
