// Our own texts pass their check: every variable in every language, screens short enough, nothing
// secret on a locked screen.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkCatalogue } from '@prewatt/rails';
import { ownCatalogue } from './catalogue.ts';

test('each of our texts has its variables in each language, and none is too long', () => {
  const { faults, lengths, fallBack } = checkCatalogue(ownCatalogue());
  assert.deepEqual(faults, []);
  assert.ok(lengths.length > 100, `${lengths.length} texts`);
  // Letters of other alphabets take more than twice the room.
  const most = (alphabet: string) =>
    Math.max(...lengths.filter((each) => each.alphabet === alphabet).map(({ parts }) => parts));
  assert.ok(most('gsm7') <= 3, `${most('gsm7')} parts`);
  assert.ok(most('ucs2') <= 7, `${most('ucs2')} parts`);
  const bilingual = new Set(['phone', 'text']);
  const other = fallBack.filter(({ key }) => !bilingual.has(key.split('.')[0] ?? ''));
  assert.deepEqual(other, [], 'a text of messages is in each language');
  assert.ok(fallBack.every(({ language }) => language !== 'sw'));
});
