// Routes of the cases of revenue protection.

import { z } from 'zod';
import { askedSchema } from '../approvals.ts';
import {
  appealDecisionSchema,
  appealSchema,
  billSchema,
  caseDetailSchema,
  casePageSchema,
  caseRouteSchema,
  closeCaseSchema,
  findingSchema,
  fineRuleBodySchema,
  fineRulesSchema,
  openCaseSchema,
  revenueResultsSchema,
  visitSchema,
} from '../revenue-cases.ts';
import { get, post } from '../route.ts';

const done = z.object({});
const ofCase = { params: { id: 'case' }, answer: done } as const;

export const caseApi = {
  list: get('/api/operator/cases', {
    query: z.object({
      state: z.enum(['open', 'closed']).default('open'),
      cursor: z
        .string()
        .regex(/^\d{1,6}$/)
        .optional(),
    }),
    answer: casePageSchema,
  }),
  route: get('/api/operator/case-route', {
    /** Without a day: today. */
    query: z.object({ day: z.iso.date().optional() }),
    answer: caseRouteSchema,
  }),
  detail: get('/api/operator/cases/:id', { params: { id: 'case' }, answer: caseDetailSchema }),
  open: post('/api/operator/connections/:id/case', {
    params: { id: 'connection' },
    body: openCaseSchema,
    answer: z.object({ caseId: z.string() }),
  }),
  visit: post('/api/operator/cases/:id/visit', { ...ofCase, body: visitSchema }),
  finding: post('/api/operator/cases/:id/finding', { ...ofCase, body: findingSchema }),
  /** The body is the photo, as image/jpeg; the finding that lists its hash comes first. */
  sendPhoto: post('/api/operator/cases/:id/photos/:sha256', {
    ...ofCase,
    does: 'Keeps a photo of the visit, as image/jpeg, which the finding lists by this hash.',
  }),
  photo: get('/api/operator/cases/:id/photos/:sha256', {
    params: { id: 'case' },
    does: 'A photo of the visit, as image/jpeg.',
  }),
  bill: post('/api/operator/cases/:id/bill', {
    params: { id: 'case' },
    body: billSchema,
    answer: askedSchema,
  }),
  appeal: post('/api/operator/cases/:id/appeal', { ...ofCase, body: appealSchema }),
  decideAppeal: post('/api/operator/cases/:id/appeal-decision', {
    ...ofCase,
    body: appealDecisionSchema,
  }),
  close: post('/api/operator/cases/:id/close', { ...ofCase, body: closeCaseSchema }),
  evidence: get('/api/operator/cases/:id/evidence', {
    params: { id: 'case' },
    does: 'The case with what the meter counted, on paper and signed, as a tar archive.',
  }),
  letter: get('/api/operator/cases/:id/letter', {
    params: { id: 'case' },
    does: 'What the customer is asked for, with the calculation and how to appeal, as a PDF.',
  }),
  fineRules: get('/api/operator/fine-rules', { answer: fineRulesSchema }),
  setFineRule: post('/api/operator/fine-rules', { body: fineRuleBodySchema, answer: done }),
  results: get('/api/operator/revenue-results', { answer: revenueResultsSchema }),
  findings: get('/api/operator/revenue-findings.csv', {
    does: 'What visits found, as labels that a model is trained on.',
  }),
};
