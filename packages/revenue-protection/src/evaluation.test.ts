import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateRanking, type Judged } from './evaluation.ts';

const judged = (score: number, isTheft: boolean, kind = isTheft ? 'scale' : 'normal'): Judged => ({
  score,
  isTheft,
  kind,
  stolenWh: isTheft ? 1000 * score : 0,
});

test('average precision, AUC and capacity are those of the definition', () => {
  // Ranked: theft, honest, theft, honest: precisions 1/1 and 2/3; 3 of 4 pairs in order.
  const rows = [judged(4, true), judged(3, false, 'vacancy'), judged(2, true), judged(1, false)];
  const { averagePrecision, auc, atCapacity, thefts } = evaluateRanking(rows);
  assert.equal(thefts, 2);
  assert.equal(averagePrecision, (1 + 2 / 3) / 2);
  assert.equal(auc, 0.75);
  const [first] = atCapacity;
  assert.deepEqual(
    [first?.visits, first?.found, first?.precision, first?.recall, first?.energyShare],
    [1, 1, 1, 0.5, 4 / 6],
  );
});

test('capacities are per cent of the homes, honest homes visited are counted by kind', () => {
  const rows = Array.from({ length: 100 }, (_, i) =>
    judged(100 - i, i % 2 === 1, i % 2 === 1 ? 'scale' : i < 3 ? 'vacancy' : 'normal'),
  );
  const { atCapacity } = evaluateRanking(rows);
  assert.deepEqual(
    atCapacity.map(({ percent, visits, found }) => [percent, visits, found]),
    [
      [1, 1, 0],
      [3, 3, 1],
      [5, 5, 2],
      [10, 10, 5],
    ],
  );
  assert.deepEqual(atCapacity[1]?.falseAccusations, [
    { kind: 'normal', visited: 0, homes: 48 },
    { kind: 'vacancy', visited: 2, homes: 2 },
  ]);
});

test('equal scores count a half, whatever the order of the rows', () => {
  const rows = [judged(1, true), judged(1, false)];
  assert.equal(evaluateRanking(rows).auc, 0.5);
  assert.deepEqual(evaluateRanking(rows), evaluateRanking([...rows].reverse()));
});

test('nothing to judge gives no figure', () => {
  const { averagePrecision, auc, atCapacity } = evaluateRanking([]);
  assert.deepEqual([averagePrecision, auc], [null, null]);
  assert.ok(atCapacity.every(({ precision, recall }) => precision === null && recall === null));
  assert.equal(evaluateRanking([judged(1, false)]).averagePrecision, null);
});
