// Looks at an account: how its credit stands, which level each of its lamps is due and is told now,
// which are late or silent. Harmless to repeat: what is due hangs on the moment alone.

import { hourMs, minuteMs } from '@prewatt/quantities';
import { type LevelDue, lateAfterMs, standingOf } from '@prewatt/street-light';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { notifyLive } from '../../base/live.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import {
  type ConnectionPlace,
  loadConnection,
  type MeterPlace,
} from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { moneyLeftOf } from '../wallet/index.ts';
import { changeFault } from './faults.ts';
import { dueNow, type Known, type LampDue, nightsLeft } from './levels.ts';
import { groupsOf, lampsOf, lockAccount, overridesOf, updateAccount } from './store.ts';

export type LookDeps = {
  readonly tariffs: Pick<Tariffs, 'inForce'>;
  readonly newUuid: NewUuid;
  readonly nowMs: () => number;
  /** How many lamps of the account somebody should look at; 0: none any more. */
  readonly onLampFaults: (tx: Tx, place: MeterPlace, lamps: number) => Promise<void>;
};

/** Credit moves with each payment and each reading, whatever the programmes say. */
const lookEveryMs = 10 * minuteMs;
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
  if (account === null || account.lookAtMs > nowMs) return;
  const connection = await loadConnection(tx, place);
  if (connection === null) return;
  const groups = await groupsOf(tx, place);
  const lamps = await lampsOf(tx, place);
  const overrides = await overridesOf(tx, place, nowMs);
  const known: Known = { account, zone: utility.zone, groups, lamps, overrides, nowMs };
  const creditWh =
    connection.creditMode === 'wallet'
      ? (await moneyLeftOf(tx, deps, { utility, connection, nowMs })).energyWh
      : null;
  const nightsLeftTenths = creditWh === null ? null : nightsLeft(known, creditWh);
  const { standing: before, dimBelowNights, isOpen } = account;
  const standing = standingOf({ before, isUsedUp: isOpen, nightsLeftTenths, dimBelowNights });
  const due = dueNow(known, standing);
  const changed = await tell(tx, place, { due: due.lamps, nowMs });
  await noticeSilent(tx, deps, { known, place });
  await markLate(tx, place, nowMs);
  await updateAccount(tx, place, {
    ...(standing === before ? {} : { standing, standing_at: new Date(nowMs) }),
    nights_left_tenths: nightsLeftTenths,
    look_at: new Date(Math.min(due.nextMs, nowMs + lookEveryMs)),
  });
  await tellFaults(tx, deps, account.place);
  if (!changed && standing === before) return;
  const { utilityId, connectionId } = place;
  await notifyLive(tx, { kind: 'connection', utilityId, connectionId });
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
  const at = new Date(nowMs);
  for (const { due: level, ids } of byLevel.values()) {
    // Another cause of the same level is nothing new to the lamp.
    await sql`UPDATE lamps SET asked_because = ${level.because},
        asked_at = CASE WHEN asked_percent = ${level.levelPercent}::smallint
          THEN asked_at ELSE ${at}::timestamptz END,
        stage = CASE WHEN asked_percent = ${level.levelPercent}::smallint THEN stage
          ELSE 'asked' END,
        visit_at = CASE WHEN asked_percent = ${level.levelPercent}::smallint THEN visit_at
          ELSE ${at}::timestamptz END,
        tries = CASE WHEN asked_percent = ${level.levelPercent}::smallint THEN tries ELSE 0 END,
        asked_percent = ${level.levelPercent}::smallint
      WHERE bucket = ${place.bucket}::smallint AND id = ANY(${ids}::uuid[])`.execute(tx);
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

async function markLate(tx: Tx, place: ConnectionPlace, nowMs: number): Promise<void> {
  await sql`UPDATE lamps SET stage = 'late'
    WHERE bucket = ${place.bucket}::smallint AND connection_id = ${place.connectionId}::uuid
      AND removed_at IS NULL AND stage = 'asked'
      AND asked_at < ${new Date(nowMs - lateAfterMs)}::timestamptz
      AND EXISTS (SELECT FROM lamp_links k WHERE k.bucket = lamps.bucket AND k.lamp_id = lamps.id
        AND k.ended_at IS NULL)`.execute(tx);
}

export async function tellFaults(
  tx: Tx,
  deps: Pick<LookDeps, 'onLampFaults'>,
  place: MeterPlace,
): Promise<void> {
  const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM lamps
    WHERE bucket = ${place.bucket}::smallint AND connection_id = ${place.connectionId}::uuid
      AND removed_at IS NULL AND (fault IS NOT NULL OR stage = 'late')`.execute(tx);
  await deps.onLampFaults(tx, place, rows[0]?.n ?? 0);
}
