// `npm run simulate -- --thieves 5`: a town in which a part of the homes steals, among honest ones
// whose use changes too. The server's own rounds rank them day by day; each day's visits find what
// is true, and a thief that was found stops. What comes out: found by day, false visits, energy.

import { dayMs, expectOk, parseId, uuidOf } from '@prewatt/quantities';
import { type SimulatedLabel, simulateAreas, simulateLoads } from '@prewatt/revenue-protection';
import { createOnboarding } from '@prewatt/server/onboarding';
import {
  addNode,
  addPlacement,
  noteFinding,
  noteVisit,
  openCase,
  recordNodeReadings,
  revenuePage,
} from '@prewatt/server/revenue-protection';
import { createDatabase, createNewUuid, recordReadings } from '@prewatt/server/services';
import type { TownDatabase } from './database.ts';
import { noFaults } from './faults.ts';
import { createFakeProvider } from './provider.ts';
import { createRandom, seedFrom } from './random.ts';
import { createTownNetwork } from './town-network.ts';
import type { TownNow } from './town-now.ts';
import { startServer } from './town-server.ts';
import { createTwoPeople } from './two-people.ts';
import { createUtility, type TownHome, type UtilityPlan } from './utility.ts';
import { zone } from './zone.ts';

export type ThiefOptions = {
  readonly database: TownDatabase;
  readonly plan: UtilityPlan;
  readonly seed: number;
  /** Days of visits, after the history that a first list takes. */
  readonly days: number;
  readonly thiefPercent: number;
  readonly masterKey: Buffer;
  readonly startMs: number;
};

export type ThiefReport = {
  readonly homes: number;
  readonly thieves: number;
  /** By day of visits. */
  readonly foundByDay: readonly number[];
  readonly visits: number;
  readonly falseVisits: number;
  /** By what changed in the honest homes that were visited. */
  readonly falseVisitsByKind: Readonly<Record<string, number>>;
  readonly stolenKwh: number;
  /** What thieves that were found would have taken until the end. */
  readonly recoveredKwh: number;
};

const perDay = 48;
const halfHourMs = 1_800_000;
/** A first list takes so much: the package judges nobody on less than fourteen days. */
const historyDays = 28;
const homesPerNode = 18;
const honestChangeShare = 0.25;
/** Of a hundred homes, so many are visited in a day. */
const visitsPerHundred = 1;

export async function runThieves(o: ThiefOptions): Promise<ThiefReport> {
  const world = createWorld(o);
  try {
    return await live(o, await settle(o, world));
  } finally {
    await world.database.close();
    await world.owner.close();
  }
}

function createWorld(o: ThiefOptions) {
  const now: TownNow = {
    ...{ atMs: o.startMs, tick: 0, faults: noFaults, isBuying: false, isOpen: false },
    ...{ linkEveryTicks: 1, commandsEveryTicks: 1, upkeepEveryTicks: 1, touched: new Set() },
  };
  const database = createDatabase({ url: o.database.appUrl, maximumConnections: 4 });
  const owner = createDatabase({ url: o.database.ownerUrl, maximumConnections: 1 });
  const ids = createRandom(seedFrom(o.seed, 'ids'));
  const { services } = startServer({
    ...{ now, database, ids, sms: [], masterKey: o.masterKey, publicUrl: undefined },
    losses: createRandom(seedFrom(o.seed, 'lost connections')),
    provider: createFakeProvider(o.seed),
    network: createTownNetwork({ seed: o.seed, ticksPerDay: 24, faults: noFaults.network }),
  });
  const newUuid = createNewUuid({ nowMs: () => now.atMs }, ids.bytes);
  const onboarding = createOnboarding({
    ...{ owner, masterKey: o.masterKey, newUuid, nowMs: () => now.atMs },
  });
  return { now, database, owner, services, onboarding, deps: { newUuid, nowMs: () => now.atMs } };
}

type World = ReturnType<typeof createWorld>;

