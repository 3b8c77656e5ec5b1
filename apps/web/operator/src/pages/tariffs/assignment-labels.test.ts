import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assignmentTitle, percentDone } from './assignment-labels.ts';

const rows = {
  total: 4,
  done: 3,
  assigned: 1,
  refused: 1,
  alreadyThere: 0,
  replacesComing: 0,
};

test('a list is named by its tariff and how many it is for', () => {
  assert.equal(assignmentTitle({ tariffName: 'River', rows }), 'River for 4 connections');
  const one = { ...rows, total: 1 };
  assert.equal(
    assignmentTitle({ tariffName: null, rows: one }),
    'Former tariff back for 1 connection',
  );
});

test('progress counts the part that is under way', () => {
  assert.equal(percentDone({ state: 'previewing', rows }), 75);
  assert.equal(percentDone({ state: 'assigning', rows }), 50);
  assert.equal(percentDone({ state: 'ready', rows }), 100);
});
