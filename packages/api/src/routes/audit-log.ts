// The route of the audit log.

import { auditLogFileQuerySchema, auditLogPageSchema, auditLogQuerySchema } from '../audit-log.ts';
import { get } from '../route.ts';

export const auditLogApi = {
  list: get('/api/operator/acts', { query: auditLogQuerySchema, answer: auditLogPageSchema }),
  /** All that the list would show, as CSV. */
  file: get('/api/operator/acts/file', { query: auditLogFileQuerySchema }),
};
