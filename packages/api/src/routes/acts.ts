// The route of the audit log.

import { actPageSchema, actQuerySchema } from '../acts.ts';
import { get } from '../route.ts';

export const actApi = {
  list: get('/api/operator/acts', { query: actQuerySchema, answer: actPageSchema }),
};
