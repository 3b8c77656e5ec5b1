// The shortest trace: fewer homes and fewer faults, as long as the same law breaks.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { err } from '@prewatt/quantities';
import { faultKinds, faultsOf, noFaults, parseFaults } from './faults.ts';
import { RunFailed } from './run.ts';
import { type Attempt, shrink } from './shrink.ts';

const failure = (text: string, tick: number) =>
  new RunFailed(text, { tick, homes: [4, 9], story: [`until ${tick}`] });

test('a failure is lived again by its home alone, without the faults that it does not need', async () => {
  const attempts: Attempt[] = [];
  const shortest = await shrink(
    { attempt: { faults: faultKinds, homes: null, ticks: 500 }, failure: failure('law 3: x', 500) },
    async (attempt) => {
      attempts.push(attempt);
      if (attempt.faults.includes('repeat') && attempt.faults.includes('typing')) {
        throw failure('law 3: x', attempt.homes === null ? 500 : 300);
      }
      if (!attempt.faults.includes('repeat')) throw failure('law 6: another', 10);
    },
  );
  assert.deepEqual(shortest.attempt.faults, ['repeat', 'typing']);
  assert.deepEqual(shortest.attempt.homes, [4]);
  assert.equal(shortest.failure.tick, 300);
  assert.equal(attempts.length, 1 + faultKinds.length);
});

test('what is no broken law ends the search', async () => {
  const first = { attempt: { faults: [], homes: null, ticks: 5 }, failure: failure('law 1: x', 5) };
  const run = () => Promise.reject(new Error('the disk is full'));
  await assert.rejects(shrink(first, run), /disk is full/);
});

test('faults go by their names', () => {
  assert.deepEqual(parseFaults('none'), { ok: true, value: [] });
  assert.deepEqual(parseFaults('all'), { ok: true, value: faultKinds });
  assert.deepEqual(parseFaults('loss, typing'), { ok: true, value: ['loss', 'typing'] });
  const names = `all, none or of ${faultKinds.join(', ')}`;
  assert.deepEqual(parseFaults('fire'), err(`no fault is called "fire": ${names}`));
  for (const kind of faultKinds) {
    assert.notDeepEqual(faultsOf([kind]), faultsOf([]), `${kind} changes something`);
  }
  assert.deepEqual({ ...faultsOf([]), customers: noFaults.customers }, noFaults);
});
