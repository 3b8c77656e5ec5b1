// From a failure to its shortest trace: fewer homes, then fewer faults, as long as the same law
// breaks. Each home has chances of its own, so that it fails without its neighbours too.

import type { FaultKind } from './faults.ts';
import { RunFailed } from './run.ts';

export type Attempt = {
  readonly faults: readonly FaultKind[];
  /** The homes that live in the town; null for all. */
  readonly homes: readonly number[] | null;
  readonly ticks: number;
};

export type Shrunk = { readonly attempt: Attempt; readonly failure: RunFailed };

const lawOf = (failure: RunFailed): string => failure.message.split(':')[0] ?? '';

/** `run` throws RunFailed where a law breaks. */
export async function shrink(
  first: Shrunk,
  run: (attempt: Attempt) => Promise<unknown>,
): Promise<Shrunk> {
  let best = first;
  const tryOne = async (attempt: Attempt): Promise<boolean> => {
    try {
      await run(attempt);
      return false;
    } catch (error) {
      if (!(error instanceof RunFailed)) throw error;
      if (lawOf(error) !== lawOf(first.failure)) return false;
      best = { attempt: { ...attempt, ticks: error.tick }, failure: error };
      return true;
    }
  };
  const [home] = best.failure.homes;
  if (home !== undefined) await tryOne({ ...best.attempt, homes: [home] });
  for (const kind of first.attempt.faults) {
    await tryOne({
      ...best.attempt,
      faults: best.attempt.faults.filter((each) => each !== kind),
    });
  }
  return best;
}
