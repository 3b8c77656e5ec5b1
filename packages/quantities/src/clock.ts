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
  return zonedAt(epochMs, zone).startOfDay().epochMilliseconds;
}

/** "2026-11" for the civil month that holds the instant. */
export function civilMonth(epochMs: number, zone: string): string {
  return zonedAt(epochMs, zone).toPlainDate().toPlainYearMonth().toString();
}

export const minuteMs = 60_000;
export const hourMs = 3_600_000;
/** Twenty-four hours; a civil day may have 23 or 25. */
export const dayMs = 86_400_000;

/** An instant in a zone: its civil date and time. */
export const zonedAt = (epochMs: number, zone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(zone);

/** The civil date of an instant in a zone, "2026-11-30". */
export const civilDateOf = (epochMs: number, zone: string): string =>
  zonedAt(epochMs, zone).toPlainDate().toString();

/** An instant as text of ISO 8601 in UTC, as JSON carries it. */
export const isoOf = (epochMs: number): string => new Date(epochMs).toISOString();

export const isoOrNull = (epochMs: number | null | undefined): string | null =>
  epochMs === null || epochMs === undefined ? null : isoOf(epochMs);
