// Areas with thieves among honest homes, made from true loads under a seed: who steals, how, since
// when, what the feeder's meter reads. The same seed and loads give the same areas.

import type { AreaReadings } from './readings.ts';
import {
  type Altered,
  type HonestKind,
  honestKinds,
  honestWays,
  type Subject,
  type TheftKind,
  theftKinds,
  theftWays,
} from './simulated-ways.ts';
import { createStream } from './trees.ts';

export type TrueLoad = { readonly homeId: string; readonly wh: Int32Array };

export type SimulationOptions = {
  readonly name: string;
  readonly seed: number;
  readonly perDay: number;
  readonly homesPerArea: number;
  readonly thiefShare: number;
  readonly honestChangeShare: number;
  /** Part of the areas with a hook on the line that belongs to no meter. */
  readonly hookShare: number;
  readonly kinds?: readonly TheftKind[];
};

export type SimulatedLabel = {
  readonly areaId: string;
  readonly homeId: string;
  readonly isTheft: boolean;
  readonly kind: TheftKind | HonestKind | 'normal';
  /** Used and not reported. */
  readonly stolenWh: number;
};

export type SimulatedAreas = {
  readonly areas: readonly AreaReadings[];
  readonly labels: readonly SimulatedLabel[];
};

export function simulateAreas(loads: readonly TrueLoad[], o: SimulationOptions): SimulatedAreas {
  const random = createStream(o.seed);
  const order = [...loads];
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    const [a, b] = [order[i], order[j]];
    if (a !== undefined && b !== undefined) [order[i], order[j]] = [b, a];
  }
  const areas: AreaReadings[] = [];
  const labels: SimulatedLabel[] = [];
  for (let from = 0; from < order.length; from += o.homesPerArea) {
    const areaId = `${o.name}-${areas.length + 1}`;
    const made = simulateArea(order.slice(from, from + o.homesPerArea), { ...o, areaId, random });
    areas.push(made.area);
    labels.push(...made.labels);
  }
  return { areas, labels };
}

type AreaOptions = SimulationOptions & {
  readonly areaId: string;
  readonly random: () => number;
};

function simulateArea(loads: readonly TrueLoad[], o: AreaOptions) {
  const { random, areaId, perDay } = o;
  const length = Math.min(...loads.map(({ wh }) => wh.length));
  const days = Math.floor(length / perDay);
  const used = new Float64Array(length);
  const labels: SimulatedLabel[] = [];
  const outages = random() < 0.5 ? outagesOf(o, length) : [];
  const homes = loads.map(({ homeId, wh }) => {
    const { kind, isTheft, altered } = lifeOf(wh.subarray(0, length), o, days);
    const reportedWh = altered.reportedWh.slice();
    for (const t of outages) reportedWh[t] = 0;
    let stolenWh = 0;
    for (let t = 0; t < length; t += 1) {
      used[t] = (used[t] ?? 0) + (altered.usedWh[t] ?? 0);
      if (isTheft) stolenWh += (altered.usedWh[t] ?? 0) - (altered.reportedWh[t] ?? 0);
    }
    labels.push({ areaId, homeId, isTheft, kind, stolenWh });
    return { homeId, energyWh: reportedWh };
  });
  if (random() < o.hookShare) addHook(used, o, days);
  const feederWh = feederOf(used, random);
  for (const t of outages) feederWh[t] = 0;
  const area: AreaReadings = { areaId, intervalsPerDay: perDay, feederWh, homes };
  return { area, labels };
}

function lifeOf(wh: Int32Array, o: AreaOptions, days: number) {
  const { random, perDay } = o;
  const kinds = o.kinds ?? theftKinds;
  const draw = random();
  const isTheft = draw < o.thiefShare;
  const fromStart = isTheft && random() < 0.35;
  const fromDay = fromStart ? 0 : Math.floor(days * (0.25 + random() * 0.5));
  const subject: Subject = { wh, perDay, fromDay, random };
  if (isTheft) {
    const kind = pick(kinds, random);
    return { kind, isTheft, altered: theftWays[kind](subject) };
  }
  if (draw < o.thiefShare + o.honestChangeShare) {
    const kind = pick(honestKinds, random);
    return { kind, isTheft, altered: honestWays[kind](subject) };
  }
  const altered: Altered = { usedWh: wh, reportedWh: wh };
  return { kind: 'normal' as const, isTheft, altered };
}

function pick<T>(from: readonly T[], random: () => number): T {
  const one = from[Math.floor(random() * from.length)];
  if (one === undefined) throw new RangeError('nothing to pick from');
  return one;
}

function outagesOf({ random }: AreaOptions, length: number): number[] {
  const hours = 1 + Math.floor(random() * 3);
  return Array.from({ length: hours }, () => {
    const from = Math.floor(random() * length);
    return Array.from({ length: 2 + Math.floor(random() * 6) }, (_, i) => from + i);
  })
    .flat()
    .filter((t) => t < length);
}

function addHook(used: Float64Array, { random, perDay }: AreaOptions, days: number): void {
  const level = 100 + random() * 350;
  const fromHour = random() * 24;
  const hours = 4 + random() * 20;
  for (let t = Math.floor(days * random() * 0.7) * perDay; t < used.length; t += 1) {
    const hour = ((t % perDay) * 24) / perDay;
    const on = (hour - fromHour + 24) % 24 < hours;
    if (on) used[t] = (used[t] ?? 0) + level * (0.6 + 0.8 * random());
  }
}

/** Resistive loss of 2 to 5 %, a fixed 0.4 %, and the noise of a meter of class 0.5. */
function feederOf(used: Float64Array, random: () => number): Int32Array {
  let sum = 0;
  let squares = 0;
  for (const wh of used) {
    sum += wh;
    squares += wh * wh;
  }
  const resistive = squares === 0 ? 0 : ((0.02 + 0.03 * random()) * sum) / squares;
  const fixed = (0.004 * sum) / Math.max(1, used.length);
  return Int32Array.from(used, (wh) => {
    const noise = 1 + 0.004 * normal(random);
    return Math.max(0, Math.round((wh + resistive * wh * wh + fixed) * noise));
  });
}

function normal(random: () => number): number {
  let sum = 0;
  for (let i = 0; i < 12; i += 1) sum += random();
  return sum - 6;
}
