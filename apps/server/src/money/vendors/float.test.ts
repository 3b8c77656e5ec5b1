// What a sale takes of a vendor's float and of its hour.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectOk } from '@prewatt/quantities';
import { chargeVendor } from './float.ts';

test('a sale that waited over the turn of the hour counts in the hour that has begun', () => {
  const vendor = {
    vendorId: 'vendor',
    isBlocked: false,
    commissionBasisPoints: 0,
    floatMinor: 100n,
    floatLimitMinor: 0n,
    budgetHour: 11n,
    hourTokens: 2n,
    hourEnergyWh: 5n,
    tokensPerHour: 3n,
    energyPerHourWh: 10n,
  };
  const sale = { amountMinor: 1n, tokenCount: 1, energyWh: 1n, budgetHour: 10n };
  const { after } = expectOk(chargeVendor(vendor, sale), 'charged');
  assert.deepEqual([after.budgetHour, after.hourTokens, after.hourEnergyWh], [11n, 3n, 6n]);
  assert.deepEqual(chargeVendor(after, sale), { ok: false, error: 'budgetExceeded' });
  const next = expectOk(chargeVendor(after, { ...sale, budgetHour: 12n }), 'charged');
  assert.deepEqual([next.after.budgetHour, next.after.hourTokens], [12n, 1n]);
});
