// Every way in which an administrator is refused about webhooks, with its status and words.

import { type HttpProblem, problemsOf } from '../../base/http/problem.ts';
import { requestIdReused } from '../../base/request-ids.ts';

/** A code, or a code and what it is said of. */
export type WebhookRefusal = WebhookCode | { readonly code: WebhookCode; readonly said: string };

export type WebhookCode =
  | 'unknownIntegration'
  | 'integrationRevoked'
  | 'unknownEndpoint'
  | 'unknownDelivery'
  | 'urlNotAllowed'
  | 'scopeMissing'
  | 'tooManyEndpoints'
  | 'tooManyDeliveries'
  | 'secretShownBefore'
  | 'requestIdReused';

const problem = problemsOf<WebhookCode>({
  unknownIntegration: [404, 'There is no such integration.'],
  integrationRevoked: [409, 'This integration was revoked; it is told nothing.'],
  unknownEndpoint: [404, 'There is no such endpoint.'],
  unknownDelivery: [404, 'There is no such delivery of this endpoint.'],
  urlNotAllowed: [
    422,
    'Write an https address of the open internet, without a user or a password in it.',
  ],
  scopeMissing: [403, 'The integration has no scope for one of these events.'],
  tooManyEndpoints: [409, 'An integration has ten endpoints at most.'],
  tooManyDeliveries: [422, 'More than 10,000 events are in this span; take a shorter one.'],
  secretShownBefore: [
    409,
    'This secret was made and shown once; if it was not noted, replace it by another one.',
  ],
  requestIdReused,
});

export const problemOfRefusal = (refusal: WebhookRefusal): HttpProblem =>
  typeof refusal === 'string' ? problem(refusal) : problem(refusal.code, refusal.said);
