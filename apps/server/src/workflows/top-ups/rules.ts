// The rule of a home in the database: set by the customer, stopped by an operator, ended with the
// phone that set it.

import { err, ok, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import type { Connection, ConnectionPlace } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import type { TopUpRule, TopUpWay } from './due.ts';

export const mostDaysAhead = 14;

const at = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

export async function ruleOf(
  tx: Tx,
  { bucket, connectionId }: ConnectionPlace,
): Promise<TopUpRule | null> {
  const row = await tx
    .selectFrom('top_up_rules')
    .selectAll()
    .where('bucket', '=', bucket)
    .where('connection_id', '=', connectionId)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { stopped_at: stoppedAt, stop_reason: reason } = row;
  return {
    isOn: row.is_on,
    way: row.way as TopUpWay,
    phone: row.phone,
    daysAhead: row.days_ahead,
    amountMinor: row.amount_minor,
    mostAWeekMinor: row.most_a_week_minor,
    pausedUntilMs: row.paused_until,
    stopped: stoppedAt === null ? null : { atMs: stoppedAt, reason: reason ?? '' },
  };
}

/** In the order of the checks. */
export type RuleRefusal = 'noPhone' | 'stopped' | 'days' | 'amount' | 'week' | 'noCard';

export type WantedRule = {
  readonly way: TopUpWay;
  readonly daysAhead: number;
  readonly amountMinor: bigint;
  readonly mostAWeekMinor: bigint;
};

/** Turns it on as wished. */
export async function setRule(
  tx: Tx,
  o: {
    readonly connection: Connection;
    readonly utility: Utility;
    readonly wanted: WantedRule;
    readonly hasCard: boolean;
    readonly nowMs: number;
  },
): Promise<Result<void, RuleRefusal>> {
  const { connection, utility, wanted, nowMs } = o;
  const phone = connection.customerPhone;
  if (phone === null) return err('noPhone');
  const before = await ruleOf(tx, connection);
  if (before !== null && before.stopped !== null) return err('stopped');
  const { daysAhead, amountMinor, mostAWeekMinor } = wanted;
  if (!Number.isInteger(daysAhead) || daysAhead < 1 || daysAhead > mostDaysAhead) {
    return err('days');
  }
  const isWithin =
    amountMinor >= utility.minimumPurchaseMinor && amountMinor <= utility.maximumPurchaseMinor;
  if (!isWithin) return err('amount');
  if (mostAWeekMinor < amountMinor || mostAWeekMinor > 100n * utility.maximumPurchaseMinor) {
    return err('week');
  }
  if (wanted.way === 'card' && !o.hasCard) return err('noCard');
  const values = {
    ...{ is_on: true, way: wanted.way, phone, days_ahead: daysAhead },
    ...{ amount_minor: amountMinor, most_a_week_minor: mostAWeekMinor, paused_until: null },
    ...{ look_at: new Date(nowMs), changed_at: new Date(nowMs) },
  };
  const { bucket, connectionId, utilityId } = connection;
  await tx
    .insertInto('top_up_rules')
    .values({ bucket, connection_id: connectionId, utility_id: utilityId, ...values })
    .onConflict((conflict) => conflict.columns(['bucket', 'connection_id']).doUpdateSet(values))
    .execute();
  return ok(undefined);
}

const rule = (tx: Tx, { bucket, connectionId }: ConnectionPlace) =>
  tx
    .updateTable('top_up_rules')
    .where('bucket', '=', bucket)
    .where('connection_id', '=', connectionId);

/** On again as it was: by the phone that set it. False where there is nothing to turn on. */
export async function turnOn(tx: Tx, of: Connection, nowMs: number): Promise<boolean> {
  const now = new Date(nowMs);
  const turned = await rule(tx, of)
    .set({ is_on: true, paused_until: null, look_at: now, changed_at: now })
    .where('phone', '=', of.customerPhone ?? '')
    .where('stopped_at', 'is', null)
    .executeTakeFirst();
  return turned.numUpdatedRows > 0n;
}

export async function turnOff(tx: Tx, place: ConnectionPlace, nowMs: number): Promise<void> {
  await rule(tx, place)
    .set({ is_on: false, changed_at: new Date(nowMs) })
    .execute();
}

export async function pause(
  tx: Tx,
  place: ConnectionPlace,
  o: { readonly untilMs: number | null; readonly nowMs: number },
): Promise<void> {
  const { untilMs, nowMs } = o;
  await rule(tx, place)
    .set({
      paused_until: at(untilMs),
      look_at: new Date(untilMs ?? nowMs),
      changed_at: new Date(nowMs),
    })
    .execute();
}

/** By an operator. False when there is no rule, or it is stopped already. */
export async function stopRule(
  tx: Tx,
  place: ConnectionPlace,
  o: { readonly operatorId: string; readonly reason: string; readonly nowMs: number },
): Promise<boolean> {
  const stopped = await rule(tx, place)
    .set({
      ...{ stopped_at: new Date(o.nowMs), stopped_by: o.operatorId, stop_reason: o.reason },
      changed_at: new Date(o.nowMs),
    })
    .where('stopped_at', 'is', null)
    .executeTakeFirst();
  return stopped.numUpdatedRows > 0n;
}

/** The customer may use it again. False when nobody has stopped it. */
export async function allowRule(tx: Tx, place: ConnectionPlace, nowMs: number): Promise<boolean> {
  const now = new Date(nowMs);
  const allowed = await rule(tx, place)
    .set({ stopped_at: null, stopped_by: null, stop_reason: null, look_at: now, changed_at: now })
    .where('stopped_at', 'is not', null)
    .executeTakeFirst();
  return allowed.numUpdatedRows > 0n;
}
