// Requests about files of providers and banks, and where they differ from our payments.

import {
  type DifferenceRow,
  type ReconciliationKind,
  type ReconciliationMapping,
  reconciliationApi,
} from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow, paged } from './read.ts';

export const reconciliationKey = ['reconciliation'] as const;

export const differencesQuery = (state: DifferenceRow['state'] | 'all') =>
  paged(reconciliationApi.differences, {
    key: ['reconciliation', 'differences', state],
    input: { query: { state } },
  });

export const filesQuery = paged(reconciliationApi.files, { key: ['reconciliation', 'files'] });

export const feesQuery = paged(reconciliationApi.fees, { key: ['reconciliation', 'fees'] });

/** How files of providers and banks are read: as the last ones were, and as is built in. */
export const mappingsQuery = queryOptions({
  queryKey: ['reconciliation', 'mappings'],
  queryFn: ({ signal }) => orThrow(client.call(reconciliationApi.mappings, { signal })),
});

/** The same content under the same mapping is answered with its first comparison. */
export const compareFile = (body: {
  readonly kind: ReconciliationKind;
  readonly name: string;
  readonly mapping: ReconciliationMapping;
  readonly content: string;
}) => orThrow(client.call(reconciliationApi.importFile, { body }));

export const noteDifference = (
  differenceId: string,
  body: { readonly state: DifferenceRow['state']; readonly why: string },
) => orThrow(client.call(reconciliationApi.note, { id: differenceId, body }));
