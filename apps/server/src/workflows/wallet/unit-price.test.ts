import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unitPriceText } from './unit-price.ts';

test('a price of a kWh has the digits that it needs', () => {
  const rand = { code: 'ZAR', scale: 2 };
  const at = (amountMinor: bigint, energyWh: bigint, currency = rand) =>
    unitPriceText({ amountMinor, energyWh }, currency);
  assert.equal(at(12_152n, 60_100n), 'ZAR 2.022');
  assert.equal(at(-12_152n, -60_100n), 'ZAR 2.022');
  assert.equal(at(190n, 1_000n), 'ZAR 1.90');
  assert.equal(at(18_975n, 100_000n), 'ZAR 1.8975');
  assert.equal(at(730n, 1_000n, { code: 'UGX', scale: 0 }), 'UGX 730');
});
