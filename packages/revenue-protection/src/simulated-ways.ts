// Ways to take energy past a meter, and honest ways to use less, done to a true load. For training
// and for simulated towns: what a model has to meet before it meets a street.

/** A true load and what to do with it, Wh of each interval. */
export type Subject = {
  readonly wh: Int32Array;
  readonly perDay: number;
  readonly fromDay: number;
  readonly random: () => number;
};

/** `usedWh` flows, `reportedWh` is what the meter says; -1 where it says nothing. */
export type Altered = { readonly usedWh: Int32Array; readonly reportedWh: Int32Array };

type Way = (subject: Subject) => Altered;

const between = (random: () => number, low: number, high: number): number =>
  low + random() * (high - low);

/** Changes what is reported from the day on; what is used stays. */
function report(subject: Subject, at: (wh: number, t: number) => number): Altered {
  const { wh, perDay, fromDay } = subject;
  const reportedWh = wh.slice();
  for (let t = fromDay * perDay; t < wh.length; t += 1) {
    reportedWh[t] = Math.max(0, Math.round(at(wh[t] ?? 0, t)));
  }
  return { usedWh: wh, reportedWh };
}

/** Changes what is used from the day on; the meter is honest. */
function use(subject: Subject, at: (wh: number, t: number) => number, untilDay?: number): Altered {
  const { wh, perDay, fromDay } = subject;
  const usedWh = wh.slice();
  const end = untilDay === undefined ? wh.length : Math.min(wh.length, untilDay * perDay);
  for (let t = fromDay * perDay; t < end; t += 1) {
    usedWh[t] = Math.max(0, Math.round(at(wh[t] ?? 0, t)));
  }
  return { usedWh, reportedWh: usedWh };
}

function meanOf(wh: Int32Array): number {
  let sum = 0;
  for (const one of wh) sum += one;
  return wh.length === 0 ? 0 : sum / wh.length;
}

function levelAbove(wh: Int32Array, share: number): number {
  const sorted = wh.slice().sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Scale, window, random and mean follow Jokar, Arianpoor, Leung (2016); the others are our own. */
export const theftWays = {
  scale: (s) => {
    const part = between(s.random, 0.1, 0.8);
    return report(s, (wh) => wh * part);
  },
  windowZero: (s) => {
    const first = Math.floor(s.random() * s.perDay);
    const length = Math.max(1, Math.round(between(s.random, 0.15, 0.5) * s.perDay));
    return report(s, (wh, t) => (((t % s.perDay) - first + s.perDay) % s.perDay < length ? 0 : wh));
  },
  randomScale: (s) => report(s, (wh) => wh * between(s.random, 0.1, 0.8)),
  randomMean: (s) => {
    const mean = meanOf(s.wh);
    return report(s, () => mean * between(s.random, 0.1, 0.8));
  },
  flatLow: (s) => {
    const level = meanOf(s.wh) * between(s.random, 0.2, 0.7);
    return report(s, () => level);
  },
  fullBypass: (s) => {
    const kept = new Set(Array.from({ length: 5 }, () => Math.floor(s.random() * 120)));
    return report(s, (wh, t) => (kept.has(Math.floor(t / s.perDay)) ? wh : 0));
  },
  clipHeavy: (s) => {
    const cap = Math.max(30, levelAbove(s.wh, between(s.random, 0.45, 0.8)));
    return report(s, (wh) => Math.min(wh, cap));
  },
  reversedDay: (s) =>
    report(s, (_, t) => {
      const slot = t % s.perDay;
      return s.wh[t - slot + (s.perDay - 1 - slot)] ?? 0;
    }),
  flatMean: (s) => {
    const mean = meanOf(s.wh);
    return report(s, () => mean);
  },
  loadBeforeMeter: (s) => {
    const taken = Math.max(40, levelAbove(s.wh, between(s.random, 0.3, 0.7)));
    return report(s, (wh) => wh - taken);
  },
  bigLoadPast: (s) => {
    const from = Math.max(60, levelAbove(s.wh, between(s.random, 0.6, 0.85)));
    return report(s, (wh) => (wh > from ? from * 0.3 : wh));
  },
  someDays: (s) => {
    const share = between(s.random, 0.3, 0.7);
    const off = Array.from({ length: 400 }, () => s.random() < share);
    return report(s, (wh, t) => (off[Math.floor(t / s.perDay) % 400] ? wh * 0.05 : wh));
  },
  someHours: (s) => {
    let off = false;
    return report(s, (wh) => {
      if (s.random() < 0.06) off = s.random() < 0.45;
      return off ? 0 : wh;
    });
  },
  weekends: (s) => report(s, (wh, t) => (Math.floor(t / s.perDay) % 7 < 5 ? wh : wh * 0.15)),
  replay: (s) => {
    const day = Math.floor(s.random() * Math.max(1, s.fromDay));
    const part = between(s.random, 0.4, 0.9);
    return report(s, (_, t) => part * (s.wh[day * s.perDay + (t % s.perDay)] ?? 0));
  },
} as const satisfies Record<string, Way>;

export type TheftKind = keyof typeof theftWays;

const standby = (s: Subject): ((wh: number) => number) => {
  const low = between(s.random, 25, 90);
  const spread = between(s.random, 1.2, 2.2);
  return () => Math.round(between(s.random, low, low * spread));
};

export const honestWays = {
  vacancy: (s) => use(s, standby(s), s.fromDay + Math.round(between(s.random, 6, 21))),
  moveOut: (s) => use(s, standby(s)),
  efficiency: (s) => {
    const part = between(s.random, 0.62, 0.88);
    return use(s, (wh) => wh * part);
  },
  fuelSwitch: (s) => {
    const part = between(s.random, 0.3, 0.65);
    return use(s, (wh) => wh * part);
  },
  newOccupants: (s) => {
    const part = between(s.random, 0.6, 1.5);
    const later = Math.floor(s.random() * s.perDay);
    return use(s, (wh, t) => part * (s.wh[(t + later) % s.wh.length] ?? wh));
  },
  silence: (s) => {
    const until = (s.fromDay + Math.round(between(s.random, 1, 5))) * s.perDay;
    const reportedWh = s.wh.slice();
    reportedWh.fill(-1, s.fromDay * s.perDay, Math.min(until, reportedWh.length));
    return { usedWh: s.wh, reportedWh };
  },
} as const satisfies Record<string, Way>;

export type HonestKind = keyof typeof honestWays;
export const theftKinds = Object.keys(theftWays) as readonly TheftKind[];
export const honestKinds = Object.keys(honestWays) as readonly HonestKind[];
