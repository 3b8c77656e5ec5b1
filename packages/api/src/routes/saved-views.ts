// Routes of saved views of lists.

import { get, post } from '../route.ts';
import {
  removeViewBodySchema,
  savedViewsQuerySchema,
  savedViewsSchema,
  saveViewBodySchema,
} from '../saved-views.ts';

export const savedViewApi = {
  list: get('/api/operator/views', { query: savedViewsQuerySchema, answer: savedViewsSchema }),
  save: post('/api/operator/views', { body: saveViewBodySchema, answer: savedViewsSchema }),
  remove: post('/api/operator/views/remove', {
    body: removeViewBodySchema,
    answer: savedViewsSchema,
  }),
};
