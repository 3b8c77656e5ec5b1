// Many callers of one piece of work share its runs, and none is told by a run that began before.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oneAtATime } from './one-at-a-time.ts';

function counted() {
  const ends: ((error?: Error) => void)[] = [];
  const work = oneAtATime(
    () =>
      new Promise<void>((resolve, reject) => {
        ends.push((error) => (error === undefined ? resolve() : reject(error)));
      }),
  );
  return { work, ends };
}

test('a thousand calls while one is under way are one more run', async () => {
  const { work, ends } = counted();
  const first = work();
  const others = Array.from({ length: 1_000 }, () => work());
  assert.equal(ends.length, 1);
  ends[0]?.();
  await first;
  await new Promise(setImmediate);
  assert.equal(ends.length, 2);
  ends[1]?.();
  await Promise.all(others);
  assert.equal(ends.length, 2);
});

test('a run that failed fails for those who asked for it, and the next one is made', async () => {
  const { work, ends } = counted();
  const first = work();
  const second = work();
  ends[0]?.(new Error('away'));
  await assert.rejects(first, /away/);
  await new Promise(setImmediate);
  ends[1]?.();
  await second;
});
