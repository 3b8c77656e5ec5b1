import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { noProtection, recoverOwed } from './index.ts';

test('what is given back fits the debt, the share and the floor, whatever they are', () => {
  const milliWh = fc.nat(10 ** 12);
  fc.assert(
    fc.property(milliWh, milliWh, fc.nat(99), fc.nat(10 ** 7), (owed, credited, share, floor) => {
      const rules = {
        ...noProtection,
        debt: { maximumSharePercent: share, floorEnergyWh: String(floor) },
      };
      const back = recoverOwed(rules, { owedMilliWh: owed, creditedMilliWh: credited });
      assert.ok(Number.isSafeInteger(back) && back >= 0 && back <= owed);
      assert.ok(back * 100 <= credited * share);
      assert.ok(back === 0 || credited - back >= floor * 1000);
      assert.ok(credited === 0 || credited - back > 0, 'a top-up always yields energy');
    }),
  );
});
