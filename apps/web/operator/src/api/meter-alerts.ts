// Meters that somebody should look at: silent ones, and those that noticed tampering.

import { alertApi } from '@prewatt/api';
import { client, orThrow, paged } from './read.ts';

export const meterAlertsKey = ['meter-alerts'] as const;
export const meterAlertsQuery = paged(alertApi.list, {
  key: meterAlertsKey,
  refetchInterval: 30_000,
});

export const acknowledgeMeterAlert = (alertId: string, reason: string) =>
  orThrow(client.call(alertApi.acknowledge, { id: alertId, body: { reason } }));
