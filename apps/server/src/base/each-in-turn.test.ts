import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachInTurn } from './each-in-turn.ts';

test('what goes wrong with one holds up none of the others, and is told at the end', async () => {
  const done: string[] = [];
  const step = (name: string) => async (item: string) => {
    if (item === 'b' && name === 'first') throw new Error('b cannot');
    if (item === 'c' && name === 'second') throw new Error('nor c');
    done.push(`${item} ${name}`);
  };
  await assert.rejects(eachInTurn(['a', 'b', 'c'], [step('first'), step('second')]), /b cannot/);
  assert.deepEqual(done, ['a first', 'a second', 'b second', 'c first']);
});
