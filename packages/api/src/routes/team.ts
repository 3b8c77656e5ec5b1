// Routes of the page Team: who works for the utility, their sessions, and how a sign-in ends.

import { get, post } from '../route.ts';
import {
  endOperatorBodySchema,
  endSessionsBodySchema,
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
};
