// A town on one fake clock: the server's modules on a real PostgreSQL, meters, customers, a
// provider and a network in between. Nothing here waits for real time; the same seed gives the same
// town, and each home has chances of its own, so that it lives the same life without the others.

import { createOnboarding } from '@prewatt/server/onboarding';
import {
  createDatabase,
  createNewUuid,
  type Database,
  type Services,
} from '@prewatt/server/services';
import { sql } from 'kysely';
import { type Customers, createCustomers } from './customers.ts';
import { untilItWorks } from './dying-database.ts';
import { noFaults, type TownFaults } from './faults.ts';
import { createTechnician } from './installs.ts';
import { createKeyChange } from './key-change.ts';
import { allowLandingByToken } from './landing-by-token.ts';
import type { NetworkCounts } from './network.ts';
import { createOrderlyDatabase } from './orderly-database.ts';
import { createFakeProvider } from './provider.ts';
import { createRandom, type Random, seedFrom } from './random.ts';
import { createTownMeters, type MeterCounts } from './town-meters.ts';
import { createTownNetwork, type Up } from './town-network.ts';
import type { TownNow } from './town-now.ts';
import { createOffice, type Office } from './town-office.ts';
import { createTownOperator, flagHomes } from './town-operator.ts';
import { type SentSms, type ServerDeps, startServer, type TownServer } from './town-server.ts';
import { createTrace, type Trace } from './trace.ts';
import { createTwoPeople } from './two-people.ts';
import { createUtility, openShop, type TownHome, type UtilityPlan } from './utility.ts';

export type TownOptions = {
  readonly seed: number;
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly startMs: number;
  readonly tickMs: number;
  /** Meters move on in so many steps of one tick, with link in the last; 1 by default. */
  readonly meterStepsPerTick?: number;
  readonly faults: TownFaults;
  readonly plan: UtilityPlan;
  readonly masterKey: Buffer;
  readonly publicUrl?: string;
  /** The homes to make of the plan's; all of them by default. */
  readonly only?: readonly number[];
  /** Keys and secrets: seeded in simulations, the system's in the demo's seed. */
  readonly secretBytes?: (length: number) => Uint8Array;
  /**
   * Link up at every n-th tick only, and when something arrives, on top of the fault chance; 1 by
   * default.
   */
  readonly linkEveryTicks?: number;
  /** Due commands go out at every n-th tick only, 1 by default. */
  readonly commandsEveryTicks?: number;
  /** The server's upkeep at every n-th tick only, 1 by default. */
  readonly upkeepEveryTicks?: number;
  /** Purchases under way at once. */
  readonly parallel: number;
};

export type Town = {
  readonly utilityId: string;
  readonly homes: readonly TownHome[];
  readonly database: Database;
  readonly owner: Database;
  readonly services: () => Services;
  readonly customers: Customers;
  readonly sms: readonly SentSms[];
  readonly trace: Trace;
  readonly nowMs: () => number;
  readonly tick: () => number;
  readonly counts: () => TownCounts;
  /** Homes of which something may have changed in the database since this was last asked. */
  readonly takeTouched: () => ReadonlySet<TownHome>;
  /** Moves everything on by one tick, or by one of another length. */
  readonly advance: (o?: { readonly tickMs: number }) => Promise<void>;
  /**
   * From now on nothing fails, everybody is online and nobody starts to buy: what is under way
   * ends.
   */
  readonly calm: () => void;
  /** The office does what it does once nothing is under way any more. */
  readonly closeBooks: () => Promise<void>;
  readonly close: () => Promise<void>;
};

export type TownCounts = Readonly<NetworkCounts> &
  MeterCounts & {
    readonly serverCrashes: number;
    readonly databaseRestarts: number;
    readonly lostCommits: number;
  };

const dayMs = 86_400_000;
const payInEveryMs = 30 * dayMs;
/** Transactions that a dying process may still finish. */
const mostLastTransactions = 10;

