// Looks at an account: how its credit stands, which level each of its lamps is due and is told now,
// which are late or silent. Harmless to repeat: what is due hangs on the moment alone.

import { hourMs, minuteMs } from '@prewatt/quantities';
import { type LevelDue, lateAfterMs, standingOf } from '@prewatt/street-light';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { notifyLive } from '../../base/live.ts';
import type { Commands } from '../../metering/headend/index.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import {
  type Connection,
  type ConnectionPlace,
  loadConnection,
} from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { moneyLeftOf } from '../wallet/index.ts';
import { tellCircuit } from './circuits.ts';
import { changeFault, type FaultDeps, tellFaults } from './faults.ts';
import { askLevel, groupsOf, lampsOf, markLate } from './lamp-store.ts';
import { dueNow, type Known, type LampDue, nightsLeft } from './levels.ts';
import { type Account, lockAccount, overridesOf, ownMeterOf, updateAccount } from './store.ts';

export type LookDeps = FaultDeps & {
  readonly tariffs: Pick<Tariffs, 'inForce'>;
  readonly commands: Pick<Commands, 'enqueue'>;
  readonly newUuid: NewUuid;
  readonly nowMs: () => number;
};

/** Credit moves with each payment and each reading, whatever the programmes say. */
const lookEveryMs = 10 * minuteMs;
/** While credit is short or not known: a payment is to light lamps again, and at once. */
const lookSoonMs = minuteMs;
/** A lamp of which nothing is heard for so long is silent. */
export const silentAfterMs = 2 * hourMs;

export async function lookAt(
  tx: Tx,
  deps: LookDeps,
  o: { readonly utility: Utility; readonly place: ConnectionPlace },
): Promise<void> {
  const { utility, place } = o;
  const account = await lockAccount(tx, place);
  const nowMs = deps.nowMs();
  if (account === null || account.lookAtMs > nowMs || account.closedAtMs !== null) return;
  const connection = await loadConnection(tx, place);
  if (connection === null) return;
  const groups = await groupsOf(tx, place);
  const lamps = await lampsOf(tx, place);
  const overrides = await overridesOf(tx, place, nowMs);
  const known: Known = { account, zone: utility.zone, groups, lamps, overrides, nowMs };
  const { creditWh, isUsedUp } = await creditOf(tx, deps, { utility, account, connection, nowMs });
  const nightsLeftTenths = creditWh === null ? null : nightsLeft(known, creditWh);
  const { standing: before, dimBelowNights } = account;
  const standing = standingOf({ before, isUsedUp, nightsLeftTenths, dimBelowNights });
  const due = dueNow(known, standing);
  const changed = await tell(tx, place, { due: due.lamps, nowMs });
  const asItStands = { ...known, account: { ...account, standing } };
  await tellCircuit(tx, deps.commands, {
    ...{ known: asItStands, meterId: connection.meter.meterId },
  });
  await noticeSilent(tx, deps, { known, place });
  await markLate(tx, place, {
    ...{ toldBeforeMs: nowMs - lateAfterMs, sleeperBeforeMs: nowMs - silentAfterMs },
  });
  const everyMs = standing === 'enough' && nightsLeftTenths !== null ? lookEveryMs : lookSoonMs;
  await updateAccount(tx, place, {
    ...(standing === before ? {} : { standing, standing_at: new Date(nowMs) }),
    nights_left_tenths: nightsLeftTenths,
    look_at: new Date(Math.min(due.nextMs, nowMs + everyMs)),
  });
  await tellFaults(tx, deps, account.place);
  if (!changed && standing === before) return;
  const { utilityId, connectionId } = place;
  await notifyLive(tx, { kind: 'connection', utilityId, connectionId });
}

/**
 * What credit still buys, and whether it is used up: the account's meter has opened its switch. In
 * token mode a meter of the account's own holds the credit; lamps that are summed take no tokens.
 */
async function creditOf(
  tx: Tx,
  deps: LookDeps,
  o: {
    readonly utility: Utility;
    readonly account: Account;
    readonly connection: Connection;
    readonly nowMs: number;
  },
): Promise<{ readonly creditWh: bigint | null; readonly isUsedUp: boolean }> {
  const { account, connection } = o;
  const { bucket, meter } = connection;
  const own =
    account.meteredBy === 'meter' ? await ownMeterOf(tx, { bucket, meterId: meter.meterId }) : null;
  const isUsedUp = account.meteredBy === 'meter' ? (own?.isOpen ?? false) : account.isOpen;
  if (connection.creditMode === 'token') return { creditWh: own?.creditWh ?? null, isUsedUp };
  return { creditWh: (await moneyLeftOf(tx, deps, o)).energyWh, isUsedUp };
}

/** Lamps whose level or cause is another than they were told; true when there are any. */
async function tell(
  tx: Tx,
  place: ConnectionPlace,
  { due, nowMs }: { readonly due: readonly LampDue[]; readonly nowMs: number },
): Promise<boolean> {
  const byLevel = new Map<string, { due: LevelDue; ids: string[] }>();
  for (const { lamp, due: level } of due) {
    const isSame = lamp.askedPercent === level.levelPercent && lamp.askedBecause === level.because;
    if (isSame) continue;
    const key = `${level.levelPercent} ${level.because}`;
    const group = byLevel.get(key) ?? { due: level, ids: [] };
    group.ids.push(lamp.lampId);
    byLevel.set(key, group);
  }
  for (const { due: level, ids } of byLevel.values()) {
    await askLevel(tx, place, { due: level, lampIds: ids, nowMs });
  }
  return byLevel.size > 0;
}

async function noticeSilent(
  tx: Tx,
  deps: Pick<LookDeps, 'newUuid'>,
  { known, place }: { readonly known: Known; readonly place: ConnectionPlace },
): Promise<void> {
  const { nowMs, lamps } = known;
  for (const lamp of lamps) {
    const heardMs = lamp.readAtMs ?? lamp.addedAtMs;
    if (lamp.link === null || lamp.fault === 'silent' || nowMs - heardMs < silentAfterMs) continue;
    await changeFault(tx, deps, { place, lamp, fault: 'silent', nowMs });
  }
}
