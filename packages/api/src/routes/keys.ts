// Routes of vending keys and of their loading.

import {
  keyLoadSchema,
  keyLoadsSchema,
  newKeyComponentSchema,
  newKeyLoadSchema,
  vendingKeysSchema,
} from '../keys.ts';
import { get, nothing, post } from '../route.ts';

const params = { id: 'key' } as const;

export const keyApi = {
  list: get('/api/operator/keys', { answer: vendingKeysSchema }),
  loads: get('/api/operator/keys/loads', { answer: keyLoadsSchema }),
  openLoad: post('/api/operator/keys/loads', { body: newKeyLoadSchema, answer: keyLoadSchema }),
  enterComponent: post('/api/operator/keys/loads/:id/components', {
    params,
    body: newKeyComponentSchema,
    answer: keyLoadSchema,
  }),
  closeLoad: post('/api/operator/keys/loads/:id/close', {
    params,
    body: nothing,
    answer: keyLoadSchema,
  }),
};
