// Local hours as integers (hours since 1970 on the wall clock), looked up once per stretch between
// clock changes.

const hourMs = 3_600_000;

export type LocalHourClock = {
  /** The local hour that holds the instant. */
  readonly localHourAt: (atMs: number) => number;
  /** The instant at which that hour ends on this side of the next clock change. */
  readonly hourEndsAtMs: (atMs: number) => number;
};

export function localHourClock(zone: string): LocalHourClock {
  let stretch = { fromMs: 0, untilMs: 0, offsetMs: 0 };
  const offsetAt = (atMs: number): number => {
    if (atMs >= stretch.fromMs && atMs < stretch.untilMs) return stretch.offsetMs;
    const local = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
    // Of the next millisecond: an instant on a transition belongs to what begins with it.
    const begun = local.add({ milliseconds: 1 }).getTimeZoneTransition('previous');
    stretch = {
      fromMs: begun?.epochMilliseconds ?? -8.64e15,
      untilMs: local.getTimeZoneTransition('next')?.epochMilliseconds ?? 8.64e15,
      offsetMs: local.offsetNanoseconds / 1e6,
    };
    // An instant on a transition itself: its previous transition is the one before.
    if (stretch.untilMs <= atMs) stretch = { ...stretch, untilMs: atMs + 1 };
    return stretch.offsetMs;
  };
  return {
    localHourAt: (atMs) => Math.floor((atMs + offsetAt(atMs)) / hourMs),
    hourEndsAtMs: (atMs) => {
      const offset = offsetAt(atMs);
      const end = (Math.floor((atMs + offset) / hourMs) + 1) * hourMs - offset;
      return Math.max(atMs + 1, Math.min(end, stretch.untilMs));
    },
  };
}
