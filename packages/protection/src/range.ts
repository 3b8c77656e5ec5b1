// The range of a forecast: between its ends 80 of 100 true ends shall lie. How wide that is depends
// on how unsteady a home is, and is measured on a utility's own homes, since a winter in the Alps
// and a warm town are foreseen differently well.

import { localHourClock } from './local-hours.ts';
import { type UsageInterval, type UsageModel, usageModel } from './usage-model.ts';

/** The share of true ends that the range shall hold; the rest is half early and half late. */
export const rangeLevel = 0.8;

/** How many unrests of a home the ends of its range lie from the middle. */
export type RangeWidths = { readonly early: number; readonly late: number };

/** Measured on homes of six countries; a utility's own take their place as it gathers ends. */
export const usualWidths: RangeWidths = { early: 1, late: 1.3 };

/** The part of a home's unrest that does not average out over the days: seasons, guests, habits. */
const lastingPart = 0.7;

/** How far use usually lies from what is expected over so many days, as a part of it. */
export function unrestOf(model: UsageModel, days: number): number {
  const averagedOut = 1 / Math.max(1, days);
  return model.spreadOfDay * Math.sqrt(lastingPart ** 2 + averagedOut + 0.5 / model.days);
}

/** A credit whose true end is known: the least widths at which the range would have held it. */
export type RangeScore = RangeWidths & { readonly nowMs: number; readonly endMs: number };

/** The score of a credit that ended at `endMs`; null where nothing was used or expected. */
export function rangeScore(
  model: UsageModel,
  o: {
    readonly nowMs: number;
    readonly endMs: number;
    readonly usedWh: number;
    readonly zone: string;
  },
): RangeScore | null {
  const { nowMs, endMs, usedWh } = o;
  const expectedWh = usualUseWh(model, o);
  if (expectedWh <= 0 || usedWh <= 0) return null;
  const unrest = unrestOf(model, usedWh / model.dailyWh);
  const ratio = usedWh / expectedWh;
  return { nowMs, endMs, early: (ratio - 1) / unrest, late: (1 / ratio - 1) / unrest };
}

function usualUseWh(
  model: UsageModel,
  o: { readonly nowMs: number; readonly endMs: number; readonly zone: string },
): number {
  const clock = localHourClock(o.zone);
  let wh = 0;
  for (let atMs = o.nowMs; atMs < o.endMs; ) {
    const untilMs = Math.min(o.endMs, clock.hourEndsAtMs(atMs));
    wh += (model.expectedWhOfHour(clock.localHourAt(atMs)) * (untilMs - atMs)) / 3_600_000;
    atMs = untilMs;
  }
  return wh;
}

export const isInRange = (score: RangeScore, widths: RangeWidths): boolean =>
  score.early <= widths.early && score.late <= widths.late;

/** The usual widths count like so many ends that were seen. */
const priorEnds = 60;
/** However steady homes were: a range that is a point is none. */
const leastWidth = 0.2;
/**
 * A utility's homes share their weather: many ends of few weeks say how homes differ, and little of
 * the cold week that comes. Until it was seen for weeks, it is taken to move all homes by so many
 * unrests, as much as this many weeks would say.
 */
const sharedUnrests = 0.9;
const sharedWeeks = 4;
/** Of 100 draws from a normal distribution 10 lie further out than so many spreads. */
const spreadsOut = 1.2816;

/** The widths at which the range shall hold 80 of 100 ends to come, and both sides alike. */
export function widthsFrom(scores: readonly RangeScore[]): RangeWidths {
  const trust = scores.length / (scores.length + priorEnds);
  const of = (side: 'early' | 'late'): number => {
    const sorted = scores.map((score) => score[side]).sort((a, b) => a - b);
    const place = Math.ceil(((1 + rangeLevel) / 2) * sorted.length) - 1;
    const seen = sorted[Math.max(0, place)] ?? usualWidths[side];
    const width = trust * seen + (1 - trust) * usualWidths[side];
    const mean = sorted.reduce((sum, score) => sum + score, 0) / sorted.length;
    const unseen = spreadsOut * Math.sqrt(trust * unseenVariance(scores, { side, mean }));
    const middle = trust * mean;
    return Math.max(leastWidth, middle + Math.hypot(Math.max(0, width - middle), unseen));
  };
  return scores.length === 0 ? usualWidths : { early: of('early'), late: of('late') };
}

/** What homes may yet move together beyond what they did in the weeks that were seen. */
function unseenVariance(
  scores: readonly RangeScore[],
  { side, mean }: { readonly side: 'early' | 'late'; readonly mean: number },
): number {
  const spans = new Map<string, { sum: number; count: number }>();
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  for (const { nowMs, endMs, [side]: score } of scores) {
    const span = spans.get(`${nowMs} ${endMs}`) ?? { sum: 0, count: 0 };
    spans.set(`${nowMs} ${endMs}`, { sum: span.sum + score, count: span.count + 1 });
    fromMs = Math.min(fromMs, nowMs);
    toMs = Math.max(toMs, endMs);
  }
  let squares = 0;
  for (const { sum, count } of spans.values()) squares += count * (sum / count - mean) ** 2;
  const weeks = (toMs - fromMs) / (7 * dayMs);
  const beyond = sharedUnrests ** 2 - squares / scores.length;
  return Math.max(0, (sharedWeeks * beyond) / (sharedWeeks + weeks));
}

const dayMs = 86_400_000;
const triedDays = [3, 7, 14] as const;
/** Before its first week a home is not judged, and then every so many days. */
const firstDay = 7;
const everyDays = 3;
/** Hours that may be missing in a span that is judged. */
const coveredShare = 0.98;

/**
 * Scores of one home from what it used: at some moments of the past, credits worth its true use of
 * the next 3, 7 and 14 days as far as these are over.
 */
export function scoresOfHome(o: {
  readonly history: readonly UsageInterval[];
  readonly nowMs: number;
  readonly zone: string;
}): RangeScore[] {
  const { history, nowMs, zone } = o;
  const startMs = Math.min(...history.map((one) => one.startsAtMs));
  const scores: RangeScore[] = [];
  for (let atMs = startMs + firstDay * dayMs; atMs < nowMs; atMs += everyDays * dayMs) {
    const model = usageModel(
      history.filter((one) => one.endsAtMs <= atMs),
      { nowMs: atMs, zone },
    );
    if (model === null || model.dailyWh <= 0) continue;
    for (const days of triedDays) {
      const endMs = atMs + days * dayMs;
      const usedWh = endMs > nowMs ? null : usedBetween(history, { fromMs: atMs, endMs });
      const score =
        usedWh === null ? null : rangeScore(model, { nowMs: atMs, endMs, usedWh, zone });
      if (score !== null) scores.push(score);
    }
  }
  return scores;
}

function usedBetween(
  history: readonly UsageInterval[],
  o: { readonly fromMs: number; readonly endMs: number },
): number | null {
  let coveredMs = 0;
  let wh = 0;
  for (const { startsAtMs, endsAtMs, energyWh } of history) {
    if (startsAtMs < o.fromMs || endsAtMs > o.endMs) continue;
    coveredMs += endsAtMs - startsAtMs;
    wh += Number(energyWh);
  }
  const share = coveredMs / (o.endMs - o.fromMs);
  return share < coveredShare ? null : wh / share;
}
