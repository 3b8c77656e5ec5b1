import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalJson, digestOf } from './fingerprint.ts';
import { answerAgain } from './request-ids.ts';

test('the same request again has the first answer; another one under its id is refused', () => {
  const first = { kind: 'energy', amountMinor: 500n, reason: null };
  assert.deepEqual(answerAgain(first, { ...first }, 'id-1'), { ok: true, value: 'id-1' });
  for (const other of [{ amountMinor: 501n }, { kind: 'money' }, { reason: '' }, { more: 1 }]) {
    assert.deepEqual(answerAgain(first, { ...first, ...other }, 'id-1'), {
      ok: false,
      error: 'requestIdReused',
    });
  }
});

test('a digest is of the content, not of the order of its keys', () => {
  assert.equal(canonicalJson({ b: [{ d: 1, c: null }], a: undefined }), '{"b":[{"c":null,"d":1}]}');
  assert.equal(digestOf({ a: 1, b: { c: 2, d: 3 } }), digestOf({ b: { d: 3, c: 2 }, a: 1 }));
  assert.notEqual(digestOf(['a', 'b']), digestOf(['b', 'a']));
  assert.match(digestOf([]), /^[0-9a-f]{64}$/);
});
