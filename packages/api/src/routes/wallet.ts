// Routes of wallet mode.

import { askedSchema } from '../approvals.ts';
import { get, post } from '../route.ts';
import { creditModeBodySchema, walletAnswerSchema, withdrawModeBodySchema } from '../wallet.ts';

const params = { id: 'connection' } as const;

export const walletApi = {
  view: get('/api/operator/connections/:id/wallet', { params, answer: walletAnswerSchema }),
  changeMode: post('/api/operator/connections/:id/credit-mode', {
    params,
    body: creditModeBodySchema,
    answer: askedSchema,
  }),
  /** At once, also when nobody hears the meter; an answer that comes all the same still counts. */
  withdrawChange: post('/api/operator/connections/:id/credit-mode/withdraw', {
    params,
    body: withdrawModeBodySchema,
    answer: walletAnswerSchema,
  }),
};
