// Requests about readings: open findings of the utility, one reading with those around it, a
// register of a connection, and what a person decides.

import { type acceptedTogether, pathOf, type ReadingFindingRow, readingApi } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow, paged } from './read.ts';

export const findingsKey = ['readings', 'findings'] as const;

export const findingsQuery = (show: 'open' | 'decided', finding: string | undefined) =>
  paged(readingApi.findings, {
    key: [...findingsKey, show, finding ?? 'all'],
    input: { query: finding === undefined ? { show } : { show, finding } },
    refetchInterval: 60_000,
  });

export type Reading = Pick<ReadingFindingRow, 'connectionId' | 'meterPan' | 'readAt' | 'finding'>;

export const aroundQuery = ({ connectionId, meterPan, readAt }: Reading) =>
  queryOptions({
    queryKey: ['readings', 'around', connectionId, meterPan, readAt],
    queryFn: ({ signal }) => {
      const query = { meterPan, readAt };
      return orThrow(client.call(readingApi.around, { id: connectionId, query, signal }));
    },
  });

export const decideReading = (
  { connectionId, ...about }: Reading,
  said: { readonly decision: 'accepted' | 'rejected' | 'reopened'; readonly reason: string },
) => {
  const { meterPan, readAt, finding } = about;
  const body = { meterPan, readAt, finding, ...said };
  return orThrow(client.call(readingApi.decide, { id: connectionId, body }));
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
) => orThrow(client.call(readingApi.edit, { id: connectionId, body: { ...edit, meterPan } }));

/** The page offers this for the kinds of `acceptedTogether` only; the server refuses others. */
export const acceptTogether = (findings: readonly Reading[], reason: string) =>
  orThrow(
    client.call(readingApi.accept, {
      body: {
        reason,
        findings: findings.map(({ connectionId, meterPan, readAt, finding }) => ({
          connectionId,
          meterPan,
          readAt,
          finding: finding as (typeof acceptedTogether)[number],
        })),
      },
    }),
  );

export const readingDaysQuery = (connectionId: string, days: number) =>
  queryOptions({
    queryKey: ['connection', connectionId, 'readings', String(days)],
    queryFn: ({ signal }) =>
      orThrow(client.call(readingApi.ofConnection, { id: connectionId, query: { days }, signal })),
    refetchInterval: 60_000,
  });

export type ValuesAsked = { readonly from: string; readonly to: string; readonly register: string };

export const readingValuesQuery = (connectionId: string, asked: ValuesAsked) =>
  queryOptions({
    queryKey: ['connection', connectionId, 'values', asked.register, asked.from, asked.to],
    queryFn: ({ signal }) =>
      orThrow(client.call(readingApi.values, { id: connectionId, query: asked, signal })),
    refetchInterval: 60_000,
  });

export const readingFilePath = (connectionId: string, asked: ValuesAsked): string =>
  pathOf(readingApi.valuesFile, { id: connectionId, query: asked });
