// The town's meters: each takes what arrives, its home's load and what its customer types, by a
// clock of its own, and sends what it has to say.

import { step } from '@prewatt/meter';
import { type DownMessage, encodeUp, type UpMessage } from '@prewatt/protocol';
import { energyBetween } from '@prewatt/virtual-meter/homes';
import type { Customers } from './customers.ts';
import { createOddMeters } from './odd-meters.ts';
import { createRandom, type Random, seedFrom } from './random.ts';
import { createLandingEye } from './soft-landing.ts';
import type { TownNetwork } from './town-network.ts';
import type { TownNow } from './town-now.ts';
import type { Trace } from './trace.ts';
import type { TownHome } from './utility.ts';
import { zone } from './zone.ts';

/** The last step of a tick has the link: what arrived is taken, what there is to say goes out. */
type MeterStep = { readonly stepMs: number; readonly isLast: boolean };

export type TownMeters = {
  /** Moves all meters to the present. */
  readonly step: (o: MeterStep) => void;
  readonly counts: () => MeterCounts;
};

export type MeterCounts = {
  /** Meters whose clock is off by a second or more. */
  readonly clocksOff: number;
  readonly powerCuts: number;
  readonly hoursOffSupply: number;
};

export function createTownMeters(o: {
  readonly seed: number;
  readonly startMs: number;
  readonly tickMs: number;
  readonly meterStepsPerTick?: number;
  readonly homes: readonly TownHome[];
  readonly customers: Customers;
  readonly network: TownNetwork;
  readonly trace: Trace;
  readonly now: TownNow;
}): TownMeters {
  const { now, homes, customers, trace, network } = o;
  let powerCuts = 0;
  let offSupplyMs = 0;
  const chances = chancesOf(o);
  const meterNowMs = createMeterClocks(o);
  const { observed, landing } = customers;
  const odd = createOddMeters(observed);
  const eye = createLandingEye({ observed, trace, nowMs: () => now.atMs });
  const usualStepMs = o.tickMs / (o.meterStepsPerTick ?? 1);
  const stepHome = (
    home: TownHome,
    { received, stepMs, isLast }: MeterStep & { readonly received: readonly DownMessage[] },
  ): void => {
    const isReached = received.length > 0;
    const random = chances.get(home);
    const fate = fateOf(home, { now, random, isReached, mayHaveLink: isLast });
    if (!fate.powerPresent && !home.isDead) {
      powerCuts += 1;
      trace.add(home, 'the power fails');
    }
    const keypad = home.isDead ? null : customers.keypadOf(home);
    const atMs = meterNowMs(home);
    const wanted = energyBetween(home.load, { fromMs: home.meter.inputAtMs, toMs: atMs, zone });
    const demandMilliWh = landing.drawn(home, { demandMilliWh: wanted, spanMs: usualStepMs });
    const pressed = !home.isDead && landing.presses(home);
    const before = home.meter;
    const ageMs = now.atMs - o.startMs;
    const demandW = Math.round((demandMilliWh * 3600) / usualStepMs);
    const input = odd.inputOf(home, { ageMs, demandMilliWh, demandW });
    const { state, outputs } = step(before, {
      ...{ atMs, demandW, ...input, ...fate, received },
      ...(keypad === null ? {} : { keypad }),
      ...(pressed ? { reconnectPressed: true } : {}),
    });
    home.meter = state;
    if (state.loadSwitch !== 'connected' || home.isDead) offSupplyMs += stepMs;
    customers.saw(home, outputs, { wasVulnerable: before.settings.vulnerable === true });
    eye.took(home, { before, outputs, demandMilliWh, spanMs: usualStepMs, pressed });
    odd.took(home, { ageMs, before, input, flowedMilliWh: outputs.flowedMilliWh });
    send(o, home, outputs.messages);
  };

  return {
    step: (how) => {
      const arrived = how.isLast ? network.down().deliver(now.tick) : [];
      const arriving = Map.groupBy(arrived, ({ meterPan }) => meterPan);
      for (const home of homes) {
        const received = (arriving.get(home.meterPan) ?? []).map(({ message }) => message);
        stepHome(home, { ...how, received });
      }
    },
    counts: () => ({
      clocksOff: homes.filter((home) => Math.abs(meterNowMs(home) - now.atMs) >= 1_000).length,
      powerCuts,
      hoursOffSupply: Math.round(offSupplyMs / 3_600_000),
    }),
  };
}

const chancesOf = (o: { readonly seed: number; readonly homes: readonly TownHome[] }) =>
  new Map<TownHome, Random>(
    o.homes.map((home) => [home, createRandom(seedFrom(o.seed, `meter of ${home.index}`))]),
  );

function send(
  { network, now }: { readonly network: TownNetwork; readonly now: TownNow },
  home: TownHome,
  messages: readonly UpMessage[],
): void {
  const { meterPan } = home;
  for (const message of messages) {
    const { kind } = message;
    const payload = encodeUp(message);
    network.up().send(`${meterPan} ${kind}`, { home, meterPan, kind, payload }, now.tick);
  }
}

/** What reaches a home besides its messages: mains and link. */
function fateOf(
  home: TownHome,
  o: {
    readonly now: TownNow;
    readonly random: Random | undefined;
    readonly isReached: boolean;
    readonly mayHaveLink: boolean;
  },
): { readonly linkUp: boolean; readonly powerPresent: boolean } {
  const { now, random } = o;
  if (random === undefined) throw new Error('a meter of another town');
  if (home.isDead) return { linkUp: false, powerPresent: false };
  // Who is reached has a link, and answers.
  const isDue = o.isReached || (now.tick + home.index) % now.linkEveryTicks === 0;
  const mayHaveLink = o.mayHaveLink && home.traits.hasNoLink !== true;
  const linkUp = random.chance(now.faults.linkUp) && isDue && mayHaveLink;
  return { linkUp, powerPresent: !random.chance(now.faults.powerCut) };
}

/** What each meter's own clock shows: as far off as it drifts from the start on. */
function createMeterClocks(o: {
  readonly seed: number;
  readonly startMs: number;
  readonly homes: readonly TownHome[];
  readonly now: TownNow;
}): (home: TownHome) => number {
  const { now } = o;
  const { clockDriftPpm } = now.faults;
  const driftOf = new Map<TownHome, number>(
    o.homes.map((home) => {
      const random = createRandom(seedFrom(o.seed, `clock of ${home.index}`));
      return [home, (2 * random.next() - 1) * clockDriftPpm];
    }),
  );
  return (home) => now.atMs + Math.round(((now.atMs - o.startMs) * (driftOf.get(home) ?? 0)) / 1e6);
}
