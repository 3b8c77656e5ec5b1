import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOutbox } from './outbox.ts';

type Action = { requestId: string; secret?: string };
const newBox = (kept: Map<string, string>) =>
  createOutbox<Action>({
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    },
    key: 'job',
    mayRest: (action) => action.secret === undefined,
  });

test('an action waits over a reload, under the same name, until it is answered', () => {
  const kept = new Map<string, string>();
  newBox(kept).put({ requestId: 'one' });
  const reloaded = newBox(kept);
  assert.deepEqual(reloaded.waiting(), { requestId: 'one' });
  reloaded.clear();
  assert.equal(newBox(kept).waiting(), null);
});

test('a secret is stored nowhere, and damaged entries are ignored', () => {
  const kept = new Map<string, string>();
  const box = newBox(kept);
  box.put({ requestId: 'two', secret: 'on the label' });
  assert.deepEqual([box.waiting()?.requestId, kept.size], ['two', 0]);
  assert.equal(newBox(new Map([['job', '{"requestId":']])).waiting(), null);
});
