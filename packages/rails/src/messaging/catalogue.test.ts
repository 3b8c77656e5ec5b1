// A catalogue with one fault of each kind, and the lengths of texts in both alphabets.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Catalogue, checkCatalogue, readCatalogue } from './catalogue.ts';

const catalogue: Catalogue = {
  languages: ['en', 'sw'],
  longest: { home: 'Flat 12, Block C', token: '1234 5678 9012 3456 7890', left: '1234.5 kWh' },
  texts: [
    { key: 'low', kind: 'message', words: { en: '{home}: {left}.', sw: '{home}: {salio}' } },
    { key: 'push', kind: 'lockScreen', words: { en: 'Your token {token}' } },
    { key: 'menu', kind: 'screen', words: { en: 'x'.repeat(183), sw: '1 Salio' } },
    { key: 'long', kind: 'message', words: { en: 'é'.repeat(161), sw: 'ж'.repeat(71) } },
    { key: 'accents', kind: 'message', words: { en: 'é'.repeat(160), sw: 'ê'.repeat(160) } },
    { key: 'less', kind: 'message', words: { en: '{left}', sw: 'salio' }, mayLack: ['left'] },
  ],
};

test('what is missing, strange, unknown, secret or too long is said of each text', () => {
  const { faults, lengths, fallBack } = checkCatalogue(catalogue);
  assert.deepEqual(
    faults.map(({ key, language, fault, what }) => `${key} ${language} ${fault} ${what}`),
    [
      'low sw missingVariable left',
      'low sw strangeVariable salio',
      'low sw unknownVariable salio',
      'push en secret token',
      'push en secret digits',
      'menu en tooLong 183',
    ],
  );
  assert.deepEqual(fallBack, [{ key: 'push', language: 'sw' }]);
  assert.deepEqual(
    lengths.filter(({ key }) => key === 'long').map(({ alphabet, parts }) => [alphabet, parts]),
    [
      ['gsm7', 2],
      ['ucs2', 2],
    ],
  );
});

test('a text is counted as it is sent and as it is written', () => {
  const { lengths } = checkCatalogue(catalogue);
  assert.deepEqual(
    lengths
      .filter(({ key }) => key === 'accents')
      .map(({ alphabet, parts, partsAsWritten }) => [alphabet, parts, partsAsWritten]),
    [
      ['gsm7', 1, 1],
      ['gsm7', 1, 3],
    ],
  );
});

test('a file of another shape is no catalogue', () => {
  assert.deepEqual(readCatalogue(JSON.parse(JSON.stringify(catalogue))), catalogue);
  for (const other of [
    null,
    [],
    {},
    { ...catalogue, languages: [] },
    { ...catalogue, texts: [1] },
  ]) {
    assert.equal(readCatalogue(other), null);
  }
});
