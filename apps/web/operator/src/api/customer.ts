// Who the customer of a home is.

import { type BodyOf, connectionApi } from '@prewatt/api';
import { client, orThrow } from './read.ts';

export const changeCustomer = (connectionId: string, body: BodyOf<typeof connectionApi.customer>) =>
  orThrow(client.call(connectionApi.customer, { id: connectionId, body }));
