// Arrears at a change of credit mode, in words.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrearsText } from './arrears.ts';

test('arrears are named before a change of mode, with the way in which they are paid back', () => {
  const money = (minor: string) => `ZAR ${Number(minor) / 100}`;
  assert.equal(arrearsText('0', 'wallet', money), null);
  assert.match(arrearsText('53997', 'wallet', money) ?? '', /^Arrears of ZAR 539\.97 .* payment/);
  assert.match(arrearsText('53997', 'token', money) ?? '', /a part of each purchase/);
});
