// A connection's id, by itself or by its meter's number.

import { consoleApi } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import type { Failure } from './command.ts';
import type { HttpClient } from './http-client.ts';

export type ConnectionIdOf = (
  client: HttpClient,
  idOrMeter: string,
) => Promise<Result<string, Failure>>;

/** By the meter that is in use there; fails with `unknownMeter`, or `exchangedMeter`. */
export const connectionIdOf: ConnectionIdOf = (client, idOrMeter) =>
  idOf(client, idOrMeter, 'inUse');

/**
 * By a meter that was exchanged, too: for what is the customer's and not the meter's, debts and
 * statements.
 */
export const connectionIdOfAnyMeter: ConnectionIdOf = (client, idOrMeter) =>
  idOf(client, idOrMeter, 'everThere');

async function idOf(
  client: HttpClient,
  idOrMeter: string,
  which: 'inUse' | 'everThere',
): Promise<Result<string, Failure>> {
  if (idOrMeter.startsWith('connection_')) return ok(idOrMeter);
  const page = await client.call(consoleApi.meters, { query: { search: idOrMeter } });
  if (!page.ok) return page;
  const found = page.value.rows.find((row) => row.meterPan === idOrMeter);
  if (found !== undefined) return ok(found.connectionId);
  // Eighteen digits find one meter: this connection had it before.
  const [now] = /^\d{18}$/.test(idOrMeter) ? page.value.rows : [];
  if (now !== undefined) {
    if (which === 'everThere') return ok(now.connectionId);
    const message = `meter ${idOrMeter} was exchanged; ${now.connectionName} has ${now.meterPan} now`;
    return err({ exitCode: 1, code: 'exchangedMeter', message });
  }
  const message = `there is no meter ${idOrMeter}`;
  return err({ exitCode: 1, code: 'unknownMeter', message });
}
