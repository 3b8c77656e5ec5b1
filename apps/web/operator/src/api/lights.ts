// Street lights: lighting accounts, their lamps, programmes and overrides.

import {
  consoleApi,
  type DimProgrammeJson,
  type LampBody,
  type LightCircuitBody,
  type LightingAccountBody,
  lightApi,
  pathOf,
} from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client, orThrow } from './read.ts';

export const lightsKey = ['lights'] as const;
export const lightsQuery = queryOptions({
  queryKey: lightsKey,
  queryFn: async ({ signal }) => {
    const { accounts } = await orThrow(client.call(lightApi.list, { signal }));
    return { rows: accounts };
  },
  refetchInterval: 30_000,
});

/** Under its connection, so that what happens there is seen here. */
export const lightKey = (id: string) => ['connection', id, 'lights'] as const;
export const lightQuery = (id: string) =>
  queryOptions({
    queryKey: lightKey(id),
    queryFn: ({ signal }) => orThrow(client.call(lightApi.view, { id, signal })),
    refetchInterval: 30_000,
  });

/** The night and the year of a programme that is not kept; null: there is none to show. */
export const previewQuery = (
  id: string,
  o: { readonly document: DimProgrammeJson | null; readonly programme: string },
) =>
  queryOptions({
    queryKey: ['light-preview', id, o.programme, JSON.stringify(o.document)],
    queryFn: () => {
      const { document, programme } = o;
      if (document === null) throw new Error('nothing to show');
      const body = { document, ...(programme === '' ? {} : { programme }) };
      return orThrow(client.call(lightApi.preview, { id, body }));
    },
    enabled: o.document !== null,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

export const lampsFilePath = (id: string): string => pathOf(lightApi.lampsFile, { id });

/** The connection that has this meter now. */
export async function connectionOfMeter(meterPan: string): Promise<Result<string, string>> {
  const found = await orThrow(client.call(consoleApi.meters, { query: { search: meterPan } }));
  const row = found.rows.find((each) => each.meterPan === meterPan);
  return row === undefined
    ? err('No connection has a meter of this number.')
    : ok(row.connectionId);
}

export const openAccount = (id: string, body: LightingAccountBody) =>
  orThrow(client.call(lightApi.open, { id, body }));
export const closeAccount = (id: string, reason: string) =>
  orThrow(client.call(lightApi.close, { id, body: { reason } }));
export const keepProgramme = (
  id: string,
  body: { readonly name: string; readonly document: DimProgrammeJson },
) => orThrow(client.call(lightApi.programme, { id, body }));
export const keepGroup = (
  id: string,
  body: { readonly name: string; readonly programme: string },
) => orThrow(client.call(lightApi.group, { id, body }));
export const keepCircuit = (id: string, body: LightCircuitBody) =>
  orThrow(client.call(lightApi.circuit, { id, body }));
export const keepLamp = (id: string, body: LampBody) =>
  orThrow(client.call(lightApi.lamp, { id, body }));
export const keepLamps = (id: string, csv: string) =>
  orThrow(client.call(lightApi.putLamps, { id, body: { csv } }));
export const removeLamp = (id: string, body: { readonly name: string; readonly reason: string }) =>
  orThrow(client.call(lightApi.removeLamp, { id, body }));
export const overrideLevel = (
  id: string,
  body: {
    readonly requestId: string;
    readonly group?: string;
    readonly lamp?: string;
    readonly levelPercent: number;
    readonly until: string;
    readonly reason: string;
  },
) => orThrow(client.call(lightApi.override, { id, body }));
export const endOverride = (id: string, overrideId: string) =>
  orThrow(client.call(lightApi.endOverride, { id, body: { overrideId } }));
