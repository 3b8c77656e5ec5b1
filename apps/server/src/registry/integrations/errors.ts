// Every way in which an administrator is refused about integrations, with its status and words.

import { problemsOf } from '../../base/http/problem.ts';
import { requestIdReused } from '../../base/request-ids.ts';

export type IntegrationRefusal =
  | 'unknownIntegration'
  | 'integrationRevoked'
  | 'nameTaken'
  | 'keyShownBefore'
  | 'requestIdReused';

export const problemOfRefusal = problemsOf<IntegrationRefusal>({
  unknownIntegration: [404, 'There is no such integration.'],
  integrationRevoked: [409, 'This integration was revoked; make another one.'],
  nameTaken: [409, 'Another integration has this name.'],
  keyShownBefore: [
    409,
    'This key was made and shown once, and is kept nowhere; if it was not noted, make another one.',
  ],
  requestIdReused,
});
