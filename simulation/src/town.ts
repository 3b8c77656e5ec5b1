// A town on one fake clock: the server's modules on a real PostgreSQL, meters, customers, a
// provider and a network in between. Nothing here waits for real time; the same seed gives the same
// town.

import { step } from '@prewatt/meter';
import { type DownMessage, decodeDown, encodeUp } from '@prewatt/protocol';
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
import { type CustomerFaults, type Customers, createCustomers } from './customers.ts';
import { createNetwork, type Network, type NetworkFaults } from './network.ts';
import { createFakeProvider } from './provider.ts';
import { createRandom, seedFrom } from './random.ts';
import { createUtility, type TownHome, type UtilityPlan } from './utility.ts';
import { zone } from './zone.ts';

export type TownFaults = {
  readonly network: NetworkFaults;
  readonly customers: CustomerFaults;
  /** Chance that a meter's link is up at a tick. */
  readonly linkUp: number;
  /** Chance of a power cut of one tick at a meter. */
  readonly powerCut: number;
  /** Chance that the server's process is replaced at a tick: what it held in memory is gone. */
  readonly serverRestart: number;
};

export const noFaults: TownFaults = {
  network: { loss: 0, repeat: 0, maximumDelayTicks: 0 },
  customers: {
    refuse: 0,
    loseNotification: 0,
    repeatNotification: 0,
    typeToken: 0,
    typeTwice: 0,
    mistype: 0,
  },
  linkUp: 1,
  powerCut: 0,
  serverRestart: 0,
};

export const allFaults: TownFaults = {
  network: { loss: 0.15, repeat: 0.15, maximumDelayTicks: 3 },
  customers: {
    refuse: 0.08,
    loseNotification: 0.25,
    repeatNotification: 0.25,
    typeToken: 0.3,
    typeTwice: 0.3,
    mistype: 0.2,
  },
  linkUp: 0.4,
  powerCut: 0.01,
  serverRestart: 0.01,
};

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
  /** Keys and secrets: the seeded generator in simulations, the system's in the demo's seed. */
  readonly secretBytes?: (length: number) => Uint8Array;
  /** Link up at every n-th tick only, on top of the fault chance; 1 by default. */
  readonly linkEveryTicks?: number;
  /** The server's upkeep (due commands and payments) at every n-th tick only; 1 by default. */
  readonly upkeepEveryTicks?: number;
  /** Purchases and meter messages under way at once: 1 keeps a seed's town the same each time. */
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
  readonly nowMs: () => number;
  readonly tick: () => number;
  readonly counts: () => TownCounts;
  /** Moves everything on by one tick, or by one of another length. */
  readonly advance: (o?: { readonly tickMs: number }) => Promise<void>;
  /** From now on nothing fails and everybody is online: what is under way comes home. */
  readonly calm: () => void;
  readonly close: () => Promise<void>;
};

export type TownCounts = {
  readonly lost: number;
  readonly repeated: number;
  readonly delayed: number;
  readonly powerCuts: number;
  readonly serverRestarts: number;
};

type Up = { readonly meterPan: string; readonly payload: Uint8Array };
type Down = { readonly meterPan: string; readonly message: DownMessage };

