// What is told of a full disk: when it is met, and when it is over.

import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { test } from 'node:test';
import { createDiskRoom, freeBytesOf, refuseWithoutRoom, unlessFull } from './disk-room.ts';

const panic = '[1] PANIC:  could not write to file "pg_wal/xlogtemp.1": No space left on device';

test('a full disk is told once, however PostgreSQL ends of it, and once when there is room', () => {
  const said: string[] = [];
  let [nowMs, freeBytes] = [0, 0];
  const room = createDiskRoom({
    dataDir: '/data/postgres',
    say: (line) => said.push(line),
    nowMs: () => nowMs,
    freeBytes: () => freeBytes,
  });
  room.heard('[1] LOG:  checkpoint starting: time');
  assert.equal(room.cause(), null);
  room.heard(panic);
  room.heard('[2] FATAL:  could not write lock file "postmaster.pid": No space left on device');
  assert.equal(room.cause()?.code, 'diskFull');
  assert.deepEqual(said, [
    'The disk of /data/postgres is full: make room on it. What was confirmed is kept. PostgreSQL goes on by itself then.',
  ]);
  nowMs = 60_000;
  room.lookAgain();
  assert.equal(said.length, 1, 'it runs, and nothing is free');
  freeBytes = 1e9;
  room.lookAgain();
  room.lookAgain();
  assert.deepEqual(said.slice(1), ['There is room on the disk again: PostgreSQL runs.']);
  assert.equal(room.cause(), null);
  room.heard(panic);
  room.lookAgain();
  assert.equal(said.length, 3, 'again, and not over at once');
});

test('what a full disk does not take is left out; another fault is one', () => {
  unlessFull(() => appendFileSync('/dev/full', 'a line\n'));
  assert.throws(() => unlessFull(() => appendFileSync('/no/such/folder/log', 'a line\n')));
});

test('a first start says what is free and what it needs, before it writes anything', () => {
  assert.throws(() => refuseWithoutRoom('/data', 20_000_000), {
    message:
      'The disk of /data is full: 20.0 MB are free, and a first start needs 300.0 MB. ' +
      'Make room on it, or choose another disk with --data DIR.',
  });
  refuseWithoutRoom('/data', 300_000_000);
  assert.ok(freeBytesOf('/no/such/folder') > 0, 'of the nearest folder that is there');
});
