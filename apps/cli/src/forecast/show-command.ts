// `prewatt forecast show`: how long one connection's credit lasts and what is promised after it, as
// the server says it to the customer.

import { type ConnectionDetail, connectionApi } from '@prewatt/api';
import { formatKwh } from '@prewatt/quantities';
import { connectionIdOf } from '../connection-id.ts';
import type { ServerCommand } from '../server-group.ts';
import { type Utility, utilityOf } from '../utility.ts';

export const showCommand: ServerCommand = {
  options: {},
  positionals: ['METER'],
  required: [],
  prepare: (options) => ({
    run: async (client) => {
      const connection = await connectionIdOf(client, options.positionals[0] ?? '');
      if (!connection.ok) return connection;
      const utility = await utilityOf(client);
      if (!utility.ok) return utility;
      const detail = await client.call(connectionApi.detail, { id: connection.value });
      if (!detail.ok) return detail;
      const { name, forecast, promise } = detail.value;
      const lines = linesOf(detail.value, utility.value);
      return { ok: true, value: { lines, json: { name, forecast, promise } } };
    },
  }),
};

const presentOf = (at: string | null, when: Utility['when']): string =>
  at === null ? '' : `at present use until ${when(at)}; as usual `;

function linesOf({ name, state, forecast, promise }: ConnectionDetail, o: Utility): string[] {
  const { when } = o;
  const isOut = state.creditStatus === 'outOfCredit';
  const usedUp = `credit is used up${state.loadSwitch === 'disconnected' ? ', supply is off' : ''}`;
  const lasts =
    forecast === null || isOut
      ? `${name}: ${isOut ? usedUp : 'not enough use to tell how long credit lasts'}`
      : `${name}: ${presentOf(forecast.atPresentUse, when)}lasts until ${when(forecast.expectedAt)}, between ${when(forecast.earliestAt)} and ${when(forecast.latestAt)}`;
  if (promise === null) return [lasts];
  if (promise.until === null) return [lasts, 'supply is never cut for credit here'];
  const owed = owedText(promise, o);
  const now = promise.atPresentUse && owedText(promise.atPresentUse, o);
  const present = now === null ? '' : ` (${now} at present use)`;
  const first = promise.startsAt === null ? '' : 'then ';
  const owing = owed === null ? '' : `; about ${owed}${present} will be owed`;
  return [lasts, `${first}supply stays on until ${when(promise.until)}${owing}`];
}

const owedText = (
  owed: { readonly owedEnergyWh: string | null; readonly owedMinor: string | null },
  o: Utility,
): string | null => {
  if (owed.owedMinor !== null) return o.money(owed.owedMinor);
  return owed.owedEnergyWh === null ? null : `${formatKwh(BigInt(owed.owedEnergyWh))} kWh`;
};
