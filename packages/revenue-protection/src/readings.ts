// What the package works on: an area (the homes behind one transformer or feeder) and its readings
// as plain arrays of watt-hours for each interval, so that rolled-up readings fit without copying.

/** Stands in an array of readings for "no reading". Any negative number is read as this. */
export const missingWh = -1;

export type HomeReadings = {
  readonly homeId: string;
  /** Wh of each interval from the area's first midnight on; `missingWh` where there is none. */
  readonly energyWh: Int32Array;
};

export type AreaReadings = {
  readonly areaId: string;
  /** Whole parts of a day: 24, 48, 96, … */
  readonly intervalsPerDay: number;
  /** Wh through the area's own meter; null where it has none. */
  readonly feederWh: Int32Array | null;
  readonly homes: readonly HomeReadings[];
};

/** The area's readings as a model uses them: floats, gaps filled and marked. */
export type PreparedArea = {
  readonly area: AreaReadings;
  readonly intervals: number;
  readonly days: number;
  readonly homes: readonly PreparedHome[];
  /** As many as `homes`, unless the homes were summed one group after the other. */
  readonly homeCount: number;
  /** Homes without any reading in the span. */
  readonly silentCount: number;
  /** Intervals without supply: the feeder, or each of several homes, used nothing. */
  readonly outage: Uint8Array;
  /** Energy in by the feeder's meter; NaN where it has no reading. Null without a meter. */
  readonly feeder: Float64Array | null;
  /** Sum over the homes, gaps filled; a silent home as the others are on average. */
  readonly metered: Float64Array;
  /** What was put in for gaps, Wh of each interval, and the variance of it, Wh². */
  readonly filled: Float64Array;
  readonly filledVariance: Float64Array;
};

export type PreparedHome = {
  readonly homeId: string;
  /** Wh of each interval, gaps filled from the home's usual day. */
  readonly wh: Float64Array;
  readonly missing: Uint8Array;
  readonly missingCount: number;
  /** Mean by interval of the day. */
  readonly usualDay: Float64Array;
  /** Mean Wh of an interval over those that were read. */
  readonly meanWh: number;
};

/**
 * Fills gaps and marks outages. Whole days only: readings past the last full day are left out.
 * Arrays of different length are cut to the shortest that a home or the feeder has.
 */
export function prepareArea(area: AreaReadings): PreparedArea {
  return fillSilentHomes(readArea(area));
}

/**
 * A home that was never read has no usual day of its own, and counted as nothing its use would look
 * like energy that somebody else took: it counts as the others do on average. Once for an area: the
 * sums of its parts are added before.
 */
export function fillSilentHomes(area: PreparedArea): PreparedArea {
  const { homeCount, silentCount } = area;
  const readCount = homeCount - silentCount;
  if (silentCount === 0 || readCount === 0) return area;
  const usual = area.metered.map((wh) => wh / readCount);
  const added = (to: Float64Array, each: (wh: number) => number): Float64Array =>
    to.map((value, t) => value + silentCount * each(usual[t] ?? 0));
  return {
    ...area,
    metered: added(area.metered, (wh) => wh),
    filled: added(area.filled, (wh) => wh),
    // Homes differ from one another about as much as they use.
    filledVariance: added(area.filledVariance, (wh) => wh * wh),
  };
}

