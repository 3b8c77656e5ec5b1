// A requested change between token and wallet mode: whether it is possible, what the second person
// sees, and the commands. After approval the meter's answer carries it out (finish-change.ts).

import { creditModeFieldsSchema } from '@prewatt/api';
import { err, formatMoney, hourMs, ok, type Result } from '@prewatt/quantities';
import { z } from 'zod';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import {
  type Commands,
  type MeterReport,
  openModeChange,
  saidControlMode,
} from '../../metering/headend/index.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import { type ApprovalOperation, defineOperation } from '../../registry/approvals/index.ts';
import {
  type Connection,
  type ConnectionPlace,
  insertModeChange,
  loadConnection,
  loadConnectionForUpdate,
  type MeterPlace,
  placeOfConnection,
  updateModeChange,
} from '../../registry/connections/index.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import type { Carried } from './carry.ts';
import { type DueAtChange, dueAtChange, factsOfDue } from './due-at-change.ts';
import { type ModeRefusal, modeSentences } from './errors.ts';
import {
  checkSiteReading,
  type KnownRegister,
  type SiteReading,
  type SiteRefusal,
  type SiteUse,
  siteFacts,
} from './site-reading.ts';
import { balanceOf } from './store.ts';

/** So long a meter may take to answer; then the change has failed and may be asked for again. */
const expiresAfterMs = 72 * hourMs;
/** So long the meter is waited for, should its link be mended. */
const heardAgainMs = 90 * 24 * hourMs;

/** How far a change of credit mode is, for whoever tells the customer. */
export type ModeNews = {
  readonly place: ConnectionPlace;
  readonly modeChangeId: string;
  readonly toMode: 'token' | 'wallet';
  /** Asked of the meter; made, and charged from now on; or it comes to nothing. */
  readonly what: 'asked' | 'begun' | 'calledOff';
  /** Of a change to wallet mode that is asked: what it will leave the home with, as of now. */
  readonly due?: DueAtChange;
  /** Of a wallet that has begun: what the meter handed over, below zero what it had lent. */
  readonly carried?: Carried;
  /** Of a wallet that has begun: since when its use is charged. */
  readonly sinceMs?: number;
};

export type ModeDeps = {
  /** Tells the customer, in the transaction of the news. */
  readonly onMode: (tx: Tx, news: ModeNews) => Promise<void>;
  readonly commands: Pick<Commands, 'enqueue' | 'switchByRule' | 'cancel'>;
  readonly register: KnownRegister;
  /** A reading that a person states goes the way of all readings. */
  readonly recordReadings: (
    tx: Tx,
    reports: readonly MeterReport[],
    receivedAtMs: number,
  ) => Promise<void>;
  readonly tariffs: Pick<Tariffs, 'inForce'>;
  readonly utilities: Utilities;
  readonly newUuid: NewUuid;
  readonly nowMs: () => number;
};

export const modePayload = creditModeFieldsSchema.extend({ connectionId: z.uuid() });
export type ModePayload = z.output<typeof modePayload>;

export type Wish = {
  readonly toMode: 'token' | 'wallet';
  readonly siteReading?: SiteReading | undefined;
};
type MayCheck = Wish & {
  readonly place: ConnectionPlace;
  readonly zone: string;
  readonly nowMs: number;
};

export type MayChange = {
  readonly connection: Connection;
  /** A change to token mode that the silent meter has not made, and that this one takes over. */
  readonly givesUp: { readonly id: string; readonly commandId: string } | null;
  /** By the register that was read at the meter; null when the meter itself is asked. */
  readonly use: SiteUse | null;
};

const no = (code: ModeRefusal): Result<never, SiteRefusal> =>
  err({ code, detail: modeSentences[code] });

