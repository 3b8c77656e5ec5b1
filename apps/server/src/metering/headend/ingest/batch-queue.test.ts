// A batch and the one that spoils it: whatever the error, the others are stored.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBatchQueue, storeOrSplit } from './batch-queue.ts';

const databaseSays = (code: string): Error => Object.assign(new Error('refused'), { code });

async function stored(items: readonly number[], spoils: number, error: unknown) {
  const done: number[] = [];
  const failed: number[] = [];
  await storeOrSplit(
    {
      store: async (batch) => {
        if (batch.includes(spoils)) throw error;
        done.push(...batch);
      },
      failed: (item) => failed.push(item),
    },
    items,
  );
  return { done, failed };
}

test('one that the database refuses, or our own code throws at, fails alone', async () => {
  const all = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const others = all.filter((n) => n !== 5);
  for (const error of [databaseSays('22021'), new RangeError('Invalid time value'), undefined]) {
    assert.deepEqual(await stored(all, 5, error), { done: others, failed: [5] }, String(error));
  }
});

test('a database that is away is asked once, not once for each', async () => {
  const away = [databaseSays('ECONNREFUSED'), new Error('Connection terminated unexpectedly')];
  for (const error of [...away, new Error('timeout exceeded when trying to connect')]) {
    assert.deepEqual(await stored([1, 2, 3], 1, error), { done: [], failed: [1, 2, 3] });
  }
});

test('a lane goes on after a batch that was spoilt', async () => {
  const done: number[] = [];
  const failed: number[] = [];
  const lane = createBatchQueue<number>({
    weightOf: () => 1,
    batchWeight: 10,
    parallel: 1,
    store: async (batch) => {
      if (batch.includes(3)) throw new TypeError('not a number of ours');
      done.push(...batch);
    },
    failed: (item) => failed.push(item),
    onDrained: () => {},
  });
  for (let n = 0; n < 30; n += 1) lane.push(n);
  await lane.idle();
  assert.deepEqual([done.length, failed, lane.weight()], [29, [3], 0]);
});
