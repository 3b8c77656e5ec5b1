// Rating decided, without a database: which intervals are rated now, at what price, and which of
// those that were rated before must be rated again because what is known of their use has changed.

import { err, ok, type Result } from '@prewatt/quantities';
import {
  positionFromJson,
  positionToJson,
  rateUsage,
  type TariffPosition,
  type UsageLine,
} from '@prewatt/tariff';
import type { TariffInForce } from '@prewatt/vending-rules';
import { knownUntil, midnightsBetween, type UseSpan, usageIntervals } from './use.ts';

/** A rating that stands, as its row has it. */
export type StandingRating = {
  readonly id: string;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly ordinal: number;
  readonly energyWh: bigint;
  readonly chargedMinor: bigint;
  readonly lines: readonly RatedLine[];
  readonly positionBefore: object;
  readonly positionAfter: object;
};

/** As a line rests in the row and shows on the statement. */
export type RatedLine = {
  readonly kind: UsageLine['kind'];
  readonly code: string;
  readonly label: string;
  readonly period: string | null;
  readonly energyWh: string;
  readonly amountMinor: string;
};

export type NewRating = {
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly energyWh: bigint;
  readonly chargedMinor: bigint;
  readonly lines: readonly RatedLine[];
  readonly tariffVersionId: string;
  readonly positionBefore: object;
  readonly positionAfter: object;
  /** The rating that it puts right. */
  readonly replaces: StandingRating | null;
};

export type RatingProblem = 'noTariff' | 'positionUnreadable' | 'notRateable';

export type RatingInput = {
  /** Validated; from before the first instant that is rated. */
  readonly spans: readonly UseSpan[];
  /** Use is rated up to here. */
  readonly ratedUntilMs: number;
  /** Where what is known may have changed: ratings that end later are looked at again. */
  readonly staleFromMs: number;
  /** Those that end after `staleFromMs`, in order of time. */
  readonly standing: readonly StandingRating[];
  /** The connection's position now. */
  readonly position: object;
  readonly tariffOn: (date: string) => TariffInForce | null;
  readonly zone: string;
};

export type RatingPlan = {
  readonly ratings: readonly NewRating[];
  readonly ratedUntilMs: number;
  readonly position: TariffPosition;
};

/** What to write; nothing when nothing has changed. */
export function planRating(o: RatingInput): Result<RatingPlan, RatingProblem> {
  const now = positionFromJson(o.position);
  const start = positionFromJson(o.standing[0]?.positionBefore ?? o.position);
  if (!now.ok || !start.ok) return err('positionUnreadable');
  // Debts are settled by payments, not by use: always as they are now.
  let position: TariffPosition = { ...start.value, debts: now.value.debts };
  const ratings: NewRating[] = [];
  const rate = (span: Pick<StandingRating, 'startsAtMs' | 'endsAtMs'>) => {
    const rated = rateSpan(o, { ...span, position });
    if (rated.ok) position = rated.value.after;
    return rated;
  };
  for (const old of o.standing) {
    const rated = rate(old);
    if (!rated.ok) return rated;
    if (!isSame(old, rated.value.rating)) {
      ratings.push({ ...rated.value.rating, replaces: old });
    }
  }
  const untilMs = knownUntil(o.spans, o.ratedUntilMs);
  if (untilMs !== null) {
    const edges = [o.ratedUntilMs, ...midnightsBetween(o.ratedUntilMs, untilMs, o.zone), untilMs];
    for (const [i, endsAtMs] of edges.slice(1).entries()) {
      const rated = rate({ startsAtMs: edges[i] ?? endsAtMs, endsAtMs });
      if (!rated.ok) return rated;
      ratings.push({ ...rated.value.rating, replaces: null });
    }
  }
  return ok({ ratings, ratedUntilMs: untilMs ?? o.ratedUntilMs, position });
}

type Rated = { readonly rating: Omit<NewRating, 'replaces'>; readonly after: TariffPosition };

/** One span of one civil day. */
function rateSpan(
  o: RatingInput,
  span: {
    readonly startsAtMs: number;
    readonly endsAtMs: number;
    readonly position: TariffPosition;
  },
): Result<Rated, RatingProblem> {
  const intervals = usageIntervals(o.spans, {
    fromMs: span.startsAtMs,
    toMs: span.endsAtMs,
    zone: o.zone,
  });
  const tariff = o.tariffOn(intervals[0]?.at.date ?? '');
  if (tariff === null) return err('noTariff');
  const rated = rateUsage(tariff.tariff, {
    intervals,
    position: span.position,
    parameters: tariff.parameters,
  });
  if (!rated.ok) return err('notRateable');
  const { value } = rated;
  if (value.chargedMinor < 0n) return err('notRateable');
  return ok({
    after: value.positionAfter,
    rating: {
      startsAtMs: span.startsAtMs,
      endsAtMs: span.endsAtMs,
      energyWh: value.energyWh,
      chargedMinor: value.chargedMinor,
      lines: value.lines.map(lineOf),
      tariffVersionId: tariff.versionId,
      positionBefore: positionToJson(span.position),
      positionAfter: positionToJson(value.positionAfter),
    },
  });
}

const lineOf = (line: UsageLine): RatedLine => ({
  kind: line.kind,
  code: line.code,
  label: line.label,
  period: line.period ?? null,
  energyWh: line.energyWh.toString(),
  amountMinor: line.amountMinor.toString(),
});

/** Debts in the positions are those of another day, and decide nothing here. */
function isSame(old: StandingRating, rating: Rated['rating']): boolean {
  return (
    old.energyWh === rating.energyWh &&
    old.chargedMinor === rating.chargedMinor &&
    textOf(old.lines) === textOf(rating.lines) &&
    textOf({ ...old.positionAfter, debts: {} }) === textOf({ ...rating.positionAfter, debts: {} })
  );
}

/** JSON with the names of objects in order: a row's JSON does not keep theirs. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    each !== null && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
