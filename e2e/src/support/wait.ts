// Waiting for something to become true, generously: a busy machine is slow, and a test that waits
// too long costs less than one that fails for no reason.

import { setTimeout as sleep } from 'node:timers/promises';

export const generousMs = 45_000;

export type WaitOptions = {
  timeoutMs?: number;
  everyMs?: number;
  /** True when an error of the check will not go away by waiting. */
  final?: () => boolean;
};

/** Asks again and again; resolves with the first answer that is neither false nor null. */
export async function eventually<T>(
  what: string,
  check: () => T | Promise<T>,
  options: WaitOptions = {},
): Promise<Exclude<T, false | null | undefined>> {
  const { timeoutMs = generousMs, everyMs = 100, final = () => false } = options;
  const end = performance.now() + timeoutMs;
  let last: unknown = 'not yet';
  for (;;) {
    try {
      const answer = await check();
      if (answer !== false && answer !== null && answer !== undefined) {
        return answer as Exclude<T, false | null | undefined>;
      }
    } catch (error) {
      last = error;
      if (final()) throw error;
    }
    if (performance.now() >= end) {
      const why = last instanceof Error ? last.message : String(last);
      throw new Error(`waited ${timeoutMs} ms in vain: ${what} (${why})`);
    }
    await sleep(everyMs);
  }
}
