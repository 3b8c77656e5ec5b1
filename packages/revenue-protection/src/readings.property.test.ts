import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { balanceOfArea } from './balance.ts';
import { featureNames, featuresOfArea } from './features.ts';
import { rankHomes } from './ranking.ts';
import { shippedModel } from './shipped-model.ts';

const reading = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 3000 }) },
  { weight: 1, arbitrary: fc.constantFrom(-1, -2_147_483_648, 0, 0, 1, 2_147_483_647) },
);
const series = fc.oneof(
  fc.array(reading, { maxLength: 4 * 24 }),
  fc.constantFrom([], [0], new Array(240).fill(0), new Array(240).fill(-1), new Array(240).fill(7)),
  fc
    .tuple(fc.array(reading, { minLength: 24, maxLength: 24 }), fc.integer({ min: 1, max: 20 }))
    .map(([day, times]) => new Array(times).fill(day).flat()),
);
const area = fc.record({
  areaId: fc.constant('a'),
  intervalsPerDay: fc.constantFrom(1, 24, 48),
  feederWh: fc.option(series.map((wh) => Int32Array.from(wh))),
  homes: fc.array(
    series.map((wh) => ({ homeId: 'h', energyWh: Int32Array.from(wh) })),
    { maxLength: 5 },
  ),
});

test('whatever the readings, there is an answer and no number that is none', () => {
  const model = shippedModel();
  fc.assert(
    fc.property(area, (one) => {
      const balance = balanceOfArea(one);
      const { homes, attribution } = featuresOfArea(one);
      assert.equal(homes.length, one.homes.length);
      for (const { vector } of homes) {
        vector.forEach((value, i) => {
          const unknown = attribution === null && Number.isNaN(value);
          assert.ok(Number.isFinite(value) || unknown, `${featureNames[i]} is ${value}`);
        });
      }
      const inputs = homes.map((home) => ({ ...home, areaId: one.areaId }));
      const ranking = rankHomes(inputs, { model, visits: 9, pricePerKwhMinor: 25n });
      for (const { probability, expectedWhPerMonth } of ranking.visits) {
        assert.ok(probability >= 0 && probability <= 1 && expectedWhPerMonth >= 0n);
      }
      const { visits, waiting, held, quiet } = ranking;
      assert.equal(visits.length + waiting.length + held.length + quiet, one.homes.length);
      if (balance.total !== null) {
        assert.ok(balance.total.unexplainedLowWh <= balance.total.unexplainedHighWh);
      }
    }),
    { numRuns: 500, seed: 20_261_130 },
  );
});
