// What rules gain against plain prepayment, on the same homes and means.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noProtection } from '@prewatt/protection';
import { gainLines, protectionGain, tiers } from './protection-gain.ts';
import { protectionRules } from './utility.ts';

const homes = { seed: 7, homes: 9, days: 45, startMs: Date.UTC(2026, 8, 1) } as const;
const zone = 'Africa/Johannesburg';

test('under the town’s rules homes are dark for fewer hours, and arrears come in as before', () => {
  const gain = protectionGain({ ...homes, zone, rules: protectionRules });
  for (const tier of tiers) {
    assert.ok(gain.offHours[tier].rules <= gain.offHours[tier].plain, tier);
  }
  assert.ok(gain.poorOffHoursLessPercent >= 80, `${gain.poorOffHoursLessPercent}`);
  assert.ok(gain.debtRecoveredPercent >= 99, `${gain.debtRecoveredPercent}`);
  assert.ok(gain.owedAtEndWh < gain.lentWh / 4, 'what is lent comes back');
  assert.deepEqual(protectionGain({ ...homes, zone, rules: protectionRules }), gain);
});

test('without a rule there is no gain', () => {
  const debt = { ...protectionRules.debt, floorEnergyWh: '0' };
  const gain = protectionGain({ ...homes, zone, rules: { ...noProtection, debt } });
  assert.equal(gain.poorOffHoursLessPercent, 0);
  assert.deepEqual([gain.debtRecoveredPercent, gain.lentWh], [100, 0]);
  assert.deepEqual(gainLines(gain).slice(-2), [
    'arrears recovered: 100 % of what plain prepayment recovers',
    'lent by the rules: 0.0 kWh, owed at the end: 0.0 kWh',
  ]);
});
