// Which homes the energy missing at a feeder goes with. The balance, less technical loss, is
// explained step by step by the traces of its homes; then each home is judged on what is missing
// once the other homes' parts are taken away, so that one thief does not accuse the street.

import type { PreparedArea } from './readings.ts';
import { dot, floats, medianOf, solveSymmetric, times } from './solve.ts';
import type { LossFit, LossPrior } from './technical-loss.ts';
import { type Traces, traceNames } from './traces.ts';

/** How well one trace of one home fits, in the spirit of a likelihood ratio: 0 is not at all. */
export type TraceFit = {
  readonly gain: number;
  /** Wh missing for each Wh of the trace. */
  readonly factor: number;
  readonly fromDay: number;
};

export type HomeAttribution = {
  /** By trace, in the order of `traceNames`, others' parts taken away. */
  readonly fits: readonly TraceFit[];
  /** The best gain before anything was taken away. */
  readonly rawGain: number;
  /** Wh that the chosen traces of this home explain; 0 where none was chosen. */
  readonly explainedWh: number;
  /** Days that they span: from the first one's first day to the end. */
  readonly explainedDays: number;
  /** 1 for the home chosen first in its area, 1/2 for the second, …; 0 where not chosen. */
  readonly turn: number;
};

export type Attribution = {
  readonly homes: readonly HomeAttribution[];
  /** Unexplained Wh before and after: above technical loss. */
  readonly unexplainedWh: number;
  readonly leftOverWh: number;
  readonly throughputWh: number;
};

const mostSteps = 10;
/** A trace is worth a step when it explains more than chance and wrong shapes would. */
const leastGain = 25;

type Fitted = { readonly rest: Float64Array; readonly factors: readonly number[] };
type Column = { home: number; trace: number; fromDay: number; series: Float64Array };
type Work = {
  readonly perDay: number;
  readonly days: number;
  /** 1 over the deviation; 0 where an interval says nothing. */
  readonly weight: Float64Array;
  readonly traces: readonly (readonly (Float64Array | null)[])[];
  readonly norms: readonly (readonly (Norms | null)[])[];
};
/** By day: square of the trace, and its part along each of the two technical-loss series. */
type Norms = {
  readonly square: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
};

export function attribute(
  prepared: PreparedArea,
  o: { readonly loss: LossFit; readonly prior: LossPrior; readonly traces: readonly Traces[] },
): Attribution {
  const { loss, prior, traces } = o;
  const work = prepareWork(prepared, loss, traces);
  const balance = weighted(work.weight, (t) => {
    return (prepared.feeder?.[t] ?? 0) - (prepared.metered[t] ?? 0);
  });
  const technical = [work.weight.slice(), times(work.weight, loss.square)] as const;
  const fit = createFit(balance, technical, { loss, prior });
  const chosen: Column[] = [];
  // With the loss as it was fitted to the clean intervals, before any trace is chosen.
  const first = weighted(work.weight, (t) => {
    const lost = loss.fixedWh + loss.resistive * (loss.square[t] ?? 0);
    return (prepared.feeder?.[t] ?? 0) - (prepared.metered[t] ?? 0) - lost;
  });
  let state = fit(chosen);
  const atFirst = leftOf(work, state.rest);
  const raw = traces.map((_, home) => bestOf(fitsOf(work, home, atFirst)));
  for (let step = 0; step < mostSteps; step += 1) {
    const next = chooseNext(work, state.rest, chosen);
    if (next === null) break;
    chosen.push(next);
    state = fit(chosen);
    dropNegative(chosen, state.factors);
    if (state.factors.length !== chosen.length) state = fit(chosen);
  }
  const atLast = leftOf(work, state.rest);
  const homes = traces.map((_, home): HomeAttribution => {
    const rawGain = raw[home] ?? 0;
    const own = chosen.findIndex((column) => column.home === home);
    if (own === -1) {
      const fits = fitsOf(work, home, atLast);
      return { fits, rawGain, explainedWh: 0, explainedDays: 0, turn: 0 };
    }
    const { rest, explainedWh } = givenBack(work, { home, chosen, state });
    const fits = fitsOf(work, home, leftOf(work, rest));
    const firsts = chosen.filter((one) => one.home === home).map(({ fromDay }) => fromDay);
    return {
      fits,
      rawGain,
      explainedWh: Math.max(0, explainedWh),
      explainedDays: work.days - Math.min(...firsts),
      turn: 1 / (own + 1),
    };
  });
  return { homes, ...energies(prepared, work, first, state.rest) };
}