/** Whether the change could be made now. Writes nothing. */
export async function mayChangeMode(
  tx: Tx,
  deps: Pick<ModeDeps, 'register'>,
  o: MayCheck,
): Promise<Result<MayChange, SiteRefusal>> {
  const { place, toMode, siteReading } = o;
  const connection = await loadConnection(tx, place);
  if (connection === null) return no('unknownConnection');
  if (connection.creditMode === toMode) return no('modeAlready');
  const open = await openModeChange(tx, place);
  const givesUp = siteReading !== undefined && open !== null && open.stage !== 'done' ? open : null;
  if (open !== null && givesUp === null) return no('changeUnderWay');
  const meterPlace = { ...place, meterId: connection.meter.meterId };
  if (siteReading !== undefined) {
    const checked = await checkSiteReading(tx, deps.register, {
      ...o,
      place: meterPlace,
      reading: siteReading,
    });
    return checked.ok ? ok({ connection, givesUp, use: checked.value }) : checked;
  }
  const meter = await tx
    .selectFrom('meters')
    .select('secret_hash')
    .where('bucket', '=', place.bucket)
    .where('id', '=', meterPlace.meterId)
    .executeTakeFirstOrThrow();
  if (meter.secret_hash.every((byte) => byte === 0)) return no('noLink');
  const may = ok({ connection, givesUp, use: null });
  if (toMode === 'wallet') {
    if ((await saidControlMode(tx, meterPlace)) === 0) return no('switchNeverOpens');
    return (await hasOpenToken(tx, meterPlace)) ? no('tokensUnderWay') : may;
  }
  // A balance below zero becomes a debt of the change (finish-change.ts).
  return may;
}

async function hasOpenToken(tx: Tx, place: MeterPlace): Promise<boolean> {
  const token = await tx
    .selectFrom('tokens')
    .select('id')
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where('meter_id', '=', place.meterId)
    .where('kind', '=', 'credit')
    .where('state', '=', 'issued')
    .limit(1)
    .executeTakeFirst();
  return token !== undefined;
}

export function creditModeApproval(deps: ModeDeps): ApprovalOperation {
  return defineOperation<ModePayload, ModeRefusal>({
    payload: modePayload,
    describe: async (tx, { utilityId, payload }) => {
      const place = placeOfConnection(utilityId, payload.connectionId);
      const connection = await loadConnection(tx, place);
      return {
        title: payload.toMode === 'wallet' ? 'Change to wallet mode' : 'Change to token mode',
        facts: [
          { label: 'Connection', value: connection?.name ?? 'unknown' },
          ...(connection === null ? [] : await readFacts(tx, deps, connection, payload)),
          ...(connection === null ? [] : await carriedFacts(tx, deps, connection, payload)),
        ],
      };
    },
    perform: async (tx, { utilityId, payload, approvalId, requestedBy, approvedBy }) => {
      const { utilities, nowMs, newUuid } = deps;
      const place = placeOfConnection(utilityId, payload.connectionId);
      await loadConnectionForUpdate(tx, place);
      const { zone } = await utilities.get(utilityId);
      const may = await mayChangeMode(tx, deps, { ...payload, place, zone, nowMs: nowMs() });
      if (!may.ok) return err(may.error.code);
      const id = newUuid();
      const at = new Date(nowMs());
      const asked = { by: requestedBy.name, reason: payload.reason };
      const meterPlace = { ...place, meterId: may.value.connection.meter.meterId };
      const order = { id, place: meterPlace, payload, asked };
      const commandId =
        payload.siteReading === undefined
          ? await askMeter(tx, deps, order)
          : await takeFromSite(tx, deps, { ...order, may: may.value });
      const site = payload.siteReading;
      await insertModeChange(tx, {
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
        site_read_at: site === undefined ? null : new Date(site.readAt),
        site_import_wh: site === undefined ? null : BigInt(site.importEnergyWh),
        at,
        state_at: at,
      });
      const { toMode } = payload;
      const news = { place, modeChangeId: id, toMode, what: 'asked' } as const;
      const { connection } = may.value;
      const of = { utility: await utilities.get(utilityId), connection };
      const due = toMode === 'wallet' ? { due: await dueAtChange(tx, deps, of) } : {};
      await deps.onMode(tx, { ...news, ...due });
      return ok({ modeChangeId: id });
    },
    refusals: modeSentences,
  });
}

type Order = {
  readonly id: string;
  readonly place: MeterPlace;
  readonly payload: ModePayload;
  readonly asked: { readonly by: string; readonly reason: string };
};

