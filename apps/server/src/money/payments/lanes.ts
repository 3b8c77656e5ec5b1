// Work by provider, so that one that is slow or away holds up no other: each has a lane of its own.
// A round waits a moment for its lanes; one that takes longer goes on by itself, is not begun again
// meanwhile, and what went wrong in it is told by the next round.

import { setTimeout as pause } from 'node:timers/promises';

/** What an item came to: false when the provider gave no answer. */
export type Step = () => Promise<boolean>;
export type Lane = { readonly name: string; readonly steps: readonly Step[] };

/** After these in a row nothing more is asked for in this round: the rest stays due. */
const mostUnanswered = 2;

export function createLanes(o: { readonly patienceMs: number }): {
  /** Begins each lane that is not under way. Throws the first error of those that have ended. */
  readonly run: (lanes: readonly Lane[], ending?: AbortSignal) => Promise<void>;
} {
  const underWay = new Map<string, Promise<void>>();
  const errors: unknown[] = [];

  const begin = ({ name, steps }: Lane, ending: AbortSignal | undefined): Promise<void> => {
    const lane = goThrough(steps, ending, errors).finally(() => underWay.delete(name));
    underWay.set(name, lane);
    return lane;
  };

  return {
    run: async (lanes, ending) => {
      const patience = new AbortController();
      for (const lane of lanes) {
        if (underWay.has(lane.name)) continue;
        // One after the other while they are quick: the order is the same each time.
        const waited = pause(o.patienceMs, undefined, { signal: patience.signal, ref: false });
        await Promise.race([begin(lane, ending), waited.catch(() => {})]);
      }
      patience.abort();
      const [first] = errors.splice(0);
      if (first !== undefined) throw first;
    },
  };
}

/** A failure of one step does not stop the others. */
async function goThrough(
  steps: readonly Step[],
  ending: AbortSignal | undefined,
  errors: unknown[],
): Promise<void> {
  let unanswered = 0;
  for (const step of steps) {
    if (ending?.aborted === true || unanswered >= mostUnanswered) return;
    try {
      unanswered = (await step()) ? 0 : unanswered + 1;
    } catch (error) {
      errors.push(error);
    }
  }
}
