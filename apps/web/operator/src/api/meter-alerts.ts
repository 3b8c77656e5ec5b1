// Meters that somebody should look at: silent ones, and those that noticed tampering.

import { meterAlertPageSchema, silenceSettingSchema } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
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

/** After how many hours a meter counts as silent. */
export const silenceQuery = queryOptions({
  queryKey: [...meterAlertsKey, 'silence'],
  queryFn: ({ signal }) => orThrow(client.get(silenceSettingSchema, `${base}/silence`, { signal })),
});

export const setSilence = (body: {
  readonly requestId: string;
  readonly hours: number;
  readonly reason: string;
}) => orThrow(client.post(silenceSettingSchema, `${base}/silence`, { body }));
