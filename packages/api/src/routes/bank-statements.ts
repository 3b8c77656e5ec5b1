// Routes of a bank account's statements.

import { askedSchema } from '../approvals.ts';
import {
  bankPreviewSchema,
  bankStatementDetailSchema,
  bankStatementPageSchema,
  bringBankSchema,
  previewBankSchema,
} from '../bank-statements.ts';
import { get, post } from '../route.ts';

export const bankStatementApi = {
  list: get('/api/operator/bank-statements', { answer: bankStatementPageSchema }),
  detail: get('/api/operator/bank-statements/:id', {
    params: { id: 'file' },
    answer: bankStatementDetailSchema,
  }),
  preview: post('/api/operator/bank-statements/preview', {
    body: previewBankSchema,
    answer: bankPreviewSchema,
  }),
  bring: post('/api/operator/bank-statements', { body: bringBankSchema, answer: askedSchema }),
};
