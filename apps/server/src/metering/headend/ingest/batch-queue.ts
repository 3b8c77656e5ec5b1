// Group commit for what meters send: while some batches are stored, the next one gathers, so a
// lone message never waits and a flood goes in by the thousand. A batch that fails is cut in two
// until the message that breaks it is alone, whether the database or our own code threw.

import { isLostConnection } from '../../../base/database.ts';

export type BatchQueue<T> = {
  readonly push: (item: T) => void;
  /** Of everything pushed that is not yet stored or given up. */
  readonly weight: () => number;
  /** Resolves when nothing is queued or under way. */
  readonly idle: () => Promise<void>;
};

/** Stores a batch, or all of it but what spoils it. Never throws. */
export async function storeOrSplit<T>(
  o: {
    readonly store: (batch: readonly T[]) => Promise<void>;
    readonly failed: (item: T, error: unknown) => void;
  },
  batch: readonly T[],
): Promise<void> {
  try {
    await o.store(batch);
  } catch (error) {
    if (batch.length === 1 || isLost(error)) {
      for (const item of batch) o.failed(item, error);
      return;
    }
    const middle = batch.length >> 1;
    await storeOrSplit(o, batch.slice(0, middle));
    await storeOrSplit(o, batch.slice(middle));
  }
}

export function createBatchQueue<T>(o: {
  readonly weightOf: (item: T) => number;
  /** A batch ends when it weighs this much. */
  readonly batchWeight: number;
  /** Batches stored at once. */
  readonly parallel: number;
  readonly store: (batch: readonly T[]) => Promise<void>;
  readonly failed: (item: T, error: unknown) => void;
  /** Some weight has gone. */
  readonly onDrained: () => void;
}): BatchQueue<T> {
  let queue: T[] = [];
  let next = 0;
  let weight = 0;
  let working = 0;
  let scheduled = false;
  const waiters: (() => void)[] = [];

  const takeBatch = (): T[] => {
    const batch: T[] = [];
    let taken = 0;
    while (next < queue.length && taken < o.batchWeight) {
      const item = queue[next] as T;
      next += 1;
      batch.push(item);
      taken += o.weightOf(item);
    }
    if (next === queue.length || next > 10_000) {
      queue = queue.slice(next);
      next = 0;
    }
    return batch;
  };

  const pump = (): void => {
    scheduled = false;
    while (working < o.parallel && next < queue.length) {
      const batch = takeBatch();
      working += 1;
      void storeOrSplit(o, batch).finally(() => {
        working -= 1;
        for (const item of batch) weight -= o.weightOf(item);
        o.onDrained();
        pump();
        if (working === 0 && next === queue.length) for (const done of waiters.splice(0)) done();
      });
    }
  };

  return {
    push: (item) => {
      queue.push(item);
      weight += o.weightOf(item);
      if (scheduled || working >= o.parallel) return;
      scheduled = true;
      // What else this turn of the event loop reads from its sockets comes along.
      setImmediate(pump);
    },
    weight: () => weight,
    idle: () =>
      working === 0 && next === queue.length
        ? Promise.resolve()
        : new Promise((resolve) => waiters.push(resolve)),
  };
}

/** The database is away: every part of a batch would fail alike, and meters send again. */
export function isLost(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: string; message?: string };
  return isLostConnection(code, message);
}

/**
 * Lanes side by side. What belongs together takes the same one, which stores one batch after the
 * other, so that its order is kept.
 */
export function createLanes<T>(
  o: Omit<Parameters<typeof createBatchQueue<T>>[0], 'parallel'> & {
    readonly lanes: number;
    readonly keyOf: (item: T) => string;
  },
): BatchQueue<T> {
  const lanes = Array.from({ length: o.lanes }, () => createBatchQueue({ ...o, parallel: 1 }));
  return {
    push: (item) => lanes[hashOf(o.keyOf(item)) % o.lanes]?.push(item),
    weight: () => lanes.reduce((sum, lane) => sum + lane.weight(), 0),
    idle: async () => {
      await Promise.all(lanes.map((lane) => lane.idle()));
    },
  };
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
  return hash;
}
