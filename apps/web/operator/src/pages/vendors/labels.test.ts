// How a vendor stands.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { differenceLabel, mayStillSell, vendorLabel } from './labels.ts';

const vendor = {
  blockedReason: null,
  floatMinor: '-1500',
  floatLimitMinor: '2000',
  siteReservedMinor: '0',
  hour: { tokens: 3, energyWh: '0' },
  tokensPerHour: 60,
};

it('a vendor may sell for its float and its limit together, and never for less than nothing', () => {
  assert.equal(mayStillSell(vendor), '500');
  assert.equal(mayStillSell({ ...vendor, siteReservedMinor: '300' }), '200');
  assert.equal(mayStillSell({ ...vendor, floatMinor: '-2500' }), '0');
  assert.equal(mayStillSell({ ...vendor, blockedReason: 'Cash missing' }), '0');
});

it('the state says the first thing that keeps a vendor from selling', () => {
  assert.equal(vendorLabel(vendor).text, 'May sell');
  assert.equal(vendorLabel({ ...vendor, floatMinor: '-2000' }).text, 'Float used up');
  const busy = { ...vendor, hour: { tokens: 60, energyWh: '0' } };
  assert.match(vendorLabel(busy).text, /Budget/);
  assert.equal(vendorLabel({ ...busy, blockedReason: 'Cash missing' }).text, 'Blocked');
});

it('a till that holds less than its sales say is short', () => {
  assert.deepEqual(
    ['-1', '0', '1'].map((difference) => differenceLabel(difference).text),
    ['Short', 'Right', 'Over'],
  );
});
