// Routes of readings: of a connection, what was found about them, and decisions.

import { z } from 'zod';
import {
  findingKindSchema,
  readingAroundSchema,
  readingDecideBodySchema,
  readingEditBodySchema,
  readingFindingPageSchema,
  readingRecordedSchema,
  readingRegisters,
  readingsAcceptBodySchema,
  readingsAcceptedSchema,
  readingsViewSchema,
  readingValuesSchema,
} from '../readings.ts';
import { get, post } from '../route.ts';

const params = { id: 'connection' } as const;
const meterPan = z.string().regex(/^\d{18}$/, 'the 18 digits of a meter');
const values = z.object({
  from: z.iso.date(),
  to: z.iso.date(),
  register: z.enum(readingRegisters).default('importEnergyWh'),
});

export const readingApi = {
  ofConnection: get('/api/operator/connections/:id/readings', {
    params,
    query: z.object({ days: z.coerce.number().int().min(1).max(366).default(31) }),
    answer: readingsViewSchema,
  }),
  around: get('/api/operator/connections/:id/readings/around', {
    params,
    query: z.object({ readAt: z.iso.datetime(), meterPan: meterPan.optional() }),
    answer: readingAroundSchema,
  }),
  values: get('/api/operator/connections/:id/readings/values', {
    params,
    query: values,
    answer: readingValuesSchema,
  }),
  /** CSV. */
  valuesFile: get('/api/operator/connections/:id/readings/values.csv', { params, query: values }),
  decide: post('/api/operator/connections/:id/readings/decide', {
    params,
    body: readingDecideBodySchema,
    answer: readingRecordedSchema,
  }),
  edit: post('/api/operator/connections/:id/readings/edit', {
    params,
    body: readingEditBodySchema,
    answer: readingRecordedSchema,
  }),
  findings: get('/api/operator/readings/findings', {
    query: z.object({
      show: z.enum(['open', 'decided']).default('open'),
      finding: findingKindSchema.optional(),
      cursor: z.string().max(500).optional(),
    }),
    answer: readingFindingPageSchema,
  }),
  accept: post('/api/operator/readings/accept', {
    body: readingsAcceptBodySchema,
    answer: readingsAcceptedSchema,
  }),
};
