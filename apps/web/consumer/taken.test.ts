import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderSale, renderTillSale } from './index.ts';
import { parseHtml, textOf } from './page-check.ts';
import { frame, sale } from './samples.ts';
import { tillReceipt } from './samples-till.ts';

const text = (page: string): string => textOf(parseHtml(page));

test('a receipt whose meter takes a part shows what is on the meter and what the token has', () => {
  const took = { ...sale, creditMinor: '3000', energyWh: '0', recoveredMinor: '1500' };
  assert.match(
    text(renderSale(frame, took)),
    /On the meter ?R 15\.00 .*The token has R 30\.00; the meter takes R 15\.00 of it/,
  );
  assert.match(
    text(renderSale(frame, { ...took, state: 'delivered' })),
    /Your meter took R 30\.00, and R 15\.00 of it for what was used without credit\./,
  );
  const desk = { vendorName: 'Shop', till: 'Phone 1', clerk: 'Amina', availableMinor: '1' };
  const view = {
    desk: { ...desk, low: false, blocked: false, paysIn: null },
    copy: null,
    clerk: null,
    isFresh: true,
    code: { size: 1, path: '' },
  };
  const receipt = { ...tillReceipt, recoveredEnergyWh: '2400' };
  assert.match(
    text(renderTillSale(frame, { ...view, receipt })),
    /Electricity ?30\.0 kWh .*The token has 32\.4 kWh; the meter takes 2\.4 kWh of it/,
  );
});

test('what the meter takes and what is left add up to what the token has, as they are shown', () => {
  const took = { ...sale, energyWh: '10550', recoveredEnergyWh: '2680' };
  assert.match(
    text(renderSale(frame, took)),
    /On the meter ?7\.8 kWh .*The token has 10\.5 kWh; the meter takes 2\.7 kWh of it/,
  );
});
