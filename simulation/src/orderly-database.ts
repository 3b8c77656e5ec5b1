// A database at which one thing happens at a time, in the order of asking: however much of the town
// is under way at once, the same seed gives the same order, and what waits meanwhile gathers into
// batches. On one core nothing is lost by it.

import { AsyncLocalStorage } from 'node:async_hooks';
import { createDatabase, type Database } from '@prewatt/server/services';

export function createOrderlyDatabase(url: string): Database {
  // A pool of one connection is the queue. Who holds it and asks the directories meanwhile is not
  // to wait for itself.
  const outside = createDatabase({ url, maximumConnections: 1, isQueue: true });
  const inside = createDatabase({ url, maximumConnections: 1, isQueue: true });
  const holding = new AsyncLocalStorage<true>();
  return {
    inUtility: (utilityId, work) =>
      outside.inUtility(utilityId, (tx) => holding.run(true, () => work(tx))),
    inUtilityFound: (work) => outside.inUtilityFound((tx) => holding.run(true, () => work(tx))),
    get directories() {
      return (holding.getStore() === true ? inside : outside).directories;
    },
    pool: outside.pool,
    disk: outside.disk,
    close: async () => {
      await outside.close();
      await inside.close();
    },
  };
}
