// A network that loses, repeats, delays and reorders, under a seed. Perfect when all chances are
// zero.

import { createRandom, type Random, seedFrom } from './random.ts';

export type NetworkFaults = {
  readonly loss: number;
  readonly repeat: number;
  /** Ticks that a message may take longer than others; reordering follows from it. */
  readonly maximumDelayTicks: number;
};

export type Network<T> = {
  /**
   * `sender` has a stream of chances of its own, so that what others send does not change its fate.
   */
  readonly send: (sender: string, message: T, tick: number) => void;
  /** What arrives at this tick, in the order of arrival. */
  readonly deliver: (tick: number) => T[];
  readonly clear: () => void;
  readonly counts: { lost: number; repeated: number; delayed: number };
};

export function createNetwork<T>(faults: NetworkFaults, seed: number): Network<T> {
  const streams = new Map<string, Random>();
  const streamOf = (sender: string): Random => {
    const known = streams.get(sender);
    if (known !== undefined) return known;
    const stream = createRandom(seedFrom(seed, sender));
    streams.set(sender, stream);
    return stream;
  };
  let underWay: { readonly atTick: number; readonly order: number; readonly message: T }[] = [];
  const counts = { lost: 0, repeated: 0, delayed: 0 };

  const put = (random: Random, message: T, tick: number): void => {
    const delay = random.integer(0, faults.maximumDelayTicks);
    if (delay > 0) counts.delayed += 1;
    underWay.push({ atTick: tick + delay, order: random.next(), message });
  };

  return {
    counts,
    send: (sender, message, tick) => {
      const random = streamOf(sender);
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
      const due = underWay.filter((each) => each.atTick <= tick);
      underWay = underWay.filter((each) => each.atTick > tick);
      if (faults.maximumDelayTicks > 0) due.sort((a, b) => a.order - b.order);
      return due.map((each) => each.message);
    },
    clear: () => {
      counts.lost += underWay.length;
      underWay = [];
    },
  };
}
