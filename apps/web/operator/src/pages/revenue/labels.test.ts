import assert from 'node:assert/strict';
import { test } from 'node:test';
import { precisionText } from './labels.ts';

test('precision is told of visits that were made, and of none where none was', () => {
  assert.equal(precisionText({ visits: 8, thefts: 6, faults: 1 }), '88 of 100');
  assert.equal(precisionText({ visits: 0, thefts: 0, faults: 0 }), 'no visit');
});
