// Routes of meters that another driver than MQTT speaks to.

import {
  driverEndBodySchema,
  driverKeysBodySchema,
  driverLinkBodySchema,
  driverViewSchema,
} from '../drivers.ts';
import { get, post } from '../route.ts';

const params = { id: 'connection' } as const;

export const driverApi = {
  view: get('/api/operator/connections/:id/driver', { params, answer: driverViewSchema }),
  link: post('/api/operator/connections/:id/driver', {
    params,
    body: driverLinkBodySchema,
    answer: driverViewSchema,
  }),
  changeKeys: post('/api/operator/connections/:id/driver/keys', {
    params,
    body: driverKeysBodySchema,
    answer: driverViewSchema,
  }),
  end: post('/api/operator/connections/:id/driver/end', {
    params,
    body: driverEndBodySchema,
    answer: driverViewSchema,
  }),
};
