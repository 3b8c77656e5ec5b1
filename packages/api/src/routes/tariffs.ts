// Routes of tariffs: versions, changes and back-tests, and which tariff a connection has.

import { z } from 'zod';
import { get, nothing, post } from '../route.ts';
import {
  assignTariffBodySchema,
  backTestRowsSchema,
  backTestSchema,
  changeOrderQuerySchema,
  connectionTariffSchema,
  meterTariffStandings,
  meterTariffsSchema,
  proposeTariffBodySchema,
  requestTariffApprovalBodySchema,
  startBackTestBodySchema,
  tariffListSchema,
  tariffTemplateDocumentSchema,
  tariffTemplatesSchema,
  tariffVersionDetailSchema,
} from '../tariffs.ts';

const version = { id: 'tariff' } as const;
const backTest = { id: 'backTest' } as const;
const connection = { id: 'connection' } as const;

export const tariffApi = {
  list: get('/api/operator/tariffs', { answer: tariffListSchema }),
  templates: get('/api/operator/tariffs/templates', { answer: tariffTemplatesSchema }),
  template: get('/api/operator/tariffs/templates/document', {
    query: z.object({ template: z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/) }),
    answer: tariffTemplateDocumentSchema,
  }),
  version: get('/api/operator/tariffs/versions/:id', {
    params: version,
    answer: tariffVersionDetailSchema,
  }),
  meters: get('/api/operator/tariffs/versions/:id/meters', {
    params: version,
    query: z.object({
      standing: z.enum(meterTariffStandings).default('told'),
      cursor: z
        .string()
        .regex(/^\d{1,4}\.[0-9a-f-]{36}$/)
        .optional(),
    }),
    answer: meterTariffsSchema,
  }),
  propose: post('/api/operator/tariffs/changes', {
    body: proposeTariffBodySchema,
    answer: tariffVersionDetailSchema,
  }),
  requestApproval: post('/api/operator/tariffs/versions/:id/request-approval', {
    params: version,
    body: requestTariffApprovalBodySchema,
    answer: tariffVersionDetailSchema,
  }),
  withdraw: post('/api/operator/tariffs/versions/:id/withdraw', {
    params: version,
    body: nothing,
    answer: tariffVersionDetailSchema,
  }),
  startBackTest: post('/api/operator/tariffs/versions/:id/back-tests', {
    params: version,
    body: startBackTestBodySchema,
    answer: backTestSchema,
  }),
  backTest: get('/api/operator/tariffs/back-tests/:id', {
    params: backTest,
    answer: backTestSchema,
  }),
  backTestRows: get('/api/operator/tariffs/back-tests/:id/rows', {
    params: backTest,
    query: changeOrderQuerySchema,
    answer: backTestRowsSchema,
  }),
  /** CSV. */
  backTestFile: get('/api/operator/tariffs/back-tests/:id/rows.csv', { params: backTest }),
  ofConnection: get('/api/operator/connections/:id/tariff', {
    params: connection,
    answer: connectionTariffSchema,
  }),
  assign: post('/api/operator/connections/:id/tariff', {
    params: connection,
    body: assignTariffBodySchema,
    answer: connectionTariffSchema,
  }),
};
