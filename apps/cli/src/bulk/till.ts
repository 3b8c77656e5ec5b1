// The routes of a till as the command line calls them, for a bulk purchase.

import { tillApi } from '@prewatt/api';
import { type BulkTill, createBulkTill } from '@prewatt/bulk-purchase';
import type { CommandContext, Failure } from '../command.ts';
import type { HttpClient } from '../http-client.ts';

export type CommandTill = BulkTill<Failure>;

export const tillOf = (client: HttpClient, { sleep }: CommandContext): CommandTill =>
  createBulkTill<Failure>({
    me: () => client.call(tillApi.me),
    meter: (meterPan) => client.call(tillApi.meter, { meterPan }),
    quote: (body) => client.call(tillApi.quote, { body }),
    openShift: () => client.call(tillApi.openShift),
    sell: (body) => client.call(tillApi.sell, { body }),
    sleep,
  });
