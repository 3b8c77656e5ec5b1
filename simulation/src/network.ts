// A network that loses, repeats, delays and reorders, under a seed. Perfect when all chances are
// zero.

import type { TownFaults } from './faults.ts';
import { createRandom, type Random, seedFrom } from './random.ts';

export type Network<T> = {
  /** `name` says who sends what: what happens to a message depends on it, the tick and the seed. */
  readonly send: (name: string, message: T, tick: number) => void;
  /** What arrives at this tick, in the order of arrival. */
  readonly deliver: (tick: number) => T[];
  readonly clear: () => void;
  readonly counts: { lost: number; repeated: number; delayed: number };
};

export function createNetwork<T>(
  faults: TownFaults['network'],
  o: { readonly seed: number; readonly ticksPerDay: number },
): Network<T> {
  /** How many messages of a name were sent at this tick. */
  let repeats = new Map<string, number>();
  let lastTick = -1;
  /** The same message at the same tick has the same fate, whatever was sent before it. */
  const randomOf = (name: string, tick: number): Random => {
    if (tick !== lastTick) repeats = new Map();
    lastTick = tick;
    const ordinal = repeats.get(name) ?? 0;
    repeats.set(name, ordinal + 1);
    return createRandom(seedFrom(o.seed, `${name} ${tick} ${ordinal}`));
  };
  let underWay: { readonly atTick: number; readonly order: number; readonly message: T }[] = [];
  const counts = { lost: 0, repeated: 0, delayed: 0 };

  const put = (random: Random, message: T, tick: number): void => {
    const long = faults.longDelay > 0 && random.chance(faults.longDelay);
    const delay = long
      ? Math.round((1 + 4 * random.next()) * o.ticksPerDay)
      : random.integer(0, faults.maximumDelayTicks);
    if (delay > 0) counts.delayed += 1;
    underWay.push({ atTick: tick + delay, order: random.next(), message });
  };

  return {
    counts,
    send: (name, message, tick) => {
      const random = randomOf(name, tick);
      if (random.chance(faults.loss)) {
        counts.lost += 1;
        return;
      }
      put(random, message, tick);
      if (!random.chance(faults.repeat)) return;
      counts.repeated += 1;
      put(random, message, tick);
    },
    deliver: (tick) => {
      const due: typeof underWay = [];
      const later: typeof underWay = [];
      for (const each of underWay) (each.atTick <= tick ? due : later).push(each);
      underWay = later;
      if (faults.maximumDelayTicks + faults.longDelay > 0) due.sort((a, b) => a.order - b.order);
      return due.map((each) => each.message);
    },
    clear: () => {
      counts.lost += underWay.length;
      underWay = [];
    },
  };
}