export async function createTown(o: TownOptions): Promise<Town> {
  const now = beginningOf(o);
  const world = createWorld(o, now);
  const { database, owner, trace, sms, network } = world;
  const server = createTownServer(world);
  const utility = await setUp(o, world, server.present().services);
  const { utilityId, homes, shop } = utility;
  const touch = (home: TownHome): void => {
    now.touched.add(home);
  };
  const customers = createCustomers({
    ...o,
    ...world,
    ...utility,
    touch,
    nowMs: () => now.atMs,
    till: shop?.till ?? null,
  });
  const meters = createTownMeters({ ...o, ...world, homes, customers });
  const { people, technician, makeMeter } = utility;
  const of = { ...o, ...world, utilityId, homes, makeMeter, observed: customers.observed };
  const office =
    people === null || technician === null
      ? null
      : createOffice({ ...of, people, technician, touch, nowMs: () => now.atMs });
  const advance = createAdvance(o, { ...world, ...utility, server, customers, meters, office });
  now.isOpen = true;
  return {
    ...{ utilityId, homes, database, owner, customers, sms, trace, advance },
    services: () => server.present().services,
    nowMs: () => now.atMs,
    tick: () => now.tick,
    counts: () => ({ ...network.counts(), ...meters.counts(), ...server.counts() }),
    takeTouched: () => {
      const taken = now.touched;
      now.touched = new Set();
      return taken;
    },
    calm: () => {
      Object.assign(now, { faults: noFaults, isBuying: false });
      Object.assign(now, { linkEveryTicks: 1, commandsEveryTicks: 1, upkeepEveryTicks: 1 });
      network.calm();
    },
    closeBooks: async () => office?.closeBooks(server.present().services),
    close: async () => {
      await server.present().services.ingest.drained();
      await database.close();
      await owner.close();
    },
  };
}

const beginningOf = (o: TownOptions): TownNow => ({
  atMs: o.startMs,
  tick: 0,
  faults: o.faults,
  isBuying: true,
  isOpen: false,
  linkEveryTicks: o.linkEveryTicks ?? 1,
  commandsEveryTicks: o.commandsEveryTicks ?? 1,
  upkeepEveryTicks: o.upkeepEveryTicks ?? 1,
  touched: new Set(),
});

type World = ServerDeps & {
  readonly owner: Database;
  readonly trace: Trace;
  readonly secretBytes: (length: number, name: string) => Uint8Array;
};

/** What is around the server: databases, provider, network, chance. */
function createWorld(o: TownOptions, now: TownNow): World {
  return {
    now,
    database: createOrderlyDatabase(o.appUrl),
    // One connection, which a restart of the database spares: it is the town's own eye.
    owner: createDatabase({ url: o.ownerUrl, maximumConnections: 1 }),
    losses: createRandom(seedFrom(o.seed, 'lost connections')),
    ids: createRandom(seedFrom(o.seed, 'ids')),
    provider: createFakeProvider(o.seed, () => now.atMs),
    network: createTownNetwork({
      seed: o.seed,
      ticksPerDay: dayMs / o.tickMs,
      faults: o.faults.network,
    }),
    sms: [],
    trace: createTrace(() => ({ tick: now.tick, nowMs: now.atMs })),
    masterKey: o.masterKey,
    publicUrl: o.publicUrl,
    secretBytes:
      o.secretBytes ?? ((length, name) => createRandom(seedFrom(o.seed, name)).bytes(length)),
  };
}

