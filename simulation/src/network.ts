// A network that loses, repeats, delays and reorders, under a seed. Perfect when all chances are
// zero.

import type { TownFaults } from './faults.ts';
import { createRandom, type Random, seedFrom } from './random.ts';

export type NetworkCounts = {
  lost: number;
  repeated: number;
  /** By some ticks. */
  delayed: number;
  /** By days. */
  late: number;
  /** Arrived behind what was sent after it. */
  reordered: number;
};

export type Network<T> = {
  /** `name` says who sends what: what happens to a message depends on it, the tick and the seed. */
  readonly send: (name: string, message: T, tick: number) => void;
  /** What arrives at this tick, in the order of arrival. */
  readonly deliver: (tick: number) => T[];
  readonly clear: () => void;
  readonly counts: NetworkCounts;
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
  type UnderWay = {
    readonly atTick: number;
    readonly order: number;
    readonly nth: number;
    readonly message: T;
  };
  let underWay: UnderWay[] = [];
  let sent = 0;
  let newest = 0;
  const counts: NetworkCounts = { lost: 0, repeated: 0, delayed: 0, late: 0, reordered: 0 };

  const put = (random: Random, message: T, tick: number): void => {
    const long = faults.longDelay > 0 && random.chance(faults.longDelay);
    const delay = long
      ? Math.round((1 + 4 * random.next()) * o.ticksPerDay)
      : random.integer(0, faults.maximumDelayTicks);
    if (long) counts.late += 1;
    else if (delay > 0) counts.delayed += 1;
    sent += 1;
    underWay.push({ atTick: tick + delay, order: random.next(), nth: sent, message });
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
      const due: UnderWay[] = [];
      const later: UnderWay[] = [];
      for (const each of underWay) (each.atTick <= tick ? due : later).push(each);
      underWay = later;
      if (faults.maximumDelayTicks + faults.longDelay > 0) due.sort((a, b) => a.order - b.order);
      for (const { nth } of due) {
        if (nth < newest) counts.reordered += 1;
        newest = Math.max(newest, nth);
      }
      return due.map((each) => each.message);
    },
    clear: () => {
      counts.lost += underWay.length;
      underWay = [];
    },
  };
}
