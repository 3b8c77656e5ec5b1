// Routes of debts, refunds and the exchange of a meter.

import { z } from 'zod';
import { askedSchema } from '../approvals.ts';
import {
  chargeBodySchema,
  chargedSchema,
  debtPageSchema,
  meterExchangeBodySchema,
  refundPageSchema,
  refundPaidBodySchema,
  refundPaidSchema,
  writeOffBodySchema,
} from '../corrections.ts';
import { get, post } from '../route.ts';

const params = { id: 'connection' } as const;

export const debtApi = {
  list: get('/api/operator/connections/:id/debts', { params, answer: debtPageSchema }),
  charge: post('/api/operator/connections/:id/debts', {
    params,
    body: chargeBodySchema,
    answer: chargedSchema,
  }),
  writeOff: post('/api/operator/connections/:id/debts/:debtId/write-off', {
    params: { id: 'connection', debtId: 'debt' },
    body: writeOffBodySchema,
    answer: askedSchema,
  }),
};

export const exchangeApi = {
  request: post('/api/operator/connections/:id/meter-exchange', {
    params,
    body: meterExchangeBodySchema,
    answer: askedSchema,
  }),
};

export const refundApi = {
  list: get('/api/operator/refunds', {
    query: z.object({ state: z.enum(['due', 'paid']).default('due') }),
    answer: refundPageSchema,
  }),
  /** The provider is asked to send it back; beyond one person's limit a second one allows it. */
  send: post('/api/operator/refunds/:id/send', {
    params: { id: 'refund' },
    answer: refundPaidSchema,
  }),
  paid: post('/api/operator/refunds/:id/paid', {
    params: { id: 'refund' },
    body: refundPaidBodySchema,
    answer: refundPaidSchema,
  }),
};
