// Runs of the proof in words.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ProofRun } from '@prewatt/api';
import { checkedOf, groupedText, runLabel } from './labels.ts';

it('a run is told by its result first', () => {
  const result = { startedAt: '', finishedAt: '', holds: false, laws: [] };
  const run = { state: 'finished', result, percentDone: 100 } as const;
  assert.equal(runLabel(run).tone, 'bad');
  assert.equal(runLabel({ ...run, result: { ...result, holds: true } }).tone, 'good');
  const open: Pick<ProofRun, 'state' | 'result' | 'percentDone'> = {
    state: 'underWay',
    result: null,
    percentDone: 37,
  };
  assert.match(runLabel(open).text, /37 %/);
  const superseded = { text: 'Postponed', tone: 'quiet' };
  assert.deepEqual(runLabel({ ...open, state: 'superseded' }), superseded);
});

it('a law was checked on the rows of all its rules', () => {
  const rule = { name: 'a', of: 'sales', broken: '', failed: '0', findings: [] } as const;
  const law = {
    law: 1,
    title: '',
    holds: true,
    failed: '0',
    rules: [
      { ...rule, findings: [], checked: '9007199254740993' },
      { ...rule, findings: [], checked: '7' },
    ],
  };
  assert.equal(checkedOf(law), 9007199254741000n);
  assert.equal(groupedText(1234567n), '1\u202f234\u202f567');
  assert.equal(groupedText(12n), '12');
});
