// Visits lamps that are due: tells the level that is asked of each, and takes what it says: level,
// power, energy, what is wrong. A lamp that does not answer is visited again; nothing is told twice
// that would do harm twice.

import { hourMs, minuteMs } from '@prewatt/quantities';
import { energySince, faultOf, type LampReading, nightDateAt } from '@prewatt/street-light';
import { z } from 'zod';
import type { Database, Tx } from '../../base/database.ts';
import { notifyLive } from '../../base/live.ts';
import type { LampDevices, LampSaid } from '../../metering/drivers/index.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { changeFault, tellFaults } from './faults.ts';
import { addToNight, type Lamp, lampsOf, takeDue, visitAt, writeVisit } from './lamp-store.ts';
import { type LookDeps, silentAfterMs } from './look.ts';
import { lockAccount, updateAccount } from './store.ts';

export type VisitDeps = LookDeps & { readonly database: Database };

/** Business time. A level is told again so often until the lamp says it. */
const againMs = minuteMs;
/** Six changes in an hour are flicker: a lamp that burns is read often enough to see them. */
const burningEveryMs = 5 * minuteMs;
const darkEveryMs = 15 * minuteMs;
const visitsOfASweep = 500;
const atOnce = 32;
const readingsKept = 16;

type Visited = { readonly lampId: string; readonly said: LampSaid };

export async function visitDue(
  deps: VisitDeps,
  utility: Utility,
  devices: LampDevices,
): Promise<void> {
  const due = await deps.database.inUtility(utility.id, (tx) =>
    takeDue(tx, utility.id, { nowMs: deps.nowMs(), againMs, limit: visitsOfASweep }),
  );
  const byAccount = new Map<string, { place: ConnectionPlace; visited: Visited[] }>();
  const waiting = [...due];
  const visitOne = async (): Promise<void> => {
    for (let lamp = waiting.pop(); lamp !== undefined; lamp = waiting.pop()) {
      const { lampId, place, askedPercent } = lamp;
      const said = await devices.visit(lampId, { levelPercent: askedPercent });
      if (!said.ok) continue;
      const account = byAccount.get(place.connectionId) ?? { place, visited: [] };
      account.visited.push({ lampId, said: said.value });
      byAccount.set(place.connectionId, account);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, visitOne));
  for (const { place, visited } of byAccount.values()) {
    await deps.database.inUtility(utility.id, (tx) =>
      takeVisits(tx, deps, { utility, place, visited }),
    );
  }
}

async function takeVisits(
  tx: Tx,
  deps: VisitDeps,
  o: {
    readonly utility: Utility;
    readonly place: ConnectionPlace;
    readonly visited: readonly Visited[];
  },
): Promise<void> {
  const { place, utility, visited } = o;
  const account = await lockAccount(tx, place);
  if (account === null) return;
  const ids = visited.map(({ lampId }) => lampId);
  const lamps = new Map((await lampsOf(tx, place, ids)).map((lamp) => [lamp.lampId, lamp]));
  const nowMs = deps.nowMs();
  const night = nightDateAt(nowMs, utility.zone).toString();
  let countedWh = 0n;
  for (const { lampId, said } of visited) {
    const lamp = lamps.get(lampId);
    if (lamp === undefined) continue;
    const sinceWh = sinceOf(lamp, said.energyWh, nowMs);
    const usedWh = sinceWh ?? 0n;
    countedWh += usedWh;
    await takeVisit(tx, deps, { place, lamp, said, usedWh, hasLeapt: sinceWh === null, nowMs });
    if (usedWh > 0n) await addToNight(tx, place, { lampId, night, usedWh });
  }
  if (countedWh > 0n) {
    await updateAccount(tx, place, { counted_wh: account.countedWh + countedWh });
  }
  await tellFaults(tx, deps, account.place);
  const { utilityId, connectionId } = place;
  await notifyLive(tx, { kind: 'connection', utilityId, connectionId });
}

/** Null: the counter has leapt. */
function sinceOf(lamp: Lamp, energyWh: bigint | null, nowMs: number): bigint | null {
  if (energyWh === null) return 0n;
  const { fullMilliW, counterWh, readAtMs, addedAtMs } = lamp;
  const elapsedMs = nowMs - (readAtMs ?? addedAtMs);
  return energySince(counterWh, energyWh, { fullMilliW, elapsedMs });
}

const recentReadings = z.array(
  z.object({ atMs: z.number(), levelPercent: z.number(), milliW: z.number() }),
);

async function takeVisit(
  tx: Tx,
  deps: VisitDeps,
  o: {
    readonly place: ConnectionPlace;
    readonly lamp: Lamp;
    readonly said: LampSaid;
    readonly usedWh: bigint;
    readonly hasLeapt: boolean;
    readonly nowMs: number;
  },
): Promise<void> {
  const { place, lamp, said, hasLeapt, nowMs } = o;
  const { levelPercent, milliW } = said;
  const isSame = lamp.levelPercent === levelPercent && lamp.levelSinceMs !== null;
  const levelSinceMs = isSame && lamp.levelSinceMs !== null ? lamp.levelSinceMs : nowMs;
  const before = recentReadings.safeParse(lamp.recent);
  const readings: readonly LampReading[] = [
    ...(before.success ? before.data : []).filter(({ atMs }) => nowMs - atMs <= hourMs),
    ...(milliW === null ? [] : [{ atMs: nowMs, levelPercent, milliW }]),
  ].slice(-readingsKept);
  const isApplied = lamp.askedPercent === levelPercent;
  const everyMs = levelPercent > 0 ? burningEveryMs : darkEveryMs;
  await writeVisit(tx, place, {
    ...{ lampId: lamp.lampId, levelPercent, levelSinceMs, milliW, readings, isApplied, nowMs },
    // One that leapt stays where it was believed last: it is at fault until it is linked anew.
    ...{ counterWh: hasLeapt ? null : said.energyWh, countedWh: lamp.countedWh + o.usedWh },
    visitAtMs: nowMs + (isApplied || lamp.askedPercent === null ? everyMs : againMs),
  });
  // One that does not measure tells nothing but that it is there.
  const byPower =
    milliW === null ? null : faultOf({ lamp, readings, levelSinceMs, nowMs, silentAfterMs });
  const fault = hasLeapt ? 'leaps' : byPower;
  await changeFault(tx, deps, { place, lamp, fault, nowMs });
}

/** A lamp has said that it is there: it is told what is due at once. */
export const visitSoon = (
  { database, nowMs }: Pick<VisitDeps, 'database' | 'nowMs'>,
  { utilityId, bucket, lampId }: Pick<ConnectionPlace, 'utilityId' | 'bucket'> & { lampId: string },
): Promise<void> =>
  database.inUtility(utilityId, (tx) => visitAt(tx, { bucket }, { lampId, atMs: nowMs() }));
