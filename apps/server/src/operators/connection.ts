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
import { idFromUuid } from '@prewatt/quantities';
import { accountBalance } from '../accounting/index.ts';
import type { Connection } from '../connections/index.ts';
import type { Tx } from '../platform/database.ts';
import { dailyUse, forecastOf, hourlyUse } from '../readings/index.ts';
import type { Utility } from '../utilities/index.ts';
import { debtsOf } from '../vending/index.ts';
import { meterRowsOf } from './meters.ts';
import { wordsOfEvent, wordsOfResult } from './words.ts';

const historyRows = 100;
const isoOf = (epochMs: number): string => new Date(epochMs).toISOString();

export async function connectionDetail(
  tx: Tx,
  utility: Utility,
  o: { readonly connection: Connection; readonly nowMs: number },
): Promise<ConnectionDetail> {
  const { connection } = o;
  const { bucket, connectionId, meter } = connection;
  const [row] = await meterRowsOf(tx, utility, { connectionIds: [connectionId], nowMs: o.nowMs });
  if (row === undefined) throw new Error('a connection without a meter row');
  const { owedEnergyWh, ...state } = row;
  const key = await tx
    .selectFrom('vending_keys')
    .select('key_type')
    .where('supply_group_code', '=', meter.supplyGroupCode)
    .where('key_revision', '=', meter.keyRevision)
    .executeTakeFirst();
  const tariff = await tx
    .selectFrom('tariffs')
    .select(['name', 'version'])
    .where('id', '=', connection.tariffId)
    .executeTakeFirstOrThrow();
  const debts = await debtsOf(tx, connection, {
    scale: utility.currency.scale,
    nowMs: o.nowMs,
  });
  const forecast =
    state.availableEnergyWh === null
      ? null
      : await forecastOf(
          tx,
          { ...connection, meterId: meter.meterId },
          {
            availableEnergyWh: BigInt(state.availableEnergyWh),
            nowMs: o.nowMs,
            zone: utility.zone,
          },
        );
  return {
    connectionId: idFromUuid('connection', connectionId),
    name: connection.name,
    address: connection.address,
    customer:
      connection.customerName === null || connection.customerPhone === null
        ? null
        : { name: connection.customerName, phone: connection.customerPhone },
    meter: {
      meterPan: meter.meterPan,
      supplyGroupCode: meter.supplyGroupCode,
      tariffIndex: meter.tariffIndex,
      keyRevision: meter.keyRevision,
      keyType: key?.key_type ?? 0,
      encryptionAlgorithm: meter.encryptionAlgorithm,
    },
    tariffName: `${tariff.name}, version ${tariff.version}`,
    prepaidMinor: (
      await accountBalance(tx, bucket, accounts.customerPrepaid(connection))
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
          },
  };
}

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

export async function tokensOf(tx: Tx, connection: Connection): Promise<TokenRow[]> {
  const rows = await tx
    .selectFrom('tokens')
    .selectAll()
    .where('bucket', '=', connection.bucket)
    .where('connection_id', '=', connection.connectionId)
    .orderBy('issued_at', 'desc')
    .limit(historyRows)
    .execute();
  return rows.map((row) => ({
    tokenRef: idFromUuid('token', row.id),
    saleId: idFromUuid('sale', row.sale_id),
    kind: row.kind,
    lastFour: row.digits.slice(-4),
    tid: row.tid,
    energyWh: row.energy_wh.toString(),
    issuedAt: isoOf(row.issued_at),
    state: row.state,
    stateAt: row.state_at === null ? null : isoOf(row.state_at),
    origin: row.origin,
    refusal: row.refusal,
  }));
}

export async function eventsOf(tx: Tx, connection: Connection): Promise<EventRow[]> {
  const rows = await tx
    .selectFrom('meter_events')
    .select(['at', 'code', 'detail'])
    .where('bucket', '=', connection.bucket)
    .where('connection_id', '=', connection.connectionId)
    .orderBy('at', 'desc')
    .orderBy('sequence', 'desc')
    .limit(historyRows)
    .execute();
  return rows.map((row) => ({
    at: isoOf(row.at),
    code: row.code,
    text: wordsOfEvent(row.code, row.detail),
  }));
}

export async function commandsOf(
  tx: Tx,
  connection: Connection,
  commandId?: string,
): Promise<CommandRow[]> {
  let query = tx
    .selectFrom('commands')
    .selectAll()
    .where('bucket', '=', connection.bucket)
    .where('connection_id', '=', connection.connectionId);
  if (commandId !== undefined) query = query.where('id', '=', commandId);
  const rows = await query.orderBy('queued_at', 'desc').limit(historyRows).execute();
  if (rows.length === 0) return [];
  const stages = await tx
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
  return rows.map((row) => ({
    commandId: idFromUuid('command', row.id),
    kind: row.kind,
    stage: row.stage,
    attempts: row.attempts,
    queuedAt: isoOf(row.queued_at),
    stageAt: isoOf(row.stage_at),
    expiresAt: isoOf(row.expires_at),
    result: wordsOfResult(row.result),
    history: stages
      .filter((stage) => stage.command_id === row.id)
      .map((stage) => ({ stage: stage.stage, at: isoOf(stage.at) })),
  }));
}

/**
 * Messages without the digits of a token: an operator needs to know what was said, not to hold the
 * money.
 */
export async function messagesOf(tx: Tx, connection: Connection): Promise<MessageRow[]> {
  const rows = await tx
    .selectFrom('messages')
    .select(['created_at', 'kind', 'text', 'state'])
    .where('bucket', '=', connection.bucket)
    .where('connection_id', '=', connection.connectionId)
    .orderBy('created_at', 'desc')
    .limit(historyRows)
    .execute();
  return rows.map((row) => ({
    at: isoOf(row.created_at),
    kind: row.kind,
    text: row.text.replace(/\d{4} \d{4} \d{4} \d{4} (\d{4})/g, '•••• •••• •••• •••• $1'),
    state: row.state,
  }));
}
