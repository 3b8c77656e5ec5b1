import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStream, scoreOf, trainBoosted } from './trees.ts';

const options = {
  rounds: 60,
  depth: 3,
  rate: 0.1,
  leastWeight: 2,
  shrink: 1,
  rowShare: 0.8,
  featureShare: 1,
  seed: 3,
};

function data(isOne: (a: number, b: number, noise: number) => boolean) {
  const random = createStream(11);
  const rows = Array.from({ length: 800 }, () => Float64Array.from([random(), random(), random()]));
  const targets = rows.map(([a = 0, b = 0, c = 0]) =>
    isOne(a, b, c) ? (1 as const) : (0 as const),
  );
  return { rows, targets };
}

test('two features that matter only together are learnt', () => {
  const { rows, targets } = data((a, b) => a > 0.5 !== b > 0.5);
  const model = trainBoosted({ rows, targets, directions: [0, 0, 0] }, options);
  const right = rows.filter((row, i) => scoreOf(model, row) > 0 === (targets[i] === 1)).length;
  assert.ok(right > 720, `${right} of 800`);
});

test('a direction is held, even where the data go the other way', () => {
  const { rows, targets } = data((a, b) => a < 0.4 || b > 0.7);
  const model = trainBoosted({ rows, targets, directions: [1, 1, 0] }, options);
  const random = createStream(5);
  for (let i = 0; i < 500; i += 1) {
    const low = Float64Array.from([random(), random(), random()]);
    for (const feature of [0, 1]) {
      const high = low.slice();
      high[feature] = (low[feature] ?? 0) + random();
      assert.ok(scoreOf(model, high) >= scoreOf(model, low) - 1e-9);
    }
  }
});

test('the same rows and seed give the same trees, another seed gives others', () => {
  const { rows, targets } = data((a) => a > 0.3);
  const train = (seed: number) =>
    JSON.stringify(trainBoosted({ rows, targets, directions: [0, 0, 0] }, { ...options, seed }));
  assert.equal(train(3), train(3));
  assert.notEqual(train(3), train(4));
});

test('rows of one class, one row and no row give a model that answers', () => {
  const row = Float64Array.from([1, 2, 3]);
  for (const count of [0, 1, 5]) {
    const rows = new Array(count).fill(row);
    const targets = new Array(count).fill(0);
    const model = trainBoosted({ rows, targets, directions: [0, 0, 0] }, options);
    assert.ok(Number.isFinite(scoreOf(model, row)));
  }
});
