// Which meters the page shows first.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstBehind } from './labels.ts';

test('the list that opens first has meters, and those that need somebody come before others', () => {
  const none = { upToDate: 40, waiting: 0, notTold: 0, refused: 0, noLink: 0 };
  assert.equal(firstBehind({ ...none, waiting: 3, refused: 1 }), 'refused');
  assert.equal(firstBehind({ ...none, waiting: 3, noLink: 2 }), 'noLink');
  assert.equal(firstBehind({ ...none, waiting: 3 }), 'waiting');
  assert.equal(firstBehind(none), 'waiting');
});
