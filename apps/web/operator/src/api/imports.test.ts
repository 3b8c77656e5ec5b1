import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextLookMs } from './imports.ts';

test('a file is watched while it runs, and a failure is not swept away within seconds', () => {
  assert.equal(nextLookMs('running'), 1_000);
  assert.equal(nextLookMs('done'), false);
  assert.ok(Number(nextLookMs(undefined)) >= 10_000);
});
