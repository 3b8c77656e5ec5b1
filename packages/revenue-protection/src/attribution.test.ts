import assert from 'node:assert/strict';
import { test } from 'node:test';
import { featureNames, featuresOfArea } from './features.ts';
import type { AreaReadings } from './readings.ts';
import { simulateAreas } from './simulated-areas.ts';
import { simulateLoads } from './simulated-loads.ts';
import { type TheftKind, theftKinds } from './simulated-ways.ts';
import { perDay } from './testing.ts';

/** An area in which exactly the homes of the labels steal, in the one way. */
function streetOf(kind: TheftKind, seed: number) {
  const loads = simulateLoads({ count: 18, days: 49, perDay, seed, dailyWh: 12_000 });
  for (let tries = 0; ; tries += 1) {
    const made = simulateAreas(loads, {
      name: 's',
      seed: seed * 1000 + tries,
      perDay,
      homesPerArea: 18,
      thiefShare: 0.06,
      honestChangeShare: 0,
      hookShare: 0,
      kinds: [kind],
    });
    const [area] = made.areas;
    const thieves = made.labels.filter(({ isTheft }) => isTheft);
    if (thieves.length === 1 && area !== undefined) return { area, thief: thieves[0] };
  }
}

const bestTrace = featureNames.indexOf('bestTrace');

/** How many homes stand at or above the thief by what goes missing with them. */
function placeOf(area: AreaReadings, homeId: string | undefined): number {
  const gains = featuresOfArea(area).homes.map((home) => ({
    homeId: home.homeId,
    gain: home.vector[bestTrace] ?? 0,
  }));
  const own = gains.find((one) => one.homeId === homeId)?.gain ?? 0;
  return gains.filter(({ gain }) => gain >= own).length;
}

test('what is missing at the feeder goes with the one home that takes it, in most ways', () => {
  const found = theftKinds.filter((kind) => {
    const { area, thief } = streetOf(kind, 21);
    return placeOf(area, thief?.homeId) === 1;
  });
  assert.ok(found.length >= theftKinds.length - 3, `found only ${found.join(', ')}`);
  for (const kind of ['scale', 'windowZero', 'clipHeavy'] as const) {
    assert.ok(found.includes(kind), `${kind} was not found`);
  }
});

test('the energy that goes with a thief is about what was stolen; honest neighbours have none', () => {
  const { area, thief } = streetOf('scale', 33);
  const { homes } = featuresOfArea(area);
  for (const { homeId, facts } of homes) {
    if (homeId === thief?.homeId) {
      const part = facts.explainedWh / thief.stolenWh;
      assert.ok(part > 0.7 && part < 1.3, `${part} of the stolen energy`);
    } else assert.ok(facts.explainedWh < 0.1 * (thief?.stolenWh ?? 0), homeId);
  }
});

test('without a feeder meter no feature of a balance is claimed', () => {
  const { area } = streetOf('scale', 33);
  const { homes, attribution } = featuresOfArea({ ...area, feederWh: null });
  assert.equal(attribution, null);
  assert.ok(
    homes.every(({ vector, facts }) => Number.isNaN(vector[bestTrace]) && !facts.hasBalance),
  );
});
