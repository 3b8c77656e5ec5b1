// Questions that are gathered into one, and the one that would spoil it for all.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAsking } from './credentials.ts';

const question = (meterPan: string) => ({ meterPan, fingerprint: null });

test('a question that the database refuses is refused alone', async () => {
  const asked: number[] = [];
  const ask = createAsking(async (questions) => {
    asked.push(questions.length);
    if (questions.some(({ meterPan }) => meterPan.includes('\u0000'))) {
      throw Object.assign(new Error('invalid byte sequence'), { code: '22021' });
    }
    return new Map();
  });
  const names = Array.from({ length: 20 }, (_, n) => (n === 7 ? 'a\u0000b' : `meter ${n}`));
  const answers = await Promise.allSettled(names.map((name) => ask(question(name))));
  assert.deepEqual(
    answers.map(({ status }) => status),
    names.map((_, n) => (n === 7 ? 'rejected' : 'fulfilled')),
  );
  assert.equal(asked[0], 20, 'together first');
});

test('a database that is away is asked once for all', async () => {
  let asked = 0;
  const ask = createAsking(async () => {
    asked += 1;
    throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
  });
  const answers = await Promise.allSettled(['1', '2', '3'].map((name) => ask(question(name))));
  assert.ok(answers.every(({ status }) => status === 'rejected'));
  assert.equal(asked, 1);
});
