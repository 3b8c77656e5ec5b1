import assert from 'node:assert/strict';
import { test } from 'node:test';
import { featureNames } from './features.ts';
import { readModel, scoreVector } from './model.ts';
import { calibrate, crossScores, foldOf, type TrainingRow, trainModel } from './training.ts';
import { createStream } from './trees.ts';

/** Rows in which a home alone tells, if it were seen: a feature is the number of the home. */
function rowsOf(o: { readonly leaks: boolean }): TrainingRow[] {
  const random = createStream(17);
  return Array.from({ length: 60 }, (_, i) => {
    const isThief = random() < 0.4;
    return ['d1', 'd2', 'd3'].map((group): TrainingRow => {
      const isTheft = o.leaks ? isThief : random() < 0.4;
      const vector = new Float64Array(featureNames.length);
      const sign = featureNames.indexOf('nightShare');
      vector[sign] = o.leaks ? i : isTheft ? 1 + random() : random() * 1.2;
      return { homeId: `h${i}`, group, vector, isTheft, kind: isTheft ? 'scale' : 'normal' };
    });
  }).flat();
}

function aucOf(rows: readonly TrainingRow[], scores: Float64Array): number {
  let right = 0;
  let pairs = 0;
  rows.forEach((a, i) => {
    if (!a.isTheft) return;
    rows.forEach((b, j) => {
      if (b.isTheft) return;
      pairs += 1;
      right += Math.sign((scores[i] ?? 0) - (scores[j] ?? 0)) / 2 + 0.5;
    });
  });
  return right / pairs;
}

test('a score is by a model that never saw the home: knowing homes by heart does not help', () => {
  const byHeart = rowsOf({ leaks: true });
  assert.ok(aucOf(byHeart, crossScores(byHeart, [])) < 0.7);
  const real = rowsOf({ leaks: false });
  assert.ok(aucOf(real, crossScores(real, [])) > 0.8);
});

test('the same home is in the same fold, and each fold has homes', () => {
  const folds = new Set(Array.from({ length: 50 }, (_, i) => foldOf(`h${i}`)));
  assert.equal(folds.size, 5);
  assert.equal(foldOf('h1'), foldOf('h1'));
});

test('a trained document is read, and training twice gives it twice', () => {
  const rows = rowsOf({ leaks: false });
  const document = trainModel(rows, ['00000000']);
  assert.deepEqual(trainModel(rows, ['00000000']), document);
  const read = readModel(document);
  assert.ok(read.ok);
  const theft = rows.find(({ isTheft }) => isTheft);
  const honest = rows.find(({ isTheft }) => !isTheft);
  assert.ok(theft !== undefined && honest !== undefined);
  assert.ok(scoreVector(read.value, theft.vector) > scoreVector(read.value, honest.vector));
});

test('calibration finds the sigmoid that the outcomes came from', () => {
  const random = createStream(4);
  const scores = Float64Array.from({ length: 5000 }, () => 6 * random() - 3);
  const outcomes = [...scores].map((score) => random() < 1 / (1 + Math.exp(-(0.7 * score - 1))));
  const { slope, offset } = calibrate(scores, outcomes);
  assert.ok(Math.abs(slope - 0.7) < 0.1 && Math.abs(offset + 1) < 0.12, `${slope} ${offset}`);
});
