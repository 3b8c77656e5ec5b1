// A change between token and wallet mode asked for: whether it may be, what the second person sees
// and the commands. Two people allow it; the meter's answer carries it out (finish-change.ts).

import { creditModeBodySchema } from '@prewatt/api';
import { err, formatKwh, formatMoney, ok, type Result } from '@prewatt/quantities';
import { z } from 'zod';
import { type ApprovalAct, defineAct } from '../approvals/index.ts';
import {
  type Connection,
  type ConnectionPlace,
  loadConnection,
  loadConnectionForUpdate,
  placeOfConnection,
} from '../connections/index.ts';
import type { Commands } from '../headend/index.ts';
import type { Tx } from '../platform/database.ts';
import type { NewUuid } from '../platform/ids.ts';
import type { Tariffs } from '../tariffs/index.ts';
import type { Utilities } from '../utilities/index.ts';
import { worthOf } from './carry.ts';
import { type ModeRefusal, modeSentences } from './errors.ts';

const hourMs = 3_600_000;
/** So long a meter may take to answer; then the change has failed and may be asked for again. */
const expiresAfterMs = 72 * hourMs;

export type ModeDeps = {
  readonly commands: Pick<Commands, 'enqueue' | 'switchByRule'>;
  readonly tariffs: Pick<Tariffs, 'inForce'>;
  readonly utilities: Utilities;
  readonly newUuid: NewUuid;
  readonly nowMs: () => number;
};

export const modePayload = creditModeBodySchema.extend({ connectionId: z.uuid() });
export type ModePayload = z.output<typeof modePayload>;

/** Whether the change could be made now. */
export async function mayChangeMode(
  tx: Tx,
  place: ConnectionPlace,
  toMode: 'token' | 'wallet',
): Promise<Result<Connection, ModeRefusal>> {
  const connection = await loadConnection(tx, place);
  if (connection === null) return err('unknownConnection');
  if (connection.creditMode === toMode) return err('modeAlready');
  const open = await tx
    .selectFrom('mode_changes')
    .select('id')
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where('state', '=', 'awaitingMeter')
    .executeTakeFirst();
  if (open !== undefined) return err('changeUnderWay');
  const meter = await tx
    .selectFrom('meters')
    .select('secret_hash')
    .where('bucket', '=', place.bucket)
    .where('id', '=', connection.meter.meterId)
    .executeTakeFirstOrThrow();
  if (meter.secret_hash.every((byte) => byte === 0)) return err('noLink');
  if (toMode === 'wallet') {
    const token = await tx
      .selectFrom('tokens')
      .select('id')
      .where('bucket', '=', place.bucket)
      .where('connection_id', '=', place.connectionId)
      .where('meter_id', '=', connection.meter.meterId)
      .where('kind', '=', 'credit')
      .where('state', '=', 'issued')
      .limit(1)
      .executeTakeFirst();
    return token === undefined ? ok(connection) : err('tokensUnderWay');
  }
  const row = await tx
    .selectFrom('connections')
    .select('prepaid_minor')
    .where('bucket', '=', place.bucket)
    .where('id', '=', place.connectionId)
    .executeTakeFirstOrThrow();
  return row.prepaid_minor < 0n ? err('balanceBelowZero') : ok(connection);
}

export function creditModeAct(deps: () => ModeDeps): ApprovalAct {
  return defineAct<ModePayload, ModeRefusal>({
    payload: modePayload,
    describe: async (tx, { utilityId, payload }) => {
      const place = placeOfConnection(utilityId, payload.connectionId);
      const connection = await loadConnection(tx, place);
      return {
        title: payload.toMode === 'wallet' ? 'Change to wallet mode' : 'Change to token mode',
        facts: [
          { label: 'Connection', value: connection?.name ?? 'unknown' },
          ...(connection === null ? [] : [await carriedFact(tx, deps(), connection, payload)]),
        ],
      };
    },
    perform: async (tx, { utilityId, payload, approvalId, requestedBy, approvedBy }) => {
      const place = placeOfConnection(utilityId, payload.connectionId);
      await loadConnectionForUpdate(tx, place);
      const may = await mayChangeMode(tx, place, payload.toMode);
      if (!may.ok) return may;
      const { newUuid, nowMs, commands } = deps();
      const id = newUuid();
      const at = new Date(nowMs());
      const toWallet = payload.toMode === 'wallet';
      const meterPlace = { ...place, meterId: may.value.meter.meterId };
      const asked = { by: requestedBy.name, reason: payload.reason };
      const expiresAtMs = at.getTime() + expiresAfterMs;
      // The reading comes first, so that the wallet's last use is rated up to the change.
      const read = { place: meterPlace, requestId: `mode-read:${id}`, expiresAtMs, priority: 2 };
      await commands.enqueue(tx, { ...read, kind: 'readNow', asked });
      const { commandId } = await commands.enqueue(tx, {
        place: meterPlace,
        requestId: `mode:${id}`,
        expiresAtMs,
        priority: 3,
        asked,
        kind: 'setPaymentMode',
        action: {
          kind: 'setPaymentMode',
          paymentMode: toWallet ? 'credit' : 'prepayment',
          creditUnit: 'energy',
          balance: 'handOver',
        },
      });
      await tx
        .insertInto('mode_changes')
        .values({
          bucket: place.bucket,
          id,
          utility_id: utilityId,
          connection_id: place.connectionId,
          meter_id: meterPlace.meterId,
          request_id: payload.requestId,
          to_mode: payload.toMode,
          state: 'awaitingMeter',
          reason: payload.reason,
          requested_by: requestedBy.operatorId,
          approved_by: approvedBy.operatorId,
          approval_id: approvalId,
          command_id: commandId,
          at,
          state_at: at,
        })
        .execute();
      return ok({ modeChangeId: id });
    },
    refusals: modeSentences,
  });
}

/** What the second person sees of the balance that is carried, as it stands now. */
async function carriedFact(
  tx: Tx,
  deps: ModeDeps,
  connection: Connection,
  payload: ModePayload,
): Promise<{ readonly label: string; readonly value: string }> {
  const utility = await deps.utilities.get(connection.utilityId);
  const label = 'Carried over';
  if (payload.toMode === 'token') {
    const row = await tx
      .selectFrom('connections')
      .select('prepaid_minor')
      .where('bucket', '=', connection.bucket)
      .where('id', '=', connection.connectionId)
      .executeTakeFirstOrThrow();
    return { label, value: `${formatMoney(row.prepaid_minor, utility.currency)}, as a token` };
  }
  const state = await tx
    .selectFrom('meter_states')
    .select(['available_energy_wh', 'owed_energy_wh'])
    .where('bucket', '=', connection.bucket)
    .where('meter_id', '=', connection.meter.meterId)
    .executeTakeFirst();
  const energyWh = (state?.available_energy_wh ?? 0n) - (state?.owed_energy_wh ?? 0n);
  const worth = await worthOf(tx, deps, {
    utility,
    connection,
    energyWh: energyWh < 0n ? 0n : energyWh,
  });
  const money = worth.ok ? formatMoney(worth.value.totalMinor, utility.currency) : 'unknown';
  return { label, value: `${formatKwh(energyWh)} kWh, worth ${money}` };
}
