import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKept } from './kept.ts';

type Note = { readonly id: string; readonly by: string; readonly words: string };
const memory = (text: string | null = null) => {
  const held = new Map<string, string>(text === null ? [] : [['notes', text]]);
  return {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => void held.set(key, value),
  };
};

test('several things are kept over a reload, a later word for one replaces the earlier', () => {
  const storage = memory();
  const kept = createKept<Note>({ storage, key: 'notes' });
  let changes = 0;
  const stop = kept.subscribe(() => {
    changes += 1;
  });
  assert.equal(kept.all(), kept.all());
  kept.put({ id: 'a', by: 'x', words: 'one' });
  kept.put({ id: 'b', by: 'x', words: 'two' });
  kept.put({ id: 'a', by: 'x', words: 'three' });
  const again = createKept<Note>({ storage, key: 'notes' });
  assert.deepEqual(
    again.all().map(({ words }) => words),
    ['two', 'three'],
  );
  stop();
  kept.drop('b');
  assert.equal(changes, 3);
  assert.equal(createKept<Note>({ storage, key: 'notes' }).all().length, 1);
});

test('what else stands in the storage is no note, and a full storage keeps them in the page', () => {
  for (const text of ['{', 'null', '"x"', '[1,null,{"id":"a"}]']) {
    assert.deepEqual(createKept<Note>({ storage: memory(text), key: 'notes' }).all(), [], text);
  }
  const full = {
    getItem: () => null,
    setItem: () => {
      throw new Error('full');
    },
  };
  const kept = createKept<Note>({ storage: full, key: 'notes' });
  kept.put({ id: 'a', by: 'x', words: 'one' });
  assert.equal(kept.all().length, 1);
  assert.equal(kept.isStored(), false);
  assert.equal(createKept<Note>({ storage: memory(), key: 'notes' }).isStored(), true);
});
