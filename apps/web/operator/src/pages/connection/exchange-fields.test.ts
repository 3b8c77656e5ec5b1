import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readKeyRevision, readLinkHash, readMeterPan } from './exchange-fields.ts';

test('a meter number is read as it stands on the card, in groups or not', () => {
  assert.deepEqual(readMeterPan('6007 2712-3456 7890 12'), {
    ok: true,
    value: '600727123456789012',
  });
  assert.equal(readMeterPan('6007').ok, false);
});

test('a meter without a link has no hash; a hash is 64 hexadecimal digits', () => {
  assert.deepEqual(readLinkHash(' '), { ok: true, value: null });
  assert.deepEqual(readLinkHash('AB'.repeat(32)), { ok: true, value: 'ab'.repeat(32) });
  assert.equal(readLinkHash('secret').ok, false);
});

test('a key revision is one digit above zero', () => {
  assert.deepEqual(readKeyRevision('2'), { ok: true, value: 2 });
  assert.equal(readKeyRevision('0').ok, false);
});
