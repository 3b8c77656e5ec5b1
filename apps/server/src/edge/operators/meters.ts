// The operator's view of meters: one row each, with credit, state, use today and last contact; how
// many there are of each kind.

import type { MeterFacets, MeterPage, MeterRow, Overview } from '@prewatt/api';
import { presentEnd } from '@prewatt/protection';
import { idFromUuid, isoOf, startOfDayMs } from '@prewatt/quantities';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import { registerNumbers, usedToday } from '../../metering/readings/index.ts';
import { placeOfConnection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { isPowerOfNow } from '../../workflows/supply-forecast/index.ts';
import {
  balanceNow,
  conditionsOf,
  creditModeNow,
  creditStatusNow,
  firmwareNow,
  isFiltered,
  type MeterFilter,
  type MeterFilters,
  silentNow,
  switchUnknownNow,
} from './meter-filters.ts';
import { soldSince } from './sold-today.ts';

const pageSize = 50;
/** Of so many software versions the numbers are told; a fleet has a few. */
const mostVersions = 50;

/** Each connection with its present meter, the meter's last state and its wallet. */
const tablesOf = (tx: Tx) =>
  tx
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
    .leftJoin('wallets', (join) =>
      join
        .onRef('wallets.bucket', '=', 'connections.bucket')
        .onRef('wallets.connection_id', '=', 'connections.id'),
    )
    .leftJoin('supply_forecasts', (join) =>
      join
        .onRef('supply_forecasts.bucket', '=', 'connections.bucket')
        .onRef('supply_forecasts.connection_id', '=', 'connections.id'),
    );

/** A register is looked for so far before midnight. */
const lookBackMs = 40 * 86_400_000;

type Found = { readonly read_at: number | null; readonly value: bigint | null };
/** The last or the first reading of a meter's import register in a stretch of time. */
const registerOf = (which: 'last' | 'first', afterMs: number, untilMs: number) =>
  sql<Found>`${sql.ref(`prewatt.${which}_reading`)}(meters.bucket, meters.id,
    ${registerNumbers.importEnergyWh}::smallint, ${instant(afterMs)}, ${instant(untilMs)})`;

/** What is kept of a forecast is not so any more; the next round makes it anew. */
const boughtSinceForecast = sql<boolean>`EXISTS (SELECT FROM prewatt.sales s
  WHERE s.bucket = connections.bucket AND s.connection_id = connections.id
    AND s.requested_at > supply_forecasts.made_at - interval '1 day'
    AND s.issued_at > supply_forecasts.made_at)`;

function baseQuery(tx: Tx, utility: Utility, nowMs: number) {
  const midnightMs = startOfDayMs(nowMs, utility.zone);
  return tablesOf(tx)
    .leftJoinLateral(
      () => registerOf('last', midnightMs - lookBackMs, midnightMs).as<'midnight'>(sql`midnight`),
      (join) => join.onTrue(),
    )
    .leftJoinLateral(
      () => registerOf('first', midnightMs, nowMs).as<'morning'>(sql`morning`),
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
      switchUnknownNow.as('switch_unknown_ms'),
      'state.last_contact_at',
      'supply_forecasts.expected_at',
      boughtSinceForecast.as('bought_since_forecast'),
      silentNow(nowMs).as('is_silent'),
      'state.owed_energy_wh',
      creditStatusNow.as('credit_status'),
      creditModeNow.as('credit_mode'),
      balanceNow.as('balance_minor'),
      firmwareNow.as('firmware'),
      'state.captured_at',
      'midnight.value as midnight_wh',
      'midnight.read_at as midnight_at',
      'morning.value as morning_wh',
      'morning.read_at as morning_at',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof baseQuery>['execute']>>[number];

const known = (atMs: number | null, valueWh: bigint | null) =>
  atMs === null || valueWh === null ? null : { atMs, valueWh };

/** The forecast of the last round, where no purchase and no end of credit came since. */
function creditEnd(row: Row, nowMs: number) {
  const nothing = { creditEndsAt: null, creditEndsAtPresentUse: null };
  const { expected_at: expectedAtMs, available_energy_wh: leftWh, power_w: powerW } = row;
  if (expectedAtMs === null || row.bought_since_forecast) return nothing;
  if (row.credit_status === 'outOfCredit') return nothing;
  const isFresh = row.captured_at !== null && isPowerOfNow(row.captured_at, nowMs);
  const isKnown = row.credit_mode === 'energy' && isFresh && leftWh !== null && powerW !== null;
  const lastsMs = isKnown && powerW > 0n ? (Number(leftWh) / Number(powerW)) * 3_600_000 : null;
  const presentMs = presentEnd({ nowMs, lastsMs, earliestAtMs: nowMs, expectedAtMs });
  return {
    creditEndsAt: isoOf(expectedAtMs),
    creditEndsAtPresentUse: presentMs === null ? null : isoOf(presentMs),
  };
}

function rowOf(row: Row, o: { readonly utility: Utility; readonly nowMs: number }): MeterRow {
  const { nowMs } = o;
  const contact = row.last_contact_at;
  const used = usedToday({
    midnightMs: startOfDayMs(nowMs, o.utility.zone),
    nowMs,
    before: known(row.midnight_at, row.midnight_wh),
    after: known(row.morning_at, row.morning_wh),
    last: known(row.captured_at, row.import_energy_wh),
  });
  return {
    connectionId: idFromUuid('connection', row.connection_id),
    meterPan: row.meter_pan,
    connectionName: row.name,
    customerName: row.customer_name,
    creditMode: row.credit_mode,
    balanceMinor: row.balance_minor?.toString() ?? null,
    // What a wallet's meter counts besides is nobody's credit.
    availableEnergyWh:
      row.credit_mode === 'wallet' ? null : (row.available_energy_wh?.toString() ?? null),
    powerW: row.power_w?.toString() ?? null,
    usedTodayWh: used?.energyWh.toString() ?? null,
    usedTodaySince: used === null || used.sinceMs === null ? null : isoOf(used.sinceMs),
    usedTodayEstimated: used?.isEstimated ?? false,
    loadSwitch: row.load_switch,
    switchUnknownSince:
      row.switch_unknown_ms === null ? null : isoOf(Number(row.switch_unknown_ms)),
    creditStatus: row.credit_status,
    ...creditEnd(row, nowMs),
    lastContactAt: contact === null ? null : isoOf(contact),
    silent: row.is_silent,
    firmware: row.firmware,
  };
}

export type OwnMeterRow = MeterRow & { readonly owedEnergyWh: string | null };

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
    ...rowOf(row, { utility, nowMs: o.nowMs }),
    owedEnergyWh: row.owed_energy_wh?.toString() ?? null,
  }));
}

