import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateRanking } from './evaluation.ts';
import { featureNames, featureTable } from './features.ts';
import { honestStateOf } from './honest-states.ts';
import { scoreVector } from './model.ts';
import { type RankingOptions, rankHomes } from './ranking.ts';
import { type EvidenceName, evidenceGroups, withoutEvidence } from './reasons.ts';
import { shippedModel } from './shipped-model.ts';
import { inputsOf, type JudgedInput, townOf } from './testing.ts';

const model = shippedModel();
const options: RankingOptions = { model, visits: 8, pricePerKwhMinor: null };
const town = inputsOf(townOf(3));
const idsOf = (lines: readonly { homeId: string }[]) => lines.map(({ homeId }) => homeId);

test('in a town of made-up homes the thieves stand on top', () => {
  const judged = [3, 4, 5].flatMap((seed) =>
    inputsOf(townOf(seed)).map(({ vector, label }) => ({
      score: scoreVector(model, vector),
      isTheft: label.isTheft,
      kind: label.kind,
      stolenWh: label.stolenWh,
    })),
  );
  const { averagePrecision, thefts } = evaluateRanking(judged);
  assert.ok(thefts > 15);
  assert.ok((averagePrecision ?? 0) > 0.75, `average precision ${averagePrecision}`);
});

test('each visit has three reasons; without the evidence that one names the home stands lower', () => {
  const { visits } = rankHomes(town, options);
  assert.ok(visits.length >= 5);
  for (const line of visits) {
    assert.equal(line.reasons.length, 3, `${line.homeId} has ${line.reasons.length} reasons`);
    const home = town.find(({ homeId }) => homeId === line.homeId);
    assert.ok(home !== undefined);
    for (const { evidence, words } of line.reasons) {
      assert.ok(words.length > 20);
      assert.ok(evidence in evidenceGroups);
      const vector = withoutEvidence(model, home.vector, evidence as EvidenceName);
      assert.ok(scoreVector(model, vector) < scoreVector(model, home.vector));
      assert.ok(placeOf(townWith(home, vector), line.homeId) >= placeOf(town, line.homeId));
    }
    const bare = line.reasons.reduce(
      (vector, { evidence }) => withoutEvidence(model, vector, evidence as EvidenceName),
      home.vector,
    );
    const cleared = townWith(home, bare);
    assert.ok(placeOf(cleared, line.homeId) > placeOf(town, line.homeId));
    assert.ok(!idsOf(rankHomes(cleared, options).visits).includes(line.homeId));
  }
});

const townWith = (home: JudgedInput, vector: Float64Array): JudgedInput[] =>
  town.map((one) => (one === home ? { ...one, vector } : one));

/** 1 for the home that scores highest. */
function placeOf(homes: readonly JudgedInput[], homeId: string): number {
  const scores = homes.map((one) => ({
    homeId: one.homeId,
    score: scoreVector(model, one.vector),
  }));
  const own = scores.find((one) => one.homeId === homeId)?.score ?? Number.NaN;
  return scores.filter(({ score }) => score >= own).length;
}

test('each feature belongs to one kind of evidence', () => {
  const named = Object.values(evidenceGroups).flat();
  assert.deepEqual([...named].sort(), [...featureNames].sort());
});

test('more of a suspicious sign never lowers a score of the shipped model', () => {
  for (const { vector } of town) {
    featureNames.forEach((name, i) => {
      if (featureTable[name] !== 1) return;
      const more = vector.slice();
      more[i] = (vector[i] ?? 0) + 0.7;
      assert.ok(scoreVector(model, more) >= scoreVector(model, vector) - 1e-9, name);
    });
  }
});

test('a home that an honest state holds is not ranked, and says why', () => {
  const { visits, waiting, held } = rankHomes(town, { ...options, leastProbability: 0 });
  assert.ok(held.length > 0);
  const ranked = new Set(idsOf([...visits, ...waiting]));
  for (const { homeId, words } of held) {
    assert.ok(!ranked.has(homeId) && words.length > 5);
    const home = town.find((one) => one.homeId === homeId);
    assert.equal(home?.label.isTheft, false);
  }
  const moved = town.filter(({ label }) => label.kind === 'moveOut' || label.kind === 'vacancy');
  const states = moved.map(({ vector, facts }) => honestStateOf(vector, facts)?.state);
  assert.ok(states.some((state) => state === 'movedOut' || state === 'vacancy'));
});

test('a home with too few readings is not accused', () => {
  const [home] = town;
  assert.ok(home !== undefined);
  const short = { ...home, facts: { ...home.facts, days: 10 } };
  assert.equal(rankHomes([short], options).held[0]?.state, 'tooFewReadings');
});

test('the visits are the most valuable, the others wait', () => {
  const all = rankHomes(town, { ...options, visits: 100 });
  const few = rankHomes(town, { ...options, visits: 3 });
  assert.deepEqual(idsOf(few.visits), idsOf(all.visits).slice(0, 3));
  assert.deepEqual(idsOf(few.waiting), idsOf(all.visits).slice(3));
  const values = all.visits.map(({ expectedWhPerMonth }) => Number(expectedWhPerMonth));
  assert.deepEqual(
    values,
    [...values].sort((a, b) => b - a),
  );
  assert.deepEqual(
    idsOf(rankHomes([...town].reverse(), { ...options, visits: 100 }).visits),
    idsOf(all.visits),
  );
});

test('money: a visit that costs more than it brings is not proposed', () => {
  const cheap = rankHomes(town, { ...options, pricePerKwhMinor: 20n, visitCostMinor: 100n });
  for (const { expectedValueMinor, expectedWhPerMonth } of cheap.visits) {
    assert.equal(expectedValueMinor, (expectedWhPerMonth * 20n) / 1000n - 100n);
  }
  const dear = rankHomes(town, { ...options, pricePerKwhMinor: 20n, visitCostMinor: 10n ** 9n });
  assert.deepEqual(dear.visits, []);
});

test('a town that steals less has lower probabilities in the same order', () => {
  const usual = rankHomes(town, { ...options, leastProbability: 0 });
  const honest = rankHomes(town, { ...options, leastProbability: 0, theftShare: 0.01 });
  const of = (ranking: typeof usual, homeId: string) =>
    [...ranking.visits, ...ranking.waiting].find((one) => one.homeId === homeId)?.probability ?? 0;
  for (const { homeId } of usual.visits) assert.ok(of(honest, homeId) < of(usual, homeId));
});

test('credit that nobody issued brings a quiet home up, with its reason, past an honest state', () => {
  const { held } = rankHomes(town, options);
  const home = town.find(({ homeId }) => homeId === held[0]?.homeId);
  assert.ok(home !== undefined);
  const signals = {
    creditNeverIssuedWh: 90_000n,
    tamperEvents: 2,
    soldWh: 0n,
    countedWh: 400_000n,
  };
  const { visits } = rankHomes([{ ...home, signals }], options);
  assert.equal(visits[0]?.reasons[0]?.evidence, 'creditNeverIssued');
  assert.match(visits[0]?.reasons[0]?.words ?? '', /90\.0 kWh of credit that nobody issued/);
});
