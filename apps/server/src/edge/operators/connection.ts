// One connection's page for the operator: identity, state, history of use, tokens, events, commands
// and messages.

import type {
  CommandRow,
  ConnectionDetail,
  EventRow,
  MessageRow,
  TokenRow,
  Usage,
} from '@prewatt/api';
import { accounts } from '@prewatt/ledger';
import { civilDateOf, idFromUuid, isoOf } from '@prewatt/quantities';
import { type SqlBool, sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { holdAnswer, supplyHoldOf } from '../../metering/headend/index.ts';
import { dailyUse, hourlyUse } from '../../metering/readings/index.ts';
import { accountBalance } from '../../money/ledger/index.ts';
import { assignedOn } from '../../money/tariffs/index.ts';
import { debtsOf } from '../../money/vending/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import { currentOccupancy } from '../../registry/customers/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { loadAccount } from '../../workflows/street-lights/index.ts';
import {
  type Promised,
  type SupplyForecastDeps,
  supplyForecastOf,
} from '../../workflows/supply-forecast/index.ts';
import { wordsOfEvent, wordsOfResult } from './labels.ts';
import { meterRowsOf } from './meters.ts';

const pageRows = 100;

/** A page of what happened to a connection, newest first; `cursor` is what the last page said. */
type Page<Row> = { readonly rows: Row[]; readonly nextCursor: string | null };

// Rows are asked for one beyond the page, which tells whether there is more. A cursor is the last
// row's identifier, or an instant and what tells rows of the same instant apart.
function pageOf<Row, Json>(
  rows: readonly Row[],
  o: { readonly json: (row: Row) => Json; readonly cursor: (row: Row) => string },
): Page<Json> {
  const shown = rows.slice(0, pageRows);
  const last = shown.at(-1);
  const more = rows.length > pageRows && last !== undefined;
  return { rows: shown.map(o.json), nextCursor: more ? o.cursor(last) : null };
}

/** The identifier in a cursor; one that is not ours begins anew, as for any list. */
const idIn = (cursor: string | null): string | null =>
  cursor !== null && /^[0-9a-f-]{36}$/.test(cursor) ? cursor : null;

/** The version that prices it today; its tariff's name alone when none is in force. */
async function tariffOf(
  tx: Tx,
  o: Pick<SupplyForecastDeps, 'tariffs'> & { readonly connection: Connection },
  today: string,
): Promise<Pick<ConnectionDetail, 'tariffName' | 'tariffVersionId'>> {
  const { connection } = o;
  const inForce = (await o.tariffs.inForce(tx, [connection]))(connection, today);
  const { name } = await tx
    .selectFrom('tariffs')
    .select('name')
    .where('id', '=', assignedOn(connection, today).tariffId)
    .executeTakeFirstOrThrow();
  return inForce === null
    ? { tariffName: `${name}, no version in force`, tariffVersionId: null }
    : {
        tariffName: `${name}, version ${inForce.tariff.version}`,
        tariffVersionId: idFromUuid('tariff', inForce.versionId),
      };
}

export async function connectionDetail(
  tx: Tx,
  utility: Utility,
  o: SupplyForecastDeps & { readonly connection: Connection; readonly nowMs: number },
): Promise<ConnectionDetail> {
  const { connection } = o;
  const { connectionId, meter } = connection;
  const [row] = await meterRowsOf(tx, utility, { connectionIds: [connectionId], nowMs: o.nowMs });
  if (row === undefined) throw new Error('a connection without a meter row');
  const { owedEnergyWh, ...state } = row;
  const key = await tx
    .selectFrom('vending_keys')
    .select('key_type')
    .where('supply_group_code', '=', meter.supplyGroupCode)
    .where('key_revision', '=', meter.keyRevision)
    .executeTakeFirst();
  const tariff = await tariffOf(tx, o, civilDateOf(o.nowMs, utility.zone));
  const debts = await debtsOf(tx, connection, {
    scale: utility.currency.scale,
    nowMs: o.nowMs,
  });
  const { forecast, promise } = await supplyForecastOf(tx, o, { ...o, utility });
  return {
    connectionId: idFromUuid('connection', connectionId),
    name: connection.name,
    address: connection.address,
    customer:
      connection.customerName === null || connection.customerPhone === null
        ? null
        : { name: connection.customerName, phone: connection.customerPhone },
    customerId: await customerIdOf(tx, connection),
    meter: {
      meterPan: meter.meterPan,
      supplyGroupCode: meter.supplyGroupCode,
      tariffIndex: meter.tariffIndex,
      keyRevision: meter.keyRevision,
      keyType: key?.key_type ?? 0,
      encryptionAlgorithm: meter.encryptionAlgorithm,
    },
    blockedReason: connection.blockedReason,
    ...tariff,
    prepaidMinor: (
      await accountBalance(tx, connection, accounts.customerPrepaid(connection))
    ).toString(),
    debtMinor: debts.reduce((sum, debt) => sum + debt.outstandingMinor, 0n).toString(),
    state,
    owedEnergyWh,
    forecast:
      forecast === null
        ? null
        : {
            expectedAt: isoOf(forecast.expectedAtMs),
            earliestAt: isoOf(forecast.earliestAtMs),
            latestAt: isoOf(forecast.latestAtMs),
            atPresentUse: forecast.atPresentUseMs === null ? null : isoOf(forecast.atPresentUseMs),
          },
    promise:
      promise === null
        ? null
        : {
            startsAt: promise.startsAtMs === null ? null : isoOf(promise.startsAtMs),
            until: promise.untilMs === null ? null : isoOf(promise.untilMs),
            owedEnergyWh: promise.owedEnergyWh?.toString() ?? null,
            owedMinor: promise.owedMinor?.toString() ?? null,
            atPresentUse: presentUseOf(promise.atPresentUse),
          },
    supplyHold: holdAnswer(await supplyHoldOf(tx, connection)),
    lighting: await lightingOf(tx, connection),
  };
}

async function lightingOf(tx: Tx, connection: Connection): Promise<ConnectionDetail['lighting']> {
  const account = await loadAccount(tx, connection);
  if (account === null) return null;
  return { meteredBy: account.meteredBy, isClosed: account.closedAtMs !== null };
}

const presentUseOf = (now: Promised['atPresentUse']) =>
  now && {
    owedEnergyWh: 'energyWh' in now ? now.energyWh.toString() : null,
    owedMinor: 'minor' in now ? now.minor.toString() : null,
  };

export async function usageOf(
  tx: Tx,
  utility: Utility,
  o: { readonly connection: Connection; readonly days: number; readonly nowMs: number },
): Promise<Usage> {
  const place = { bucket: o.connection.bucket, meterId: o.connection.meter.meterId };
  const daily = await dailyUse(tx, place, { zone: utility.zone, days: o.days, nowMs: o.nowMs });
  const hourly = await hourlyUse(tx, place, { hours: 48, nowMs: o.nowMs });
  return {
    daily: daily.flatMap((day) =>
      day.energyWh === null ? [] : [{ date: day.date, energyWh: day.energyWh.toString() }],
    ),
    hourly: hourly.map((hour) => ({
      startsAt: isoOf(hour.startsAtMs),
      energyWh: hour.energyWh.toString(),
    })),
  };
}

/** A list of a connection, and what its words are in. */
type OfConnection = { readonly connection: Connection; readonly utility: Utility };

export async function tokensOf(
  tx: Tx,
  { connection }: OfConnection,
  cursor: string | null,
): Promise<Page<TokenRow>> {
  let query = tx
    .selectFrom('tokens')
    .selectAll()
    // A sale of money has one credit token, which carries all of it.
    .select((eb) =>
      eb
        .selectFrom('sales')
        .select('credit_minor')
        .whereRef('sales.bucket', '=', 'tokens.bucket')
        .whereRef('sales.id', '=', 'tokens.sale_id')
        .where('tokens.amount_e5', 'is not', null)
        .as('credit_minor'),
    )
    .where('bucket', '=', connection.bucket)
    .where('connection_id', '=', connection.connectionId);
  const beforeId = idIn(cursor);
  if (beforeId !== null) query = query.where('id', '<', beforeId);
  const rows = await query
    .orderBy('id', 'desc')
    .limit(pageRows + 1)
    .execute();
  return pageOf(rows, {
    cursor: (row) => row.id,
    json: (row) => ({
      tokenRef: idFromUuid('token', row.id),
      saleId: row.sale_id === null ? null : idFromUuid('sale', row.sale_id),
      grantId: row.grant_id === null ? null : idFromUuid('grant', row.grant_id),
      kind: row.kind,
      lastFour: row.digits.slice(-4),
      tid: row.tid,
      energyWh: row.energy_wh?.toString() ?? null,
      creditMinor: row.credit_minor?.toString() ?? null,
      issuedAt: isoOf(row.issued_at),
      state: row.state,
      stateAt: row.state_at === null ? null : isoOf(row.state_at),
      origin: row.origin,
      refusal: row.refusal,
    }),
  });
}

export async function eventsOf(
  tx: Tx,
  { connection, utility }: OfConnection,
  cursor: string | null,
): Promise<Page<EventRow>> {
  let query = tx
    .selectFrom('meter_events')
    .select(['at', 'sequence', 'code', 'detail'])
    .where('bucket', '=', connection.bucket)
    .where('connection_id', '=', connection.connectionId);
  const before = /^(\d{1,15})\.(\d{1,18})$/.exec(cursor ?? '');
  if (before !== null) {
    const at = new Date(Number(before[1]));
    query = query.where(
      sql<SqlBool>`(at, sequence) < (${at}::timestamptz, ${before[2] ?? '0'}::bigint)`,
    );
  }
  const rows = await query
    .orderBy('at', 'desc')
    .orderBy('sequence', 'desc')
    .limit(pageRows + 1)
    .execute();
  return pageOf(rows, {
    cursor: (row) => `${row.at}.${row.sequence}`,
    json: (row) => ({
      at: isoOf(row.at),
      code: row.code,
      text: wordsOfEvent(row, utility.currency),
    }),
  });
}

export async function commandsOf(
  tx: Tx,
  { connection, utility }: OfConnection,
  cursor: string | null,
): Promise<Page<CommandRow>> {
  let query = commandQuery(tx, connection);
  const beforeId = idIn(cursor);
  if (beforeId !== null) query = query.where('id', '<', beforeId);
  const rows = await query
    .orderBy('id', 'desc')
    .limit(pageRows + 1)
    .execute();
  const stages = await stagesOf(tx, connection, rows);
  return pageOf(rows, {
    cursor: (row) => row.id,
    json: (row) => commandJson(row, { stages, utility }),
  });
}

/** One command of a connection. */
export async function commandOf(
  tx: Tx,
  { connection, utility }: OfConnection,
  commandId: string,
): Promise<CommandRow | undefined> {
  const rows = await commandQuery(tx, connection).where('id', '=', commandId).execute();
  const stages = await stagesOf(tx, connection, rows);
  return rows.map((row) => commandJson(row, { stages, utility }))[0];
}

const commandQuery = (tx: Tx, connection: Connection) =>
  tx
    .selectFrom('commands')
    .selectAll()
    .where('bucket', '=', connection.bucket)
    .where('connection_id', '=', connection.connectionId);

type CommandTableRow = Awaited<ReturnType<ReturnType<typeof commandQuery>['execute']>>[number];
type Stages = Awaited<ReturnType<typeof stagesOf>>;

async function stagesOf(tx: Tx, connection: Connection, rows: readonly CommandTableRow[]) {
  if (rows.length === 0) return [];
  return tx
    .selectFrom('command_stages')
    .select(['command_id', 'stage', 'at'])
    .where('bucket', '=', connection.bucket)
    .where(
      'command_id',
      'in',
      rows.map((row) => row.id),
    )
    .orderBy('ordinal')
    .execute();
}

const commandJson = (
  row: CommandTableRow,
  { stages, utility }: { readonly stages: Stages; readonly utility: Utility },
): CommandRow => ({
  commandId: idFromUuid('command', row.id),
  kind: row.kind,
  stage: row.stage,
  priority: row.priority,
  requestedBy: row.requested_by,
  reason: row.reason,
  cancelledBy: row.cancelled_by,
  cancelReason: row.cancel_reason,
  attempts: row.attempts,
  queuedAt: isoOf(row.queued_at),
  stageAt: isoOf(row.stage_at),
  expiresAt: isoOf(row.expires_at),
  result: wordsOfResult(row.result, utility.currency, row.kind),
  history: stages
    .filter((stage) => stage.command_id === row.id)
    .map((stage) => ({ stage: stage.stage, at: isoOf(stage.at) })),
});

const attemptsJson = sql<readonly Attempt[] | null>`(SELECT json_agg(json_build_object(
    'gateway', t.gateway, 'atMs', (extract(epoch FROM t.at) * 1000)::bigint,
    'outcome', t.outcome, 'reason', t.reason, 'tries', t.tries) ORDER BY t.nth)
  FROM message_attempts t WHERE t.bucket = messages.bucket AND t.message_id = messages.id)`.as(
  'attempts',
);
type Attempt = Omit<MessageRow['attempts'][number], 'at'> & { readonly atMs: number };

/**
 * Messages without the digits of a token: an operator needs to know what was said, not to hold the
 * money.
 */
export async function messagesOf(
  tx: Tx,
  { connection }: OfConnection,
  cursor: string | null,
): Promise<Page<MessageRow>> {
  let query = tx
    .selectFrom('messages')
    .select(['id', 'created_at', 'kind', 'text', 'state', attemptsJson])
    .where('bucket', '=', connection.bucket)
    .where('connection_id', '=', connection.connectionId);
  const beforeId = idIn(cursor);
  if (beforeId !== null) query = query.where('id', '<', beforeId);
  const rows = await query
    .orderBy('id', 'desc')
    .limit(pageRows + 1)
    .execute();
  return pageOf(rows, {
    cursor: (row) => row.id,
    json: (row) => ({
      at: isoOf(row.created_at),
      kind: row.kind,
      text: row.text.replace(/\d{4} \d{4} \d{4} \d{4} (\d{4})/g, '•••• •••• •••• •••• $1'),
      state: row.state,
      attempts: (row.attempts ?? []).map(({ atMs, ...rest }) => ({ ...rest, at: isoOf(atMs) })),
    }),
  });
}

async function customerIdOf(tx: Tx, connection: Connection): Promise<string | null> {
  const lives = await currentOccupancy(tx, connection);
  return lives === null ? null : idFromUuid('customer', lives.customerId);
}
