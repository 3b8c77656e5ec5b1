// Words about smart cards.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cardNumberText, flagsText, loadText } from './smart-cards.ts';

test('a purchase on a card is told by where it is', () => {
  const load = { count: 1, saleId: 'sale_1', tokens: 2, madeAt: '2026-12-01T08:00:00.000Z' };
  const answered = { ...load, answeredAt: '2026-12-02T08:00:00.000Z' };
  for (const [value, words] of [
    [null, 'Nothing was loaded yet'],
    [{ ...load, answeredAt: null, outcomes: null }, '2 tokens, not in the meter yet'],
    [{ ...answered, outcomes: null }, '2 tokens, brought by a later purchase'],
    [{ ...answered, outcomes: ['accepted', 'accepted'] }, '2 tokens, taken by the meter'],
    [
      { ...answered, outcomes: ['used', 'accepted'] },
      '1 of 2 tokens taken by the meter; refused: used',
    ],
  ] as const) {
    assert.equal(loadText({ load: value as never }), words);
  }
  assert.equal(flagsText(['magnet', 'switchOpen']), 'magnet, supply off');
  assert.equal(flagsText([]), 'nothing unusual');
  assert.equal(cardNumberText('9123456789012345'), '9123 4567 8901 2345');
});