/** The utility with its network, and what is true of each home. */
async function settle(o: ThiefOptions, world: World) {
  const { now, database, services, onboarding, deps } = world;
  const { utilityId, homes } = await createUtility({
    ...{ plan: o.plan, onboarding, database, nowMs: now.atMs },
    secretBytes: (length, name) => createRandom(seedFrom(o.seed, name)).bytes(length),
  });
  const { asker } = await createTwoPeople({ utilityId, owner: world.owner, onboarding });
  const loads = simulateLoads({
    ...{ count: homes.length, days: historyDays + o.days, perDay, seed: o.seed, dailyWh: 12_000 },
  });
  const made = simulateAreas(loads, {
    ...{ name: 'T', seed: o.seed, perDay, homesPerArea: homesPerNode, honestChangeShare },
    ...{ thiefShare: o.thiefPercent / 100, hookShare: 0 },
  });
  const trueWh = new Map(loads.map(({ homeId, wh }) => [homeId, wh]));
  const labels = new Map(made.labels.map((label) => [label.homeId, label]));
  let next = 0;
  const residents: Resident[] = [];
  for (const area of made.areas) {
    const node = { utilityId, code: area.areaId, name: area.areaId, parentCode: null };
    await database.inUtility(utilityId, (tx) =>
      addNode(tx, deps, { ...node, kind: 'transformer' }),
    );
    for (const { homeId, energyWh } of area.homes) {
      const home = homes[next];
      const label = labels.get(homeId);
      const wh = trueWh.get(homeId);
      next += 1;
      if (home === undefined || label === undefined || wh === undefined) continue;
      const place = { utilityId, bucket: home.bucket, connectionId: home.connectionId };
      const at = { place, nodeCode: area.areaId, phase: null, since: null };
      await database.inUtility(utilityId, (tx) => addPlacement(tx, deps, at));
      residents.push({ home, label, reportedWh: energyWh.slice(), trueWh: wh, register: 1_000n });
    }
  }
  const utility = await services.utilities.get(utilityId);
  return { ...world, utility, residents, areas: made.areas, operatorId: asker.operatorId };
}

type Resident = {
  readonly home: TownHome;
  readonly label: SimulatedLabel;
  readonly reportedWh: Int32Array;
  readonly trueWh: Int32Array;
  register: bigint;
};
type Town = Awaited<ReturnType<typeof settle>>;

async function live(o: ThiefOptions, town: Town): Promise<ThiefReport> {
  const { now, residents, services, utility } = town;
  const midnight = Temporal.Instant.fromEpochMilliseconds(o.startMs)
    .toZonedDateTimeISO(zone)
    .startOfDay().epochMilliseconds;
  const capacity = Math.max(1, Math.round((residents.length * visitsPerHundred) / 100));
  const foundByDay: number[] = [];
  const seen: SimulatedLabel[] = [];
  let recoveredWh = 0;
  for (let day = 0; day < historyDays + o.days; day += 1) {
    now.atMs = midnight + (day + 1) * dayMs + 4 * 3_600_000;
    await report(town, { day, fromMs: midnight + day * dayMs });
    if (day < historyDays) continue;
    await services.revenue.sweep(utility);
    const found = await visit(town, capacity);
    const thieves = found.filter(({ label }) => label.isTheft);
    foundByDay.push(thieves.length);
    seen.push(...found.map(({ label }) => label));
    for (const thief of thieves) recoveredWh += stop(thief, (day + 1) * perDay);
  }
  const honest = seen.filter(({ isTheft }) => !isTheft);
  const stolenWh = residents.reduce((sum, { label }) => sum + label.stolenWh, 0);
  return {
    homes: residents.length,
    thieves: residents.filter(({ label }) => label.isTheft).length,
    ...{ foundByDay, visits: seen.length, falseVisits: honest.length },
    falseVisitsByKind: Object.fromEntries(
      [...Map.groupBy(honest, ({ kind }) => kind)].map(([kind, some]) => [kind, some.length]),
    ),
    stolenKwh: Math.round(stolenWh / 1000),
    recoveredKwh: Math.round(recoveredWh / 1000),
  };
}

