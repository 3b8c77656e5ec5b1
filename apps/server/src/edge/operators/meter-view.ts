// What the connection's meter says of itself, whether it can say it at all, and who set its limit.

import { type MeterReportJson, type MeterView, meterReportSchema } from '@prewatt/api';
import { isoOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { newestReadings } from '../../metering/readings/index.ts';
import { waitingTokens } from '../../money/tokens/index.ts';
import type { Connection } from '../../registry/connections/index.ts';

export async function meterViewOf(tx: Tx, connection: Connection): Promise<MeterView> {
  const place = { bucket: connection.bucket, meterId: connection.meter.meterId };
  const state = await tx
    .selectFrom('meter_states')
    .selectAll()
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId)
    .executeTakeFirst();
  const readings = await newestReadings(tx, place);
  return {
    link: await linkOf(tx, place, state),
    lastContactAt: state === undefined ? null : isoOf(state.last_contact_at),
    said:
      state === undefined
        ? null
        : {
            capturedAt: isoOf(state.captured_at),
            clockAheadMs: state.clock_ahead_ms === null ? null : Number(state.clock_ahead_ms),
            loadSwitch: state.load_switch,
            creditStatus: state.credit_status,
            availableEnergyWh: state.available_energy_wh.toString(),
            owedEnergyWh: state.owed_energy_wh.toString(),
            powerW: state.power_w.toString(),
            importEnergyWh: state.import_energy_wh.toString(),
            creditedEnergyWh: state.credited_energy_wh.toString(),
            report: reportIn(state.report),
          },
    limitSet: await lastLimit(tx, connection),
    waiting: await waitingOf(tx, connection),
    registers: readings.map(({ register, value, readAtMs }) => ({
      register,
      energyWh: value.toString(),
      readAt: isoOf(readAtMs),
    })),
  };
}

async function waitingOf(tx: Tx, connection: Connection): Promise<MeterView['waiting']> {
  const waiting = (await waitingTokens(tx, [connection])).get(connection.connectionId);
  return waiting === undefined
    ? null
    : { issuedAt: isoOf(waiting.issuedAtMs), tokens: waiting.tokens.length };
}

/** What the present meter reports besides its credit; nothing of one that never spoke. */
export async function reportOf(tx: Tx, connection: Connection): Promise<MeterReportJson> {
  const row = await tx
    .selectFrom('meter_states')
    .select('report')
    .where('bucket', '=', connection.bucket)
    .where('meter_id', '=', connection.meter.meterId)
    .executeTakeFirst();
  return reportIn(row?.report ?? null);
}

/** What was kept by an earlier version and cannot be read any more is left out, not shown wrong. */
function reportIn(stored: object | null): MeterReportJson {
  const report = meterReportSchema.safeParse(stored ?? {});
  return report.success ? report.data : {};
}

type Place = { readonly bucket: number; readonly meterId: string };

async function linkOf(
  tx: Tx,
  place: Place,
  state: { readonly link_up: boolean | null; readonly link_at: number | null } | undefined,
): Promise<MeterView['link']> {
  const meter = await tx
    .selectFrom('meters')
    .select([
      'link_revoked_at',
      // Onboarding gives 32 zero bytes to a meter that has no address on the wire.
      sql<boolean>`secret_hash = decode(repeat('00', 32), 'hex')`.as('has_none'),
    ])
    .where('bucket', '=', place.bucket)
    .where('id', '=', place.meterId)
    .executeTakeFirstOrThrow();
  if (meter.link_revoked_at !== null) {
    return { state: 'revoked', since: isoOf(meter.link_revoked_at) };
  }
  if (meter.has_none) return { state: 'none', since: null };
  if (state === undefined || state.link_up === null) return { state: 'unknown', since: null };
  const since = state.link_at === null ? null : isoOf(state.link_at);
  return { state: state.link_up ? 'up' : 'down', since };
}

async function lastLimit(tx: Tx, connection: Connection): Promise<MeterView['limitSet']> {
  const command = await tx
    .selectFrom('commands')
    .select(['requested_by', 'reason', 'stage_at'])
    .where('bucket', '=', connection.bucket)
    .where('connection_id', '=', connection.connectionId)
    .where('meter_id', '=', connection.meter.meterId)
    .where('kind', '=', 'setPowerLimit')
    .where('stage', '=', 'done')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (command === undefined) return null;
  return { by: command.requested_by, reason: command.reason, at: isoOf(command.stage_at) };
}
