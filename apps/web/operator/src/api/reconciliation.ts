// Reads and acts about files of providers and banks, and where they differ from our payments.

import {
  type DifferenceRow,
  differencePageSchema,
  differenceRowSchema,
  type ReconciliationKind,
  type ReconciliationMapping,
  reconciliationFilePageSchema,
  reconciliationImportSchema,
} from '@prewatt/api';
import { base, client, orThrow, paged } from './read.ts';

const reconciliation = `${base}/reconciliation`;
export const reconciliationKey = ['reconciliation'] as const;

export const differencesQuery = (state: DifferenceRow['state'] | 'all') =>
  paged({
    key: ['reconciliation', 'differences', state],
    path: `${reconciliation}/differences`,
    schema: differencePageSchema,
    params: { state },
  });

export const filesQuery = paged({
  key: ['reconciliation', 'files'],
  path: `${reconciliation}/files`,
  schema: reconciliationFilePageSchema,
});

/** The same content under the same mapping is answered with its first comparison. */
export const compareFile = (body: {
  readonly kind: ReconciliationKind;
  readonly name: string;
  readonly mapping: ReconciliationMapping;
  readonly content: string;
}) => orThrow(client.post(reconciliationImportSchema, `${reconciliation}/files`, { body }));

export const noteDifference = (
  differenceId: string,
  body: { readonly state: DifferenceRow['state']; readonly why: string },
) =>
  orThrow(
    client.post(
      differenceRowSchema,
      `${reconciliation}/differences/${encodeURIComponent(differenceId)}/notes`,
      { body },
    ),
  );