/** As `prepareArea`, silent homes counted as nothing: for one part of a larger area. */
export function readArea(area: AreaReadings): PreparedArea {
  const perDay = Math.max(1, Math.trunc(area.intervalsPerDay));
  const lengths = area.homes.map((home) => home.energyWh.length);
  if (area.feederWh !== null) lengths.push(area.feederWh.length);
  const shortest = lengths.length === 0 ? 0 : Math.min(...lengths);
  const days = Math.floor(shortest / perDay);
  const intervals = days * perDay;
  const outage = outagesOf(area, intervals);
  const homes = area.homes.map((home) => prepareHome(home, { perDay, intervals, outage }));
  const metered = new Float64Array(intervals);
  const filled = new Float64Array(intervals);
  const filledVariance = new Float64Array(intervals);
  for (const home of homes) {
    const variance = home.missingCount === 0 ? 0 : varianceOf(home);
    for (let t = 0; t < intervals; t += 1) {
      const wh = home.wh[t] ?? 0;
      metered[t] = (metered[t] ?? 0) + wh;
      if (home.missing[t] === 1) {
        filled[t] = (filled[t] ?? 0) + wh;
        filledVariance[t] = (filledVariance[t] ?? 0) + variance;
      }
    }
  }
  const feeder = area.feederWh === null ? null : new Float64Array(intervals);
  if (feeder !== null && area.feederWh !== null) {
    for (let t = 0; t < intervals; t += 1) {
      const wh = area.feederWh[t] ?? missingWh;
      feeder[t] = wh < 0 ? Number.NaN : wh;
    }
  }
  const homeCount = homes.length;
  const silentCount = homes.filter((home) => home.missingCount === intervals).length;
  return {
    area,
    intervals,
    days,
    homes,
    homeCount,
    silentCount,
    outage,
    feeder,
    metered,
    filled,
    filledVariance,
  };
}

/** One silent home is no outage: that takes the feeder, or three homes that all read zero. */
function outagesOf(area: AreaReadings, intervals: number): Uint8Array {
  const outage = new Uint8Array(intervals);
  for (let t = 0; t < intervals; t += 1) {
    if (area.feederWh !== null && (area.feederWh[t] ?? missingWh) >= 0) {
      outage[t] = area.feederWh[t] === 0 ? 1 : 0;
      continue;
    }
    let read = 0;
    let used = 0;
    for (const { energyWh } of area.homes) {
      const wh = energyWh[t] ?? missingWh;
      if (wh >= 0) read += 1;
      if (wh > 0) used += 1;
    }
    outage[t] = read >= 3 && used === 0 ? 1 : 0;
  }
  return outage;
}

function prepareHome(
  home: HomeReadings,
  o: { readonly perDay: number; readonly intervals: number; readonly outage: Uint8Array },
): PreparedHome {
  const { perDay, intervals, outage } = o;
  const missing = new Uint8Array(intervals);
  const usualDay = new Float64Array(perDay);
  const counts = new Float64Array(perDay);
  let sum = 0;
  let count = 0;
  let missingCount = 0;
  for (let t = 0; t < intervals; t += 1) {
    const wh = home.energyWh[t] ?? missingWh;
    if (wh < 0) {
      missing[t] = 1;
      missingCount += 1;
      continue;
    }
    if (outage[t] === 1) continue;
    const slot = t % perDay;
    usualDay[slot] = (usualDay[slot] ?? 0) + wh;
    counts[slot] = (counts[slot] ?? 0) + 1;
    sum += wh;
    count += 1;
  }
  const meanWh = count === 0 ? 0 : sum / count;
  for (let slot = 0; slot < perDay; slot += 1) {
    const n = counts[slot] ?? 0;
    usualDay[slot] = n === 0 ? meanWh : (usualDay[slot] ?? 0) / n;
  }
  const wh = new Float64Array(intervals);
  for (let t = 0; t < intervals; t += 1) {
    const read = home.energyWh[t] ?? missingWh;
    wh[t] = read >= 0 ? read : outage[t] === 1 ? 0 : (usualDay[t % perDay] ?? 0);
  }
  return { homeId: home.homeId, wh, missing, missingCount, usualDay, meanWh };
}

function varianceOf(home: PreparedHome): number {
  let sum = 0;
  let count = 0;
  const perDay = home.usualDay.length;
  for (let t = 0; t < home.wh.length; t += 1) {
    if (home.missing[t] === 1) continue;
    const off = (home.wh[t] ?? 0) - (home.usualDay[t % perDay] ?? 0);
    sum += off * off;
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}
