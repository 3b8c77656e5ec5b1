import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detailText, neighbourBars } from './labels.ts';

test('a detail says what was there and what came', () => {
  assert.equal(detailText('gap', { hours: 1.5 }), '1 h without one');
  assert.equal(detailText('clockDrift', { aheadS: 7200 }), '2 h ahead');
  assert.equal(detailText('reset', { before: '57250', read: '0' }), '57.250 kWh to 0.000 kWh');
  assert.equal(
    detailText('differs', { kept: '1000', read: '2000' }),
    '1.000 kWh stands, 2.000 kWh came later',
  );
  assert.match(
    detailText('spike', { before: '1', read: '2', averageW: 1000, maximumW: 20 }),
    /1\.00 kW, at most 20 W is likely/,
  );
  assert.equal(
    detailText('unit', { before: '57250', read: '57', factor: 1000 }),
    '57.250 kWh to 0.057 kWh, which fits in kilowatt-hours',
  );
  assert.match(detailText('unit', { before: '1', read: '2', factor: 0.001 }), /by the thousandth/);
  assert.equal(detailText('gap', {}), '0 s without one', 'a detail that was not kept');
});

test('bars are differences, a fall has none, and the reading itself is marked', () => {
  const at = (hour: number) => `2026-11-24T0${hour}:00:00.000Z`;
  const points = [10, 30, 25, 65].map((value, i) => ({
    readAt: at(i),
    valueWh: String(value),
    receivedAt: at(i),
  }));
  const bars = neighbourBars(points, { readAt: '2026-11-24T02:00:00Z', label: String });
  assert.deepEqual(
    bars.map(({ energyWh, tick }) => [energyWh, tick]),
    [
      ['20', ''],
      [null, '▲'],
      ['40', ''],
    ],
  );
  assert.deepEqual(neighbourBars([], { readAt: at(0), label: String }), []);
});
