// Query of the audit log, and the address of the same as a file.

import { auditLogApi, pathOf } from '@prewatt/api';
import type { AuditLogSearch } from '../state/search.ts';
import { paged } from './read.ts';

export const auditLogQuery = (o: AuditLogSearch) =>
  paged(auditLogApi.list, {
    key: ['acts', o.about ?? 'all', o.who ?? '', o.from ?? '', o.to ?? ''],
    input: { query: o },
    refetchInterval: 60_000,
  });

export const auditLogFile = (o: AuditLogSearch): string => pathOf(auditLogApi.file, { query: o });
