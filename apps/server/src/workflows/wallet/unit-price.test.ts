import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pricedEnergyText, unitPriceText } from './unit-price.ts';

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

test('energy beside its price has the digits with which they multiply to the sum', () => {
  assert.equal(pricedEnergyText(10_397n), '10.397 kWh');
  assert.equal(pricedEnergyText(-8_700n), '8.7 kWh');
  assert.equal(pricedEnergyText(20_000n), '20.0 kWh');
  const carried = { energyWh: 10_397n, amountMinor: 1_972n };
  const price = Number(/[\d.]+/.exec(unitPriceText(carried, { code: 'ZAR', scale: 2 }))?.[0]);
  const energy = Number.parseFloat(pricedEnergyText(carried.energyWh));
  assert.equal(Math.round(price * energy * 100), 1_972);
});