export async function createTown(o: TownOptions): Promise<Town> {
  const random = createRandom(o.seed);
  const ids = createRandom(seedFrom(o.seed, 'ids'));
  const database = createDatabase({ url: o.appUrl, maximumConnections: 8 });
  const owner = createDatabase({ url: o.ownerUrl, maximumConnections: 2 });
  let nowMs = o.startMs;
  let tick = 0;
  let faults = o.faults;
  let linkEveryTicks = o.linkEveryTicks ?? 1;
  let upkeepEveryTicks = o.upkeepEveryTicks ?? 1;
  const clock = { nowMs: () => nowMs };
  const clocks = { business: clock, real: clock, speed: 1 };
  const { masterKey } = o;
  const provider = createFakeProvider(random);
  const sms: Town['sms'] = [];
  const counts = { powerCuts: 0, serverRestarts: 0 };
  let up: Network<Up> = createNetwork(faults.network, seedFrom(o.seed, 'up'));
  let down: Network<Down> = createNetwork(faults.network, seedFrom(o.seed, 'down'));
  const retired: Network<Up>['counts'][] = [];

  const startServices = (): Services =>
    createServices({
      database,
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
          down.send(meterPan, { meterPan, message: message.value }, tick);
        },
      },
      masterKey,
      parallelMessages: o.parallel,
      publicUrl: o.publicUrl ?? 'https://utility.invalid',
      log: createLog({ name: 'town', level: 'silent' }),
    });
  let services = startServices();

  const onboarding = createOnboarding({
    owner,
    masterKey,
    newUuid: createNewUuid(clock, ids.bytes),
    nowMs: clock.nowMs,
  });
  const { utilityId, homes } = await createUtility({
    plan: o.plan,
    onboarding,
    database,
    random,
    secretBytes: o.secretBytes ?? random.bytes,
    nowMs,
  });
  await services.upkeep();
  const customers = createCustomers({
    random,
    provider,
    homes,
    sms,
    nowMs: clock.nowMs,
    parallel: o.parallel,
  });

  const stepHome = (home: TownHome, received: readonly DownMessage[]): void => {
    const online = random.chance(faults.linkUp) && (tick + home.index) % linkEveryTicks === 0;
    const cut = random.chance(faults.powerCut);
    if (cut) counts.powerCuts += 1;
    const keypad = customers.keypadOf(home);
    const demandMilliWh = energyBetween(home.load, { fromMs: home.meter.atMs, toMs: nowMs, zone });
    const { state, outputs } = step(home.meter, {
      atMs: nowMs,
      demandMilliWh,
      demandW: Math.round((demandMilliWh * 3600) / o.tickMs),
      powerPresent: !cut,
      linkUp: online,
      received,
      ...(keypad === null ? {} : { keypad }),
    });
    home.meter = state;
    customers.saw(home, outputs);
    for (const message of outputs.messages) {
      const { meterPan } = home;
      up.send(meterPan, { meterPan, payload: encodeUp(message) }, tick);
    }
  };

  const stepMeters = (): void => {
    const arriving = new Map<string, DownMessage[]>();
    for (const { meterPan, message } of down.deliver(tick)) {
      arriving.set(meterPan, [...(arriving.get(meterPan) ?? []), message]);
    }
    for (const home of homes) stepHome(home, arriving.get(home.meterPan) ?? []);
  };

  return {
    utilityId,
    homes,
    database,
    owner,
    services: () => services,
    customers,
    sms,
    nowMs: clock.nowMs,
    tick: () => tick,
    counts: () => {
      const all = [...retired, up.counts, down.counts];
      const sum = (key: 'lost' | 'repeated' | 'delayed') =>
        all.reduce((total, each) => total + each[key], 0);
      return { ...counts, lost: sum('lost'), repeated: sum('repeated'), delayed: sum('delayed') };
    },
    advance: async (turn = o) => {
      tick += 1;
      nowMs += turn.tickMs;
      if (random.chance(faults.serverRestart)) {
        counts.serverRestarts += 1;
        await services.ingest.drained();
        down.clear();
        services = startServices();
      }
      stepMeters();
      for (const { meterPan, payload } of up.deliver(tick))
        services.ingest.receive(meterPan, payload);
      await services.ingest.drained();
      await customers.act(services, faults.customers);
      if (tick % upkeepEveryTicks === 0) await services.upkeep();
    },
    calm: () => {
      retired.push(up.counts, down.counts);
      faults = noFaults;
      linkEveryTicks = 1;
      upkeepEveryTicks = 1;
      up = createNetwork(noFaults.network, o.seed);
      down = createNetwork(noFaults.network, o.seed);
    },
    close: async () => {
      await services.ingest.drained();
      await database.close();
      await owner.close();
    },
  };
}
