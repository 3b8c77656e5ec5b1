// Routes of smart cards for operators. A card is named by the number that is printed on it.

import { get, post } from '../route.ts';
import {
  smartCardChangeSchema,
  smartCardIssuedSchema,
  smartCardIssueSchema,
  smartCardListSchema,
  smartCardSchema,
  smartCardSessionAnswerSchema,
  smartCardSessionSchema,
  smartCardVisitAnswerSchema,
  smartCardVisitSchema,
} from '../smart-cards.ts';

const params = { id: 'connection' } as const;

export const smartCardApi = {
  list: get('/api/operator/connections/:id/cards', {
    does: 'The smart cards of a home, with what was loaded and what came back.',
    ...{ params, answer: smartCardListSchema },
  }),
  issue: post('/api/operator/connections/:id/cards', {
    does: 'Issues a card, or one in place of another.',
    ...{ params, body: smartCardIssueSchema, answer: smartCardIssuedSchema },
  }),
  change: post('/api/operator/connections/:id/cards/:cardNumber/state', {
    does: 'Says that a card is lost or blocked, or in use again.',
    ...{ params, body: smartCardChangeSchema, answer: smartCardSchema },
  }),
  visit: post('/api/operator/cards/visit', {
    does: 'Takes what is on a card, and answers what it has to hold with a sale.',
    ...{ body: smartCardVisitSchema, answer: smartCardVisitAnswerSchema },
  }),
  session: post('/api/operator/cards/session', {
    does: 'The keys of one session with a CPU card that has proved itself.',
    ...{ body: smartCardSessionSchema, answer: smartCardSessionAnswerSchema },
  }),
};
