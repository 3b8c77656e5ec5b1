// Which line of a log is the cause, and what a full disk is told as.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { causeOf, diskFullError } from './errors.ts';

test('a full disk is told as such, whoever says it; other words are not', () => {
  const words = [
    'FATAL:  could not write lock file "postmaster.pid": No space left on device',
    'ENOSPC: no space left on device, write',
    'ERROR:  could not extend file "base/1/2": No space left on device\nHINT:  Check free disk space.',
    'FATAL:  could not extend file "base/1/3468": wrote only 4096 of 8192 bytes at block 0',
    'HINT:  Check free disk space.',
  ];
  for (const said of words) {
    const full = diskFullError('/data', said);
    assert.equal(full?.code, 'diskFull', said);
    assert.equal(
      full?.message,
      'The disk of /data is full: make room on it. What was confirmed is kept.',
    );
  }
  assert.equal(diskFullError('/data', 'FATAL:  lock file "postmaster.pid" already exists'), null);
});

test('the cause of an end is told from what clients are answered meanwhile', () => {
  const [full, busy] = [
    '2026 UTC [1] FATAL:  could not write to file "pg_wal/xlogtemp.1": No space left on device',
    '2026 UTC [2] FATAL:  the database system is not yet accepting connections',
  ];
  const cause = (lines: readonly string[]) => lines.reduce(causeOf, '');
  assert.equal(cause(['LOG:  redo starts', full, busy, busy]), full);
  assert.equal(cause([busy]), '');
  assert.equal(cause([full, 'FATAL:  startup failed']), full);
  const short =
    'FATAL:  could not extend file "base/1/1": wrote only 4096 of 8192 bytes at block 0';
  assert.equal(cause([short, 'FATAL:  startup failed']), short);
  assert.equal(cause(['FATAL:  one', 'PANIC:  two']), 'PANIC:  two');
  assert.equal(
    cause(['could not bind IPv4 address', 'FATAL:  no socket']),
    'could not bind IPv4 address',
  );
});
