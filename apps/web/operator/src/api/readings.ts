// Reads and acts about readings: what stands open for the utility, one reading among its
// neighbours, a register of a connection, and what a person decides.

import {
  type ReadingFindingRow,
  readingAroundSchema,
  readingFindingPageSchema,
  readingRecordedSchema,
  readingsAcceptedSchema,
  readingsViewSchema,
  readingValuesSchema,
} from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { base, client, orThrow, paged } from './read.ts';

export const findingsKey = ['readings', 'findings'] as const;

export const findingsQuery = (show: 'open' | 'decided', finding: string | undefined) =>
  paged({
    key: [...findingsKey, show, finding ?? 'all'],
    path: `${base}/readings/findings`,
    schema: readingFindingPageSchema,
    params: finding === undefined ? { show } : { show, finding },
    refetchInterval: 60_000,
  });

export type Reading = Pick<ReadingFindingRow, 'connectionId' | 'meterPan' | 'readAt' | 'finding'>;

const pathOf = (connectionId: string) =>
  `${base}/connections/${encodeURIComponent(connectionId)}/readings`;

export const aroundQuery = ({ connectionId, meterPan, readAt }: Reading) =>
  queryOptions({
    queryKey: ['readings', 'around', connectionId, meterPan, readAt],
    queryFn: ({ signal }) => {
      const query = new URLSearchParams({ meterPan, readAt });
      const path = `${pathOf(connectionId)}/around?${query}`;
      return orThrow(client.get(readingAroundSchema, path, { signal }));
    },
  });

export const decideReading = (
  { connectionId, ...about }: Reading,
  said: { readonly decision: 'accepted' | 'rejected' | 'reopened'; readonly reason: string },
) => {
  const { meterPan, readAt, finding } = about;
  const body = { meterPan, readAt, finding, ...said };
  return orThrow(client.post(readingRecordedSchema, `${pathOf(connectionId)}/decide`, { body }));
};

export type Edit = {
  readonly startsAt: string;
  readonly endsAt: string;
  readonly energyWh: string;
  readonly reason: string;
};

export const editReading = (
  { connectionId, meterPan }: Pick<Reading, 'connectionId' | 'meterPan'>,
  edit: Edit,
) =>
  orThrow(
    client.post(readingRecordedSchema, `${pathOf(connectionId)}/edit`, {
      body: { ...edit, meterPan },
    }),
  );

export const acceptTogether = (findings: readonly Reading[], reason: string) =>
  orThrow(
    client.post(readingsAcceptedSchema, `${base}/readings/accept`, {
      body: {
        reason,
        findings: findings.map(({ connectionId, meterPan, readAt, finding }) => ({
          connectionId,
          meterPan,
          readAt,
          finding,
        })),
      },
    }),
  );

export const readingDaysQuery = (connectionId: string, days: number) =>
  queryOptions({
    queryKey: ['connection', connectionId, 'readings', String(days)],
    queryFn: ({ signal }) =>
      orThrow(client.get(readingsViewSchema, `${pathOf(connectionId)}?days=${days}`, { signal })),
    refetchInterval: 60_000,
  });

export type ValuesAsked = { readonly from: string; readonly to: string; readonly register: string };

export const readingValuesQuery = (connectionId: string, asked: ValuesAsked) =>
  queryOptions({
    queryKey: ['connection', connectionId, 'values', asked.register, asked.from, asked.to],
    queryFn: ({ signal }) => {
      const path = `${pathOf(connectionId)}/values?${new URLSearchParams(asked)}`;
      return orThrow(client.get(readingValuesSchema, path, { signal }));
    },
    refetchInterval: 60_000,
  });

export const readingFilePath = (connectionId: string, asked: ValuesAsked): string =>
  `${pathOf(connectionId)}/values.csv?${new URLSearchParams(asked)}`;
