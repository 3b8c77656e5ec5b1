import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { pagePath, whoMayPage } from './who-may.ts';

test('the page of who may what is what the matrix says', () => {
  assert.equal(readFileSync(pagePath, 'utf8'), whoMayPage(), 'run npm run who-may');
});
