import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lossesAbove, sumOfArea } from './area-sum.ts';
import { balanceOfArea, balanceStates, balanceText, wrongTopologyAt } from './balance.ts';
import { type AreaReadings, missingWh } from './readings.ts';
import { simulateAreas } from './simulated-areas.ts';
import { simulateLoads } from './simulated-loads.ts';
import { perDay } from './testing.ts';

function areaOf(count: number, o: { thiefShare?: number; days?: number } = {}) {
  const { thiefShare = 0, days = 30 } = o;
  const loads = simulateLoads({ count, days, perDay, seed: 5, dailyWh: 12_000 });
  const made = simulateAreas(loads, {
    name: 'a',
    seed: 9,
    perDay,
    homesPerArea: count,
    thiefShare,
    honestChangeShare: 0,
    hookShare: 0,
    kinds: ['fullBypass', 'scale'],
  });
  const area = made.areas[0];
  assert.ok(area !== undefined);
  const stolenWh = made.labels.reduce((sum, label) => sum + label.stolenWh, 0);
  return { area, stolenWh };
}

test('an honest area is balanced: the parts sum to what came in', () => {
  const { area } = areaOf(18);
  const { state, total, days } = balanceOfArea(area);
  assert.equal(state, 'balanced');
  assert.ok(total !== null);
  const sum = total.meteredWh + total.estimatedWh + total.technicalLossWh + total.unexplainedWh;
  const off = sum - total.energyInWh;
  assert.ok(off >= -2n && off <= 2n, `off by ${off} Wh`);
  assert.ok(total.unexplainedLowWh <= 0n && total.unexplainedHighWh >= 0n);
  assert.equal(days.length, 30);
});

test('stolen energy is unexplained, and lies in the range that is given', () => {
  const { area, stolenWh } = areaOf(18, { thiefShare: 0.15 });
  assert.ok(stolenWh > 100_000);
  const { state, total } = balanceOfArea(area);
  assert.equal(state, 'unexplainedLoss');
  const [low, high] = [Number(total?.unexplainedLowWh), Number(total?.unexplainedHighWh)];
  assert.ok(low < stolenWh && stolenWh < high, `${stolenWh} between ${low} and ${high}`);
});

test('a silent meter is estimated and is not theft; a late meter changes it to metered', () => {
  const { area } = areaOf(18);
  const homes = area.homes.map((home, i) =>
    i === 3
      ? { ...home, energyWh: home.energyWh.map((wh, t) => (t < 480 ? missingWh : wh)) }
      : home,
  );
  const silent = balanceOfArea({ ...area, homes });
  assert.equal(silent.state, 'balanced');
  assert.ok((silent.total?.estimatedWh ?? 0n) > 0n);
  assert.equal(balanceOfArea(area).total?.estimatedWh, 0n);
});

test('a home that was never read counts as the others do, and nobody took its energy', () => {
  const { area } = areaOf(12);
  const homes = area.homes.map((home, i) =>
    i < 2 ? { ...home, energyWh: home.energyWh.map(() => missingWh) } : home,
  );
  const { state, total } = balanceOfArea({ ...area, homes });
  assert.equal(state, 'balanced');
  assert.ok(total !== null && total.estimatedWh > total.meteredWh / 10n);
  assert.ok(total.unexplainedLowWh <= 0n && total.unexplainedHighWh >= 0n);
});

test('an outage is left out, not counted as loss', () => {
  const { area } = areaOf(6);
  const dark = (wh: Int32Array) => wh.map((one, t) => (t >= 100 && t < 110 ? 0 : one));
  const { outageIntervals, state, unexplainedWh } = balanceOfArea({
    ...area,
    feederWh: dark(area.feederWh ?? new Int32Array(0)),
    homes: area.homes.map((home) => ({ ...home, energyWh: dark(home.energyWh) })),
  });
  assert.ok(outageIntervals >= 10);
  assert.equal(state, 'balanced');
  assert.equal(unexplainedWh[105], null);
});

test('homes that are added group by group balance as all together; levels above lose more', () => {
  const { area } = areaOf(18, { thiefShare: 0.15 });
  const homes = area.homes.map((home, i) =>
    i === 3 || i === 7
      ? { ...home, energyWh: home.energyWh.map((wh, t) => (i === 7 || t < 96 ? missingWh : wh)) }
      : home,
  );
  const { homes: _, ...bare } = area;
  const sum = sumOfArea(bare);
  for (let from = 0; from < 18; from += 5) sum.add(homes.slice(from, from + 5));
  assert.deepEqual(sum.balance(), balanceOfArea({ ...area, homes }));
  assert.equal(sumOfArea(bare).balance().state, 'noHomes');
  assert.equal(sumOfArea({ ...bare, feederWh: null }).balance().state, 'noFeederMeter');
  const above = sum.balance(lossesAbove(2)).total;
  const here = sum.balance().total;
  assert.ok(above !== null && here !== null);
  const range = ({ unexplainedLowWh: low, unexplainedHighWh: high }: typeof above) => high - low;
  assert.ok(range(above) >= range(here), `${range(above)} and ${range(here)}`);
});

test('a list that contradicts itself has no figures', () => {
  const { state, total, days } = wrongTopologyAt('a');
  assert.deepEqual([state, total, days], ['wrongTopology', null, []]);
});

test('what cannot be balanced has a state of its own, with words', () => {
  const { area } = areaOf(6);
  const states = (change: Partial<AreaReadings>) => balanceOfArea({ ...area, ...change }).state;
  assert.equal(states({ feederWh: null }), 'noFeederMeter');
  assert.equal(states({ homes: [] }), 'noHomes');
  assert.equal(states({ homes: area.homes.slice(0, 1) }), 'oneHome');
  assert.equal(states({ feederWh: area.feederWh?.slice(0, 3 * perDay) ?? null }), 'tooFewReadings');
  assert.equal(states({ feederWh: new Int32Array(30 * perDay) }), 'tooFewReadings');
  assert.equal(states({ feederWh: area.feederWh?.map((wh) => wh >> 1) ?? null }), 'negativeLoss');
  const silent = area.homes.map((home) => ({
    ...home,
    energyWh: home.energyWh.map((wh, t) => (t % 4 === 0 ? wh : missingWh)),
  }));
  assert.equal(states({ homes: silent }), 'tooFewReadings');
  const never = (count: number) =>
    area.homes.map((home, i) =>
      i < count ? { ...home, energyWh: home.energyWh.map(() => missingWh) } : home,
    );
  for (const count of [3, 5, 6]) assert.equal(states({ homes: never(count) }), 'tooFewReadings');
  assert.ok(balanceStates.every((state) => balanceText[state].endsWith('.')));
});
