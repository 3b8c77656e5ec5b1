// Who is asked when on one bus. What is urgent (a contactor) goes first, then whoever waits the
// longest; a device that does not answer is asked less often, so that it does not eat the time of
// those who do.

import type { Bus, BusClock, Talk } from '@prewatt/fieldbus';

export type Job = {
  readonly everyMs: number;
  /** Whether the device answered. */
  readonly run: (talk: Talk) => Promise<boolean>;
};

export type BusPlan = {
  /** Runs a task before everything that is planned. */
  readonly urgent: (task: (talk: Talk) => Promise<void>) => void;
  /** How far the oldest job is behind its time. */
  readonly lateMs: () => number;
  readonly stop: () => Promise<void>;
};

/** A silent device is asked at most so many times more seldom. */
const mostSeldom = 8;
const longestWaitMs = 600_000;

export function startBusPlan(
  bus: Bus,
  jobs: readonly Job[],
  { clock, onFault }: { readonly clock: BusClock; readonly onFault: (error: unknown) => void },
): BusPlan {
  const startMs = clock.nowMs();
  // Spread over the first interval, so that a start does not ask everyone at once.
  const planned = jobs.map((job, index) => ({
    ...{ job, failures: 0 },
    dueMs: startMs + Math.floor((job.everyMs * index) / (jobs.length * 4)),
  }));
  const urgent: ((talk: Talk) => Promise<void>)[] = [];
  let isStopped = false;
  let wake: () => void = () => undefined;
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.after(ms, resolve);
      wake = () => {
        cancel();
        resolve();
      };
    });
  const next = async (): Promise<void> => {
    const task = urgent.shift();
    if (task !== undefined) return await bus.run(task);
    const first = planned.reduce<(typeof planned)[number] | null>(
      (best, each) => (best === null || each.dueMs < best.dueMs ? each : best),
      null,
    );
    const waitMs = (first?.dueMs ?? Number.POSITIVE_INFINITY) - clock.nowMs();
    if (first === null || waitMs > 0) return await pause(Math.min(waitMs, longestWaitMs));
    const hasAnswered = await bus.run(first.job.run);
    first.failures = hasAnswered ? 0 : first.failures + 1;
    const seldom = Math.min(mostSeldom, 2 ** Math.max(0, first.failures - 3));
    // From when it was due, so that times do not drift; what is missed is not made up.
    const nowMs = clock.nowMs();
    const everyMs = Math.min(
      first.job.everyMs * seldom,
      Math.max(longestWaitMs, first.job.everyMs),
    );
    first.dueMs = Math.max(first.dueMs + everyMs, nowMs - first.job.everyMs);
  };
  const running = (async () => {
    while (!isStopped) {
      try {
        await next();
      } catch (error) {
        onFault(error);
        await pause(1000);
      }
    }
  })();
  return {
    urgent: (task) => {
      urgent.push(task);
      wake();
    },
    lateMs: () =>
      Math.max(0, clock.nowMs() - Math.min(...planned.map(({ dueMs }) => dueMs), clock.nowMs())),
    stop: async () => {
      isStopped = true;
      wake();
      await running;
    },
  };
}
