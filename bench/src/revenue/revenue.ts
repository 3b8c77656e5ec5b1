// Homes ranked on one core: 60 days of half-hours on feeders of 18, readings handed over area by
// area as a job would read them, features kept, one list at the end. The baseline ranks by the fall
// of the last two weeks alone, over the same readings.

import {
  type AreaReadings,
  featuresOfArea,
  type RankingInput,
  rankHomes,
  shippedModel,
  simulateAreas,
  simulateLoads,
} from '@prewatt/revenue-protection';
import type { Benchmark } from '../benchmark.ts';

const days = 60;
const perDay = 48;
const homesPerArea = 18;
const counts = [10_000, 100_000] as const;
/** Homes made at a time: what is not yet ranked must not fill the memory. */
const batch = homesPerArea * 10;
const visitShare = 0.01;

type Pass = {
  readonly homes: number;
  readonly seconds: number;
  readonly baselineSeconds: number;
  readonly peakBytes: number;
  readonly visits: number;
};

/** CPU seconds of this process: on a shared machine the clock on the wall counts others, too. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function areasOf(seed: number): readonly AreaReadings[] {
  const loads = simulateLoads({ count: batch, days, perDay, seed, dailyWh: 6_000 });
  const share = { thiefShare: 0.04, honestChangeShare: 0.2, hookShare: 0.05 };
  return simulateAreas(loads, { ...share, name: `b${seed}`, seed, perDay, homesPerArea }).areas;
}

function rank(homes: number): Pass {
  const model = shippedModel();
  const kept: RankingInput[] = [];
  const falls: number[] = [];
  let seconds = 0;
  let baselineSeconds = 0;
  let peakBytes = 0;
  for (let seed = 1; kept.length < homes; seed += 1) {
    const areas = areasOf(seed);
    const start = cpuSeconds();
    for (const area of areas) {
      for (const home of featuresOfArea(area).homes) kept.push({ ...home, areaId: area.areaId });
    }
    const between = cpuSeconds();
    for (const area of areas) falls.push(...fallsOf(area));
    seconds += between - start;
    baselineSeconds += cpuSeconds() - between;
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  }
  kept.length = homes;
  const start = cpuSeconds();
  const visits = Math.round(homes * visitShare);
  const ranking = rankHomes(kept, { model, visits, pricePerKwhMinor: 25n });
  seconds += cpuSeconds() - start;
  falls.sort((a, b) => a - b);
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  return { homes, seconds, baselineSeconds, peakBytes, visits: ranking.visits.length };
}

/** Of each home: use of the last two weeks over use before. */
function fallsOf(area: AreaReadings): number[] {
  const from = (days - 14) * perDay;
  return area.homes.map(({ energyWh }) => {
    let before = 0;
    let after = 0;
    for (let t = 0; t < energyWh.length; t += 1) {
      const wh = energyWh[t] ?? -1;
      if (wh < 0) continue;
      if (t < from) before += wh;
      else after += wh;
    }
    return after / Math.max(1, before);
  });
}

export const benchmarkRevenue: Benchmark = async (print) => {
  print(`revenue: homes x ${days} days of half-hours ranked on one core (processor time)`);
  rank(batch);
  const passes = counts.map((homes) => {
    const pass = rank(homes);
    const each = (pass.seconds / homes) * 1e6;
    const ratio = pass.seconds / pass.baselineSeconds;
    const mb = Math.round(pass.peakBytes / 1e6);
    print(
      `  ${homes.toLocaleString('en').padStart(7)} homes ${pass.seconds.toFixed(1).padStart(6)} s   ${each.toFixed(0)} us a home   ${mb} MB   x ${ratio.toFixed(0)} the fall alone   ${pass.visits} visits`,
    );
    return { ...pass, microsecondsPerHome: Math.round(each), ratio: Math.round(ratio) };
  });
  const [few, many] = passes;
  const growth = (many?.microsecondsPerHome ?? 0) / Math.max(1, few?.microsecondsPerHome ?? 1);
  print(
    `  growth: a home costs x ${growth.toFixed(2)} among 100,000 of what it costs among 10,000`,
  );
  return { bench: 'revenue', days, perDay, passes, growth: Math.round(growth * 100) / 100 };
};