/** What is left when a home's own chosen traces are not taken away. */
function givenBack(
  { weight }: Work,
  o: { readonly home: number; readonly chosen: readonly Column[]; readonly state: Fitted },
): { rest: Float64Array; explainedWh: number } {
  const rest = o.state.rest.slice();
  let explainedWh = 0;
  o.chosen.forEach((column, i) => {
    if (column.home !== o.home) return;
    const factor = o.state.factors[i] ?? 0;
    for (let t = 0; t < rest.length; t += 1) {
      const wh = factor * (column.series[t] ?? 0);
      rest[t] = (rest[t] ?? 0) + wh;
      const one = weight[t] ?? 0;
      if (one > 0) explainedWh += wh / one;
    }
  });
  return { rest, explainedWh };
}

function energies(
  prepared: PreparedArea,
  { weight }: Work,
  first: Float64Array,
  rest: Float64Array,
) {
  let unexplainedWh = 0;
  let leftOverWh = 0;
  let throughputWh = 0;
  for (let t = 0; t < weight.length; t += 1) {
    const one = weight[t] ?? 0;
    if (one === 0) continue;
    unexplainedWh += (first[t] ?? 0) / one;
    leftOverWh += (rest[t] ?? 0) / one;
    throughputWh += prepared.feeder?.[t] ?? 0;
  }
  return { unexplainedWh, leftOverWh, throughputWh };
}

/** The weight goes last: a balance that is not known is NaN, and counts nothing. */
function weighted(weight: Float64Array, at: (t: number) => number): Float64Array {
  return floats(weight.length, (t) => {
    const one = weight[t] ?? 0;
    return one === 0 ? 0 : one * at(t);
  });
}

function prepareWork(prepared: PreparedArea, loss: LossFit, traces: readonly Traces[]): Work {
  const weight = loss.deviation.map((sd) => (Number.isFinite(sd) ? 1 / sd : 0));
  const perDay = Math.max(1, Math.trunc(prepared.area.intervalsPerDay));
  const series = traces.map((one) =>
    traceNames.map((name) => {
      const trace = one[name];
      return trace === null ? null : times(weight, trace);
    }),
  );
  const [first, second] = technicalBases(weight, loss.square);
  const norms = series.map((ofHome) =>
    ofHome.map((one) => {
      if (one === null) return null;
      const square = byDay(one, one, perDay);
      return { square, first: byDay(one, first, perDay), second: byDay(one, second, perDay) };
    }),
  );
  return { perDay, days: prepared.days, weight, traces: series, norms };
}

/** Fixed and resistive loss as series of length one at right angles; zeros where one has none. */
function technicalBases(weight: Float64Array, square: Float64Array): [Float64Array, Float64Array] {
  const first = ofLengthOne(weight);
  const resistive = times(weight, square);
  const along = dot(resistive, first);
  const own = floats(weight.length, (t) => (resistive[t] ?? 0) - along * (first[t] ?? 0));
  // A load that never changes leaves nothing but rounding here.
  const differs = dot(own, own) > 1e-12 * dot(resistive, resistive);
  return [first, differs ? ofLengthOne(own) : new Float64Array(weight.length)];
}

function ofLengthOne(series: Float64Array): Float64Array {
  const length = Math.sqrt(dot(series, series));
  return floats(series.length, (t) => (length === 0 ? 0 : (series[t] ?? 0) / length));
}

function byDay(a: Float64Array, b: Float64Array, perDay: number): Float64Array {
  const sums = new Float64Array(Math.floor(a.length / perDay));
  for (let day = 0; day < sums.length; day += 1) {
    let sum = 0;
    for (let t = day * perDay; t < (day + 1) * perDay; t += 1) sum += (a[t] ?? 0) * (b[t] ?? 0);
    sums[day] = sum;
  }
  return sums;
}

const noFit: TraceFit = { gain: 0, factor: 0, fromDay: 0 };
const bestOf = (fits: readonly TraceFit[]): number => Math.max(...fits.map(({ gain }) => gain));

/** What is missing and not explained, weighted, and its variance. */
type Left = { readonly rest: Float64Array; readonly spread: number };

const leftOf = ({ weight }: Work, rest: Float64Array): Left => ({
  rest,
  spread: spreadOf(rest, weight),
});

/** Each trace of a home against what is left: from the day on from which it fits best. */
function fitsOf(work: Work, home: number, { rest, spread }: Left): TraceFit[] {
  return traceNames.map((_, trace) => {
    const series = work.traces[home]?.[trace];
    const norms = work.norms[home]?.[trace];
    if (series === null || series === undefined || norms === null || norms === undefined) {
      return noFit;
    }
    return bestStart(norms, byDay(series, rest, work.perDay), spread);
  });
}

