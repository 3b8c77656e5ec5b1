// What is remembered of a full disk while the database cannot say it itself.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDiskFullNote, freeBytesAt } from './disk-full.ts';

test('a full disk is remembered until the database answers a while later', () => {
  let nowMs = 0;
  const note = createDiskFullNote(() => nowMs);
  note.heard('57P03');
  note.heard(undefined);
  assert.equal(note.isFull(), false);
  note.heard('53100');
  assert.equal(note.isFull(), true);
  // It recovers at once, and would fail at the next write.
  nowMs = 1_000;
  note.answered();
  assert.equal(note.isFull(), true);
  note.heard('53100');
  nowMs = 60_000;
  note.heard('ECONNREFUSED');
  assert.equal(note.isFull(), true);
  note.answered();
  assert.equal(note.isFull(), false);
});

test('a disk of which no session heard is asked itself', () => {
  let free: number | null = 1_000_000_000;
  const note = createDiskFullNote(
    () => 0,
    () => free,
  );
  assert.equal(note.isFull(), false);
  free = 16_000_000;
  assert.equal(note.isFull(), true);
  free = null;
  assert.equal(note.isFull(), false);
  assert.ok((freeBytesAt(import.meta.dirname) ?? 0) > 0);
  assert.equal(freeBytesAt('/no/such/folder'), null);
});
