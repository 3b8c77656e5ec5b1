// Business time in the browser. In the demo the server's time runs faster than the wall's, so ages
// are counted from the last instant the server named, on at its speed, never from the clock of this
// computer.

export type BusinessClock = {
  /** Takes over an instant (ISO 8601) and a speed that the server has just named. */
  readonly sync: (now: string, speed?: number) => void;
  /** Epoch milliseconds of business time. */
  readonly nowMs: () => number;
  readonly speed: () => number;
};

/**
 * `monotonicMs` counts real milliseconds and never jumps (performance.now). `startMs`: business
 * time until the first sync.
 */
export function createBusinessClock(monotonicMs: () => number, startMs: number): BusinessClock {
  let anchor = { businessMs: startMs, realMs: monotonicMs() };
  let speed = 1;
  return {
    sync: (now, newSpeed) => {
      const businessMs = Date.parse(now);
      if (Number.isNaN(businessMs)) return;
      if (newSpeed !== undefined && newSpeed > 0) speed = newSpeed;
      anchor = { businessMs, realMs: monotonicMs() };
    },
    nowMs: () => Math.round(anchor.businessMs + (monotonicMs() - anchor.realMs) * speed),
    speed: () => speed,
  };
}
