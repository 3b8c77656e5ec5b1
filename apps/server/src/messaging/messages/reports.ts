// What becomes of messages after they were handed over: delivery reports in any order, twice, late
// or before their message is filed; and those that no report came for. Delivered stays delivered.

import { type Database, instant, type Tx } from '../../base/database.ts';
import { enqueueJob } from '../../base/jobs.ts';
import { notifyLive } from '../../base/live.ts';
import type { Clocks } from '../../base/time.ts';
import type { Heard } from '../gateways/index.ts';
import { type Attempt, nextGateway } from './next-gateway.ts';

export type Report = Omit<Extract<Heard, { kind: 'report' }>, 'kind'>;

export type ReportsDeps = {
  readonly database: Database;
  /** Names of the gateways, in their order. */
  readonly names: readonly string[];
  readonly clocks: Clocks;
  readonly onOptedOut: (phone: string) => Promise<void>;
};

type Place = {
  readonly utilityId: string;
  readonly bucket: number;
  readonly messageId: string;
  readonly nth: number;
};

const dayMs = 86_400_000;
/** Names that gateways gave are kept as long as the slowest report may take. */
const filedMs = 21 * dayMs;
const checkedAtOnce = 100;

export function createReports(o: ReportsDeps) {
  return {
    /** Keeps a report; one of a message that is not filed yet waits a day for it. */
    reported: async (gateway: string, given: Report): Promise<void> => {
      const ids = given.gatewayIds.filter((id) => id !== '' && id.length <= 100).slice(0, 12);
      const report = { ...given, gatewayIds: ids };
      const [firstId] = ids;
      if (firstId === undefined || report.outcome === 'pending') return;
      if (await take(o, gateway, report)) return;
      await o.database.directories
        .insertInto('early_report_directory')
        .values({
          ...{ gateway, gateway_ids: ids, first_id: firstId, outcome: report.outcome },
          reason: report.reason?.slice(0, 200) ?? null,
          is_opted_out: report.isOptedOut,
          at: new Date(o.clocks.real.nowMs()),
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    sweepReports: () => sweepReports(o),
    recheck: (utilityId: string) => recheck(o, utilityId),
  };
}

async function find(
  o: ReportsDeps,
  gateway: string,
  ids: readonly string[],
): Promise<Place | null> {
  const rows = await o.database.directories
    .selectFrom('gateway_message_directory')
    .selectAll()
    .where('gateway', '=', gateway)
    .where('gateway_id', 'in', [...ids])
    .execute();
  // The surest form of the name counts.
  const row = ids.map((id) => rows.find(({ gateway_id }) => gateway_id === id)).find(Boolean);
  if (row === undefined) return null;
  const { utility_id: utilityId, bucket, message_id: messageId, nth } = row;
  return { utilityId, bucket, messageId, nth };
}

/** False when no message goes by this name yet. */
async function take(o: ReportsDeps, gateway: string, report: Report): Promise<boolean> {
  const place = await find(o, gateway, report.gatewayIds);
  if (place === null) return false;
  const phone = await o.database.inUtility(place.utilityId, (tx) =>
    applyReport(tx, o, { place, report }),
  );
  if (report.isOptedOut && phone !== null) await o.onOptedOut(phone);
  return true;
}

/** Reports that came first, and names that are too old: of no tenant. */
async function sweepReports(o: ReportsDeps): Promise<void> {
  const { directories } = o.database;
  const early = await directories
    .selectFrom('early_report_directory')
    .selectAll()
    .orderBy('at', 'desc')
    .limit(500)
    .execute();
  for (const row of early) {
    const { gateway, first_id: firstId, outcome, reason, is_opted_out: isOptedOut } = row;
    const report = { gatewayIds: row.gateway_ids, outcome, reason, isOptedOut };
    if (!(await take(o, gateway, report))) continue;
    await directories
      .deleteFrom('early_report_directory')
      .where('gateway', '=', gateway)
      .where('first_id', '=', firstId)
      .where('outcome', '=', outcome)
      .execute();
  }
  const nowMs = o.clocks.real.nowMs();
  await directories
    .deleteFrom('early_report_directory')
    .where('at', '<', instant(nowMs - dayMs))
    .execute();
  await directories
    .deleteFrom('gateway_message_directory')
    .where('at', '<', instant(nowMs - filedMs))
    .execute();
}

/** Sends by another gateway what should have come by now. */
const recheck = (o: ReportsDeps, utilityId: string): Promise<void> =>
  o.database.inUtility(utilityId, async (tx) => {
    const rows = await tx
      .selectFrom('messages')
      .select(['bucket', 'id', 'connection_id'])
      .where('utility_id', '=', utilityId)
      .where('check_at', '<=', instant(o.clocks.real.nowMs()))
      .orderBy('check_at')
      .limit(checkedAtOnce)
      .forUpdate()
      .skipLocked()
      .execute();
    for (const { bucket, id, connection_id: connectionId } of rows) {
      const place = { utilityId, bucket, messageId: id };
      const isAgain = (await nextOf(tx, o, place)) !== null;
      await setState(tx, o, { place, state: isAgain ? 'queued' : 'sent' });
      if (isAgain) await sendAgain(tx, place);
      await notifyLive(tx, { kind: 'connection', utilityId, connectionId });
    }
  });

/** Answers with the phone, for who wants no more messages. */
async function applyReport(
  tx: Tx,
  o: ReportsDeps,
  { place, report }: { readonly place: Place; readonly report: Report },
): Promise<string | null> {
  const message = await tx
    .selectFrom('messages')
    .select(['state', 'phone', 'connection_id'])
    .where('bucket', '=', place.bucket)
    .where('id', '=', place.messageId)
    .forUpdate()
    .executeTakeFirst();
  if (message === undefined) return null;
  const isDelivered = report.outcome === 'delivered';
  const attempt = await tx
    .updateTable('message_attempts')
    .set({
      outcome: isDelivered ? 'delivered' : 'undelivered',
      reason: report.reason?.slice(0, 200) ?? null,
      outcome_at: new Date(o.clocks.real.nowMs()),
    })
    .where('bucket', '=', place.bucket)
    .where('message_id', '=', place.messageId)
    .where('nth', '=', place.nth)
    // Delivered stays delivered, and what is repeated changes nothing.
    .where('outcome', 'not in', isDelivered ? ['delivered'] : ['delivered', 'undelivered'])
    .executeTakeFirst();
  if (attempt.numUpdatedRows === 0n) return message.phone;
  const { utilityId } = place;
  if (isDelivered) await setState(tx, o, { place, state: 'delivered' });
  else if (message.state === 'sent' && (await isOpen(tx, place)) === false) {
    const isAgain = (await nextOf(tx, o, place)) !== null;
    await setState(tx, o, { place, state: isAgain ? 'queued' : 'failed' });
    if (isAgain) await sendAgain(tx, place);
  }
  await notifyLive(tx, { kind: 'connection', utilityId, connectionId: message.connection_id });
  return message.phone;
}

type MessagePlace = Pick<Place, 'utilityId' | 'bucket' | 'messageId'>;

/** Whether another gateway has it, and may still deliver it. */
async function isOpen(tx: Tx, place: MessagePlace): Promise<boolean> {
  const attempts = await attemptsOf(tx, place);
  return attempts.some(({ outcome }) => ['handing', 'accepted', 'unknown'].includes(outcome));
}

const nextOf = async (tx: Tx, o: ReportsDeps, place: MessagePlace): Promise<string | null> =>
  nextGateway(o.names, await attemptsOf(tx, place));

const attemptsOf = (tx: Tx, place: MessagePlace): Promise<readonly Attempt[]> =>
  tx
    .selectFrom('message_attempts')
    .select(['nth', 'gateway', 'outcome', 'tries'])
    .where('bucket', '=', place.bucket)
    .where('message_id', '=', place.messageId)
    .orderBy('nth')
    .execute();

async function setState(
  tx: Tx,
  o: ReportsDeps,
  {
    place,
    state,
  }: { readonly place: MessagePlace; readonly state: 'queued' | 'sent' | 'delivered' | 'failed' },
): Promise<void> {
  await tx
    .updateTable('messages')
    .set({ state, check_at: null, state_at: new Date(o.clocks.business.nowMs()) })
    .where('bucket', '=', place.bucket)
    .where('id', '=', place.messageId)
    .execute();
}

const sendAgain = (tx: Tx, { utilityId, bucket, messageId: id }: MessagePlace): Promise<void> =>
  enqueueJob(tx, 'sendMessages', { utilityId, messages: [{ bucket, id }] });
