// Demo time from real time: one straight line, the same for every process that has the same anchor.

import type { Clock } from '@prewatt/quantities';
import type { ClockAnchor } from './config.ts';

export function createClock(anchor: ClockAnchor, realNowMs: () => number): Clock {
  return {
    nowMs: () =>
      Math.floor(anchor.demoAnchorMs + (realNowMs() - anchor.realAnchorMs) * anchor.speed),
  };
}
