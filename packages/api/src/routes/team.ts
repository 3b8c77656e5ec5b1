// Routes of the page Team: who works for the utility, their sessions, how a sign-in ends, and how
// two people invite somebody; and the invited person's own.

import { askedSchema } from '../approvals.ts';
import { get, nothing, post } from '../route.ts';
import {
  changeRoleBodySchema,
  endOperatorBodySchema,
  endSessionsBodySchema,
  invitationSchema,
  invitationsSchema,
  inviteAgainBodySchema,
  inviteBodySchema,
  joinBodySchema,
  joinedSchema,
  lookAtInvitationBodySchema,
  operatorEndedSchema,
  sessionPageSchema,
  sessionsEndedSchema,
  teamSchema,
} from '../team.ts';

const params = { id: 'operator' } as const;

export const teamApi = {
  list: get('/api/operator/team', { answer: teamSchema }),
  sessions: get('/api/operator/team/:id/sessions', { params, answer: sessionPageSchema }),
  endSessions: post('/api/operator/team/:id/sessions/end', {
    does: 'Ends one session of an operator, or all of them.',
    ...{ params, body: endSessionsBodySchema, answer: sessionsEndedSchema },
  }),
  end: post('/api/operator/team/:id/end', {
    does: 'The sign-in opens no more, and its sessions end. The name stays in the records.',
    ...{ params, body: endOperatorBodySchema, answer: operatorEndedSchema },
  }),
  invitations: get('/api/operator/team/invitations', { answer: invitationsSchema }),
  invite: post('/api/operator/team/invitations', {
    does: 'Asks for an invitation; a second person allows it.',
    ...{ body: inviteBodySchema, answer: askedSchema },
  }),
  withdrawInvitation: post('/api/operator/team/invitations/:id/withdraw', {
    does: 'The link of an invitation opens nothing any more.',
    ...{ params: { id: 'invitation' }, body: nothing, answer: invitationsSchema },
  }),
  inviteAgain: post('/api/operator/team/:id/invite', {
    does: 'Asks for a link by which somebody of the team chooses another password.',
    ...{ params, body: inviteAgainBodySchema, answer: askedSchema },
  }),
  changeRole: post('/api/operator/team/:id/role', {
    does: 'Asks for another role; a second person allows it.',
    ...{ params, body: changeRoleBodySchema, answer: askedSchema },
  }),
};

/** Of whoever was invited and has no sign-in yet. */
export const invitationApi = {
  look: post('/api/invitations/look', {
    does: 'What a link invites to.',
    ...{ body: lookAtInvitationBodySchema, answer: invitationSchema },
  }),
  join: post('/api/invitations/join', {
    does: 'The invited person chooses a password, once.',
    ...{ body: joinBodySchema, answer: joinedSchema },
  }),
};
