// The operator's view of meters: one row each, with credit, state, use today and last contact.

import type { MeterPage, MeterRow, Overview } from '@prewatt/api';
import { idFromUuid, startOfDayMs } from '@prewatt/quantities';
import { type SqlBool, sql } from 'kysely';
import { placeOfConnection } from '../connections/index.ts';
import { installsForAttention } from '../installs/index.ts';
import { instant, type Tx } from '../platform/database.ts';
import { registerNumbers } from '../readings/index.ts';
import type { Utility } from '../utilities/index.ts';
import { attentionCount } from './sales.ts';

/** A meter that was not heard for this long counts as silent. */
export const silentAfterMs = 6 * 3_600_000;
const pageSize = 50;

export type MeterFilter = 'all' | 'connected' | 'disconnected' | 'lowCredit' | 'silent';

const isoOf = (epochMs: number): string => new Date(epochMs).toISOString();

function baseQuery(tx: Tx, utility: Utility, nowMs: number) {
  const midnight = instant(startOfDayMs(nowMs, utility.zone));
  return tx
    .selectFrom('connections')
    .innerJoin('meters', (join) =>
      join
        .onRef('meters.bucket', '=', 'connections.bucket')
        .onRef('meters.connection_id', '=', 'connections.id')
        .on('meters.retired_at', 'is', null),
    )
    .leftJoin('meter_states as state', (join) =>
      join.onRef('state.bucket', '=', 'meters.bucket').onRef('state.meter_id', '=', 'meters.id'),
    )
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('readings')
          .select('readings.value')
          .whereRef('readings.bucket', '=', 'meters.bucket')
          .whereRef('readings.meter_id', '=', 'meters.id')
          .where('readings.register', '=', registerNumbers.importEnergyWh)
          .where('readings.read_at', '<=', midnight)
          .where(
            'readings.read_at',
            '>',
            sql<number>`${midnight}::timestamptz - interval '2 hours'`,
          )
          .orderBy('readings.read_at', 'desc')
          .limit(1)
          .as('midnight'),
      (join) => join.onTrue(),
    )
    .select([
      'connections.id as connection_id',
      'connections.name',
      'connections.customer_name',
      'meters.meter_pan',
      'state.available_energy_wh',
      'state.power_w',
      'state.import_energy_wh',
      'state.load_switch',
      'state.credit_status',
      'state.last_contact_at',
      'state.owed_energy_wh',
      'midnight.value as midnight_wh',
    ])
    .select(sql<string | null>`state.report->'money'->>'availableMicroMinor'`.as('money_micro'));
}

type Row = Awaited<ReturnType<ReturnType<typeof baseQuery>['execute']>>[number];

function rowOf(row: Row, nowMs: number): MeterRow {
  const { import_energy_wh: importWh, midnight_wh: midnightWh, last_contact_at: contact } = row;
  const used = importWh === null || midnightWh === null ? null : importWh - midnightWh;
  return {
    connectionId: idFromUuid('connection', row.connection_id),
    meterPan: row.meter_pan,
    connectionName: row.name,
    customerName: row.customer_name,
    availableEnergyWh: row.available_energy_wh?.toString() ?? null,
    powerW: row.power_w?.toString() ?? null,
    usedTodayWh: used?.toString() ?? null,
    loadSwitch: row.load_switch,
    creditStatus: row.credit_status,
    lastContactAt: contact === null ? null : isoOf(contact),
    silent: contact === null || nowMs - contact > silentAfterMs,
  };
}

export type OwnMeterRow = MeterRow & {
  readonly owedEnergyWh: string | null;
  /** Credit of a meter that counts it in money, in millionths of a minor unit. */
  readonly moneyMicro: bigint | null;
};

/** The rows of some connections, for live updates and for one connection's page. */
export async function meterRowsOf(
  tx: Tx,
  utility: Utility,
  o: { readonly connectionIds: readonly string[]; readonly nowMs: number },
): Promise<OwnMeterRow[]> {
  if (o.connectionIds.length === 0) return [];
  const rows = await baseQuery(tx, utility, o.nowMs)
    .where('connections.bucket', 'in', [
      ...new Set(o.connectionIds.map((id) => placeOfConnection(utility.id, id).bucket)),
    ])
    .where('connections.id', 'in', [...o.connectionIds])
    .orderBy('connections.name')
    .execute();
  return rows.map((row) => ({
    ...rowOf(row, o.nowMs),
    owedEnergyWh: row.owed_energy_wh?.toString() ?? null,
    moneyMicro: row.money_micro === null ? null : BigInt(row.money_micro),
  }));
}

const connectionOfPan = (tx: Tx, meterPan: string) =>
  tx
    .selectFrom('meter_directory')
    .select('meter_directory.connection_id')
    .where('meter_directory.meter_pan', '=', meterPan);

