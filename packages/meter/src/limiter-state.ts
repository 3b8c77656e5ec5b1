// Memory of the power limiter (limiter.ts): since when demand is over, how often it tripped, when
// supply comes back.

export type LimiterState = {
  readonly overSinceMs: number | null;
  /** Trips that followed each other closely. */
  readonly trips: number;
  readonly lastTripMs: number;
  /** When supply comes back by itself; null = it is not off for a limit, or waits for a hand. */
  readonly reopenAtMs: number | null;
};

export const idleLimiter: LimiterState = {
  overSinceMs: null,
  trips: 0,
  lastTripMs: 0,
  reopenAtMs: null,
};
