// Work that must be done now and then, each piece on its own: one that throws or hangs holds up no
// other, nor the same work for another utility. What happened to each is kept for those who watch.

import { setTimeout as pause } from 'node:timers/promises';
import { eachInTurn } from './each-in-turn.ts';
import type { Log } from './log.ts';

/** Real time, in milliseconds. */
type Pace = {
  readonly name: string;
  /** What it does, for people: "asking the payment provider about open payments". */
  readonly label: string;
  /** Between two looks at the same thing. */
  readonly everyMs: number;
  /** A run that takes longer has failed, and is told by its signal to end. */
  readonly timeoutMs: number;
};

/** Each must be safe from many processes: every process of the server runs all of them. */
export type Sweep<Target> = Pace &
  (
    | { readonly of: 'process'; readonly run: (signal: AbortSignal) => Promise<unknown> }
    | {
        readonly of: 'each';
        readonly run: (target: Target, signal: AbortSignal) => Promise<unknown>;
      }
  );

export type SweepReport = {
  readonly name: string;
  readonly label: string;
  /** Of what it is run for; null for the process as a whole. */
  readonly targetId: string | null;
  readonly lastSuccessAtMs: number | null;
  /** The first failure after the last success; null while all is well. */
  readonly failingSinceMs: number | null;
  /** Of the last failure, while it lasts. */
  readonly error: string | null;
  /** Its last run takes longer than it may, and has not ended. */
  readonly isHanging: boolean;
};

export type Sweeps<Target> = {
  /** Begins these, and again and again until `stop`. */
  readonly start: (sweeps: readonly Sweep<Target>[]) => void;
  /** Begins nothing more, and waits a moment for what is under way. */
  readonly stop: () => Promise<void>;
  readonly reports: () => readonly SweepReport[];
};

/** Runs that hold up others at once: connections to the database are for sales, too. */
const atOnce = 4;
/** A run that takes longer goes on, and holds up no other any more. */
const usualPatienceMs = 1_000;
const stopPatienceMs = 3_000;

type Watched = Pick<SweepReport, 'name' | 'label' | 'targetId'> & {
  lastSuccessAtMs: number | null;
  failingSinceMs: number | null;
  error: string | null;
  isHanging: boolean;
  /** Null while none is under way: never two at once. */
  underWay: Promise<void> | null;
};

export type SweepsDeps<Target> = {
  readonly targets: () => Promise<readonly Target[]>;
  readonly nowMs: () => number;
  readonly patienceMs?: number;
  readonly log: Pick<Log, 'warn'>;
};

export function createSweeps<Target extends { readonly id: string }>(
  o: SweepsDeps<Target>,
): Sweeps<Target> {
  const patienceMs = o.patienceMs ?? usualPatienceMs;
  const watch = createWatch(o);
  const takeSlot = createSlots(atOnce);
  const stopping = new AbortController();

  /** Resolves when it has ended, or has taken longer than others should wait. */
  const begin = async (sweep: Pace, targetId: string | null, work: Work): Promise<void> => {
    const each = watch.of(sweep, targetId);
    if (each.underWay !== null || stopping.signal.aborted) return;
    const giveBack = await takeSlot();
    const run = watch.run(sweep, each, work).finally(() => {
      each.underWay = null;
    });
    each.underWay = run;
    await Promise.race([run, pause(patienceMs, undefined, { ref: false })]);
    giveBack();
  };

  const turn = async (sweep: Sweep<Target>): Promise<void> => {
    if (sweep.of === 'process') return begin(sweep, null, sweep.run);
    for (const target of await o.targets()) {
      await begin(sweep, target.id, (signal) => sweep.run(target, signal));
    }
  };

  const repeat = async (sweep: Sweep<Target>): Promise<void> => {
    const { signal } = stopping;
    while (!signal.aborted) {
      await turn(sweep).then(
        () => sweep.of === 'each' && watch.recovered(sweep),
        (error) => watch.failed(watch.of(sweep, null), String(error)),
      );
      await pause(sweep.everyMs, undefined, { signal }).catch(() => undefined);
    }
  };

  return {
    start: (sweeps) => {
      for (const sweep of sweeps) void repeat(sweep);
    },
    stop: async () => {
      stopping.abort();
      const underWay = watch.all().map((each) => each.underWay);
      await Promise.race([Promise.all(underWay), pause(stopPatienceMs, undefined, { ref: false })]);
    },
    reports: () => watch.all().map(({ underWay: _, ...report }) => report),
  };
}

