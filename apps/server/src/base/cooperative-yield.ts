// Lets long work on the server's one thread give way, so that requests are answered between two
// slices of it.

import { setImmediate as turn } from 'node:timers/promises';

const sliceMs = 4;

/** Called at each step of long work: every few milliseconds there is something to wait for. */
export function createCooperativeYield(nowMs: () => number = () => performance.now()) {
  let sinceMs = nowMs();
  return (): Promise<void> | undefined => {
    if (nowMs() - sinceMs < sliceMs) return undefined;
    return turn().then(() => {
      sinceMs = nowMs();
    });
  };
}
