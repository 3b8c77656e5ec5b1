// Routes of sales, and of what puts one right.

import { askedSchema } from '../approvals.ts';
import {
  acknowledgeBodySchema,
  acknowledgedSchema,
  creditNoteBodySchema,
  moveBodySchema,
  operatorReceiptSchema,
  reprintBodySchema,
  reversalBodySchema,
  reversibilitySchema,
} from '../corrections.ts';
import { asFile } from '../file-forms.ts';
import {
  saleDetailSchema,
  saleListQuerySchema,
  salePageSchema,
  saleRangeQuerySchema,
  saleRowSchema,
  saleTotalsSchema,
} from '../operator.ts';
import { get, post } from '../route.ts';

const params = { id: 'sale' } as const;

export const saleApi = {
  list: get('/api/operator/sales', {
    query: saleListQuerySchema,
    answer: salePageSchema,
  }),
  totals: get('/api/operator/sales/totals', {
    query: saleRangeQuerySchema,
    answer: saleTotalsSchema,
  }),
  /** The newest first. */
  file: get('/api/operator/sales/file', { query: saleRangeQuerySchema.extend(asFile) }),
  detail: get('/api/operator/sales/:id', { params, answer: saleDetailSchema }),
  retry: post('/api/operator/sales/:id/retry', { params, answer: saleRowSchema }),
  reversibility: get('/api/operator/sales/:id/reversibility', {
    params,
    answer: reversibilitySchema,
  }),
  reverse: post('/api/operator/sales/:id/reversal', {
    params,
    body: reversalBodySchema,
    answer: askedSchema,
  }),
  move: post('/api/operator/sales/:id/move', { params, body: moveBodySchema, answer: askedSchema }),
  creditNote: post('/api/operator/sales/:id/credit-note', {
    params,
    body: creditNoteBodySchema,
    answer: askedSchema,
  }),
  reprint: post('/api/operator/sales/:id/reprint', {
    params,
    body: reprintBodySchema,
    answer: operatorReceiptSchema,
  }),
  acknowledge: post('/api/operator/sales/:id/acknowledge', {
    params,
    body: acknowledgeBodySchema,
    answer: acknowledgedSchema,
  }),
};
