// Load of real homes (data/NOTICE.md): four weeks of half-hours each, repeated, in the wall-clock
// time of the home. Energy between two instants is a difference of one running sum, so parts always
// add up to the whole.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

const slotMs = 1_800_000;
const dayMs = 86_400_000;
const slotsPerDay = 48;
const milliWhPerDeciWh = 100;

export type Home = {
  readonly id: string;
  /** The home's id, data set and licence at its source; see data/NOTICE.md. */
  readonly source: string;
  readonly dataset: string;
  readonly licence: string;
  readonly divisor: number;
  readonly days: number;
  readonly meanWhPerDay: number;
  /**
   * Running sum in milliwatt-hours at the start of each half-hour, one more than there are half-
   * hours.
   */
  readonly runningMilliWh: readonly number[];
};

/**
 * From one instant to a later one, in the zone where the home stands; whole weeks of offset keep
 * the weekdays.
 */
export type Span = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly zone: string;
  readonly offsetDays?: number;
};

const file = z.strictObject({
  version: z.literal(1),
  slotMinutes: z.literal(30),
  days: z.literal(28),
  homes: z.array(
    z.strictObject({
      id: z.string(),
      source: z.string(),
      dataset: z.string(),
      start: z.iso.date(),
      licence: z.string(),
      divisor: z.number().positive(),
      filledSlots: z.number().int(),
      deciWh: z.array(z.number().int().min(0)).length(28 * slotsPerDay),
    }),
  ),
});

/** The homes that come with this app. */
export function loadHomes(): readonly Home[] {
  const packed = readFileSync(new URL('../data/homes.json.gz', import.meta.url));
  const { days, homes } = file.parse(JSON.parse(gunzipSync(packed).toString('utf8')));
  return homes.map(({ deciWh, id, source, dataset, licence, divisor }) => {
    const runningMilliWh = [0];
    let sum = 0;
    for (const value of deciWh) {
      sum += value * milliWhPerDeciWh;
      runningMilliWh.push(sum);
    }
    const meanWhPerDay = Math.round(sum / 1000 / days);
    return { id, source, dataset, licence, divisor, days, meanWhPerDay, runningMilliWh };
  });
}

/** A home that draws nothing, for a bench that puts its own loads on the meter. */
export const emptyHome = (id: string): Home => ({
  ...{ id, source: 'none', dataset: 'none', licence: 'none', divisor: 1, days: 28 },
  ...{ meanWhPerDay: 0, runningMilliWh: Array(28 * slotsPerDay + 1).fill(0) },
});

/** Milliwatt-hours (integer) that the home draws in the span; spans that join add up exactly. */
export function energyBetween(home: Home, span: Span): number {
  let sum = 0;
  let fromMs = span.fromMs;
  while (fromMs < span.toMs) {
    // Inside one stretch of wall-clock time without a clock change.
    const { offsetMs, untilMs } = stretchAt(span.zone, fromMs);
    const toMs = Math.min(span.toMs, untilMs);
    const days = span.offsetDays ?? 0;
    sum += runningAt(home, toMs + offsetMs, days) - runningAt(home, fromMs + offsetMs, days);
    fromMs = toMs;
  }
  return sum;
}

/** Watts at an instant: the mean of its half-hour. */
export function powerAt(
  home: Home,
  o: { readonly atMs: number; readonly zone: string; readonly offsetDays?: number },
): number {
  const { offsetMs } = stretchAt(o.zone, o.atMs);
  const slot = Math.floor(positionOf(home, o.atMs + offsetMs, o.offsetDays ?? 0) / slotMs);
  const energy = (home.runningMilliWh[slot + 1] ?? 0) - (home.runningMilliWh[slot] ?? 0);
  return Math.round(energy / 500);
}

/** 1970-01-01 was a Thursday; the load starts on a Monday. */
const daysFromMonday = 3;

function shifted(localMs: number, offsetDays: number): number {
  return localMs + (daysFromMonday + offsetDays) * dayMs;
}

function positionOf(home: Home, localMs: number, offsetDays: number): number {
  const cycleMs = home.days * dayMs;
  const at = shifted(localMs, offsetDays) % cycleMs;
  return at < 0 ? at + cycleMs : at;
}

function runningAt(home: Home, localMs: number, offsetDays: number): number {
  const cycleMs = home.days * dayMs;
  const position = positionOf(home, localMs, offsetDays);
  const cycles = Math.round((shifted(localMs, offsetDays) - position) / cycleMs);
  const slot = Math.floor(position / slotMs);
  const before = home.runningMilliWh[slot] ?? 0;
  const energy = (home.runningMilliWh[slot + 1] ?? before) - before;
  const total = home.runningMilliWh.at(-1) ?? 0;
  return cycles * total + before + Math.floor((energy * (position - slot * slotMs)) / slotMs);
}

type Stretch = { readonly fromMs: number; readonly untilMs: number; readonly offsetMs: number };
const stretches = new Map<string, Stretch>();

function stretchAt(zone: string, atMs: number): Stretch {
  const known = stretches.get(zone);
  if (known !== undefined && known.fromMs <= atMs && atMs < known.untilMs) return known;
  const local = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
  const next = local.getTimeZoneTransition('next');
  const stretch = {
    fromMs: atMs,
    untilMs: next?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offsetMs: local.offsetNanoseconds / 1e6,
  };
  stretches.set(zone, stretch);
  return stretch;
}