/** What the meters of homes and nodes say of one day. */
async function report(
  { database, utility, residents, areas, now }: Town,
  o: { readonly day: number; readonly fromMs: number },
): Promise<void> {
  const from = o.day * perDay;
  const reports = residents.map((resident) => {
    const { home, reportedWh } = resident;
    const points = [pointAt(o.fromMs, resident.register)];
    for (let t = 0; t < perDay; t += 1) {
      const wh = reportedWh[from + t] ?? -1;
      if (wh < 0) continue;
      resident.register += BigInt(wh);
      points.push(pointAt(o.fromMs + (t + 1) * halfHourMs, resident.register));
    }
    const { bucket, connectionId, meterId, utilityId } = home;
    return { place: { bucket, connectionId, meterId, utilityId }, points };
  });
  await database.inUtility(utility.id, async (tx) => {
    await recordReadings(tx, reports, now.atMs);
    for (const { areaId, feederWh } of areas) {
      const wh = Array.from(feederWh?.subarray(from, from + perDay) ?? []);
      const { fromMs } = o;
      const node = { utilityId: utility.id, nodeCode: areaId, fromMs };
      await recordNodeReadings(tx, { ...node, energyWh: wh });
    }
  });
}

const pointAt = (atMs: number, value: bigint) => ({
  ...{ register: 'importEnergyWh' as const, atMs, value },
});

/** The first homes of the list are gone to by two, and what is true is found. */
async function visit(town: Town, capacity: number): Promise<Resident[]> {
  const { database, utility, residents, deps, now, operatorId } = town;
  return database.inUtility(utility.id, async (tx) => {
    const asked = { utilityId: utility.id, standing: 'visit' as const, visits: capacity };
    const { rows } = await revenuePage(tx, { ...asked, nowMs: now.atMs, offset: 0 });
    const found: Resident[] = [];
    for (const { connectionId } of rows) {
      const id = uuidOf(expectOk(parseId('connection', connectionId), 'a line'));
      const resident = residents.find(({ home }) => home.connectionId === id);
      if (resident === undefined) continue;
      const { home, label } = resident;
      const place = { utilityId: utility.id, bucket: home.bucket, connectionId: id };
      const visitOn = new Date(now.atMs).toISOString().slice(0, 10);
      const opened = await openCase(tx, deps, {
        ...{ utility, place, operatorId },
        asked: { requestId: `visit-of-${now.atMs}`, visitOn },
      });
      const at = { utilityId: utility.id, caseId: expectOk(opened, 'a case').caseId, operatorId };
      await noteVisit(tx, deps, { ...at, visit: { visitors: ['One', 'Two'] } });
      const finding = label.isTheft ? ('theft' as const) : ('honest' as const);
      const seals = { evidence: [], sealsFound: [], sealsLeft: [], signatures: [] };
      await noteFinding(tx, deps, { ...at, found: { finding, words: label.kind, ...seals } });
      found.push(resident);
    }
    return found;
  });
}

/** From an interval on the meter counts all; what would have been taken until the end, in Wh. */
function stop({ reportedWh, trueWh }: Resident, from: number): number {
  let kept = 0;
  for (let t = from; t < reportedWh.length; t += 1) {
    if ((reportedWh[t] ?? -1) < 0) continue;
    kept += (trueWh[t] ?? 0) - (reportedWh[t] ?? 0);
    reportedWh[t] = trueWh[t] ?? 0;
  }
  return Math.max(0, kept);
}

/** As a person reads it. */
export function thiefLines(report: ThiefReport): string[] {
  const { foundByDay, falseVisitsByKind: kinds, ...numbers } = report;
  const days = foundByDay.map((found, i) => `${i + 1}:${found}`).join(' ');
  const named = Object.entries(kinds).map(([kind, visits]) => `${kind} ${visits}`);
  return [
    ...Object.entries(numbers).map(([name, value]) => `${name.padEnd(24)}${value}`),
    `${'falseVisitsByKind'.padEnd(24)}${named.join(', ') || 'none'}`,
    `${'foundByDay'.padEnd(24)}${days}`,
  ];
}
