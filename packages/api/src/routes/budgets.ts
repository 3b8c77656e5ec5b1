// Routes of budgets: what an hour and a day bring at most.

import { askedSchema } from '../approvals.ts';
import { budgetsAnswerSchema, proposeBudgetBodySchema } from '../budgets.ts';
import { get, post } from '../route.ts';

export const budgetApi = {
  budgets: get('/api/operator/budgets', { answer: budgetsAnswerSchema }),
  propose: post('/api/operator/budgets', { body: proposeBudgetBodySchema, answer: askedSchema }),
};
