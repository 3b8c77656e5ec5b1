// Slowing down guesses at the keypad: after three wrong entries a lock of 10 s, doubling with each
// further one up to 1280 s (a maker's published rule; the standard leaves it open). Remote delivery
// is never locked.

/** Count of wrong entries and the end of the running lock (milliseconds since 1970; 0 for none). */
export type Lockout = { readonly wrongEntries: number; readonly lockedUntilMs: number };

export const noLockout: Lockout = { wrongEntries: 0, lockedUntilMs: 0 };

const freeEntries = 3;
const firstLockMs = 10_000;
const longestLockMs = 1_280_000;

const lockMs = (wrongEntries: number): number =>
  wrongEntries < freeEntries
    ? 0
    : Math.min(firstLockMs * 2 ** Math.min(wrongEntries - freeEntries, 16), longestLockMs);

/**
 * Milliseconds until the keypad takes meter-specific tokens again, 0 when it does now. Never more
 * than the lock's own length, so a clock that was set back does not lock a meter for years. A
 * maker's rule; clause 7.3 leaves it open.
 */
export function lockoutRemainingMs(lockout: Lockout, nowMs: number): number {
  return Math.min(Math.max(lockout.lockedUntilMs - nowMs, 0), lockMs(lockout.wrongEntries));
}

export const isLockedAt = (lockout: Lockout, nowMs: number): boolean =>
  lockoutRemainingMs(lockout, nowMs) > 0;

/** The lock-out after one more wrong entry at `nowMs`. */
export function withWrongEntry(lockout: Lockout, nowMs: number): Lockout {
  const wrongEntries = lockout.wrongEntries + 1;
  const length = lockMs(wrongEntries);
  return { wrongEntries, lockedUntilMs: length === 0 ? 0 : nowMs + length };
}
