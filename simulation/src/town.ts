// A town on one fake clock: the server's modules on a real PostgreSQL, meters, customers, a
// provider and a network in between. Nothing here waits for real time; the same seed gives the same
// town, and each home has chances of its own, so that it lives the same life without the others.

import { step } from '@prewatt/meter';
import { type DownMessage, decodeDown, encodeUp, type UpMessage } from '@prewatt/protocol';
import { ok } from '@prewatt/quantities';
import { createOnboarding } from '@prewatt/server/onboarding';
import {
  createDatabase,
  createLog,
  createNewUuid,
  createServices,
  type Database,
  type Services,
} from '@prewatt/server/services';
import { energyBetween } from '@prewatt/virtual-meter/homes';
import { sql } from 'kysely';
import { type Customers, createCustomers } from './customers.ts';
import { createDyingDatabase, untilItWorks } from './dying-database.ts';
import { noFaults, type TownFaults } from './faults.ts';
import { createKeyChange } from './key-change.ts';
import { createNetwork, type Network, type NetworkCounts } from './network.ts';
import { createOrderlyDatabase } from './orderly-database.ts';
import { createFakeProvider } from './provider.ts';
import { createRandom, type Random, seedFrom } from './random.ts';
import { createTownOperator, flagHomes } from './town-operator.ts';
import { createTrace, type Trace } from './trace.ts';
import { createUtility, openShop, type TownHome, type UtilityPlan } from './utility.ts';
import { zone } from './zone.ts';

export type TownOptions = {
  readonly seed: number;
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly startMs: number;
  readonly tickMs: number;
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
  readonly sms: { readonly to: string; readonly text: string; readonly atMs: number }[];
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
   * comes home.
   */
  readonly calm: () => void;
  readonly close: () => Promise<void>;
};

export type TownCounts = Readonly<NetworkCounts> & {
  /** Meters whose clock is off by a second or more. */
  readonly clocksOff: number;
  readonly powerCuts: number;
  readonly serverCrashes: number;
  readonly databaseRestarts: number;
  readonly lostCommits: number;
  readonly hoursOffSupply: number;
};

type Up = {
  readonly home: TownHome;
  readonly payload: Uint8Array;
  readonly kind: UpMessage['kind'];
};
type Down = { readonly meterPan: string; readonly message: DownMessage };

const dayMs = 86_400_000;
const payInEveryMs = 30 * dayMs;
/** Transactions that a dying process may still finish. */
const mostLastTransactions = 10;

