// A clock that was set back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startPosition } from '@prewatt/tariff';
import { momentOf } from './moment.ts';

test('a clock that went back over the end of a month is no reason to refuse: the last day goes on', () => {
  const sold = { ...startPosition(), month: '2026-12', lastPurchaseDate: '2026-12-01' };
  assert.equal(momentOf({ date: '2026-11-30' }, sold).date, '2026-12-01');
  assert.equal(momentOf({ date: '2026-12-02' }, sold).date, '2026-12-02');
  const given = { ...startPosition(), month: '2026-12' };
  assert.equal(momentOf({ date: '2026-11-30' }, given).date, '2026-12-01');
  assert.equal(momentOf({ date: '2026-11-30' }, startPosition()).date, '2026-11-30');
});
