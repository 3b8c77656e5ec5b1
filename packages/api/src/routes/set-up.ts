// The route of a utility's way to its first sale.

import { get } from '../route.ts';
import { setUpSchema } from '../set-up.ts';

export const setUpApi = {
  progress: get('/api/operator/set-up', { answer: setUpSchema }),
};
