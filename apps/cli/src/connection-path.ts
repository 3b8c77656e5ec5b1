// A connection's place in the API, by its id or its meter's number.

import { meterPageSchema } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import type { Failure } from './command.ts';
import type { HttpClient } from './http-client.ts';

export type ConnectionPath = (
  client: HttpClient,
  idOrMeter: string,
) => Promise<Result<string, Failure>>;

/** By the meter that is in use there; fails with `unknownMeter`, or `exchangedMeter`. */
export const connectionPath: ConnectionPath = (client, idOrMeter) =>
  pathOf(client, idOrMeter, 'inUse');

/**
 * By a meter that was exchanged, too: for what is the customer's and not the meter's, debts and
 * statements.
 */
export const connectionPathOfAnyMeter: ConnectionPath = (client, idOrMeter) =>
  pathOf(client, idOrMeter, 'everThere');

async function pathOf(
  client: HttpClient,
  idOrMeter: string,
  which: 'inUse' | 'everThere',
): Promise<Result<string, Failure>> {
  const path = '/api/operator/connections';
  if (idOrMeter.startsWith('connection_')) return ok(`${path}/${encodeURIComponent(idOrMeter)}`);
  const query = new URLSearchParams({ search: idOrMeter });
  const page = await client.get(`/api/operator/meters?${query}`, meterPageSchema);
  if (!page.ok) return page;
  const found = page.value.rows.find((row) => row.meterPan === idOrMeter);
  if (found !== undefined) return ok(`${path}/${found.connectionId}`);
  // Eighteen digits find one meter: this connection had it before.
  const [now] = /^\d{18}$/.test(idOrMeter) ? page.value.rows : [];
  if (now !== undefined) {
    if (which === 'everThere') return ok(`${path}/${now.connectionId}`);
    const message = `meter ${idOrMeter} was exchanged; ${now.connectionName} has ${now.meterPan} now`;
    return err({ exitCode: 1, code: 'exchangedMeter', message });
  }
  const message = `there is no meter ${idOrMeter}`;
  return err({ exitCode: 1, code: 'unknownMeter', message });
}
