// Routes of what one person did alone in an emergency.

import { approvalDetailSchema, askedSchema } from '../approvals.ts';
import {
  actAloneBodySchema,
  emergenciesAnswerSchema,
  emergencyActSchema,
  proposeEmergencyRulesBodySchema,
  reviewEmergencyBodySchema,
} from '../emergencies.ts';
import { get, post } from '../route.ts';

const params = { id: 'approval' } as const;

export const emergencyApi = {
  all: get('/api/operator/emergencies', { answer: emergenciesAnswerSchema }),
  proposeRules: post('/api/operator/emergencies/rules', {
    body: proposeEmergencyRulesBodySchema,
    answer: askedSchema,
  }),
  actAlone: post('/api/operator/approvals/:id/alone', {
    ...{ params, body: actAloneBodySchema },
    answer: approvalDetailSchema,
  }),
  review: post('/api/operator/emergencies/:id/review', {
    ...{ params, body: reviewEmergencyBodySchema },
    answer: emergencyActSchema,
  }),
};
