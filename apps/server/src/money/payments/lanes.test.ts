import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLanes, type Step } from './lanes.ts';

test('a provider that hangs holds up no other, and is not asked again meanwhile', async () => {
  const lanes = createLanes({ patienceMs: 1 });
  const done: string[] = [];
  const hang = Promise.withResolvers<boolean>();
  const note =
    (name: string): Step =>
    async () =>
      done.push(name) > 0;
  const slow = {
    name: 'slow',
    steps: [async () => done.push('hangs') > 0 && hang.promise, note('slow')],
  };
  for (let i = 0; i < 3; i += 1) {
    await lanes.run([slow, { name: 'quick', steps: [note('quick')] }]);
  }
  assert.deepEqual(done, ['hangs', 'quick', 'quick', 'quick']);
  hang.resolve(true);
  await hang.promise;
  const begun = () => done.filter((name) => name === 'hangs').length;
  while (begun() < 2) await lanes.run([slow]);
  assert.ok(done.includes('slow'));
});

test('one that gives no answer twice in a row is left alone until the next round', async () => {
  const lanes = createLanes({ patienceMs: 1_000 });
  let asked = 0;
  const step =
    (answers: boolean): Step =>
    async () => {
      asked += 1;
      return answers;
    };
  const [yes, no] = [step(true), step(false)];
  await lanes.run([{ name: 'one', steps: [no, yes, no, no, yes, yes] }]);
  assert.equal(asked, 4);
});

test('a failure stops nothing, and is told at the end', async () => {
  const lanes = createLanes({ patienceMs: 1_000 });
  let asked = 0;
  const steps: Step[] = [
    async () => {
      throw new Error('broken');
    },
    async () => {
      asked += 1;
      return true;
    },
  ];
  await assert.rejects(lanes.run([{ name: 'one', steps }]), /broken/);
  assert.equal(asked, 1);
  await lanes.run([]);
});
