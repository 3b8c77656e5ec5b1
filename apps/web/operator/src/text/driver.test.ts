import assert from 'node:assert/strict';
import { test } from 'node:test';
import { amountOfMeter, wordOfMeter } from './driver.ts';

test('amounts of a meter have its own scale and name', () => {
  const kWh = { name: 'kWh', scale: -3, unit: 'consumption' };
  assert.equal(amountOfMeter(12_345, kWh), '12.345 kWh');
  assert.equal(amountOfMeter(-5, { ...kWh, name: 'ZAR', scale: -2 }), '-0.05 ZAR');
  assert.equal(amountOfMeter(7, { ...kWh, scale: 2 }), '700 kWh');
  assert.equal(amountOfMeter(null, kWh), 'Not said');
  assert.deepEqual(['inUse', 'vendor 9'].map(wordOfMeter), ['In use', 'vendor 9']);
});