/** What a list is ordered by, and how a cursor keeps it. Unknown numbers are the least. */
const orders = {
  meter: {
    column: sql`meters.meter_pan`,
    keptOf: (row: Row) => row.meter_pan,
    after: (kept: string) => sql`${kept}`,
  },
  credit: {
    column: sql`coalesce(state.available_energy_wh, -1)`,
    keptOf: (row: Row) => String(row.available_energy_wh ?? -1),
    after: (kept: string) => sql`${wholeOf(kept)}::bigint`,
  },
  power: {
    column: sql`coalesce(state.power_w, -1)`,
    keptOf: (row: Row) => String(row.power_w ?? -1),
    after: (kept: string) => sql`${wholeOf(kept)}::bigint`,
  },
  contact: {
    column: sql`coalesce(state.last_contact_at, 'epoch'::timestamptz)`,
    keptOf: (row: Row) => isoOf(row.last_contact_at ?? 0),
    after: (kept: string) => sql`${instantOrEpoch(kept)}::timestamptz`,
  },
  name: {
    column: sql`connections.name`,
    keptOf: (row: Row) => row.name,
    after: (kept: string) => sql`${kept}`,
  },
  creditEnd: {
    column: sql`supply_forecasts.expected_at`,
    keptOf: (row: Row) => isoOf(row.expected_at ?? 0),
    after: (kept: string) => sql`${kept}::timestamptz`,
  },
};

/** One page of meters. `cursor` is what the last page said. */
export async function meterPage(
  tx: Tx,
  utility: Utility,
  o: MeterFilters & {
    readonly sort?: keyof typeof orders | undefined;
    readonly order?: 'asc' | 'desc' | undefined;
    readonly size?: number;
    readonly cursor: string | null;
    readonly nowMs: number;
  },
): Promise<MeterPage> {
  const { order: direction = 'asc', size = pageSize } = o;
  const order = orders[o.sort ?? 'name'];
  const sign = direction === 'asc' ? sql`>` : sql`<`;
  let query = baseQuery(tx, utility, o.nowMs).where('connections.utility_id', '=', utility.id);
  for (const condition of conditionsOf(o)) query = query.where(condition);
  if (o.sort === 'creditEnd') {
    query = query
      .where('supply_forecasts.utility_id', '=', utility.id)
      .where('supply_forecasts.expected_at', 'is not', null);
  }
  const after = o.cursor === null ? null : decodeCursor(o.cursor);
  if (after !== null) {
    query = query.where(
      sql<SqlBool>`(${order.column}, connections.id) ${sign} (${order.after(after.name)}, ${after.id}::uuid)`,
    );
  }
  const rows = await query
    .orderBy(order.column, direction)
    .orderBy('connections.id', direction)
    .limit(size + 1)
    .execute();
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  return {
    rows: shown.map((row) => rowOf(row, { utility, nowMs: o.nowMs })),
    nextCursor:
      rows.length > size && last !== undefined
        ? encodeCursor({ name: order.keptOf(last), id: last.connection_id })
        : null,
  };
}

