import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createTurns, hashingInTurns } from './hashing.ts';

test('work goes one at a time and in order, and what fails holds up nobody', async () => {
  const inTurn = createTurns();
  const seen: string[] = [];
  const work = (name: string) => async () => {
    seen.push(`${name} begins`);
    await turn();
    seen.push(`${name} ends`);
    if (name === 'a') throw new Error('a fails');
  };
  const done = [inTurn(work('a')), inTurn(work('b'))];
  const [first, second] = await Promise.allSettled(done);
  assert.deepEqual(seen, ['a begins', 'a ends', 'b begins', 'b ends']);
  assert.deepEqual([first?.status, second?.status], ['rejected', 'fulfilled']);
});

test('a password is known by its hash, and no other one is', async () => {
  const { hash, verify } = hashingInTurns();
  const kept = await hash('a long enough password');
  assert.equal(await verify({ hash: kept, password: 'a long enough password' }), true);
  assert.equal(await verify({ hash: kept, password: 'another long password' }), false);
});
