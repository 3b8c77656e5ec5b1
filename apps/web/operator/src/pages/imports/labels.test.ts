// Imports in words.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { importColumns } from '@prewatt/api';
import { faultText, importLabel, percentDone, templateOf } from './labels.ts';

const rows = { total: 3, created: 1, unchanged: 0, refused: 1, waiting: 1 };

it('a template has every column once, in one line', () => {
  for (const kind of ['connections', 'arrears', 'openingBalances'] as const) {
    const [line = '', rest] = templateOf(kind).split('\r\n');
    assert.equal(rest, '');
    assert.deepEqual(
      line.split(','),
      importColumns[kind].map(({ name }) => name),
    );
  }
});

it('progress is rounded down, so that 100 means all', () => {
  assert.equal(percentDone({ rows }), 66);
  assert.equal(percentDone({ rows: { ...rows, waiting: 0 } }), 100);
  assert.equal(percentDone({ rows: { ...rows, total: 0, waiting: 0 } }), 100);
});

it('an import that refused rows does not look done', () => {
  const done = { state: 'done', rows } as Parameters<typeof importLabel>[0];
  assert.equal(importLabel(done).tone, 'warn');
  assert.equal(importLabel({ ...done, rows: { ...rows, refused: 0 } }).tone, 'good');
});

it('a fault names its column and what was found', () => {
  const fault = {
    column: 'tariff',
    code: 'x',
    found: 'Homez',
    message: 'there is none',
    advice: '',
  };
  assert.equal(faultText(fault), 'tariff: there is none (found “Homez”)');
  assert.equal(faultText({ ...fault, column: null, found: null }), 'there is none');
});
