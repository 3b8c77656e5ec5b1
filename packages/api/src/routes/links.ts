// Routes of a meter's link and of who meters are on the wire.

import {
  certifiedSchema,
  identityPageSchema,
  identityQuerySchema,
  linkBodySchema,
  linkCertificateBodySchema,
  linkClaimBodySchema,
  linkPairBodySchema,
  linkViewSchema,
  meterAuthoritiesSchema,
} from '../links.ts';
import { get, post } from '../route.ts';

const params = { id: 'connection' } as const;

export const linkApi = {
  view: get('/api/operator/connections/:id/link', { params, answer: linkViewSchema }),
  rotate: post('/api/operator/connections/:id/link/rotate', {
    params,
    body: linkBodySchema,
    answer: linkViewSchema,
  }),
  revoke: post('/api/operator/connections/:id/link/revoke', {
    params,
    body: linkBodySchema,
    answer: linkViewSchema,
  }),
  pair: post('/api/operator/connections/:id/link/pair', {
    params,
    body: linkPairBodySchema,
    answer: linkViewSchema,
  }),
  claim: post('/api/operator/connections/:id/link/claim', {
    params,
    body: linkClaimBodySchema,
    answer: certifiedSchema,
  }),
  certificate: post('/api/operator/connections/:id/link/certificate', {
    params,
    body: linkCertificateBodySchema,
    answer: certifiedSchema,
  }),
  authorities: get('/api/operator/meter-authorities', { answer: meterAuthoritiesSchema }),
  identities: get('/api/operator/meter-identities', {
    query: identityQuerySchema,
    answer: identityPageSchema,
  }),
};
