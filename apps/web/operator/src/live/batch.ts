// Gathers what events made stale and re-reads it at most once per interval: a town whose meters all
// report in the same second must not make each console ask the server forty times.

export type Key = readonly string[];

export type Batch = { readonly add: (key: Key) => void; readonly flush: () => void };

export type BatchDeps = {
  readonly schedule: (run: () => void, delayMs: number) => void;
  readonly invalidate: (key: Key) => void;
  readonly delayMs: number;
};

/**
 * The first key starts the wait; keys that arrive meanwhile join it; a repeated key is read once.
 */
export function createBatch({ schedule, invalidate, delayMs }: BatchDeps): Batch {
  const waiting = new Map<string, Key>();
  let scheduled = false;
  const flush = () => {
    scheduled = false;
    const keys = [...waiting.values()];
    waiting.clear();
    for (const key of keys) invalidate(key);
  };
  return {
    flush,
    add: (key) => {
      waiting.set(JSON.stringify(key), key);
      if (scheduled) return;
      scheduled = true;
      schedule(flush, delayMs);
    },
  };
}
