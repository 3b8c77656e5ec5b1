// Requests about files that come in, and the addresses of those that go out.

import {
  type ExportKind,
  exportApi,
  type ImportJson,
  type ImportKind,
  importApi,
  pathOf,
} from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow, paged } from './read.ts';

export const importsKey = ['imports'] as const;

/** Whether the server still works on it. */
export const isUnderWay = (state: ImportJson['state']): boolean =>
  state === 'queued' || state === 'running';

export const importsQuery = paged(importApi.list, {
  key: ['imports', 'list'],
  refetchInterval: 10_000,
});

export const importQuery = (importId: string) =>
  queryOptions({
    queryKey: ['imports', importId, 'status'],
    queryFn: ({ signal }) => orThrow(client.call(importApi.detail, { id: importId, signal })),
    refetchInterval: ({ state }) => nextLookMs(state.data?.state),
  });

/** Progress is watched while there is some; a failure stays long enough to be read. */
export function nextLookMs(state: ImportJson['state'] | undefined): number | false {
  if (state === undefined) return 10_000;
  return isUnderWay(state) ? 1_000 : false;
}

export const refusedRowsQuery = (importId: string) =>
  paged(importApi.rows, {
    key: ['imports', importId, 'refused'],
    input: { id: importId, query: { outcome: 'refused' } },
  });

/** The same file of the same kind again is answered with its first import. */
export const sendFile = (o: {
  readonly kind: ImportKind;
  readonly dryRun: boolean;
  readonly file: File;
}) => {
  const { kind, dryRun, file } = o;
  const query = { kind, dryRun, fileName: file.name.slice(0, 200) };
  return orThrow(client.call(importApi.send, { query, file }));
};

export const cancelImport = (importId: string) =>
  orThrow(client.call(importApi.cancel, { id: importId }));

export const resumeImport = (importId: string) =>
  orThrow(client.call(importApi.resume, { id: importId }));

export const exportPath = (kind: ExportKind): string => pathOf(exportApi.file, { kind });
