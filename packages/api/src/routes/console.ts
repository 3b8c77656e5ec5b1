// Routes of the console as a whole: who is signed in, the first pages, and what changes live.

import { asFile } from '../file-forms.ts';
import {
  attentionPageSchema,
  changePasswordBodySchema,
  failedSignInsSchema,
  meterFacetsSchema,
  meterListQuerySchema,
  meterPageSchema,
  operatorMeSchema,
  overviewSchema,
} from '../operator.ts';
import { get, nothing, post } from '../route.ts';
import { searchAnswerSchema, searchBodySchema } from '../search.ts';
import { accountSchema, endSessionsBodySchema, sessionsEndedSchema } from '../team.ts';
import { failingUpkeepPageSchema } from '../upkeep.ts';

export const consoleApi = {
  me: get('/api/operator/me', { answer: operatorMeSchema }),
  /** One's own second factor and sessions. */
  account: get('/api/operator/me/account', { answer: accountSchema }),
  endMySessions: post('/api/operator/me/sessions/end', {
    does: 'Ends one of one’s own sessions, or all others.',
    body: endSessionsBodySchema,
    answer: sessionsEndedSchema,
  }),
  signOutEverywhere: post('/api/operator/me/sign-out-everywhere', { body: nothing }),
  changePassword: post('/api/operator/me/password', { body: changePasswordBodySchema }),
  failedSignIns: get('/api/operator/me/failed-sign-ins', { answer: failedSignInsSchema }),
  failedSignInsSeen: post('/api/operator/me/failed-sign-ins/seen', { body: nothing }),
  overview: get('/api/operator/overview', { answer: overviewSchema }),
  meters: get('/api/operator/meters', { query: meterListQuerySchema, answer: meterPageSchema }),
  meterCounts: get('/api/operator/meters/counts', {
    query: meterListQuerySchema,
    answer: meterFacetsSchema,
  }),
  /** What the filters leave, by name. */
  meterFile: get('/api/operator/meters/file', { query: meterListQuerySchema.extend(asFile) }),
  search: post('/api/operator/search', {
    does: 'Finds homes, sales and vendors by names, numbers, phones, tokens and references.',
    body: searchBodySchema,
    answer: searchAnswerSchema,
  }),
  attention: get('/api/operator/attention', { answer: attentionPageSchema }),
  upkeep: get('/api/operator/upkeep', { answer: failingUpkeepPageSchema }),
  /** Server-sent events, each a `LiveEvent`. */
  live: get('/api/operator/live'),
};
