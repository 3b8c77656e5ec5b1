// What custodians type.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readCheckValue, readComponent } from './labels.ts';

it('a component is hex digits of the right number, in groups or not', () => {
  assert.deepEqual(readComponent('0123 4567 89ab CDEF', 'dkga02'), {
    ok: true,
    value: '0123456789abCDEF',
  });
  const short = readComponent('0123', 'dkga04');
  assert.ok(!short.ok && /40 hex digits; these are 4/.test(short.error));
  const letters = readComponent('O123456789ABCDEF', 'dkga02');
  assert.ok(!letters.ok && /0 to 9/.test(letters.error));
});

it('a fault never says the component itself', () => {
  const read = readComponent('0123 4567 89ab', 'dkga02');
  assert.ok(!read.ok && !read.error.includes('4567'));
});

it('a check value is six hex digits or none', () => {
  assert.deepEqual(readCheckValue('a1 b2c3'), { ok: true, value: 'A1B2C3' });
  assert.deepEqual(readCheckValue(' '), { ok: true, value: undefined });
  assert.ok(!readCheckValue('12345').ok);
});
