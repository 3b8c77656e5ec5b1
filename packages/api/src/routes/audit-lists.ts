// Routes of the auditor's lists.

import {
  auditListAnswerSchema,
  auditListQuerySchema,
  auditPeopleSchema,
  tokenWayQuerySchema,
  tokenWaySchema,
} from '../audit-lists.ts';
import { get } from '../route.ts';

export const auditListApi = {
  list: get('/api/operator/audit/lists', {
    query: auditListQuerySchema,
    answer: auditListAnswerSchema,
  }),
  /** The same as CSV. */
  file: get('/api/operator/audit/lists/file', { query: auditListQuerySchema }),
  people: get('/api/operator/audit/people', { answer: auditPeopleSchema }),
  /** From a token to the money, the price, the people and the key. */
  way: get('/api/operator/audit/way', { query: tokenWayQuerySchema, answer: tokenWaySchema }),
};
