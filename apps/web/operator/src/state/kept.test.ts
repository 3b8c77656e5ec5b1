import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKept, type KeptItem, type Shelf } from './kept.ts';

type Note = KeptItem & { readonly words: string };
const memory = (held: Map<string, unknown> = new Map()): Shelf => ({
  all: async () => [...held.values()],
  put: async (item) => void held.set(item.id, item),
  drop: async (id) => void held.delete(id),
});
const note = (id: string, sinceMs: number, words: string): Note => ({
  id,
  by: 'x',
  sinceMs,
  words,
});
const words = (all: readonly Note[]) => all.map((one) => one.words);

test('several things are kept over a reload, a later word for one replaces the earlier', async () => {
  const shelf = memory();
  const kept = createKept<Note>(shelf);
  await kept.refresh();
  let changes = 0;
  const stop = kept.subscribe(() => {
    changes += 1;
  });
  assert.equal(kept.all(), kept.all());
  await kept.put(note('a', 1, 'one'));
  await kept.put(note('b', 2, 'two'));
  await kept.put(note('a', 3, 'three'));
  const again = createKept<Note>(shelf);
  assert.equal(again.isRead(), false);
  await again.refresh();
  assert.equal(again.isRead(), true);
  assert.deepEqual(words(again.all()), ['two', 'three']);
  stop();
  await kept.drop('b');
  assert.equal(changes, 3);
  await again.refresh();
  assert.deepEqual(words(again.all()), ['three']);
});

test('what is noted while the device is read is not lost by the reading', async () => {
  const held = new Map<string, unknown>([
    ['a', note('a', 1, 'old')],
    ['b', note('b', 2, 'gone')],
  ]);
  const kept = createKept<Note>(memory(held));
  const reading = kept.refresh();
  const put = kept.put(note('a', 3, 'new'));
  const drop = kept.drop('b');
  await Promise.all([reading, put, drop]);
  assert.deepEqual(words(kept.all()), ['new']);
});

test('what else stands in the storage is no note, and a full storage keeps them in the page', async () => {
  const odd = [null, 'x', 1, { id: 'a' }, { id: 'a', by: 'x' }, { id: 'a', by: 'x', sinceMs: 'y' }];
  const strange = createKept<Note>({ ...memory(), all: async () => odd });
  await strange.refresh();
  assert.deepEqual(strange.all(), []);
  const fails = async () => {
    throw new Error('full');
  };
  const kept = createKept<Note>({ all: async () => [], put: fails, drop: fails });
  await kept.refresh();
  await kept.put(note('a', 1, 'one'));
  assert.equal(kept.all().length, 1);
  assert.equal(kept.isStored(), false);
  const none = createKept<Note>({ all: fails, put: fails, drop: fails });
  await none.put(note('a', 1, 'one'));
  await none.refresh();
  assert.deepEqual(words(none.all()), ['one']);
  assert.equal(none.isStored(), false);
});
