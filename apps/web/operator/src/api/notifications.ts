// What payment providers have sent, as it came. Reading one, and having it judged again, stand in
// the audit log.

import { type AddressInput, type NotificationShow, notificationApi } from '@prewatt/api';
import { client, orThrow, paged } from './read.ts';

export const notificationsKey = ['notifications'] as const;

export const notificationsQuery = (o: {
  readonly show?: NotificationShow | undefined;
  readonly provider?: string | undefined;
  readonly search?: string | undefined;
  readonly from?: string;
  readonly to?: string;
}) =>
  paged(notificationApi.list, {
    key: [
      ...notificationsKey,
      o.show ?? '',
      o.provider ?? '',
      o.search ?? '',
      o.from ?? '',
      o.to ?? '',
    ],
    input: { query: o } satisfies AddressInput<typeof notificationApi.list>,
    refetchInterval: 15_000,
  });

/** Read once for each opening: each reading is recorded. */
export const notificationQuery = (notificationId: string) => ({
  queryKey: ['notification', notificationId],
  queryFn: () => orThrow(client.call(notificationApi.detail, { id: notificationId })),
  staleTime: 60_000,
  refetchOnWindowFocus: false,
});

export const judgeAgain = (notificationId: string) =>
  orThrow(client.call(notificationApi.replay, { id: notificationId }));
