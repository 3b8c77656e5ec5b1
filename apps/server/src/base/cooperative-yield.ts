// Long work on the server's one thread gives way: whoever waits for an answer is heard between two
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
