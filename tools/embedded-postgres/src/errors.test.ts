// What a full disk is told as.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diskFullError } from './errors.ts';

test('a full disk is told as such, whoever says it; other words are not', () => {
  const words = [
    'FATAL:  could not write lock file "postmaster.pid": No space left on device',
    'ENOSPC: no space left on device, write',
    'ERROR:  could not extend file "base/1/2": No space left on device\nHINT:  Check free disk space.',
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