export async function createTown(o: TownOptions): Promise<Town> {
  const chances = createRandom(seedFrom(o.seed, 'town'));
  const losses = createRandom(seedFrom(o.seed, 'lost connections'));
  const ids = createRandom(seedFrom(o.seed, 'ids'));
  const database = createOrderlyDatabase(o.appUrl);
  // One connection, which a restart of the database spares: it is the town's own eye.
  const owner = createDatabase({ url: o.ownerUrl, maximumConnections: 1 });
  let nowMs = o.startMs;
  let tick = 0;
  let faults = o.faults;
  let buying = true;
  /** Nothing goes wrong while the town is set up. */
  let isOpen = false;
  let linkEveryTicks = o.linkEveryTicks ?? 1;
  let commandsEveryTicks = o.commandsEveryTicks ?? 1;
  let upkeepEveryTicks = o.upkeepEveryTicks ?? 1;
  const clock = { nowMs: () => nowMs };
  const clocks = { business: clock, real: clock, speed: 1 };
  const trace = createTrace(() => ({ tick, nowMs }));
  const provider = createFakeProvider(o.seed);
  const sms: Town['sms'] = [];
  const counts = { powerCuts: 0, serverCrashes: 0, databaseRestarts: 0, lostCommits: 0 };
  let offSupplyMs = 0;
  let touched = new Set<TownHome>();
  const ticksPerDay = dayMs / o.tickMs;
  const networkOf = <T>(direction: string, of: TownFaults): Network<T> =>
    createNetwork(of.network, { seed: seedFrom(o.seed, direction), ticksPerDay });
  let up = networkOf<Up>('up', faults);
  let down = networkOf<Down>('down', faults);
  const retired: Network<Up>['counts'][] = [];

  const startServer = () => {
    const dying = createDyingDatabase(database, {
      random: losses,
      lostCommit: () => (isOpen ? faults.lostCommit : 0),
    });
    const services = createServices({
      database: dying,
      clocks,
      random: ids.bytes,
      provider,
      gateway: {
        send: async ({ to, text }) => {
          sms.push({ to, text, atMs: nowMs });
          return ok(undefined);
        },
      },
      transport: {
        send: async (meterPan, payload) => {
          const message = decodeDown(payload);
          if (!message.ok) throw new Error('the head-end sent what no meter can read');
          const { value } = message;
          const what = value.kind === 'acknowledge' ? value.sequence : value.kind;
          down.send(`${meterPan} ${what}`, { meterPan, message: value }, tick);
        },
      },
      masterKey: o.masterKey,
      // One lane to one connection: what arrives together is stored together.
      parallelMessages: 1,
      // What goes together must not hang on how fast this machine is.
      batchWaitMs: null,
      publicUrl: o.publicUrl ?? 'https://utility.invalid',
      log: createLog({ name: 'town', level: 'silent' }),
    });
    return { dying, services };
  };
  let server = startServer();

  const onboarding = createOnboarding({
    owner,
    masterKey: o.masterKey,
    newUuid: createNewUuid(clock, ids.bytes),
    nowMs: clock.nowMs,
  });
  const secretBytes: (length: number, name: string) => Uint8Array =
    o.secretBytes ?? ((length, name) => createRandom(seedFrom(o.seed, name)).bytes(length));
  const { utilityId, homes } = await createUtility({
    plan: o.plan,
    onboarding,
    database,
    secretBytes,
    ...(o.only === undefined ? {} : { only: o.only }),
    nowMs,
  });
  const operatorId =
    faults.keyChange || homes.some(({ isVulnerable }) => isVulnerable)
      ? await createTownOperator({ utilityId, owner, onboarding })
      : null;
  if (operatorId !== null) {
    await flagHomes(server.services, { utilityId, database, homes, operatorId });
  }
  await server.services.upkeep();
  const ofTown = { utilityId, owner, onboarding, homes: o.plan.homes };
  const shop = faults.customers.cash === 0 ? null : await openShop(server.services, ofTown);
  const customers = createCustomers({
    seed: o.seed,
    provider,
    homes,
    sms,
    trace,
    touch: (home) => touched.add(home),
    nowMs: clock.nowMs,
    parallel: o.parallel,
    till: shop?.till ?? null,
  });
  const keyBytes = secretBytes(20, 'next vending key');
  const keyChange =
    faults.keyChange && operatorId !== null
      ? createKeyChange({ utilityId, database, onboarding, keyBytes, operatorId })
      : null;
  const meterChances = new Map<TownHome, Random>(
    homes.map((home) => [home, createRandom(seedFrom(o.seed, `meter of ${home.index}`))]),
  );
  const driftOf = new Map<TownHome, number>(
    homes.map((home) => {
      const random = createRandom(seedFrom(o.seed, `clock of ${home.index}`));
      return [home, (2 * random.next() - 1) * faults.clockDriftPpm];
    }),
  );
  /** What the meter's own clock shows. */
  const meterNowMs = (home: TownHome): number =>
    nowMs + Math.round(((nowMs - o.startMs) * (driftOf.get(home) ?? 0)) / 1e6);

  const stepHome = (home: TownHome, o2: { received: readonly DownMessage[]; tickMs: number }) => {
    const random = meterChances.get(home) ?? chances;
    // Who is reached has a link, and answers.
    const isDue = o2.received.length > 0 || (tick + home.index) % linkEveryTicks === 0;
    const online = random.chance(faults.linkUp) && isDue;
    const cut = random.chance(faults.powerCut);
    if (cut) {
      counts.powerCuts += 1;
      trace.add(home, 'the power fails');
    }
    const keypad = customers.keypadOf(home);
    const atMs = meterNowMs(home);
    const { inputAtMs } = home.meter;
    const demandMilliWh = energyBetween(home.load, { fromMs: inputAtMs, toMs: atMs, zone });
    const wasVulnerable = home.meter.settings.vulnerable === true;
    const { state, outputs } = step(home.meter, {
      atMs,
      demandMilliWh,
      demandW: Math.round((demandMilliWh * 3600) / o.tickMs),
      powerPresent: !cut,
      linkUp: online,
      received: o2.received,
      ...(keypad === null ? {} : { keypad }),
    });
    home.meter = state;
    if (state.loadSwitch !== 'connected') offSupplyMs += o2.tickMs;
    customers.saw(home, outputs, { wasVulnerable });
    for (const message of outputs.messages) {
      const { kind } = message;
      up.send(`${home.meterPan} ${kind}`, { home, kind, payload: encodeUp(message) }, tick);
    }
  };

  const stepMeters = (tickMs: number): void => {
    const arriving = new Map<string, DownMessage[]>();
    for (const { meterPan, message } of down.deliver(tick)) {
      const before = arriving.get(meterPan);
      if (before === undefined) arriving.set(meterPan, [message]);
      else before.push(message);
    }
    for (const home of homes) {
      stepHome(home, { received: arriving.get(home.meterPan) ?? [], tickMs });
    }
  };

  /**
   * States, readings and the rest one after the other: the server works at each on its own, and the
   * town must be the same whichever is faster.
   */
  const hear = async (arrived: readonly Up[]): Promise<void> => {
    const { ingest } = server.services;
    for (const kinds of [['state'], ['profile', 'registers'], ['events', 'commandResult']]) {
      for (const { home, kind, payload } of arrived) {
        if (!kinds.includes(kind)) continue;
        // Readings move no money and no token.
        if (kind === 'events' || kind === 'commandResult') touched.add(home);
        const waiting = ingest.receive(home.meterPan, payload);
        if (waiting !== undefined) await waiting;
      }
      await ingest.drained();
    }
  };

  /** The process that dies leaves what it held in memory, and what was on its way to it. */
  const replaceServer = (): void => {
    counts.lostCommits += server.dying.counts.lostCommits;
    server = startServer();
  };

  const restartDatabase = async (): Promise<void> => {
    counts.databaseRestarts += 1;
    trace.add('town', 'all connections to the database break');
    await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`.execute(owner.directories);
    // Until all that is broken is found out, which takes a while of real time.
    await untilItWorks(() => sql`SELECT 1`.execute(database.directories));
    server.dying.breakNext();
  };

  const upkeep = async (): Promise<void> => {
    const { services } = server;
    await untilItWorks(services.upkeep);
    // It asks about some open payments; the real server comes back for more within seconds.
    if (upkeepEveryTicks === 1) return;
    while ((await untilItWorks(() => services.payments.checkOpen(utilityId))) > 0);
  };

  isOpen = true;
  return {
    utilityId,
    homes,
    database,
    owner,
    services: () => server.services,
    customers,
    sms,
    trace,
    nowMs: clock.nowMs,
    tick: () => tick,
    counts: () => {
      const all = [...retired, up.counts, down.counts];
      const sum = (key: keyof NetworkCounts) => all.reduce((total, each) => total + each[key], 0);
      const isOff = (home: TownHome) => Math.abs(meterNowMs(home) - nowMs) >= 1_000;
      return {
        lost: sum('lost'),
        repeated: sum('repeated'),
        delayed: sum('delayed'),
        late: sum('late'),
        reordered: sum('reordered'),
        clocksOff: homes.filter(isOff).length,
        ...counts,
        lostCommits: counts.lostCommits + server.dying.counts.lostCommits,
        hoursOffSupply: Math.round(offSupplyMs / 3_600_000),
      };
    },
    takeTouched: () => {
      const taken = touched;
      touched = new Set();
      return taken;
    },
    advance: async ({ tickMs } = { tickMs: o.tickMs }) => {
      tick += 1;
      nowMs += tickMs;
      if (chances.chance(faults.databaseRestart)) await restartDatabase();
      const crashes = chances.chance(faults.serverCrash);
      if (crashes) {
        counts.serverCrashes += 1;
        trace.add('town', 'the server crashes');
        server.dying.dieAfter(chances.integer(0, mostLastTransactions));
      }
      stepMeters(tickMs);
      await hear(up.deliver(tick));
      if (crashes) replaceServer();
      const month = Math.floor((nowMs - o.startMs) / payInEveryMs);
      if (shop !== null && (nowMs - o.startMs) % payInEveryMs < tickMs && month > 0) {
        await untilItWorks(() => shop.payIn({ ...server.services, database }, month));
      }
      await keyChange?.act(server.services, nowMs - o.startMs);
      await customers.act(server.services, { faults: faults.customers, buying });
      if (tick % upkeepEveryTicks === 0) await upkeep();
      else if (tick % commandsEveryTicks === 0) {
        await untilItWorks(() => server.services.commands.sweep(utilityId));
      }
    },
    calm: () => {
      buying = false;
      retired.push(up.counts, down.counts);
      faults = noFaults;
      linkEveryTicks = 1;
      commandsEveryTicks = 1;
      upkeepEveryTicks = 1;
      up = networkOf('up', noFaults);
      down = networkOf('down', noFaults);
    },
    close: async () => {
      await server.services.ingest.drained();
      await database.close();
      await owner.close();
    },
  };
}
