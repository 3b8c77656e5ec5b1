import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulateLoads } from './simulated-loads.ts';
import { simulateVoltages, type VoltageOptions } from './simulated-voltages.ts';
import { perDay } from './testing.ts';
import { placeByVoltage, type VoltageHome } from './voltage-placement.ts';

const usual: VoltageOptions = {
  ...{ seed: 4, homesPerPhase: 6, wrongShare: 0.12, phaselessShare: 0.08, unplacedShare: 0.05 },
  missingShare: 0.05,
};
function town(o: Partial<VoltageOptions> & { days?: number } = {}) {
  const { days = 28, ...rest } = o;
  const options = { ...usual, ...rest };
  const count = 8 * 3 * options.homesPerPhase;
  const loads = simulateLoads({ count, days, perDay, seed: options.seed, dailyWh: 9_000 });
  return simulateVoltages(loads, options);
}

/** How many wrong, phaseless and unplaced homes were found, and what was said wrongly. */
function scoreOf({ homes, truth }: ReturnType<typeof town>) {
  const found = new Map(placeByVoltage(homes).map((each) => [each.homeId, each]));
  const score = { odd: 0, found: 0, mistaken: 0, right: 0, accused: 0 };
  for (const { homeId, nodeId, phase } of homes) {
    const real = truth.get(homeId);
    const said = found.get(homeId)?.suggested;
    const isOdd = nodeId !== real?.nodeId || phase !== real?.phase;
    const isTrue = said?.nodeId === real?.nodeId && said?.phase === real?.phase;
    if (isOdd) score.odd += 1;
    else score.right += 1;
    if (isOdd && isTrue) score.found += 1;
    if (isOdd && said !== undefined && !isTrue) score.mistaken += 1;
    if (!isOdd && said !== undefined) score.accused += 1;
  }
  return score;
}

test('wrong and unknown transformers and phases are found by voltage; right ones are left', (t) => {
  const total = { odd: 0, found: 0, mistaken: 0, right: 0, accused: 0 };
  for (const seed of [4, 5, 6]) {
    const score = scoreOf(town({ seed }));
    t.diagnostic(`seed ${seed}: ${JSON.stringify(score)}`);
    for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += score[key];
  }
  t.diagnostic(`found ${total.found} of ${total.odd}, mistaken ${total.mistaken}`);
  assert.ok(total.odd > 60, `${total.odd}`);
  assert.ok(total.found >= 0.9 * total.odd, `${total.found} of ${total.odd}`);
  assert.ok(total.mistaken + total.accused <= 2, JSON.stringify(total));
});

test('each suggestion names its evidence, and leads over the place of the list', () => {
  const { homes, truth } = town();
  for (const each of placeByVoltage(homes)) {
    assert.ok(each.pairs >= 300 && each.meters >= 2);
    assert.ok(each.withSuggestedPercent > each.withNextPercent);
    if (each.withListedPercent !== null) {
      assert.ok(each.withListedPercent < each.withSuggestedPercent);
    }
    const listed = homes.find(({ homeId }) => homeId === each.homeId);
    assert.notDeepEqual(each.suggested, { nodeId: listed?.nodeId, phase: listed?.phase });
    assert.ok(truth.has(each.homeId));
  }
});

test('where no phase is known, transformers alone are told', () => {
  const { homes, truth } = town({ wrongShare: 0, phaselessShare: 0, unplacedShare: 0 });
  const bare = homes.map((home): VoltageHome => ({ ...home, phase: null }));
  const [first] = bare;
  assert.ok(first !== undefined);
  const found = placeByVoltage([{ ...first, nodeId: null }, ...bare.slice(1)]);
  assert.ok(found.every(({ suggested }) => suggested.phase === null));
  for (const { homeId, suggested } of found) {
    assert.equal(suggested.nodeId, truth.get(homeId)?.nodeId);
  }
});

test('too little data says nothing', () => {
  assert.deepEqual(placeByVoltage([]), []);
  assert.deepEqual(placeByVoltage(town({ days: 6 }).homes), []);
  assert.deepEqual(placeByVoltage(town({ missingShare: 0.9 }).homes), []);
  const { homes } = town();
  const flat = homes.map((home) => ({ ...home, deciVolts: home.deciVolts.map(() => 2300) }));
  assert.deepEqual(placeByVoltage(flat), []);
  assert.deepEqual(placeByVoltage(homes.slice(0, 2)), []);
});
