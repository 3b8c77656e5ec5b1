// Group commit: orders that arrive together are done in one transaction, each with an answer of
// its own. An order that comes alone is done at once. While a batch is being done, the next one
// collects orders until there are enough of them or the first has waited long enough. Orders of
// the same key are never in two batches at the same time, and keep their order.

import { setTimeout as pause } from 'node:timers/promises';

export type Batcher<Order, Answer> = {
  /** Rejects when the order could not be done for a reason that is no refusal. */
  readonly submit: (order: Order) => Promise<Answer>;
};

/**
 * What a thrown error means for a batch: `again`, it may go well the next time (a deadlock, a lost
 * connection: what became of the batch shows when it is tried again, so orders must be idempotent);
 * `fault`, one of its orders may be to blame.
 */
export type Blame = (error: unknown) => 'again' | 'fault';

type Waiting<Order, Answer> = {
  readonly order: Order;
  readonly key: string;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
};

const maximumTries = 4;
const pauseMs = (tries: number): number => 10 * 4 ** (tries - 1);

/** Thrown at once when too much waits: the caller should slow down. */
export class TooMuchWaiting extends Error {
  readonly statusCode = 503;
}

export type BatcherOptions<Order, Answer> = {
  /** Does all orders in one transaction; the answers are in their order. All or nothing. */
  readonly run: (orders: readonly Order[]) => Promise<readonly Answer[]>;
  readonly keyOf: (order: Order) => string;
  readonly blame: Blame;
  readonly maximumOrders: number;
  /** Batches under way at once. */
  readonly maximumFlights: number;
  /**
   * Orders that must wait before a batch sets out beside another: each costs a transaction and a
   * write to the disk, which small batches would pay for a few orders. With none under way, one.
   * Left out where one batch goes at a time, as what follows: then neither ever counts.
   */
  readonly minimumBatch?: number;
  /**
   * However few wait beside a batch that takes long: then they go. Null: never for
   * the time alone, so that what goes together does not hang on how fast the machine is.
   */
  readonly batchWaitMs?: number | null;
  readonly maximumWaiting: number;
};

export function createBatcher<Order, Answer>(
  o: BatcherOptions<Order, Answer>,
): Batcher<Order, Answer> {
  type Entry = Waiting<Order, Answer>;
  const { minimumBatch = 1, batchWaitMs = null } = o;
  let waiting: Entry[] = [];
  const busy = new Set<string>();
  let flights = 0;
  let planned = false;
  let gathering = false;

  /** The next orders, in the order of their coming, without the keys that are under way. */
  const take = (): Entry[] => {
    const taken: Entry[] = [];
    const left: Entry[] = [];
    for (const entry of waiting) {
      if (taken.length < o.maximumOrders && !busy.has(entry.key)) taken.push(entry);
      else left.push(entry);
    }
    waiting = left;
    return taken;
  };

  const fly = async (entries: readonly Entry[]): Promise<void> => {
    flights += 1;
    for (const { key } of entries) busy.add(key);
    await answerAll(o, entries);
    for (const { key } of entries) busy.delete(key);
    flights -= 1;
    fill();
  };

  const isDue = (worth = minimumBatch): boolean =>
    flights < o.maximumFlights && waiting.length >= (flights === 0 ? 1 : worth);

  const fill = (worth?: number): void => {
    planned = false;
    while (isDue(worth)) {
      const entries = take();
      if (entries.length === 0) return;
      void fly(entries);
    }
  };

  const goAnyway = (): void => {
    gathering = false;
    fill(1);
  };

  return {
    submit: (order) =>
      new Promise((resolve, reject) => {
        if (waiting.length >= o.maximumWaiting) {
          reject(new TooMuchWaiting('too much waits for the database'));
          return;
        }
        waiting.push({ order, key: o.keyOf(order), resolve, reject });
        if (planned) return;
        if (!isDue()) {
          if (batchWaitMs === null || gathering || flights >= o.maximumFlights) return;
          gathering = true;
          setTimeout(goAnyway, batchWaitMs);
          return;
        }
        // After this turn of the event loop: requests that it brought in go together.
        planned = true;
        setImmediate(fill);
      }),
  };
}

/** A batcher for each utility, made when the first order for it comes. */
export function createBatchers<Order, Answer>(
  optionsOf: (utilityId: string) => BatcherOptions<Order, Answer>,
): (utilityId: string, order: Order) => Promise<Answer> {
  const batchers = new Map<string, Batcher<Order, Answer>>();
  return (utilityId, order) => {
    const batcher = batchers.get(utilityId) ?? createBatcher(optionsOf(utilityId));
    batchers.set(utilityId, batcher);
    return batcher.submit(order);
  };
}

/** Runs the orders until each is answered; tries again, or by halves, what `blame` says. */
async function answerAll<Order, Answer>(
  o: Pick<BatcherOptions<Order, Answer>, 'run' | 'blame'>,
  entries: readonly Waiting<Order, Answer>[],
  tries = 1,
): Promise<void> {
  try {
    const answers = await o.run(entries.map(({ order }) => order));
    if (answers.length !== entries.length) throw new Error('a batch lost an answer');
    for (const [i, entry] of entries.entries()) entry.resolve(answers[i] as Answer);
  } catch (error) {
    if (o.blame(error) === 'again' && tries < maximumTries) {
      await pause(pauseMs(tries));
      return answerAll(o, entries, tries + 1);
    }
    if (o.blame(error) === 'again' || entries.length === 1) {
      for (const entry of entries) entry.reject(error);
      return;
    }
    // One of them is to blame: the halves go alone, down to the one.
    const half = Math.ceil(entries.length / 2);
    await answerAll(o, entries.slice(0, half));
    await answerAll(o, entries.slice(half));
  }
}
