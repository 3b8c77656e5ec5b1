// Requests about tariffs. Keys start with "tariffs", so that one change marks all of it as stale.

import { type MeterTariffStanding, pathOf, tariffApi } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow, paged } from './read.ts';

export const tariffsKey = ['tariffs'] as const;

export const tariffsQuery = queryOptions({
  queryKey: ['tariffs', 'list'],
  queryFn: ({ signal }) => orThrow(client.call(tariffApi.list, { signal })),
  refetchInterval: 60_000,
});

export const templatesQuery = queryOptions({
  queryKey: ['tariffs', 'templates'],
  queryFn: ({ signal }) => orThrow(client.call(tariffApi.templates, { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

export const templateQuery = (template: string) =>
  queryOptions({
    queryKey: ['tariffs', 'templates', template],
    queryFn: ({ signal }) =>
      orThrow(client.call(tariffApi.template, { query: { template }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Asked for often while a back-test runs. */
export const versionQuery = (versionId: string) =>
  queryOptions({
    queryKey: ['tariffs', versionId, 'detail'],
    queryFn: ({ signal }) => orThrow(client.call(tariffApi.version, { id: versionId, signal })),
    refetchInterval: (query) => {
      const backTest = query.state.data?.backTest ?? null;
      return backTest !== null && backTest.summary === null ? 1_500 : 30_000;
    },
  });

/** How far the meters that count money know a version, and those of one standing. */
export const versionMetersQuery = (versionId: string, standing: MeterTariffStanding) =>
  paged(tariffApi.meters, {
    key: ['tariffs', versionId, 'meters', standing],
    input: { id: versionId, query: { standing } },
    refetchInterval: 30_000,
  });

export const connectionTariffQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ['connection', connectionId, 'tariff'],
    queryFn: ({ signal }) =>
      orThrow(client.call(tariffApi.ofConnection, { id: connectionId, signal })),
  });

export const assignTariff = (
  connectionId: string,
  body: {
    readonly requestId: string;
    readonly tariffName: string;
    readonly from: string;
    readonly parameters: Readonly<Record<string, string>>;
    readonly reason: string;
  },
) => orThrow(client.call(tariffApi.assign, { id: connectionId, body }));

export type ChangeOrder = 'payMore' | 'payLess';

export const backTestRowsQuery = (backTestId: string, order: ChangeOrder) =>
  queryOptions({
    queryKey: ['tariffs', 'back-tests', backTestId, order],
    queryFn: ({ signal }) =>
      orThrow(client.call(tariffApi.backTestRows, { id: backTestId, query: { order }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const backTestCsvPath = (backTestId: string): string =>
  pathOf(tariffApi.backTestFile, { id: backTestId });

export const proposeVersion = ({
  document,
  ...about
}: {
  readonly requestId: string;
  readonly tariffName: string;
  /** As it was read from JSON. */
  readonly document: object;
  readonly reason: string;
  readonly thenAsk?: { readonly months: number };
}) => {
  const body = { ...about, document: document as Readonly<Record<string, unknown>> };
  return orThrow(client.call(tariffApi.propose, { body }));
};

export const startBackTest = (
  versionId: string,
  body: { readonly requestId: string; readonly months: number },
) => orThrow(client.call(tariffApi.startBackTest, { id: versionId, body }));

export const requestApproval = (versionId: string, requestId: string) =>
  orThrow(client.call(tariffApi.requestApproval, { id: versionId, body: { requestId } }));

export const withdrawVersion = (versionId: string) =>
  orThrow(client.call(tariffApi.withdraw, { id: versionId }));
