// The back-off of what died.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRestartPolicy } from './restarts.ts';

test('the wait doubles with each death and the sixth within a minute gives up', () => {
  const policy = createRestartPolicy();
  const waits = [0, 1, 2, 3, 4].map((second) => policy.afterDeath(second * 1000));
  assert.deepEqual(waits, [250, 500, 1000, 2000, 4000]);
  assert.equal(policy.afterDeath(59_999), 'giveUp');
});

test('deaths older than a minute are forgotten', () => {
  const policy = createRestartPolicy();
  for (let second = 0; second < 5; second += 1) policy.afterDeath(second * 1000);
  assert.equal(policy.afterDeath(64_000), 250);
});
