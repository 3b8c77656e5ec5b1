// Routes of install jobs, the only ones that technicians have.

import { z } from 'zod';
import {
  installActSchema,
  installAssignSchema,
  installCancelSchema,
  installCloseSchema,
  installDetailSchema,
  installFilters,
  installPageSchema,
  installTakeSchema,
  installTechniciansSchema,
  newInstallSchema,
} from '../installs.ts';
import { get, post } from '../route.ts';

const params = { id: 'install' } as const;
const answer = installDetailSchema;

export const installApi = {
  list: get('/api/operator/installs', {
    query: z.object({
      state: z.enum(installFilters).default('open'),
      connection: z.string().optional(),
      cursor: z.uuid().optional(),
    }),
    answer: installPageSchema,
  }),
  technicians: get('/api/operator/installs/technicians', { answer: installTechniciansSchema }),
  detail: get('/api/operator/installs/:id', { params, answer }),
  open: post('/api/operator/installs', { body: newInstallSchema, answer }),
  acts: post('/api/operator/installs/:id/acts', { params, body: installActSchema, answer }),
  assign: post('/api/operator/installs/:id/assign', { params, body: installAssignSchema, answer }),
  take: post('/api/operator/installs/:id/take', { params, body: installTakeSchema, answer }),
  close: post('/api/operator/installs/:id/close', { params, body: installCloseSchema, answer }),
  cancel: post('/api/operator/installs/:id/cancel', { params, body: installCancelSchema, answer }),
};
