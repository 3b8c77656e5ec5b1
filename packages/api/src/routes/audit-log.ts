// The route of the audit log.

import { auditLogPageSchema, auditLogQuerySchema } from '../audit-log.ts';
import { get } from '../route.ts';

export const auditLogApi = {
  list: get('/api/operator/acts', { query: auditLogQuerySchema, answer: auditLogPageSchema }),
};
