// Events of a meter in words: what the meter saw stands beside what happened.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wordsOfEvent } from './words.ts';

test('a tamper condition says what register and power were, and how long it lasted', () => {
  // As rows keep it: energy as text.
  const evidence = { importEnergyWh: '66830', powerW: '307' };
  assert.match(wordsOfEvent('coverOpened', { evidence }), /: register 66\.8\d* kWh, 307 W$/);
  const bypass = { sign: 'neutralDiffers', liveW: 300, neutralW: 1800, importEnergyWh: '1000' };
  assert.match(
    wordsOfEvent('bypassSuspected', bypass),
    /: live 300 W, neutral 1800 W, register 1\.0* kWh$/,
  );
  const lengths = [
    [45_000, '45 s'],
    [3_600_000 * 5 + 60_000 * 20, '5 h 20 min'],
    [86_400_000 * 2, '2 d'],
  ] as const;
  for (const [lastedMs, words] of lengths) {
    assert.ok(wordsOfEvent('magnetEnded', { lastedMs }).endsWith(`: after ${words}`));
  }
  assert.ok(wordsOfEvent('powerRestored', { outageMs: 180_000 }).endsWith(': after 3 min'));
});
