// Routes of statements and trial quotes. They read; every role may.

import { get } from '../route.ts';
import {
  customerStatementQuerySchema,
  customerStatementSchema,
  trialQuoteQuerySchema,
  trialQuoteSchema,
} from '../statements.ts';

const params = { id: 'connection' } as const;
const query = customerStatementQuerySchema;

export const statementApi = {
  statement: get('/api/operator/connections/:id/statement', {
    ...{ params, query },
    answer: customerStatementSchema,
  }),
  /** CSV, all of the period. */
  file: get('/api/operator/connections/:id/statement.csv', { params, query }),
  trialQuote: get('/api/operator/connections/:id/trial-quote', {
    params,
    query: trialQuoteQuerySchema,
    answer: trialQuoteSchema,
  }),
};
