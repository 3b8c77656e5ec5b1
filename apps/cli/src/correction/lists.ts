// `prewatt sale list` and `prewatt meter list`: the console's tables at a terminal.

import {
  connectionApi,
  consoleApi,
  type MeterRow,
  meterFilterSchema,
  type SaleRow,
  saleApi,
} from '@prewatt/api';
import type { Options } from '../command.ts';
import { allRows } from '../utility.ts';
import { type Desk, type DeskCommand, done, failure } from './desk.ts';

const consoleStates = meterFilterSchema.options;
const usualLimit = 100;
const greatestLimit = 10_000;

/** Null when it is no number of rows. */
function limitOf(options: Options): number | null {
  const text = options.text('limit') ?? String(usualLimit);
  const limit = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return limit >= 1 && limit <= greatestLimit ? limit : null;
}
const noLimit = failure('limit', `--limit is a whole number, 1 to ${greatestLimit}`, 2);

const kwh = (wh: string | null): string =>
  wh === null ? '' : `${(Number(wh) / 1_000).toFixed(1)} kWh`;

const saleLine = (row: SaleRow, { when, money }: Desk): string =>
  [
    row.saleId,
    when(row.requestedAt),
    row.meterPan,
    row.connectionName,
    money(row.amountMinor),
    row.creditMinor === null ? kwh(row.energyWh) : `credit ${money(row.creditMinor)}`,
    row.state,
    ...(row.reason === null ? [] : [row.reason]),
  ].join('  ');

export const saleList: DeskCommand = {
  summary: 'sales of a day, or of a meter, the newest first',
  help: `prewatt sale list [--day 2026-11-30 | --meter METER] [--limit N]

Of today when neither is given; ${usualLimit} rows unless --limit says otherwise.

  prewatt sale list --meter 600727000000000009 --limit 5`,
  options: { day: 'text', meter: 'text', limit: 'text' },
  required: [],
  positionals: [],
  run: async (desk, options) => {
    const limit = limitOf(options);
    if (limit === null) return noLimit;
    const [day, meter] = [options.text('day'), options.text('meter')];
    if (day !== undefined && meter !== undefined) {
      return failure('day', 'give --day or --meter, not both', 2);
    }
    const found = await salesOf(desk, { day: day ?? 'today', meter, limit });
    if (!found.ok) return found;
    const rows = found.value.slice(0, limit);
    const lines = rows.map((row) => saleLine(row, desk));
    return done(lines.length === 0 ? [noneOf(day, meter)] : lines, { rows });
  },
};

function noneOf(day: string | undefined, meter: string | undefined): string {
  if (meter !== undefined) return 'no sales of this meter';
  return day === undefined
    ? 'no sales today; other days: --day 2026-11-30'
    : 'no sales of this day';
}

async function salesOf(
  { client, connectionIdOf }: Desk,
  o: { readonly day: string; readonly meter: string | undefined; readonly limit: number },
) {
  if (o.meter === undefined) {
    return allRows(client, saleApi.list, { input: { query: { day: o.day } }, atLeast: o.limit });
  }
  const id = await connectionIdOf(o.meter);
  if (!id.ok) return id;
  return allRows(client, connectionApi.sales, { input: { id: id.value }, atLeast: o.limit });
}

const meterLine = (row: MeterRow, { when, money }: Desk): string =>
  [
    row.meterPan,
    row.connectionName,
    ...(row.customerName === null ? [] : [row.customerName]),
    row.balanceMinor === null ? kwh(row.availableEnergyWh) || 'no report' : money(row.balanceMinor),
    ...(row.loadSwitch === null ? [] : [row.loadSwitch]),
    row.lastContactAt === null ? 'never heard' : `heard ${when(row.lastContactAt)}`,
    ...(row.silent ? ['silent'] : []),
  ].join('  ');

export const meterList: DeskCommand = {
  summary: 'meters of the utility, by the name of their home',
  help: `prewatt meter list [--search TEXT] [--state WHAT] [--limit N]

WHAT is one of ${consoleStates.join(', ')}. TEXT is a part of a name, a number or a phone.
${usualLimit} rows unless --limit says otherwise.

  prewatt meter list --state outOfCredit`,
  options: { search: 'text', state: 'text', limit: 'text' },
  required: [],
  positionals: [],
  run: async (desk, options) => {
    const limit = limitOf(options);
    if (limit === null) return noLimit;
    const state = options.text('state') ?? 'all';
    const filter = consoleStates.find((each) => each === state);
    if (filter === undefined) {
      return failure('state', `--state is one of ${consoleStates.join(', ')}`, 2);
    }
    const query = { filter, search: options.text('search') ?? '' };
    const found = await allRows(desk.client, consoleApi.meters, {
      input: { query },
      atLeast: limit,
    });
    if (!found.ok) return found;
    const rows = found.value.slice(0, limit);
    const lines = rows.map((row) => meterLine(row, desk));
    return done(lines.length === 0 ? ['no meters'] : lines, { rows });
  },
};
