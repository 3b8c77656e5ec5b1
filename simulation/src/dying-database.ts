// A database whose connections die at the worst moments: just before a commit (nothing happened),
// just after it (it happened, and nobody heard), or for good, when the process that held them
// crashes. All by seeded chance, so that a failure can be replayed.

import type { Database, Tx } from '@prewatt/server/services';
import type { Random } from './random.ts';

/** What a server's module sees when the database goes away. */
export class ConnectionLost extends Error {
  constructor() {
    super('connection lost');
  }
}

export type DyingDatabase = Database & {
  /** From now on the process dies after so many more transactions. */
  readonly dieAfter: (transactions: number) => void;
  /** The next transaction finds that its connection is gone. */
  readonly breakNext: () => void;
  readonly counts: { lostCommits: number };
};

export function createDyingDatabase(
  inner: Database,
  o: { readonly random: Random; readonly lostCommit: () => number },
): DyingDatabase {
  let left = Number.POSITIVE_INFINITY;
  let isBroken = false;
  const counts = { lostCommits: 0 };
  const dying = async <T>(
    run: (work: (tx: Tx) => Promise<T>) => Promise<T>,
    work: (tx: Tx) => Promise<T>,
  ): Promise<T> => {
    if (left <= 0) throw new ConnectionLost();
    left -= 1;
    if (isBroken) {
      isBroken = false;
      throw new ConnectionLost();
    }
    const chance = o.lostCommit();
    if (chance === 0 || !o.random.chance(chance)) return run(work);
    counts.lostCommits += 1;
    if (o.random.chance(0.5)) {
      return run(async (tx) => {
        await work(tx);
        throw new ConnectionLost();
      });
    }
    await run(work);
    throw new ConnectionLost();
  };
  return {
    // Asked each time: which of its connections answers depends on who asks.
    get directories() {
      return inner.directories;
    },
    pool: inner.pool,
    disk: inner.disk,
    close: inner.close,
    counts,
    breakNext: () => {
      isBroken = true;
    },
    dieAfter: (transactions) => {
      left = transactions;
    },
    inUtility: (utilityId, work) => dying((each) => inner.inUtility(utilityId, each), work),
    inUtilityFound: (work) => dying((each) => inner.inUtilityFound(each), work),
  };
}

const mostTries = 20;

/** As a process does that is called again and again: a lost connection is no reason to stop. */
export async function untilItWorks<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!isLoss(error) || tries >= mostTries) throw error;
    }
  }
}

/** Ours, PostgreSQL's 57P01 (terminated by an administrator), or the socket's. */
const isLoss = (error: unknown): boolean =>
  error instanceof ConnectionLost ||
  ['57P01', 'ECONNRESET', 'EPIPE'].includes(String((error as { code?: string }).code)) ||
  /Connection terminated/.test(String(error));
