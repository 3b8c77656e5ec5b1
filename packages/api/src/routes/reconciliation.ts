// Routes of the reconciliation.

import { z } from 'zod';
import {
  differencePageSchema,
  differenceRowSchema,
  differenceStates,
  importReconciliationSchema,
  knownMappingsSchema,
  noteDifferenceSchema,
  providerFeesPageSchema,
  reconciliationFilePageSchema,
  reconciliationImportSchema,
} from '../reconciliation.ts';
import { get, post } from '../route.ts';

export const reconciliationApi = {
  importFile: post('/api/operator/reconciliation/files', {
    body: importReconciliationSchema,
    answer: reconciliationImportSchema,
  }),
  files: get('/api/operator/reconciliation/files', {
    query: z.object({ cursor: z.uuid().optional() }),
    answer: reconciliationFilePageSchema,
  }),
  differences: get('/api/operator/reconciliation/differences', {
    query: z.object({
      state: z.enum([...differenceStates, 'all']).default('open'),
      cursor: z.string().max(100).optional(),
    }),
    answer: differencePageSchema,
  }),
  mappings: get('/api/operator/reconciliation/mappings', { answer: knownMappingsSchema }),
  fees: get('/api/operator/reconciliation/fees', {
    query: z.object({ cursor: z.string().max(120).optional() }),
    answer: providerFeesPageSchema,
  }),
  note: post('/api/operator/reconciliation/differences/:id/notes', {
    params: { id: 'difference' },
    body: noteDifferenceSchema,
    answer: differenceRowSchema,
  }),
};
