import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpProblem } from './problem.ts';
import { wholeRows } from './table-file.ts';

test('a file that would leave rows out is refused', () => {
  assert.deepEqual(wholeRows({ rows: [1, 2], nextCursor: null }), [1, 2]);
  assert.throws(
    () => wholeRows({ rows: [1, 2], nextCursor: '2_x' }),
    (error) => error instanceof HttpProblem && error.problem.code === 'tooManyRows',
  );
});