const keyOf = ({ name }: Pick<Pace, 'name'>, targetId: string | null): string =>
  `${name} ${targetId ?? ''}`;

type Work = (signal: AbortSignal) => Promise<unknown>;

/** What became of each sweep for each target. */
function createWatch(o: Pick<SweepsDeps<never>, 'nowMs' | 'log'>) {
  const watched = new Map<string, Watched>();

  const watchedOf = ({ name, label }: Pace, targetId: string | null): Watched => {
    const key = keyOf({ name }, targetId);
    const known = watched.get(key);
    if (known !== undefined) return known;
    const fresh: Watched = {
      ...{ name, label, targetId },
      ...{ lastSuccessAtMs: null, failingSinceMs: null, error: null, isHanging: false },
      underWay: null,
    };
    watched.set(key, fresh);
    return fresh;
  };

  const failed = (each: Watched, error: string): void => {
    each.failingSinceMs ??= o.nowMs();
    // The same failure again is no news, and may come each second.
    if (each.error === error) return;
    each.error = error;
    o.log.warn({ sweep: each.name, utilityId: each.targetId, error }, 'upkeep failed');
  };

  return {
    of: watchedOf,
    all: (): readonly Watched[] => [...watched.values()],
    failed,
    /** Of the sweep as a whole: its targets could be listed. */
    recovered: (sweep: Pace): void => recovered(watched.get(keyOf(sweep, null))),
    /** Never rejects: what is thrown is kept as the failure. */
    run: async (sweep: Pace, each: Watched, work: Work): Promise<void> => {
      const ending = new AbortController();
      const timer = setTimeout(() => {
        each.isHanging = true;
        failed(each, `it did not end within ${sweep.timeoutMs / 1_000} s`);
        ending.abort();
      }, sweep.timeoutMs);
      try {
        await work(ending.signal);
        each.lastSuccessAtMs = o.nowMs();
        // One whose signal told it to end has done a part only.
        if (!each.isHanging) recovered(each);
      } catch (error) {
        failed(each, String(error));
      } finally {
        clearTimeout(timer);
        each.isHanging = false;
      }
    },
  };
}

function recovered(each: Watched | undefined): void {
  if (each === undefined) return;
  each.failingSinceMs = null;
  each.error = null;
}

/** Slots in the order of asking; the answer gives the slot back. */
function createSlots(count: number): () => Promise<() => void> {
  let free = count;
  const waiting: (() => void)[] = [];
  const giveBack = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return async () => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    return giveBack;
  };
}

/**
 * All of them now, one after the other, for one target after the other: for whoever drives the
 * clock. One that throws holds up no other; the first error is thrown at the end.
 */
export async function sweepAllOnce<Target>(
  sweeps: readonly Sweep<Target>[],
  targets: readonly Target[],
): Promise<void> {
  const { signal } = new AbortController();
  const own = sweeps.filter((sweep) => sweep.of === 'process');
  await eachInTurn(own, [(sweep) => sweep.run(signal)]);
  const each = sweeps.filter((sweep) => sweep.of === 'each');
  await eachInTurn(
    targets,
    each.map((sweep) => (target: Target) => sweep.run(target, signal)),
  );
}

/** Failing for so long that somebody should look. */
const longMs = 5 * 60_000;

/** What has failed or hung for long, the longest first. */
export const longFailing = (
  reports: readonly SweepReport[],
  nowMs: number,
): readonly (SweepReport & { readonly failingSinceMs: number })[] =>
  reports
    .filter((each): each is SweepReport & { readonly failingSinceMs: number } => {
      return each.failingSinceMs !== null && each.failingSinceMs + longMs <= nowMs;
    })
    .sort((a, b) => a.failingSinceMs - b.failingSinceMs);
