import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSameText } from './same-text.ts';

test('a secret fits itself alone, and letters of several bytes are compared, not thrown at', () => {
  assert.equal(isSameText('12345678', '12345678'), true);
  for (const given of [
    '',
    '1234567',
    '12345679',
    '123456780',
    '１２３４５６７８',
    'éééé',
    '\u0000',
  ]) {
    assert.equal(isSameText(given, '12345678'), false, given);
  }
});
