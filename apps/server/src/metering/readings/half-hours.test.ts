import assert from 'node:assert/strict';
import { test } from 'node:test';
import { halfHourMs, spreadOver } from './half-hours.ts';

const at = (minutes: number, value: number, meterId = 'a') => ({
  ...{ meterId, atMs: minutes * 60_000, value: BigInt(value) },
});
const over = (points: Parameters<typeof spreadOver>[0], count = 4) => [
  ...spreadOver(points, { fromMs: 0, count }),
];

test('readings on the half-hour, on quarters and by the hour give the same half-hours', () => {
  assert.deepEqual(over([at(0, 0), at(30, 100), at(60, 300), at(90, 300), at(120, 500)]), [
    ...[100, 200, 0, 200],
  ]);
  assert.deepEqual(over([0, 15, 30, 45, 60, 75, 90, 105, 120].map((m) => at(m, m * 2))), [
    ...[60, 60, 60, 60],
  ]);
  assert.deepEqual(over([at(0, 0), at(60, 200), at(120, 200)]), [100, 100, 0, 0]);
});

test('a gap, an exchange, a register that fell and one that leapt are no readings', () => {
  assert.deepEqual(over([at(0, 0), at(120, 500)]), [-1, -1, -1, -1]);
  assert.deepEqual(over([at(0, 900), at(30, 950), at(60, 5, 'b'), at(90, 10, 'b')]), [
    ...[50, -1, 5, -1],
  ]);
  assert.deepEqual(over([at(0, 900), at(30, 100), at(60, 150)], 2), [-1, 50]);
  assert.deepEqual(over([at(0, 0), at(30, 1_000_000)], 1), [-1]);
  assert.equal(halfHourMs, 1_800_000);
});
