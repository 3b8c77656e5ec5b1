// Which word is near enough to be meant.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from './did-you-mean.ts';

const known = ['tariff', 'meter', 'sale', 'statement', 'reconcile'];

test('a swap, a letter too many and a beginning are understood; another word is not', () => {
  assert.equal(nearest('tarrif', known), 'tariff');
  assert.equal(nearest('mtere', known), 'meter');
  assert.equal(nearest('sales', known), 'sale');
  assert.equal(nearest('recon', known), 'reconcile');
  assert.equal(nearest('bicycle', known), null);
  assert.equal(nearest('', known), null);
});