const countIf = (condition: RawBuilder<SqlBool>) =>
  sql<bigint>`count(*) FILTER (WHERE ${condition})`;

const countedStates = [
  ...(['connected', 'disconnected', 'lowCredit', 'outOfCredit', 'silent'] as const),
] as const satisfies readonly MeterFilter[];

/** How many meters the filters leave, and how many there are of each kind without them. */
export async function meterFacets(
  tx: Tx,
  utility: Utility,
  o: MeterFilters & { readonly nowMs: number },
): Promise<MeterFacets> {
  // Meters that are alike in all that is counted, in one walk: a report is large, and each look
  // into one unpacks it.
  const kinds = await tablesOf(tx)
    .where('connections.utility_id', '=', utility.id)
    .select([
      creditModeNow.as('credit'),
      firmwareNow.as('firmware'),
      sql<boolean>`(${sql.join(conditionsOf(o), sql` AND `)}) IS TRUE`.as('matching'),
      ...countedStates.map((state) =>
        sql<boolean>`(${isFiltered(state, o.nowMs)}) IS TRUE`.as(state),
      ),
      sql<bigint>`count(*)`.as('meters'),
    ])
    .groupBy(sql`1, 2, 3, 4, 5, 6, 7, 8`)
    .execute();
  const sum = (isCounted: (kind: (typeof kinds)[number]) => boolean): number =>
    kinds.reduce((all, kind) => (isCounted(kind) ? all + Number(kind.meters) : all), 0);
  const versions = [...new Set(kinds.flatMap(({ firmware }) => firmware ?? []))];
  const modes = ['energy', 'money', 'wallet'] as const;
  return {
    matching: sum((kind) => kind.matching),
    states: {
      all: sum(() => true),
      ...numbersOf(countedStates, (state) => sum((kind) => kind[state])),
    },
    credit: numbersOf(modes, (mode) => sum((kind) => kind.credit === mode)),
    firmware: versions
      .map((version) => ({ version, meters: sum((kind) => kind.firmware === version) }))
      .sort((a, b) => b.meters - a.meters)
      .slice(0, mostVersions),
  };
}

const numbersOf = <K extends string>(
  names: readonly K[],
  count: (name: K) => number,
): Record<K, number> =>
  Object.fromEntries(names.map((name) => [name, count(name)])) as Record<K, number>;

export async function overviewOf(
  tx: Tx,
  utility: Utility,
  nowMs: number,
): Promise<Omit<Overview, 'attention' | 'attentionParts'>> {
  const ofState = (filter: MeterFilter) => countIf(isFiltered(filter, nowMs));
  const meters = await tablesOf(tx)
    .where('connections.utility_id', '=', utility.id)
    .select([
      ofState('all').as('total'),
      ofState('connected').as('connected'),
      ofState('disconnected').as('disconnected'),
      ofState('lowCredit').as('low_credit'),
      ofState('silent').as('silent'),
    ])
    .executeTakeFirstOrThrow();
  const today = await soldSince(tx, { utility, fromMs: startOfDayMs(nowMs, utility.zone) });
  return {
    now: isoOf(nowMs),
    meters: {
      total: Number(meters.total),
      connected: Number(meters.connected),
      disconnected: Number(meters.disconnected),
      lowCredit: Number(meters.low_credit),
      silent: Number(meters.silent),
    },
    today,
  };
}

/** A cursor comes from outside: what is no number or instant begins at the least. */
const wholeOf = (kept: string): string => (/^-?\d{1,18}$/.test(kept) ? kept : '-1');
const instantOrEpoch = (kept: string): string =>
  Number.isNaN(Date.parse(kept)) ? '1970-01-01T00:00:00Z' : isoOf(Date.parse(kept));

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
