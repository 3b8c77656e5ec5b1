// Validation and estimation of one register over one day, without a database: what is wrong with a
// reading, what was surely measured, and what stands in for the rest. A bad reading is named and
// left out, never changed.

import { hourMs } from '@prewatt/quantities';

export type Reading = {
  readonly atMs: number;
  readonly value: bigint;
  readonly receivedAtMs: number;
};
export const findingKinds = [
  'gap',
  'spike',
  'negative',
  'reset',
  'unit',
  'clockDrift',
  'differs',
] as const;
export type FindingKind = (typeof findingKinds)[number];
export type Finding = {
  readonly atMs: number;
  readonly kind: FindingKind;
  /** Words and numbers for a person; energy as decimal strings. */
  readonly detail: Readonly<Record<string, string | number>>;
};
export type EstimateMethod = 'interpolated' | 'average' | 'edited';
export type Estimate = {
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly energyWh: bigint;
  readonly method: EstimateMethod;
};
export type Quality = 'measured' | 'estimated' | 'incomplete';
export type DayResult = {
  readonly measuredWh: bigint;
  readonly estimatedWh: bigint;
  readonly quality: Quality;
  readonly findings: readonly Finding[];
  readonly estimates: readonly Estimate[];
};

export type DayInput = {
  /** Sorted by time; from some days before the day to some hours after it. */
  readonly readings: readonly Reading[];
  readonly startMs: number;
  readonly endMs: number;
  /** More average power than this between two readings is no use of this connection. */
  readonly maximumW: number;
  /** "atMs kind" of findings that a person has accepted: the reading is right as it is. */
  readonly accepted: ReadonlySet<string>;
  /** Readings that a person has rejected, by instant. */
  readonly rejected: ReadonlySet<number>;
  /** What a person has entered for spans; the last word. */
  readonly edited: readonly Omit<Estimate, 'method'>[];
};

/** Two half-hours and a bit: a longer silence is a gap. */
const gapMs = 75 * 60_000;
/** A meter's clock may be this far before ours. */
const aheadMs = 5 * 60_000;

export type UseSpan = {
  readonly startMs: number;
  readonly endMs: number;
  /** Null: the registers at its ends say nothing about it. */
  readonly energyWh: bigint | null;
  readonly isGap: boolean;
};

export const findingKey = (atMs: number, kind: FindingKind): string => `${atMs} ${kind}`;

export function validateDay(input: DayInput): DayResult {
  const { spans, findings } = spansOf(input);
  const averageW = averagePowerW(spans);
  const estimates: Estimate[] = [];
  let measuredWh = 0n;
  let coveredMs = 0;
  const { startMs, endMs } = input;
  for (const span of spans) {
    const from = Math.max(span.startMs, startMs);
    const to = Math.min(span.endMs, endMs);
    if (to <= from) continue;
    const isWhole = from === span.startMs && to === span.endMs;
    // The register's difference over a gap that lies in the day is measured, however long it was.
    if (span.energyWh !== null && isWhole) {
      measuredWh += span.energyWh;
      coveredMs += to - from;
      continue;
    }
    const estimate = estimateOf(input, { span, from, to, averageW });
    if (estimate === null) continue;
    estimates.push(estimate);
    coveredMs += to - from;
  }
  const estimatedWh = estimates.reduce((sum, { energyWh }) => sum + energyWh, 0n);
  const isWhole = coveredMs >= endMs - startMs;
  return {
    measuredWh,
    estimatedWh,
    quality: isWhole ? (estimates.length > 0 ? 'estimated' : 'measured') : 'incomplete',
    findings: findings.filter(({ atMs }) => atMs > startMs && atMs <= endMs),
    estimates,
  };
}

function estimateOf(
  input: DayInput,
  o: {
    readonly span: UseSpan;
    readonly from: number;
    readonly to: number;
    readonly averageW: number | null;
  },
): Estimate | null {
  const { span, from, to } = o;
  const edited = input.edited.find(
    ({ startsAtMs, endsAtMs }) => startsAtMs === from && endsAtMs === to,
  );
  if (edited !== undefined) return { ...edited, method: 'edited' };
  if (span.energyWh !== null) {
    // Differences of running sums, so that the parts of a span add up to the span.
    const upTo = (atMs: number) =>
      ((span.energyWh ?? 0n) * BigInt(atMs - span.startMs)) / BigInt(span.endMs - span.startMs);
    const energyWh = upTo(to) - upTo(from);
    return { startsAtMs: from, endsAtMs: to, energyWh, method: 'interpolated' };
  }
  if (o.averageW === null) return null;
  const energyWh = BigInt(Math.round((o.averageW * (to - from)) / hourMs));
  return { startsAtMs: from, endsAtMs: to, energyWh, method: 'average' };
}

