// Requests about assignments to many connections. Keys start with "tariffs", as those of tariffs
// do.

import { assignmentApi, type NewAssignment, pathOf } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow } from './read.ts';
import type { ChangeOrder } from './tariffs.ts';

const busy: readonly (string | undefined)[] = ['previewing', 'assigning'];

export const assignmentsQuery = queryOptions({
  queryKey: ['tariffs', 'assignments', 'list'],
  queryFn: ({ signal }) => orThrow(client.call(assignmentApi.list, { signal })),
  refetchInterval: (query) =>
    query.state.data?.rows.some((row) => busy.includes(row.state)) === true ? 2_000 : 60_000,
});

/** Asked for often while it is tried or worked off. */
export const assignmentQuery = (assignmentId: string) =>
  queryOptions({
    queryKey: ['tariffs', 'assignments', assignmentId],
    queryFn: ({ signal }) =>
      orThrow(client.call(assignmentApi.detail, { id: assignmentId, signal })),
    refetchInterval: (query) => (busy.includes(query.state.data?.state) ? 1_500 : 30_000),
  });

export const assignmentRowsQuery = (assignmentId: string, order: ChangeOrder) =>
  queryOptions({
    queryKey: ['tariffs', 'assignments', assignmentId, order],
    queryFn: ({ signal }) =>
      orThrow(client.call(assignmentApi.rows, { id: assignmentId, query: { order }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const assignmentCsvPath = (assignmentId: string): string =>
  pathOf(assignmentApi.file, { id: assignmentId });

export const makeAssignment = (body: NewAssignment) =>
  orThrow(client.call(assignmentApi.make, { body }));

export const askForAssignment = (assignmentId: string, requestId: string) =>
  orThrow(client.call(assignmentApi.requestApproval, { id: assignmentId, body: { requestId } }));

export const withdrawAssignment = (assignmentId: string) =>
  orThrow(client.call(assignmentApi.withdraw, { id: assignmentId }));

export const undoAssignment = (
  assignmentId: string,
  body: { readonly requestId: string; readonly from: string; readonly reason: string },
) => orThrow(client.call(assignmentApi.undo, { id: assignmentId, body }));
