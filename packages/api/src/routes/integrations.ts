// Routes of administrators about the keys of programs of others.

import {
  integrationMadeSchema,
  integrationPageSchema,
  integrationSchema,
  newIntegrationSchema,
  revokeIntegrationSchema,
  rotateIntegrationSchema,
} from '../integrations.ts';
import { get, post } from '../route.ts';

const params = { id: 'integration' } as const;

export const integrationApi = {
  list: get('/api/operator/integrations', { answer: integrationPageSchema }),
  create: post('/api/operator/integrations', {
    body: newIntegrationSchema,
    answer: integrationMadeSchema,
  }),
  detail: get('/api/operator/integrations/:id', { params, answer: integrationSchema }),
  rotate: post('/api/operator/integrations/:id/rotate', {
    params,
    body: rotateIntegrationSchema,
    answer: integrationMadeSchema,
  }),
  revoke: post('/api/operator/integrations/:id/revoke', {
    params,
    body: revokeIntegrationSchema,
    answer: integrationSchema,
  }),
};