/** Between good readings one span each, and what was wrong on the way. */
export function spansOf(input: DayInput): {
  readonly spans: UseSpan[];
  readonly findings: Finding[];
  /** The last reading that stands: a base for the next. */
  readonly last: Reading | null;
} {
  const findings: Finding[] = [];
  const spans: UseSpan[] = [];
  const find = (atMs: number, kind: FindingKind, detail: Finding['detail']): boolean => {
    if (input.accepted.has(findingKey(atMs, kind))) return false;
    findings.push({ atMs, kind, detail });
    return true;
  };
  const { readings } = input;
  let last: Reading | null = null;
  let isOtherUnit = false;
  for (const [index, reading] of readings.entries()) {
    if (input.rejected.has(reading.atMs)) continue;
    if (reading.atMs > reading.receivedAtMs + aheadMs) {
      const aheadS = Math.round((reading.atMs - reading.receivedAtMs) / 1000);
      if (find(reading.atMs, 'clockDrift', { aheadS })) continue;
    }
    if (last === null) {
      last = reading;
      continue;
    }
    const verdict = judge(input, { last, reading, next: readings.slice(index + 1, index + 4) });
    // Of a register that goes on in another unit, the first reading stands for all.
    if (verdict?.kind === 'unit' && isOtherUnit) continue;
    isOtherUnit = verdict?.kind === 'unit';
    const isFound = verdict !== null && find(reading.atMs, verdict.kind, verdict.detail);
    // A single wrong value is left out; the next good one closes the span.
    if (isFound && !verdict.stays) continue;
    const isGap = reading.atMs - last.atMs > gapMs;
    if (isGap) find(reading.atMs, 'gap', { hours: (reading.atMs - last.atMs) / hourMs });
    const difference = reading.value - last.value;
    const energyWh = isFound || difference < 0n ? null : difference;
    spans.push({ startMs: last.atMs, endMs: reading.atMs, energyWh, isGap });
    last = reading;
  }
  return { spans, findings, last };
}

type Verdict = {
  readonly kind: 'spike' | 'negative' | 'reset' | 'unit';
  /** The register goes on from here: a new base, with unknown energy before it. */
  readonly stays: boolean;
  readonly detail: Finding['detail'];
};

function judge(
  input: DayInput,
  o: { readonly last: Reading; readonly reading: Reading; readonly next: readonly Reading[] },
): Verdict | null {
  const { last, reading, next } = o;
  const detail = { before: last.value.toString(), read: reading.value.toString() };
  const factor = otherUnit(input, { last, reading });
  // Whether it stays or not: in another unit, the register says nothing that can be counted.
  if (factor !== null) return { kind: 'unit', stays: false, detail: { ...detail, factor } };
  if (reading.value < last.value) {
    const recovers = next.some(({ value }) => value >= last.value);
    return recovers
      ? { kind: 'negative', stays: false, detail }
      : { kind: 'reset', stays: true, detail };
  }
  const hours = (reading.atMs - last.atMs) / hourMs;
  const averageW = Number(reading.value - last.value) / Math.max(hours, 1 / 60);
  if (averageW <= input.maximumW) return null;
  const fallsBack = next.some(({ value }) => value < reading.value);
  const shown = { ...detail, averageW: Math.round(averageW), maximumW: input.maximumW };
  return { kind: 'spike', stays: !fallsBack, detail: shown };
}

/** A smaller register may fit by chance. */
const smallestWh = 10_000n;

/**
 * By what the value has to be multiplied to go on from the last one: 1000 where kilowatt-hours were
 * given for watt-hours, 0.001 for the reverse. Null where it needs nothing, or that is no help.
 */
function otherUnit(
  { maximumW }: Pick<DayInput, 'maximumW'>,
  { last, reading }: { readonly last: Reading; readonly reading: Reading },
): 1000 | 0.001 | null {
  if (last.value < smallestWh) return null;
  const hours = Math.max((reading.atMs - last.atMs) / hourMs, 1 / 60);
  const most = last.value + BigInt(Math.round(maximumW * hours));
  const fits = (value: bigint) => value >= last.value && value <= most;
  if (fits(reading.value)) return null;
  // What is below a kilowatt-hour was cut off.
  if (reading.value < last.value && fits(larger(reading.value * 1000n, last.value))) return 1000;
  return reading.value > most && fits(reading.value / 1000n) ? 0.001 : null;
}

/** The value of whole kilowatt-hours, up to one watt-hour below the next. */
const larger = (scaled: bigint, least: bigint): bigint =>
  scaled < least && scaled + 999n >= least ? least : scaled;

function averagePowerW(spans: readonly UseSpan[]): number | null {
  let energyWh = 0n;
  let lastedMs = 0;
  for (const span of spans) {
    if (span.energyWh === null || span.isGap) continue;
    energyWh += span.energyWh;
    lastedMs += span.endMs - span.startMs;
  }
  return lastedMs === 0 ? null : (Number(energyWh) * hourMs) / lastedMs;
}
