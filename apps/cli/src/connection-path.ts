// A connection's place in the API, by its id or its meter's number.

import { meterPageSchema } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import type { Failure } from './command.ts';
import type { HttpClient } from './http-client.ts';

/** Fails with `unknownMeter`. */
export async function connectionPath(
  client: HttpClient,
  idOrMeter: string,
): Promise<Result<string, Failure>> {
  const path = '/api/operator/connections';
  if (idOrMeter.startsWith('connection_')) return ok(`${path}/${encodeURIComponent(idOrMeter)}`);
  const query = new URLSearchParams({ search: idOrMeter });
  const page = await client.get(`/api/operator/meters?${query}`, meterPageSchema);
  if (!page.ok) return page;
  const found = page.value.rows.find((row) => row.meterPan === idOrMeter);
  if (found !== undefined) return ok(`${path}/${found.connectionId}`);
  const message = `there is no meter ${idOrMeter}`;
  return err({ exitCode: 1, code: 'unknownMeter', message });
}
