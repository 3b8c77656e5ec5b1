// A connection changes between token and wallet mode with its balance intact. Two people allow it;
// the meter's answer carries it out. To the wallet, what the meter hands over becomes money at what
// the last of this month's energy cost; to tokens, the balance becomes a token.

import { creditModeBodySchema } from '@prewatt/api';
import type { Transfer } from '@prewatt/ledger';
import { accounts } from '@prewatt/ledger';
import { err, formatKwh, formatMoney, ok, type Result } from '@prewatt/quantities';
import { positionFromJson, positionToJson, type TariffPosition } from '@prewatt/tariff';
import { z } from 'zod';
import { postTransfers } from '../accounting/index.ts';
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
import type { Utilities, Utility } from '../utilities/index.ts';
import { costOf, type EnergyCost } from './cost.ts';
import { type ModeRefusal, modeSentences } from './errors.ts';

const hourMs = 3_600_000;
/** So long a meter may take to answer; then the change has failed and may be asked for again. */
const expiresAfterMs = 72 * hourMs;

export type ModeDeps = {
  readonly commands: Pick<Commands, 'enqueue'>;
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

export type Worth = EnergyCost & {
  /** The month's position without the energy, which is not used yet. */
  readonly position: TariffPosition;
};

/**
 * What the last of this month's energy cost, without fees: energy that was bought and not used, at
 * the price that it was bought at last.
 */
export async function worthOf(
  tx: Tx,
  deps: Pick<ModeDeps, 'tariffs' | 'nowMs'>,
  o: { readonly utility: Utility; readonly connection: Connection; readonly energyWh: bigint },
): Promise<Result<Worth, 'noPrice'>> {
  const { connection, utility, energyWh } = o;
  const now = Temporal.Instant.fromEpochMilliseconds(deps.nowMs()).toZonedDateTimeISO(utility.zone);
  const date = now.toPlainDate().toString();
  const read = positionFromJson(connection.tariffPosition);
  if (!read.ok) return err('noPrice');
  const sameMonth = read.value.month === date.slice(0, 7);
  const bought = sameMonth ? read.value.energyWhThisMonth : 0n;
  const back = bought < energyWh ? bought : energyWh;
  const position: TariffPosition = sameMonth
    ? { ...read.value, energyWhThisMonth: bought - back }
    : read.value;
  // Free energy of the month is not money.
  const priced = { ...position, freeEnergyWhThisMonth: freeIsGone };
  const cost = await costOf(tx, deps, { ...o, nowMs: deps.nowMs(), position: priced });
  if (cost === null || cost.energyMinor < 0n || cost.taxMinor < 0n) return err('noPrice');
  return ok({ ...cost, position });
}

const freeIsGone = 10n ** 15n;

/** Energy handed over becomes the customer's money; what the meter was owed is paid with it. */
export async function carryIn(
  tx: Tx,
  deps: ModeDeps,
  o: {
    readonly utility: Utility;
    readonly connection: Connection;
    readonly modeChangeId: string;
    readonly handedOverWh: bigint;
    readonly owedWh: bigint;
  },
): Promise<Result<{ readonly amountMinor: bigint; readonly energyWh: bigint }, 'noPrice'>> {
  const { connection } = o;
  const energyWh = o.handedOverWh - o.owedWh;
  const isCredit = energyWh >= 0n;
  const worth = await worthOf(tx, deps, { ...o, energyWh: isCredit ? energyWh : -energyWh });
  if (!worth.ok) return worth;
  const { energyMinor, taxMinor, totalMinor, position } = worth.value;
  const prepaid = accounts.customerPrepaid(connection);
  const move = (
    account: Transfer['debitAccount'],
    amountMinor: bigint,
    reasons: readonly [credit: Transfer['reason'], debit: Transfer['reason']],
  ): Transfer =>
    isCredit
      ? { debitAccount: account, creditAccount: prepaid, amountMinor, reason: reasons[0] }
      : { debitAccount: prepaid, creditAccount: account, amountMinor, reason: reasons[1] };
  const transfers = [
    move(accounts.energySales(connection), energyMinor, ['carriedEnergy', 'energy']),
    move(accounts.tax(connection), taxMinor, ['carriedTax', 'tax']),
  ].filter((each) => each.amountMinor > 0n);
  const place = connection;
  const context = { place, saleId: null, paymentId: null, postedAtMs: deps.nowMs() };
  const { newUuid } = deps;
  await postTransfers(tx, { ...context, newUuid, modeChangeId: o.modeChangeId }, transfers);
  if (isCredit) {
    await tx
      .updateTable('connections')
      .set({ tariff_position: JSON.stringify(positionToJson(position)) })
      .where('bucket', '=', connection.bucket)
      .where('id', '=', connection.connectionId)
      .execute();
  }
  return ok({ amountMinor: isCredit ? totalMinor : -totalMinor, energyWh });
}
