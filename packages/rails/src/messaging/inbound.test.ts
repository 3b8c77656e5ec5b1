// The words of commands and the language that they say of their writer.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languageOfCommand, readCommand } from './inbound.ts';

test('a command and its language are read of the same word, however a phone writes it', () => {
  // Full-width letters, as some keyboards send them, and blanks that are no spaces.
  for (const text of ['SALIO', 'salio 50', ' Salio: ', 'ＳＡＬＩＯ', '\u3000ｓａｌｉｏ\u00a050']) {
    assert.equal(readCommand(text).command, 'balance', text);
    assert.equal(languageOfCommand(text), 'sw', text);
  }
  for (const text of ['SALIO1', 'SALIO-YA-NYUMBA']) {
    assert.equal(readCommand(text).command, 'free-text', text);
    assert.equal(languageOfCommand(text), null, text);
  }
});

test('each command has words, and those of Kiswahili say so', () => {
  const swahili = ['SALIO', 'TOKENI', 'NUNUA', 'ACHA', 'MSAADA'];
  const others = ['BAL', 'SOLDE', 'JETON', 'BUY', 'STOP', 'START', 'HELP'];
  assert.deepEqual(
    swahili.map((word) => [readCommand(word).command, languageOfCommand(word)]),
    [
      ['balance', 'sw'],
      ['last-token', 'sw'],
      ['buy', 'sw'],
      ['stop', 'sw'],
      ['help', 'sw'],
    ],
  );
  assert.deepEqual(
    others.map((word) => [readCommand(word).command, languageOfCommand(word)]),
    [
      ['balance', null],
      ['balance', null],
      ['last-token', null],
      ['buy', null],
      ['stop', null],
      ['start', null],
      ['help', null],
    ],
  );
  assert.equal(readCommand('toString').command, 'free-text');
});

test('an amount is what is one as it stands; what only begins like one is asked about again', () => {
  const amounts: Readonly<Record<string, string | null>> = {
    'BUY 50': '50',
    'buy 20.50.': '20.50',
    BUY50: '50',
    'nunua100 ': '100',
    'BUY R50': '50',
    'BUY Ksh.1,000': '1000',
    'BUY 1,000': '1000',
    'BUY 50/=': '50',
    'BUY 50kes': '50',
    'BUY GH₵50': '50',
    'Buy: 50': '50',
    'BUY 5O': null,
    'BUY 30x': null,
    'BUY -20': null,
    'BUY 20,50': null,
    'BUY 1.000': null,
    BUY: null,
  };
  for (const [text, amount] of Object.entries(amounts)) {
    assert.deepEqual([readCommand(text).command, readCommand(text).amount], ['buy', amount], text);
  }
  assert.equal(readCommand('BUYER50').command, 'free-text');
});
