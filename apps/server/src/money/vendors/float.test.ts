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
    siteReservedMinor: 0n,
    siteKeyId: null,
  };
  const sale = { amountMinor: 1n, tokenCount: 1, energyWh: 1n, budgetHour: 10n, keyId: 'till' };
  const { after } = expectOk(chargeVendor(vendor, sale), 'charged');
  assert.deepEqual([after.budgetHour, after.hourTokens, after.hourEnergyWh], [11n, 3n, 6n]);
  assert.deepEqual(chargeVendor(after, sale), { ok: false, error: 'budgetExceeded' });
  const next = expectOk(chargeVendor(after, { ...sale, budgetHour: 12n }), 'charged');
  assert.deepEqual([next.after.budgetHour, next.after.hourTokens], [12n, 1n]);
});

test('what is kept for the site is sold by the site alone, and its sales use it up', () => {
  const vendor = {
    vendorId: 'vendor',
    isBlocked: false,
    commissionBasisPoints: 1000,
    floatMinor: 60n,
    floatLimitMinor: 40n,
    budgetHour: 1n,
    hourTokens: 0n,
    hourEnergyWh: 0n,
    tokensPerHour: 100n,
    energyPerHourWh: 100n,
    siteReservedMinor: 70n,
    siteKeyId: 'site',
  };
  const sale = { tokenCount: 1, energyWh: 1n, budgetHour: 1n };
  const by = (keyId: string, amountMinor: bigint, from = vendor) =>
    chargeVendor(from, { ...sale, keyId, amountMinor });
  assert.deepEqual(by('till', 40n), { ok: false, error: 'floatExceeded' });
  assert.equal(expectOk(by('till', 30n), 'till').after.siteReservedMinor, 70n);
  const { after } = expectOk(by('site', 50n), 'site');
  assert.deepEqual([after.floatMinor, after.siteReservedMinor], [15n, 25n]);
  const last = expectOk(chargeVendor(after, { ...sale, keyId: 'site', amountMinor: 60n }), 'more');
  assert.deepEqual([last.after.floatMinor, last.after.siteReservedMinor], [-39n, 0n]);
  assert.deepEqual(by('site', 120n), { ok: false, error: 'floatExceeded' });
});
