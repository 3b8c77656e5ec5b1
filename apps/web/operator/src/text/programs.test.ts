// Browsers by the words that people know.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { programText } from './programs.ts';

test('a browser is named with what it runs on', () => {
  const windows =
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)';
  assert.equal(programText(`${windows} Chrome/143.0 Safari/537.36`), 'Chrome on Windows');
  assert.equal(programText(`${windows} Chrome/143.0 Safari/537.36 Edg/143.0`), 'Edge on Windows');
  const phone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15';
  assert.equal(programText(`${phone} Version/19.1 Safari/604.1`), 'Safari on iPhone');
  assert.equal(programText('prewatt/0.1.0'), 'prewatt');
  assert.equal(programText(null), 'Unknown program');
});
