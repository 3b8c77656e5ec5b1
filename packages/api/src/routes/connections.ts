// Routes of one connection: what there is to read, commands to its meter, whether it may buy.

import { z } from 'zod';
import { commandBodySchema, commandCancelBodySchema } from '../commands.ts';
import { tenantBodySchema, tenantChangedSchema } from '../customers.ts';
import { commandSentSchema } from '../limits.ts';
import { meterViewSchema } from '../meter-view.ts';
import {
  commandPageSchema,
  commandRowSchema,
  connectionDetailSchema,
  customerBodySchema,
  customerSchema,
  eventPageSchema,
  messagePageSchema,
  salePageSchema,
  tokenPageSchema,
  usageSchema,
} from '../operator.ts';
import { get, post } from '../route.ts';
import { blockSchema, connectionBlockedSchema } from '../vendor.ts';

const params = { id: 'connection' } as const;
const query = z.object({ cursor: z.string().max(500).optional() });

export const connectionApi = {
  detail: get('/api/operator/connections/:id', { params, answer: connectionDetailSchema }),
  meter: get('/api/operator/connections/:id/meter', { params, answer: meterViewSchema }),
  usage: get('/api/operator/connections/:id/usage', {
    params,
    query: z.object({ days: z.coerce.number().int().min(1).max(92).default(14) }),
    answer: usageSchema,
  }),
  sales: get('/api/operator/connections/:id/sales', { params, query, answer: salePageSchema }),
  tokens: get('/api/operator/connections/:id/tokens', { params, query, answer: tokenPageSchema }),
  events: get('/api/operator/connections/:id/events', { params, query, answer: eventPageSchema }),
  commands: get('/api/operator/connections/:id/commands', {
    ...{ params, query },
    answer: commandPageSchema,
  }),
  messages: get('/api/operator/connections/:id/messages', {
    ...{ params, query },
    answer: messagePageSchema,
  }),
  sendCommand: post('/api/operator/connections/:id/commands', {
    params,
    body: commandBodySchema,
    answer: commandSentSchema,
  }),
  cancelCommand: post('/api/operator/connections/:id/commands/:commandId/cancel', {
    params: { id: 'connection', commandId: 'command' },
    body: commandCancelBodySchema,
    answer: commandRowSchema,
  }),
  /** Another customer, or another phone, which sees and buys from then on; the old one no more. */
  customer: post('/api/operator/connections/:id/customer', {
    params,
    body: customerBodySchema,
    answer: customerSchema,
  }),
  /** Somebody moves out, in, or one after the other. */
  tenant: post('/api/operator/connections/:id/tenant', {
    params,
    body: tenantBodySchema,
    answer: tenantChangedSchema,
  }),
  block: post('/api/operator/connections/:id/block', {
    params,
    body: blockSchema,
    answer: connectionBlockedSchema,
  }),
  unblock: post('/api/operator/connections/:id/unblock', {
    params,
    body: blockSchema,
    answer: connectionBlockedSchema,
  }),
};
