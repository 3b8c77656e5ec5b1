// Time is handed in. An instant is integer milliseconds since 1970-01-01T00:00Z; civil time goes
// through Temporal.

/** Business time: real time in production, a faster clock in the demo, a leaping one in tests. */
export type Clock = { readonly nowMs: () => number };

/**
 * 10 or more random bytes at a time; `crypto.getRandomValues` in apps, a seeded generator in
 * simulations.
 */
export type RandomBytes = (length: number) => Uint8Array;

/** Midnight, in the zone, of the civil day that holds the instant. */
export function startOfDayMs(epochMs: number, zone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(zone).startOfDay()
    .epochMilliseconds;
}

/** "2026-11" for the civil month that holds the instant. */
export function civilMonth(epochMs: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(epochMs)
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .toPlainYearMonth()
    .toString();
}
