// What thrown errors become for whoever asked.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemOf } from './problem.ts';

const withCode = (code: string) => Object.assign(new Error('secret detail'), { code });

test("text that no column can hold is the fault of the request, without the database's words", () => {
  for (const code of ['22021', '22P02']) {
    const problem = problemOf(withCode(code));
    assert.equal(problem.status, 400, code);
    assert.doesNotMatch(JSON.stringify(problem), /secret/);
  }
});

test('a full disk is said as such, with what becomes of it', () => {
  for (const code of ['53100', 'ENOSPC']) {
    const full = problemOf(withCode(code));
    assert.deepEqual([full.status, full.code], [503, 'diskFull']);
    assert.doesNotMatch(JSON.stringify(full), /secret/);
  }
});

test('a database that is away is 503, anything else unexpected is 500, neither with details', () => {
  assert.equal(problemOf(withCode('57P01')).status, 503);
  assert.equal(problemOf(withCode('ECONNREFUSED')).status, 503);
  const bug = problemOf(withCode('23505'));
  assert.equal(bug.status, 500);
  assert.doesNotMatch(JSON.stringify(bug), /secret/);
});
