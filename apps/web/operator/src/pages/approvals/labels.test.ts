import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factText, saleOf } from './labels.ts';

test('days and meter numbers of a fact are written as everywhere in the console', () => {
  assert.equal(factText('purchases of 2026-10-29'), 'purchases of 29 October 2026');
  const meter = factText('600727022000000045 (50.0 kWh)');
  assert.equal(meter.replaceAll('\u00a0', ' '), '600727 0220 0000 004 5 (50.0 kWh)');
  assert.equal(factText('ZAR 12091.63, 3 of 40'), 'ZAR 12091.63, 3 of 40');
});

test('only a whole identifier is a sale', () => {
  const sale = 'sale_01a21cc3-b9e8-70c1-b617-ea08588a1a52';
  assert.equal(saleOf(sale), sale);
  assert.equal(saleOf(`${sale} and more`), undefined);
});
