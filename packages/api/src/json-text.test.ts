import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { duplicateNames } from './json-text.ts';

test('a name that stands twice in one object is found, at any depth, once', () => {
  const text = `{"a": 1, "b": {"c": [0, {"d": "}{,:", "d": 2}, {"d": 3}], "a": 4}, "a": 5, "a": 6}`;
  assert.deepEqual(duplicateNames(text), ['b.c[1].d', 'a']);
});

test('names are compared as they are read, not as they are written', () => {
  assert.deepEqual(duplicateNames('{"a\\u0062": 1, "ab": 2, "a\\"b": 3, "a\\\\": 4, ":": 5}'), [
    'ab',
  ]);
});

test('what JSON.stringify writes says nothing twice', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(3), (value, indent) => {
      assert.deepEqual(duplicateNames(JSON.stringify(value, null, indent)), []);
    }),
    { numRuns: 200 },
  );
});
