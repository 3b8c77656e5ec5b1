import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import pg from 'pg';
import { utcInstantOf } from './instant-text.ts';

const timestamptzOid = 1184;
const parse = pg.types.getTypeParser(timestamptzOid, 'text');
const slow = (text: string): number => (parse(text) as unknown as Date).getTime();

/** As PostgreSQL writes it: no zeros at the end of the fraction, none without one. */
function written(atMs: number, micro: number): string {
  const [date, time] = new Date(atMs).toISOString().split(/[TZ]/) as [string, string];
  const fraction = `${time.slice(9)}${String(micro).padStart(3, '0')}`.replace(/0+$/, '');
  return `${date} ${time.slice(0, 8)}${fraction === '' ? '' : `.${fraction}`}+00`;
}

test('an instant is read as pg reads it', () => {
  const atMs = fc.integer({ min: Date.UTC(1000, 0, 1), max: Date.UTC(9999, 11, 31) });
  fc.assert(
    fc.property(atMs, fc.nat(999), (ms, micro) => {
      const text = written(ms, micro);
      assert.equal(utcInstantOf(text), slow(text), text);
    }),
  );
});

test('what is written otherwise is left to pg', () => {
  for (const text of [
    'infinity',
    '-infinity',
    '0044-03-15 12:00:00+00 BC',
    '12026-11-28 07:09:01+00',
    '2026-11-28 07:09:01+02',
    '0044-03-15 12:00:00+00',
  ]) {
    assert.equal(utcInstantOf(text), null, text);
  }
});
