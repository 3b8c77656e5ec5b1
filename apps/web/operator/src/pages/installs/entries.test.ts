// Entries of a new install job: nothing that was written is dropped, and groups are named.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keysNote, readCustomer } from './entries.ts';

test('a phone without a name is asked about, not dropped', () => {
  assert.equal(readCustomer('082 555 0199')('').ok, false);
  assert.deepEqual(readCustomer('')(' '), { ok: true, value: '' });
  assert.deepEqual(readCustomer('082 555 0199')('Neo'), { ok: true, value: 'Neo' });
});

test('the supply groups whose key sells are named', () => {
  const key = (supplyGroupCode: string, use: 'usable' | 'expired' = 'usable') => ({
    ...{ supplyGroupCode, use, keyRevision: 1 },
  });
  assert.equal(keysNote(undefined), undefined);
  assert.match(keysNote([key('700100', 'expired')]) ?? '', /load one first/);
  assert.equal(
    keysNote([key('700100'), key('700200', 'expired')]),
    'There are keys for 700100 revision 1',
  );
  const many = ['1', '2', '3', '4', '5'].map((n) => key(`70010${n}`));
  assert.match(keysNote(many) ?? '', /700104 revision 1 and 1 more$/);
});
