// A process that is killed between any two of its effects, without one: the n-th step over a
// boundary (a call to a provider, a commit, a message that comes in) throws, and from then on
// nothing of that process has an effect any more. Another one is started on the same database.

import type { Database } from '../src/base/database.ts';

const killed = new Error('the process was killed here');

export type Cutter = {
  /** Kills the process at its n-th boundary, counted from now; null: never. */
  readonly arm: (n: number | null) => void;
  readonly isDead: () => boolean;
  /** A step over a boundary. */
  readonly pass: () => void;
  /** The database as this process has it: killed before a transaction, or once it is committed. */
  readonly database: (database: Database) => Database;
  /** The wire to a provider: killed before a call leaves, or before its answer is read. */
  readonly wire: (provider: typeof fetch) => typeof fetch;
};

export function createCutter(): Cutter {
  let left: number | null = null;
  let isDead = false;
  const pass = (): void => {
    if (isDead) throw killed;
    if (left === null) return;
    left -= 1;
    if (left >= 0) return;
    isDead = true;
    throw killed;
  };
  return {
    arm: (n) => {
      left = n;
      isDead = false;
    },
    isDead: () => isDead,
    pass,
    database: (database) => ({
      ...database,
      inUtility: async (utilityId, work) => {
        pass();
        const done = await database.inUtility(utilityId, work);
        pass();
        return done;
      },
    }),
    wire: (provider) => async (input, init) => {
      pass();
      const answer = await provider(input, init);
      pass();
      return answer;
    },
  };
}

/**
 * One piece of work of a process that may be killed in it: undefined then, and the next process is
 * there. A process that was killed and did not notice is dead all the same.
 */
export async function attempt<T>(
  cutter: Cutter,
  work: () => Promise<T>,
  startAgain: () => void,
): Promise<T | undefined> {
  try {
    const done = await work();
    if (!cutter.isDead()) return done;
  } catch (error) {
    if (!cutter.isDead()) throw error;
  }
  cutter.arm(null);
  startAgain();
  return undefined;
}
