// Query of the audit log.

import { type AuditTopic, auditLogApi } from '@prewatt/api';
import { paged } from './read.ts';

export const auditLogQuery = (o: { readonly about?: AuditTopic; readonly who?: string }) =>
  paged(auditLogApi.list, {
    key: ['acts', o.about ?? 'all', o.who ?? ''],
    input: { query: { about: o.about, who: o.who } },
    refetchInterval: 60_000,
  });
