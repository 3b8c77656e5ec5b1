// Campaigns in words.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { percentDone } from './labels.ts';

const counts = { total: 3, waiting: 1, notReachable: 0, setIssued: 0, done: 1, failed: 0, left: 1 };

it('a campaign is done when no meter needs anything more', () => {
  assert.equal(percentDone({ counts }), 66);
  assert.equal(percentDone({ counts: { ...counts, waiting: 0, done: 2 } }), 100);
  assert.equal(percentDone({ counts: { ...counts, failed: 1, waiting: 0 } }), 66);
  assert.equal(percentDone({ counts: { ...counts, total: 0 } }), 100);
});
