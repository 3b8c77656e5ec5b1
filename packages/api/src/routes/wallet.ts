// Routes of wallet mode.

import { askedSchema } from '../approvals.ts';
import { get, post } from '../route.ts';
import { creditModeBodySchema, walletAnswerSchema } from '../wallet.ts';

const params = { id: 'connection' } as const;

export const walletApi = {
  view: get('/api/operator/connections/:id/wallet', { params, answer: walletAnswerSchema }),
  changeMode: post('/api/operator/connections/:id/credit-mode', {
    params,
    body: creditModeBodySchema,
    answer: askedSchema,
  }),
};
