// Reads and acts about tariffs. Keys start with "tariffs", so that one act marks all of it as
// stale.

import {
  backTestRowsSchema,
  backTestSchema,
  connectionTariffSchema,
  type MeterTariffStanding,
  meterTariffsSchema,
  tariffListSchema,
  tariffVersionDetailSchema,
} from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { base, client, orThrow, paged } from './read.ts';

const tariffs = `${base}/tariffs`;
const versionPath = (versionId: string, part = '') =>
  `${tariffs}/versions/${encodeURIComponent(versionId)}${part}`;

export const tariffsKey = ['tariffs'] as const;

export const tariffsQuery = queryOptions({
  queryKey: ['tariffs', 'list'],
  queryFn: ({ signal }) => orThrow(client.get(tariffListSchema, tariffs, { signal })),
  refetchInterval: 60_000,
});

/** Asked for often while a back-test runs. */
export const versionQuery = (versionId: string) =>
  queryOptions({
    queryKey: ['tariffs', versionId, 'detail'],
    queryFn: ({ signal }) =>
      orThrow(client.get(tariffVersionDetailSchema, versionPath(versionId), { signal })),
    refetchInterval: (query) => {
      const backTest = query.state.data?.backTest ?? null;
      return backTest !== null && backTest.summary === null ? 1_500 : 30_000;
    },
  });

/** How far the meters that count money know a version, and those of one standing. */
export const versionMetersQuery = (versionId: string, standing: MeterTariffStanding) =>
  paged({
    key: ['tariffs', versionId, 'meters', standing],
    path: versionPath(versionId, '/meters'),
    schema: meterTariffsSchema,
    params: { standing },
    refetchInterval: 30_000,
  });

export const connectionTariffQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ['connection', connectionId, 'tariff'],
    queryFn: ({ signal }) =>
      orThrow(client.get(connectionTariffSchema, connectionTariffPath(connectionId), { signal })),
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
) => orThrow(client.post(connectionTariffSchema, connectionTariffPath(connectionId), { body }));

const connectionTariffPath = (connectionId: string): string =>
  `${base}/connections/${encodeURIComponent(connectionId)}/tariff`;

export type ChangeOrder = 'payMore' | 'payLess';

export const backTestRowsQuery = (backTestId: string, order: ChangeOrder) =>
  queryOptions({
    queryKey: ['tariffs', 'back-tests', backTestId, order],
    queryFn: ({ signal }) =>
      orThrow(
        client.get(
          backTestRowsSchema,
          `${tariffs}/back-tests/${encodeURIComponent(backTestId)}/rows?order=${order}`,
          { signal },
        ),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const backTestCsvPath = (backTestId: string): string =>
  `${tariffs}/back-tests/${encodeURIComponent(backTestId)}/rows.csv`;

export const proposeVersion = (body: {
  readonly requestId: string;
  readonly tariffName: string;
  readonly document: object;
  readonly reason: string;
}) => orThrow(client.post(tariffVersionDetailSchema, `${tariffs}/changes`, { body }));

export const startBackTest = (
  versionId: string,
  body: { readonly requestId: string; readonly months: number },
) => orThrow(client.post(backTestSchema, versionPath(versionId, '/back-tests'), { body }));

export const requestApproval = (versionId: string, requestId: string) =>
  orThrow(
    client.post(tariffVersionDetailSchema, versionPath(versionId, '/request-approval'), {
      body: { requestId },
    }),
  );

export const withdrawVersion = (versionId: string) =>
  orThrow(client.post(tariffVersionDetailSchema, versionPath(versionId, '/withdraw')));
