import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { createBatcher, TooMuchWaiting } from './batcher.ts';

type Order = { readonly key: string; readonly n: number };
const again = new Error('again');
/** After what was planned for the end of this turn. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

function make(o: {
  run: (orders: readonly Order[]) => Promise<readonly number[]>;
  maximumOrders?: number;
  maximumFlights?: number;
  minimumBatch?: number;
  maximumWaiting?: number;
  batchWaitMs?: number | null;
}) {
  return createBatcher<Order, number>({
    keyOf: (order) => order.key,
    blame: (error) => (error === again ? 'again' : 'fault'),
    maximumOrders: 100,
    maximumFlights: 2,
    minimumBatch: 1,
    maximumWaiting: 1_000,
    batchWaitMs: 25,
    ...o,
  });
}

test('orders that come while a batch is under way share the next one', async () => {
  const batches: number[] = [];
  const batcher = make({
    maximumFlights: 1,
    run: async (orders) => {
      batches.push(orders.length);
      await pause(10);
      return orders.map(({ n }) => n * 2);
    },
  });
  const first = batcher.submit({ key: 'a', n: 1 });
  await nextTurn();
  const rest = Array.from({ length: 20 }, (_, n) => batcher.submit({ key: `k${n}`, n }));
  assert.equal(await first, 2);
  assert.deepEqual(
    await Promise.all(rest),
    rest.map((_, n) => n * 2),
  );
  assert.deepEqual(batches, [1, 20]);
});

test('beside a batch under way the next one sets out when enough wait for it', async () => {
  const batches: number[] = [];
  const land: (() => void)[] = [];
  const batcher = make({
    maximumFlights: 3,
    minimumBatch: 4,
    run: async (orders) => {
      batches.push(orders.length);
      await new Promise<void>((resolve) => land.push(resolve));
      return orders.map(({ n }) => n);
    },
  });
  const submit = (n: number) => batcher.submit({ key: `k${n}`, n });
  const all = [submit(0)];
  await nextTurn();
  assert.deepEqual(batches, [1], 'alone: at once');
  for (const n of [1, 2, 3]) all.push(submit(n));
  await nextTurn();
  assert.deepEqual(batches, [1], 'three are not worth a flight');
  all.push(submit(4));
  await nextTurn();
  assert.deepEqual(batches, [1, 4], 'four are');
  all.push(submit(5));
  for (const each of land.splice(0)) each();
  await nextTurn();
  assert.deepEqual(batches, [1, 4, 1], 'none under way: what is left goes');
  for (const each of land.splice(0)) each();
  assert.deepEqual(await Promise.all(all), [0, 1, 2, 3, 4, 5]);
});

test('few that wait beside a batch that takes long go all the same', async () => {
  const batches: string[][] = [];
  let land = (): void => undefined;
  const batcher = make({
    minimumBatch: 4,
    run: async (orders) => {
      batches.push(orders.map(({ key }) => key));
      if (orders[0]?.key === 'slow') await new Promise<void>((resolve) => (land = resolve));
      return orders.map(({ n }) => n);
    },
  });
  const slow = batcher.submit({ key: 'slow', n: 1 });
  await nextTurn();
  assert.equal(await batcher.submit({ key: 'quick', n: 2 }), 2);
  assert.deepEqual(batches, [['slow'], ['quick']]);
  land();
  assert.equal(await slow, 1);
});

test('where time alone is no reason they wait for the batch, however long it takes', async () => {
  const batches: number[] = [];
  let land = (): void => undefined;
  const batcher = make({
    minimumBatch: 4,
    batchWaitMs: null,
    run: async (orders) => {
      batches.push(orders.length);
      if (batches.length === 1) await new Promise<void>((resolve) => (land = resolve));
      return orders.map(({ n }) => n);
    },
  });
  const first = batcher.submit({ key: 'a', n: 1 });
  await nextTurn();
  const rest = [2, 3].map((n) => batcher.submit({ key: `k${n}`, n }));
  await pause(60);
  assert.deepEqual(batches, [1]);
  land();
  assert.deepEqual(await Promise.all([first, ...rest]), [1, 2, 3]);
  assert.deepEqual(batches, [1, 2]);
});

test('a key is never in two batches at once, and its orders keep their order', async () => {
  const underWay = new Set<string>();
  const seen: number[] = [];
  const batcher = make({
    maximumOrders: 3,
    run: async (orders) => {
      const keys = new Set(orders.map(({ key }) => key));
      for (const key of keys) assert.ok(!underWay.has(key), 'a key twice');
      for (const key of keys) underWay.add(key);
      await pause(1);
      for (const key of keys) underWay.delete(key);
      for (const { key, n } of orders) if (key === 'same') seen.push(n);
      return orders.map(({ n }) => n);
    },
  });
  const all = Array.from({ length: 40 }, (_, n) =>
    batcher.submit({ key: n % 2 === 0 ? 'same' : `k${n}`, n }),
  );
  assert.deepEqual(
    await Promise.all(all),
    all.map((_, n) => n),
  );
  assert.deepEqual(
    seen,
    Array.from({ length: 20 }, (_, i) => i * 2),
  );
});

test('one order that cannot be done fails alone', async () => {
  const batcher = make({
    run: async (orders) => {
      if (orders.some(({ n }) => n === 7)) throw new Error('seven');
      return orders.map(({ n }) => n);
    },
  });
  const all = await Promise.allSettled(
    Array.from({ length: 16 }, (_, n) => batcher.submit({ key: `k${n}`, n })),
  );
  for (const [n, each] of all.entries()) {
    if (n === 7) assert.equal(each.status === 'rejected' && each.reason.message, 'seven');
    else assert.equal(each.status === 'fulfilled' && each.value, n);
  }
});

test('what may go well again is tried again as a whole, and given up at last', async () => {
  let tries = 0;
  const batcher = make({
    run: async (orders) => {
      tries += 1;
      if (tries < 3 || orders.some(({ n }) => n === 9)) throw again;
      return orders.map(({ n }) => n);
    },
  });
  assert.equal(await batcher.submit({ key: 'a', n: 1 }), 1);
  assert.equal(tries, 3);
  await assert.rejects(batcher.submit({ key: 'a', n: 9 }), again);
});

test('too much that waits is refused at once', async () => {
  const batcher = make({
    maximumWaiting: 2,
    maximumFlights: 1,
    run: async (orders) => {
      await pause(10);
      return orders.map(({ n }) => n);
    },
  });
  const first = batcher.submit({ key: 'a', n: 0 });
  await nextTurn();
  const waiting = [1, 2].map((n) => batcher.submit({ key: 'b', n }));
  await assert.rejects(batcher.submit({ key: 'c', n: 3 }), TooMuchWaiting);
  assert.deepEqual(await Promise.all([first, ...waiting]), [0, 1, 2]);
});
