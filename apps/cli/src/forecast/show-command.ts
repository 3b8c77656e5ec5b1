// `prewatt forecast show`: how long one connection's credit lasts and what is promised after it, as
// the server says it to the customer.

import { type ConnectionDetail, connectionDetailSchema, operatorMeSchema } from '@prewatt/api';
import { type Currency, formatKwh, formatMoney } from '@prewatt/quantities';
import { connectionPath } from '../connection-path.ts';
import type { ServerCommand } from '../server-group.ts';

export const showCommand: ServerCommand = {
  options: {},
  positionals: ['METER'],
  required: [],
  prepare: (options) => ({
    act: async (client) => {
      const path = await connectionPath(client, options.positionals[0] ?? '');
      if (!path.ok) return path;
      const me = await client.get('/api/operator/me', operatorMeSchema);
      if (!me.ok) return me;
      const detail = await client.get(path.value, connectionDetailSchema);
      if (!detail.ok) return detail;
      const { name, forecast, promise } = detail.value;
      const lines = linesOf(detail.value, me.value.utility);
      return { ok: true, value: { lines, json: { name, forecast, promise } } };
    },
  }),
};

type Shown = { readonly zone: string; readonly currency: Currency };

function linesOf({ name, state, forecast, promise }: ConnectionDetail, o: Shown): string[] {
  const at = (iso: string) => {
    const local = Temporal.Instant.from(iso).toZonedDateTimeISO(o.zone);
    return `${local.toPlainDate()} ${local.toPlainTime().toString().slice(0, 5)}`;
  };
  const isOut = state.creditStatus === 'outOfCredit';
  const lasts =
    forecast === null
      ? `${name}: ${isOut ? 'credit is used up' : 'not enough use to tell how long credit lasts'}`
      : `${name}: lasts until ${at(forecast.expectedAt)}, between ${at(forecast.earliestAt)} and ${at(forecast.latestAt)}`;
  if (promise === null) return [lasts];
  if (promise.until === null) return [lasts, 'supply is never cut for credit here'];
  const owed =
    promise.owedMinor !== null
      ? formatMoney(BigInt(promise.owedMinor), o.currency)
      : promise.owedEnergyWh === null
        ? null
        : `${formatKwh(BigInt(promise.owedEnergyWh))} kWh`;
  const first = promise.startsAt === null ? '' : 'then ';
  const owing = owed === null ? '' : `; about ${owed} will be owed`;
  return [lasts, `${first}supply stays on until ${at(promise.until)}${owing}`];
}