/** The meter is asked to hand over, or to count its credit again; its answer carries it out. */
async function askMeter(tx: Tx, deps: ModeDeps, o: Order): Promise<string> {
  const { id, place, asked } = o;
  const expiresAtMs = deps.nowMs() + expiresAfterMs;
  // The reading comes first, so that the wallet's last use is rated up to the change.
  const read = { place, requestId: `mode-read:${id}`, expiresAtMs, priority: 2 };
  await deps.commands.enqueue(tx, { ...read, kind: 'readNow', asked });
  const { commandId } = await deps.commands.enqueue(tx, {
    ...{ place, asked, expiresAtMs },
    requestId: `mode:${id}`,
    priority: 3,
    kind: 'setPaymentMode',
    action: {
      kind: 'setPaymentMode',
      paymentMode: o.payload.toMode === 'wallet' ? 'credit' : 'prepayment',
      creditUnit: 'energy',
      balance: 'handOver',
    },
  });
  return commandId;
}

/**
 * The register was read at the meter: it goes the way of all readings. Should the meter be heard
 * again it is told to count its credit, and to keep what it has by then.
 */
async function takeFromSite(
  tx: Tx,
  deps: ModeDeps,
  o: Order & { readonly may: MayChange },
): Promise<string> {
  const { id, place, asked, may } = o;
  const { siteReading } = o.payload;
  if (siteReading === undefined) throw new Error('no register was read at the meter');
  const nowMs = deps.nowMs();
  if (may.givesUp !== null) {
    const { commandId } = may.givesUp;
    await deps.commands.cancel(tx, { ...place, commandId }, asked);
    const givenUp = { bucket: place.bucket, id: may.givesUp.id };
    await updateModeChange(tx, givenUp, {
      state: 'failed',
      problem: 'The meter did not answer; its register was read there instead.',
      state_at: new Date(nowMs),
    }).execute();
  }
  const atMs = Date.parse(siteReading.readAt);
  const value = BigInt(siteReading.importEnergyWh);
  const points = [{ register: 'importEnergyWh', atMs, value } as const];
  await deps.recordReadings(tx, [{ place, points }], nowMs);
  const { commandId } = await deps.commands.enqueue(tx, {
    ...{ place, asked },
    requestId: `mode:${id}`,
    expiresAtMs: nowMs + heardAgainMs,
    priority: 3,
    kind: 'setPaymentMode',
    action: {
      kind: 'setPaymentMode',
      paymentMode: 'prepayment',
      creditUnit: 'energy',
      balance: 'keep',
    },
  });
  return commandId;
}

/** Of a change by the register that was read at the meter: that register, and the use up to it. */
async function readFacts(
  tx: Tx,
  deps: ModeDeps,
  connection: Connection,
  payload: ModePayload,
): Promise<readonly Fact[]> {
  const { siteReading } = payload;
  if (siteReading === undefined) return [];
  const { zone } = await deps.utilities.get(connection.utilityId);
  const made = await tx
    .selectFrom('mode_changes')
    .select('id')
    .where('bucket', '=', connection.bucket)
    .where('connection_id', '=', connection.connectionId)
    .where('request_id', '=', payload.requestId)
    .executeTakeFirst();
  // Allowed, and read again: what was checked then is so no more.
  const isDone = made !== undefined || connection.creditMode === 'token';
  const nowMs = deps.nowMs();
  const may = isDone
    ? null
    : await mayChangeMode(tx, deps, { ...payload, place: connection, zone, nowMs });
  const use = may === null || !may.ok ? may : ok(may.value.use ?? { last: null, usedWh: null });
  return siteFacts(siteReading, use, zone);
}

type Fact = { readonly label: string; readonly value: string };

/** What the second person sees of the balance that is carried, as it stands now. */
async function carriedFacts(
  tx: Tx,
  deps: ModeDeps,
  connection: Connection,
  payload: ModePayload,
): Promise<readonly Fact[]> {
  const utility = await deps.utilities.get(connection.utilityId);
  if (payload.toMode === 'wallet') {
    const due = await dueAtChange(tx, deps, { utility, connection });
    return factsOfDue(due, utility, deps.nowMs());
  }
  const money = formatMoney(await balanceOf(tx, connection), utility.currency);
  const less = payload.siteReading !== undefined ? ' less that use' : '';
  const value = `${money}${less}, as a token; below zero it is owed as a debt`;
  return [{ label: 'Carried over', value }];
}
