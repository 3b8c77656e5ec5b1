// Routes of files in and out.

import { z } from 'zod';
import {
  importKindSchema,
  importPageSchema,
  importRowPageSchema,
  importSchema,
} from '../imports.ts';
import { get, post } from '../route.ts';

const params = { id: 'import' } as const;

export const importApi = {
  list: get('/api/operator/imports', {
    query: z.object({ cursor: z.string().max(60).optional() }),
    answer: importPageSchema,
  }),
  detail: get('/api/operator/imports/:id', { params, answer: importSchema }),
  rows: get('/api/operator/imports/:id/rows', {
    params,
    query: z.object({
      outcome: z.enum(['created', 'unchanged', 'refused']).optional(),
      cursor: z.coerce.number().int().min(0).max(2_000_000_000).optional(),
    }),
    answer: importRowPageSchema,
  }),
  /** The body is the file, as text/csv. */
  send: post('/api/operator/imports', {
    query: z.strictObject({
      kind: importKindSchema,
      dryRun: z.enum(['true', 'false']),
      fileName: z.string().trim().min(1).max(200),
    }),
    answer: importSchema,
  }),
  cancel: post('/api/operator/imports/:id/cancel', { params, answer: importSchema }),
  resume: post('/api/operator/imports/:id/resume', { params, answer: importSchema }),
};

export const exportApi = {
  /** CSV; `kind` is one of `exportKindSchema`, `after` the first cell of the last row before. */
  file: get('/api/operator/exports/:kind', {
    query: z.object({ after: z.string().max(60).optional() }),
  }),
};
