import assert from 'node:assert/strict';
import { test } from 'node:test';
import { percentText } from './change-approval.ts';

test('an approver reads a percentage that is rounded, not cut', () => {
  assert.equal(percentText(81_429n, 1_199_433n), ', +6.8 %');
  assert.equal(percentText(-81_429n, 1_280_862n), ', -6.4 %');
  assert.equal(percentText(0n, 100n), ', +0.0 %');
  assert.equal(percentText(5n, 0n), '');
});
