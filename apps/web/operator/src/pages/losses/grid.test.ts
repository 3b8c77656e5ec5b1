import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gridOf } from './grid.ts';

const node = (nodeId: string, latitude: number, longitude: number) => ({
  ...{ nodeId, placeMicro: { latitude, longitude } },
});

test('north is up, east is right, and the grid has round degrees', () => {
  const grid = gridOf(
    [node('a', -26_200_000, 28_040_000), node('b', -26_210_000, 28_050_000)],
    800,
  );
  const [a, b] = [grid?.points.get('a'), grid?.points.get('b')];
  assert.ok(grid !== null && a !== undefined && b !== undefined);
  assert.ok(a.y < b.y && a.x < b.x);
  for (const { x, y } of [a, b]) assert.ok(x >= 0 && x <= 800 && y >= 0 && y <= grid.height);
  // A degree east is cos(26.2°) of a degree north on the ground, and on the paper.
  assert.ok(Math.abs((b.x - a.x) / (b.y - a.y) - Math.cos((26.205 * Math.PI) / 180)) < 1e-6);
  assert.ok(grid.parallels.length >= 2 && grid.parallels.length <= 6);
  assert.ok(grid.parallels.some(({ label }) => label === '-26.2000°'));
});

test('one node, none with a place, and the whole earth have no odd pictures', () => {
  const one = gridOf([node('a', 0, 0)], 320);
  assert.deepEqual(one?.points.get('a')?.x, 160);
  assert.equal(gridOf([{ nodeId: 'a', placeMicro: null }], 320), null);
  assert.equal(gridOf([], 320), null);
  const whole = gridOf([node('a', 90e6, -180e6), node('b', -90e6, 180e6)], 320);
  assert.ok(Number.isFinite(whole?.height) && (whole?.meridians.length ?? 999) <= 400);
});
