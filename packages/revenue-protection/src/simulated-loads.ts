// True loads of made-up homes: a base, a fridge, people who get up, cook and sleep, weather that
// all of them share. For benchmarks and tests that need many homes and nobody's data.

import type { TrueLoad } from './simulated-areas.ts';
import { createStream } from './trees.ts';

export type LoadOptions = {
  readonly count: number;
  readonly days: number;
  readonly perDay: number;
  readonly seed: number;
  /** Mean use of a home, Wh a day; homes lie around it. */
  readonly dailyWh: number;
};

export function simulateLoads(o: LoadOptions): TrueLoad[] {
  const weather = weatherOf(o);
  return Array.from({ length: o.count }, (_, i) => ({
    homeId: `home-${o.seed}-${i}`,
    wh: simulateLoad(o, createStream(o.seed * 7919 + i * 104_729 + 13), weather),
  }));
}

function weatherOf({ seed, days }: LoadOptions): Float64Array {
  const random = createStream(seed * 31 + 5);
  const levels = new Float64Array(days);
  let level = 0;
  for (let day = 0; day < days; day += 1) {
    level = 0.8 * level + 0.12 * (random() - 0.5);
    levels[day] = 1 + level;
  }
  return levels;
}

function simulateLoad(o: LoadOptions, random: () => number, weather: Float64Array): Int32Array {
  const { days, perDay } = o;
  const mean = (o.dailyWh / perDay) * Math.exp(0.9 * (random() + random() + random() - 1.5));
  const base = mean * (0.15 + 0.3 * random());
  const morning = 5.5 + 3 * random();
  const evening = 16.5 + 4.5 * random();
  const wide = 1 + 1.5 * random();
  const heated = random() < 0.4 ? 0.9 : 0.25;
  const wh = new Int32Array(days * perDay);
  let appliance = 0;
  for (let t = 0; t < wh.length; t += 1) {
    const day = Math.floor(t / perDay);
    const hour = ((t % perDay) * 24) / perDay;
    const awake = bump(hour, morning, wide) * 0.7 + bump(hour, evening, wide * 1.6) * 1.3;
    if (random() < 0.05 + 0.15 * awake) appliance = mean * (1 + 4 * random());
    appliance *= 0.55;
    const level = (1 - heated + heated * (weather[day] ?? 1)) * (day % 7 < 5 ? 1 : 1.12);
    const use = base * (0.8 + 0.4 * random()) + (awake * mean * 0.9 + appliance) * level;
    wh[t] = Math.max(0, Math.round(use));
  }
  return wh;
}

function bump(hour: number, at: number, width: number): number {
  const off = Math.abs(hour - at);
  const distance = Math.min(off, 24 - off) / width;
  return distance > 3 ? 0 : Math.exp(-0.5 * distance * distance);
}
