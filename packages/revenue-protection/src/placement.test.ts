import assert from 'node:assert/strict';
import { test } from 'node:test';
import { balanceOfArea } from './balance.ts';
import { likelyArea, placementFit, seemsElsewhere } from './placement.ts';
import type { AreaReadings } from './readings.ts';
import { simulateAreas } from './simulated-areas.ts';
import { simulateLoads } from './simulated-loads.ts';
import { perDay } from './testing.ts';

const residualOf = (area: AreaReadings) => ({
  areaId: area.areaId,
  unexplainedWh: balanceOfArea(area).unexplainedWh,
});
const loads = simulateLoads({ count: 54, days: 28, perDay, seed: 5, dailyWh: 12_000 });
const { areas } = simulateAreas(loads, {
  ...{ name: 'town', seed: 5, perDay, homesPerArea: 18 },
  ...{ thiefShare: 0.04, honestChangeShare: 0.2, hookShare: 0 },
});
const [first, second, third] = areas as readonly AreaReadings[];
assert.ok(first !== undefined && second !== undefined && third !== undefined);
const moved = first.homes[3];
assert.ok(moved !== undefined);
const without = { ...first, homes: first.homes.filter((home) => home !== moved) };

test('a home that is on no list is found in the area that it belongs to', () => {
  const found = likelyArea(moved, [second, without, third].map(residualOf));
  assert.equal(found?.areaId, first.areaId);
  assert.ok((found?.sharePercent ?? 0) > 80, `${found?.sharePercent}`);
});

test('a home on the wrong list seems to be elsewhere; homes on the right one do not', () => {
  const wrong = { ...second, homes: [...second.homes, moved] };
  const residual = residualOf(wrong);
  const suspects = wrong.homes.filter((home) => seemsElsewhere(placementFit(home, residual)));
  assert.deepEqual(
    suspects.map(({ homeId }) => homeId),
    [moved.homeId],
  );
});

test('nothing is said where no area fits, and none on too little data', () => {
  assert.equal(likelyArea(moved, [second, third].map(residualOf)), null);
  assert.equal(likelyArea(moved, []), null);
  const short = { ...moved, energyWh: moved.energyWh.subarray(0, 5 * perDay) };
  assert.equal(placementFit(short, residualOf(without)).strength, 0);
  const flat = { ...moved, energyWh: new Int32Array(moved.energyWh.length) };
  assert.equal(placementFit(flat, residualOf(without)).strength, 0);
});
