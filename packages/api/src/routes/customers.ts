// Routes of customers.

import { z } from 'zod';
import {
  contactPageSchema,
  customerChangeSchema,
  customerDetailSchema,
  customerListQuerySchema,
  customerMakeSchema,
  customerMergeSchema,
  customerPageSchema,
  customerSavedSchema,
} from '../customers.ts';
import { asFile } from '../file-forms.ts';
import { salePageSchema } from '../operator.ts';
import { get, post } from '../route.ts';

const params = { id: 'customer' } as const;
const query = z.object({ cursor: z.string().max(500).optional() });

export const customerApi = {
  list: get('/api/operator/customers', {
    query: customerListQuerySchema,
    answer: customerPageSchema,
  }),
  /** All that the filters leave. */
  file: get('/api/operator/customers/file', { query: customerListQuerySchema.extend(asFile) }),
  detail: get('/api/operator/customers/:id', { params, answer: customerDetailSchema }),
  /** Of all homes, while they were this customer's. */
  sales: get('/api/operator/customers/:id/sales', { params, query, answer: salePageSchema }),
  contact: get('/api/operator/customers/:id/contact', {
    ...{ params, query },
    answer: contactPageSchema,
  }),
  /** Refused where another customer has the phone. */
  make: post('/api/operator/customers', {
    body: customerMakeSchema,
    answer: customerSavedSchema,
  }),
  /** A phone that changes sees and buys for all homes of the customer; the old one no more. */
  change: post('/api/operator/customers/:id', {
    params,
    body: customerChangeSchema,
    answer: customerSavedSchema,
  }),
  /** The other customer's homes become this one's, with this one's phone. */
  merge: post('/api/operator/customers/:id/merge', {
    params,
    body: customerMergeSchema,
    answer: customerSavedSchema,
  }),
  /** They go back, with the phone that they had. */
  unmerge: post('/api/operator/customers/:id/unmerge', {
    params,
    body: customerMergeSchema,
    answer: customerSavedSchema,
  }),
};
