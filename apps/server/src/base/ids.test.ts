// Identifiers are in the order of their making, also within one millisecond.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNewUuid, systemRandom } from './ids.ts';

test('identifiers of one process are in the order of their making', () => {
  let nowMs = 1_800_000_000_000;
  const newUuid = createNewUuid({ nowMs: () => nowMs }, systemRandom);
  const made: string[] = [];
  for (let n = 0; n < 3_000; n += 1) {
    if (n % 1_500 === 0) nowMs += 1;
    made.push(newUuid());
  }
  assert.deepEqual(made, made.toSorted());
  assert.equal(new Set(made).size, made.length);
  assert.ok(made.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]/.test(id)));
});
