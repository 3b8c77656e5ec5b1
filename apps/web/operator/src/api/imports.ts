// Reads and acts about files that come in, and the addresses of those that go out.

import {
  type ExportKind,
  type ImportJson,
  type ImportKind,
  importPageSchema,
  importRowPageSchema,
  importSchema,
} from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { base, client, orThrow, paged } from './read.ts';

const imports = `${base}/imports`;
const pathOf = (importId: string, part = '') => `${imports}/${encodeURIComponent(importId)}${part}`;

export const importsKey = ['imports'] as const;

/** Whether the server still works on it. */
export const isUnderWay = (state: ImportJson['state']): boolean =>
  state === 'queued' || state === 'running';

export const importsQuery = paged({
  key: ['imports', 'list'],
  path: imports,
  schema: importPageSchema,
  refetchInterval: 10_000,
});

export const importQuery = (importId: string) =>
  queryOptions({
    queryKey: ['imports', importId, 'status'],
    queryFn: ({ signal }) => orThrow(client.get(importSchema, pathOf(importId), { signal })),
    refetchInterval: ({ state }) => nextLookMs(state.data?.state),
  });

/** Progress is watched while there is some; a failure stays long enough to be read. */
export function nextLookMs(state: ImportJson['state'] | undefined): number | false {
  if (state === undefined) return 10_000;
  return isUnderWay(state) ? 1_000 : false;
}

export const refusedRowsQuery = (importId: string) =>
  paged({
    key: ['imports', importId, 'refused'],
    path: pathOf(importId, '/rows'),
    schema: importRowPageSchema,
    params: { outcome: 'refused' },
  });

/** The same file of the same kind again is answered with its first import. */
export const sendFile = (o: {
  readonly kind: ImportKind;
  readonly dryRun: boolean;
  readonly file: File;
}) => {
  const query = new URLSearchParams({
    kind: o.kind,
    dryRun: String(o.dryRun),
    fileName: o.file.name.slice(0, 200),
  });
  return orThrow(
    client.post(importSchema, `${imports}?${query}`, { body: o.file, contentType: 'text/csv' }),
  );
};

export const cancelImport = (importId: string) =>
  orThrow(client.post(importSchema, pathOf(importId, '/cancel')));

export const resumeImport = (importId: string) =>
  orThrow(client.post(importSchema, pathOf(importId, '/resume')));

export const exportPath = (kind: ExportKind): string => `${base}/exports/${kind}`;
