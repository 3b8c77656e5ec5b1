// Long work lets others in.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCooperativeYield } from './cooperative-yield.ts';

test('work of many steps gives way when a slice is over, and not before', async () => {
  let nowMs = 0;
  const breathe = createCooperativeYield(() => nowMs);
  const waits: number[] = [];
  let turns = 0;
  for (let step = 0; step < 20; step += 1) {
    nowMs += 1;
    const wait = breathe();
    if (wait === undefined) continue;
    waits.push(step);
    setImmediate(() => {
      turns += 1;
    });
    await wait;
  }
  assert.deepEqual(waits, [3, 7, 11, 15, 19]);
  assert.ok(turns >= waits.length - 1, 'others had their turns between the slices');
});
