// Parsers under fire: any bytes give a value or a typed refusal, never an exception, and a long
// hostile input ends.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8Bytes } from '../src/base/bytes.ts';
import { fuzz, targets } from './fuzz.ts';
import { createRandom } from './random.ts';

for (const target of targets) {
  test(`20,000 inputs: ${target.name} never throws`, () => {
    fuzz(target, { count: 20_000, random: createRandom(20_261_130) });
  });
}

// Any parser that is worse than linear would take hours on these.
const long = 1_000_000;
const hostile: readonly (readonly [string, string])[] = [
  ['open brackets', '['.repeat(long)],
  ['open objects', '{"a":'.repeat(long / 5)],
  ['a string without an end', `{"transaction":"${'a'.repeat(long)}`],
  ['open tags', '<a>'.repeat(long / 3)],
  ['attributes', `<a ${'b="c" '.repeat(1)}${' '.repeat(long)}/>`],
  ['blanks', ' '.repeat(long)],
  ['line ends', '\r\n'.repeat(long / 2)],
  ['digits', '1'.repeat(long)],
  ['stars', '*'.repeat(long)],
  ['ampersands', '&'.repeat(long)],
  ['keys of a receipt', ' id:1 stat:X text:'.repeat(long / 18)],
  [
    'lines of a statement',
    `:20:X\n:60F:C261130EUR0,00\n${':61:261130C1,00NTRF\n'.repeat(long / 20)}`,
  ],
  ['information of a statement', `:20:X\n:61:261130C1,00NTRF\n:86:/REMI/${'/'.repeat(long)}`],
  ['quotes', '"'.repeat(long)],
  ['commas', `v1,${','.repeat(long)}`],
];

for (const [name, text] of hostile) {
  test(`a megabyte of ${name} ends`, () => {
    const bytes = utf8Bytes(text);
    for (const target of targets) assert.doesNotThrow(() => target.parse(bytes), target.name);
  });
}
