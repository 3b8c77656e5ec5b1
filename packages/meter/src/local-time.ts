// Civil time from instants: offsets looked up once per stretch between clock changes of a zone, so
// that a million meters do not ask the time-zone tables for each half-hour.

const dayMs = 86_400_000;

type Stretch = { readonly fromMs: number; readonly untilMs: number; readonly offsetMs: number };
const stretches = new Map<string, Stretch>();

function stretchAt(zone: string, atMs: number): Stretch {
  const known = stretches.get(zone);
  if (known !== undefined && known.fromMs <= atMs && atMs < known.untilMs) return known;
  const local = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
  const stretch = {
    fromMs: atMs,
    untilMs: local.getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offsetMs: local.offsetNanoseconds / 1e6,
  };
  stretches.set(zone, stretch);
  return stretch;
}

/** "2026-11-24T17:30" on the wall. */
export function localMinute(zone: string, atMs: number): string {
  return new Date(atMs + stretchAt(zone, atMs).offsetMs).toISOString().slice(0, 16);
}

/** The first midnight after the instant. */
export function nextMidnightMs(zone: string, atMs: number): number {
  const { offsetMs, untilMs } = stretchAt(zone, atMs);
  const midnight = (Math.floor((atMs + offsetMs) / dayMs) + 1) * dayMs - offsetMs;
  if (midnight <= untilMs) return midnight;
  return Temporal.Instant.fromEpochMilliseconds(atMs)
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .add({ days: 1 })
    .toZonedDateTime(zone).epochMilliseconds;
}

/**
 * The first instant after this one at which the wall shows one of the minutes of the day
 * (ascending), or midnight, or the wall itself jumps.
 */
export function nextWallMinuteMs(zone: string, atMs: number, minutes: readonly number[]): number {
  const { offsetMs, untilMs } = stretchAt(zone, atMs);
  const local = atMs + offsetMs;
  const day = Math.floor(local / dayMs) * dayMs;
  const minute = minutes.find((each) => day + each * 60_000 > local) ?? 1440;
  return Math.min(untilMs, day + minute * 60_000 - offsetMs);
}