/** Variance of what is left, in weighted units; half of it from the middle, to be robust. */
function spreadOf(rest: Float64Array, weight: Float64Array): number {
  let squares = 0;
  let count = 0;
  const sizes: number[] = [];
  for (let t = 0; t < rest.length; t += 1) {
    if (weight[t] === 0) continue;
    const one = rest[t] ?? 0;
    squares += one * one;
    count += 1;
    if (t % 7 === 0) sizes.push(Math.abs(one));
  }
  const robust = (1.4826 * medianOf(sizes)) ** 2;
  return Math.max(0.25, count === 0 ? 1 : 0.5 * (squares / count) + 0.5 * robust);
}

function bestStart(norms: Norms, cross: Float64Array, spread: number): TraceFit {
  const { square, first, second } = norms;
  let uu = 0;
  let xu = 0;
  let alongFirst = 0;
  let alongSecond = 0;
  let best = 0;
  let fromDay = -1;
  let factor = 0;
  for (let day = square.length - 1; day >= 0; day -= 1) {
    uu += square[day] ?? 0;
    xu += cross[day] ?? 0;
    alongFirst += first[day] ?? 0;
    alongSecond += second[day] ?? 0;
    // Fewer than three days decide nothing; a trace along the technical loss neither.
    if (day > square.length - 3 || xu <= 0) continue;
    const own = uu - alongFirst * alongFirst - alongSecond * alongSecond;
    if (own < uu * 0.02 || own <= 0) continue;
    // A later start has one more number to choose, so it must fit clearly better than the whole.
    const gain = (xu * xu) / own / spread - (day === 0 ? 0 : 4);
    if (gain <= best) continue;
    best = gain;
    fromDay = day;
    factor = xu / own;
  }
  return fromDay === -1 ? noFit : { gain: best, factor, fromDay };
}

function chooseNext(work: Work, rest: Float64Array, chosen: readonly Column[]): Column | null {
  const left = leftOf(work, rest);
  let best = { gain: leastGain, home: -1, trace: 0, fromDay: 0 };
  for (let home = 0; home < work.traces.length; home += 1) {
    fitsOf(work, home, left).forEach(({ gain, fromDay }, trace) => {
      const known = chosen.some((one) => one.home === home && one.trace === trace);
      if (!known && gain > best.gain) best = { gain, home, trace, fromDay };
    });
  }
  const series = work.traces[best.home]?.[best.trace];
  if (series === undefined || series === null) return null;
  const from = best.fromDay * work.perDay;
  const cut = series.slice();
  cut.fill(0, 0, from);
  return { home: best.home, trace: best.trace, fromDay: best.fromDay, series: cut };
}

function dropNegative(chosen: Column[], factors: readonly number[]): void {
  for (let i = chosen.length - 1; i >= 0; i -= 1) {
    if ((factors[i] ?? 0) < 0) chosen.splice(i, 1);
  }
}

/** Technical loss (held by its prior) and the chosen traces, fitted together. */
function createFit(
  balance: Float64Array,
  technical: readonly [Float64Array, Float64Array],
  { loss, prior }: { readonly loss: LossFit; readonly prior: LossPrior },
) {
  const mean = loss.meanLoadWh;
  const held = [
    { value: prior.fixedShare * mean, weight: 1 / (prior.fixedDeviation * mean) ** 2 },
    { value: prior.resistiveShare, weight: 1 / prior.resistiveDeviation ** 2 },
  ];
  const products = createProducts();
  return (chosen: readonly Column[]): Fitted => {
    const columns = [...technical, ...chosen.map(({ series }) => series)];
    const n = columns.length;
    const matrix = new Float64Array(n * n);
    const right = new Float64Array(n);
    columns.forEach((a, i) => {
      right[i] = products(a, balance) + (held[i]?.weight ?? 0) * (held[i]?.value ?? 0);
      for (let j = 0; j <= i; j += 1) {
        const value = products(a, columns[j] ?? a);
        matrix[i * n + j] = value;
        matrix[j * n + i] = value;
      }
      const own = matrix[i * n + i] ?? 0;
      matrix[i * n + i] = own + (held[i]?.weight ?? own * 1e-6 + 1e-9);
    });
    const solved = solveSymmetric(matrix, right, n) ?? new Float64Array(n);
    const rest = balance.slice();
    columns.forEach((column, i) => {
      const factor = solved[i] ?? 0;
      for (let t = 0; t < rest.length; t += 1) rest[t] = (rest[t] ?? 0) - factor * (column[t] ?? 0);
    });
    return { rest, factors: [...solved].slice(2) };
  };
}

/** Sums of products, each worked out once: a step adds one column to those of the step before. */
function createProducts(): (a: Float64Array, b: Float64Array) => number {
  const known = new Map<Float64Array, Map<Float64Array, number>>();
  return (a, b) => {
    const ofA = known.get(a) ?? new Map<Float64Array, number>();
    known.set(a, ofA);
    const value = ofA.get(b) ?? dot(a, b);
    ofA.set(b, value);
    return value;
  };
}