/** One page of meters by name. `cursor` is what the last page said. */
export async function meterPage(
  tx: Tx,
  utility: Utility,
  o: {
    readonly search: string;
    readonly filter: MeterFilter;
    readonly cursor: string | null;
    readonly nowMs: number;
  },
): Promise<MeterPage> {
  let query = baseQuery(tx, utility, o.nowMs).where('connections.utility_id', '=', utility.id);
  if (o.search !== '') {
    const pattern = `%${o.search.replace(/[\\%_]/g, '\\$&')}%`;
    const digits = `%${o.search.replace(/[\s-]/g, '').replace(/[\\%_]/g, '\\$&')}%`;
    query = query.where((eb) =>
      eb.or([
        eb('connections.name', 'ilike', pattern),
        eb('connections.customer_name', 'ilike', pattern),
        eb('connections.address', 'ilike', pattern),
        eb('meters.meter_pan', 'like', digits),
        // A number that an exchange took down still leads to its connection.
        eb('connections.id', 'in', connectionOfPan(tx, digits.slice(1, -1))),
      ]),
    );
  }
  query = filtered(query, o.filter, o.nowMs);
  const after = o.cursor === null ? null : decodeCursor(o.cursor);
  if (after !== null) {
    query = query.where(
      sql<SqlBool>`(connections.name, connections.id) > (${after.name}, ${after.id}::uuid)`,
    );
  }
  const rows = await query
    .orderBy('connections.name')
    .orderBy('connections.id')
    .limit(pageSize + 1)
    .execute();
  const shown = rows.slice(0, pageSize);
  const last = shown.at(-1);
  return {
    rows: shown.map((row) => rowOf(row, o.nowMs)),
    nextCursor:
      rows.length > pageSize && last !== undefined
        ? encodeCursor({ name: last.name, id: last.connection_id })
        : null,
  };
}

function filtered(
  query: ReturnType<typeof baseQuery>,
  filter: MeterFilter,
  nowMs: number,
): ReturnType<typeof baseQuery> {
  switch (filter) {
    case 'all':
      return query;
    case 'connected':
      return query.where('state.load_switch', '=', 'connected');
    case 'disconnected':
      return query.where('state.load_switch', 'in', ['disconnected', 'readyForReconnection']);
    case 'lowCredit':
      return query.where('state.credit_status', 'in', ['lowCredit', 'outOfCredit']);
    case 'silent':
      return query.where((eb) =>
        eb.or([
          eb('state.last_contact_at', 'is', null),
          eb('state.last_contact_at', '<', instant(nowMs - silentAfterMs)),
        ]),
      );
  }
}

export async function overviewOf(tx: Tx, utility: Utility, nowMs: number): Promise<Overview> {
  const count = (condition: string) => sql<bigint>`count(*) filter (where ${sql.raw(condition)})`;
  const meters = await tx
    .selectFrom('meters')
    .where('meters.retired_at', 'is', null)
    .leftJoin('meter_states as state', (join) =>
      join.onRef('state.bucket', '=', 'meters.bucket').onRef('state.meter_id', '=', 'meters.id'),
    )
    .select([
      sql<bigint>`count(*)`.as('total'),
      count(`state.load_switch = 'connected'`).as('connected'),
      count(`state.load_switch <> 'connected'`).as('disconnected'),
      count(`state.credit_status <> 'inCredit'`).as('low_credit'),
      sql<bigint>`count(*) filter (where state.last_contact_at is null
        or state.last_contact_at < ${instant(nowMs - silentAfterMs)})`.as('silent'),
    ])
    .executeTakeFirstOrThrow();
  const midnight = instant(startOfDayMs(nowMs, utility.zone));
  const sales = await tx
    .selectFrom('sales')
    .where('utility_id', '=', utility.id)
    .where('requested_at', '>=', midnight)
    .where('state', 'in', ['issued', 'delivered'])
    .select([
      sql<bigint>`count(*)`.as('sales'),
      sql<bigint>`coalesce(sum(amount_minor), 0)::bigint`.as('amount'),
      sql<bigint>`coalesce(sum(energy_wh), 0)::bigint`.as('energy'),
      sql<bigint>`count(distinct connection_id)`.as('customers'),
    ])
    .executeTakeFirstOrThrow();
  return {
    now: isoOf(nowMs),
    meters: {
      total: Number(meters.total),
      connected: Number(meters.connected),
      disconnected: Number(meters.disconnected),
      lowCredit: Number(meters.low_credit),
      silent: Number(meters.silent),
    },
    today: {
      sales: Number(sales.sales),
      amountMinor: sales.amount.toString(),
      energyWh: sales.energy.toString(),
      customers: Number(sales.customers),
    },
    attention:
      (await attentionCount(tx, utility)) +
      (await installsForAttention(tx, { utilityId: utility.id, nowMs })),
  };
}

const encodeCursor = (value: object): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url');

function decodeCursor(cursor: string): { name: string; id: string } | null {
  try {
    const value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return typeof value.name === 'string' && /^[0-9a-f-]{36}$/.test(value.id) ? value : null;
  } catch {
    return null;
  }
}
