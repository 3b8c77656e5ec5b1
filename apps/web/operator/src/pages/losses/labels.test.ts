import assert from 'node:assert/strict';
import { test } from 'node:test';
import { between, shareText } from './labels.ts';

test('the share of what came in, and nothing where it cannot be told', () => {
  assert.equal(shareText({ energyInWh: '100000', unexplainedWh: '8340' }), '8.3 %');
  assert.equal(shareText({ energyInWh: '0', unexplainedWh: '0' }), null);
  assert.equal(shareText({ energyInWh: null, unexplainedWh: null }), null);
});

test('a range names both ends', () => {
  assert.equal(between('1000', '2500'), 'between 1.0 kWh and 2.5 kWh');
  assert.equal(between(null, null), null);
});
