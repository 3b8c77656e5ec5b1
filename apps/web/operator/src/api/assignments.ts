// Reads and acts about assignments to many connections. Keys start with "tariffs", as those of
// tariffs do.

import {
  assignmentRowsSchema,
  assignmentSchema,
  assignmentsSchema,
  type NewAssignment,
} from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { base, client, orThrow } from './read.ts';
import type { ChangeOrder } from './tariffs.ts';

const assignments = `${base}/tariffs/assignments`;
const pathOf = (assignmentId: string, part = '') =>
  `${assignments}/${encodeURIComponent(assignmentId)}${part}`;

const busy: readonly (string | undefined)[] = ['previewing', 'assigning'];

export const assignmentsQuery = queryOptions({
  queryKey: ['tariffs', 'assignments', 'list'],
  queryFn: ({ signal }) => orThrow(client.get(assignmentsSchema, assignments, { signal })),
  refetchInterval: (query) =>
    query.state.data?.rows.some((row) => busy.includes(row.state)) === true ? 2_000 : 60_000,
});

/** Asked for often while it is tried or worked off. */
export const assignmentQuery = (assignmentId: string) =>
  queryOptions({
    queryKey: ['tariffs', 'assignments', assignmentId],
    queryFn: ({ signal }) =>
      orThrow(client.get(assignmentSchema, pathOf(assignmentId), { signal })),
    refetchInterval: (query) => (busy.includes(query.state.data?.state) ? 1_500 : 30_000),
  });

export const assignmentRowsQuery = (assignmentId: string, order: ChangeOrder) =>
  queryOptions({
    queryKey: ['tariffs', 'assignments', assignmentId, order],
    queryFn: ({ signal }) =>
      orThrow(
        client.get(assignmentRowsSchema, pathOf(assignmentId, `/rows?order=${order}`), { signal }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const assignmentCsvPath = (assignmentId: string): string =>
  pathOf(assignmentId, '/rows.csv');

export const makeAssignment = (body: NewAssignment) =>
  orThrow(client.post(assignmentSchema, assignments, { body }));

export const askForAssignment = (assignmentId: string, requestId: string) =>
  orThrow(
    client.post(assignmentSchema, pathOf(assignmentId, '/request-approval'), {
      body: { requestId },
    }),
  );

export const withdrawAssignment = (assignmentId: string) =>
  orThrow(client.post(assignmentSchema, pathOf(assignmentId, '/withdraw')));

export const undoAssignment = (
  assignmentId: string,
  body: { readonly requestId: string; readonly from: string; readonly reason: string },
) => orThrow(client.post(assignmentSchema, pathOf(assignmentId, '/undo'), { body }));
