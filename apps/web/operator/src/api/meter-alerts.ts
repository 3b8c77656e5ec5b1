// Meters that somebody should look at: silent ones, and those that noticed tampering.

import { meterAlertPageSchema } from '@prewatt/api';
import { base, client, orThrow, paged } from './read.ts';

export const meterAlertsKey = ['meter-alerts'] as const;
export const meterAlertsQuery = paged({
  key: meterAlertsKey,
  path: `${base}/meter-alerts`,
  schema: meterAlertPageSchema,
  params: {},
  refetchInterval: 30_000,
});

export const acknowledgeMeterAlert = (alertId: string, reason: string) =>
  orThrow(
    client.post(
      meterAlertPageSchema,
      `${base}/meter-alerts/${encodeURIComponent(alertId)}/acknowledge`,
      {
        body: { reason },
      },
    ),
  );
