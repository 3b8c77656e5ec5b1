// The auditor's lists, and the address of each as a file.

import { type AuditList, auditListApi, pathOf } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow, paged } from './read.ts';

export type AuditStretch = {
  readonly list: AuditList;
  readonly from?: string;
  readonly to?: string;
};

export const auditListQuery = (o: AuditStretch) =>
  paged(auditListApi.list, {
    key: ['audit-lists', o.list, o.from ?? '', o.to ?? ''],
    input: { query: o },
  });

export const auditListFile = (o: AuditStretch): string => pathOf(auditListApi.file, { query: o });

export const auditPeopleQuery = paged(auditListApi.people, { key: ['audit-people'] });

/** `of`: a sale or a grant. */
export const tokenWayQuery = (of: string) =>
  queryOptions({
    queryKey: ['token-way', of],
    queryFn: ({ signal }) => orThrow(client.call(auditListApi.way, { query: { of }, signal })),
  });
