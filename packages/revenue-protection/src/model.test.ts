import assert from 'node:assert/strict';
import { test } from 'node:test';
import { featureNames } from './features.ts';
import { type ModelDocument, probabilityOf, readModel, scoreVector, writeTree } from './model.ts';
import shipped from './shipped-model.json' with { type: 'json' };
import { shippedModel } from './shipped-model.ts';

const document = shipped as ModelDocument;

test('the shipped document is read, and its trees are written as they were', () => {
  const read = readModel(document);
  assert.ok(read.ok);
  assert.deepEqual(read.value.boosted.trees.map(writeTree), document.trees);
});

test('a document that does not fit is refused by name', () => {
  const refusals: [Partial<Record<keyof ModelDocument, unknown>>, string][] = [
    [{ version: 2 }, 'version'],
    [{ features: [...featureNames].reverse() }, 'features'],
    [{ trees: ['1,0.5,1'] }, 'trees'],
    [{ trees: ['0,0.5,1,9;1;2'] }, 'trees'],
    [{ trees: ['0,0.5,0,1;1'] }, 'trees'],
    [{ trees: ['999,0.5,1,2;1;2'] }, 'trees'],
    [{ trees: [''], base: Number.NaN }, 'numbers'],
    [{ neutral: [1] }, 'numbers'],
    [{ theftShare: 0 }, 'numbers'],
  ];
  for (const [change, error] of refusals) {
    assert.deepEqual(readModel({ ...document, ...change } as ModelDocument), { ok: false, error });
  }
});

test('what is not known counts as an ordinary home has it', () => {
  const model = shippedModel();
  const unknown = new Float64Array(featureNames.length).fill(Number.NaN);
  assert.equal(scoreVector(model, unknown), scoreVector(model, model.neutral));
  assert.ok(probabilityOf(model, scoreVector(model, unknown)) < 0.05);
});