/** The process of the server, and the next one after a crash. */
function createTownServer(world: World) {
  const { now, trace } = world;
  let server = startServer(world);
  const counts = { serverCrashes: 0, databaseRestarts: 0, lostCommits: 0 };
  return {
    present: (): TownServer => server,
    crash: (afterTransactions: number): void => {
      counts.serverCrashes += 1;
      trace.add('town', 'the server crashes');
      server.dying.dieAfter(afterTransactions);
    },
    /** The process that dies leaves what it held in memory, and what was on its way to it. */
    replace: (): void => {
      counts.lostCommits += server.dying.counts.lostCommits;
      server = startServer(world);
    },
    restartDatabase: async (): Promise<void> => {
      counts.databaseRestarts += 1;
      trace.add('town', 'all connections to the database break');
      const owner = world.owner.directories;
      await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`.execute(owner);
      // Until all that is broken is found out, which takes a while of real time.
      await untilItWorks(() => sql`SELECT 1`.execute(world.database.directories));
      server.dying.breakNext();
    },
    upkeep: async (utilityId: string): Promise<void> => {
      const { services } = server;
      await untilItWorks(services.upkeep);
      // It asks about some open payments; the real server comes back for more within seconds.
      if (now.upkeepEveryTicks === 1) return;
      while ((await untilItWorks(() => services.payments.checkOpen(utilityId))) > 0);
    },
    counts: () => ({
      ...counts,
      lostCommits: counts.lostCommits + server.dying.counts.lostCommits,
    }),
  };
}

/** The utility, its homes, and what the plan's faults need: an operator, a vendor, another key. */
async function setUp(o: TownOptions, world: World, services: Services) {
  const { now, database, owner, secretBytes } = world;
  const nowMs = () => now.atMs;
  const onboarding = createOnboarding({
    owner,
    masterKey: o.masterKey,
    newUuid: createNewUuid({ nowMs }, world.ids.bytes),
    nowMs,
  });
  const { utilityId, homes, makeMeter } = await createUtility({
    ...{ plan: o.plan, onboarding, database, secretBytes, nowMs: now.atMs },
    ...(o.only === undefined ? {} : { only: o.only }),
  });
  const operatorId =
    o.faults.keyChange || homes.some(({ isVulnerable }) => isVulnerable)
      ? await createTownOperator({ utilityId, owner, onboarding })
      : null;
  if (operatorId !== null) await flagHomes(services, { utilityId, database, homes, operatorId });
  await services.upkeep();
  const hasPeople = o.faults.customers.cash > 0 || o.plan.traitsOf !== undefined;
  const people = hasPeople ? await createTwoPeople({ utilityId, owner, onboarding }) : null;
  if (people !== null) await allowLandingByToken(services, people, o.plan);
  const ofStaff = { utilityId, owner, onboarding };
  const technician = o.plan.traitsOf === undefined ? null : await createTechnician(ofStaff);
  const shop =
    o.faults.customers.cash === 0 || people === null
      ? null
      : await openShop(services, { people, homes: o.plan.homes });
  const keyBytes = secretBytes(20, 'next vending key');
  const keyChange =
    o.faults.keyChange && operatorId !== null
      ? createKeyChange({ utilityId, database, onboarding, keyBytes, operatorId })
      : null;
  return { utilityId, homes, makeMeter, people, technician, shop, keyChange };
}

type Living = World &
  Awaited<ReturnType<typeof setUp>> & {
    readonly server: ReturnType<typeof createTownServer>;
    readonly customers: Customers;
    readonly meters: ReturnType<typeof createTownMeters>;
    readonly office: Office | null;
  };

function createAdvance(o: TownOptions, town: Living): Town['advance'] {
  const { now, network, server, shop, keyChange, customers, utilityId, database } = town;
  const chances: Random = createRandom(seedFrom(o.seed, 'town'));
  const steps = o.meterStepsPerTick ?? 1;
  return async ({ tickMs } = { tickMs: o.tickMs }) => {
    now.tick += 1;
    const startMs = now.atMs;
    const { faults } = now;
    if (chances.chance(faults.databaseRestart)) await server.restartDatabase();
    const crashes = chances.chance(faults.serverCrash);
    if (crashes) server.crash(chances.integer(0, mostLastTransactions));
    for (let step = 1; step <= steps; step++) {
      now.atMs = startMs + Math.round((tickMs * step) / steps);
      town.meters.step({ stepMs: tickMs / steps, isLast: step === steps });
    }
    await hear(network.up().deliver(now.tick), { now, services: server.present().services });
    if (crashes) server.replace();
    const { services } = server.present();
    const ageMs = now.atMs - o.startMs;
    const month = Math.floor(ageMs / payInEveryMs);
    if (shop !== null && ageMs % payInEveryMs < tickMs && month > 0) {
      await untilItWorks(() => shop.payIn({ ...services, database }, month));
    }
    await keyChange?.act(services, ageMs);
    await customers.act(services, { faults: faults.customers, buying: now.isBuying });
    if (now.isBuying) await town.office?.act(services);
    if (now.tick % now.upkeepEveryTicks === 0) await server.upkeep(utilityId);
    else if (now.tick % now.commandsEveryTicks === 0) {
      await untilItWorks(() => services.commands.sweep(utilityId));
    }
  };
}

/**
 * States, readings and the rest one after the other: the server works at each on its own, and the
 * town must be the same whichever is faster.
 */
async function hear(
  arrived: readonly Up[],
  { now, services }: { readonly now: TownNow; readonly services: Services },
): Promise<void> {
  const { ingest } = services;
  for (const kinds of [['state'], ['profile', 'registers'], ['events', 'commandResult']]) {
    for (const { home, meterPan, kind, payload } of arrived) {
      if (!kinds.includes(kind)) continue;
      // Readings move no money and no token.
      if (kind === 'events' || kind === 'commandResult') now.touched.add(home);
      const waiting = ingest.receive(meterPan, payload);
      if (waiting !== undefined) await waiting;
    }
    await ingest.drained();
  }
}
