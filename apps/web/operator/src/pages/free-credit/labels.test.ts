import assert from 'node:assert/strict';
import { test } from 'node:test';
import { percentOf, readCreditLines } from './labels.ts';

const first = '600727123456789012';

test('a list is read from a file or a paste: heading, blank lines and groups do not matter', () => {
  const text = `\uFEFFmeter;kWh\r\n6007 2712 3456 7890 12;5\r\n\r\n${first}\t0.5\n"${first}",10\n`;
  assert.deepEqual(readCreditLines(text), {
    ok: true,
    value: ['5000', '500', '10000'].map((energyWh) => ({ meterPan: first, energyWh })),
  });
});

test('each bad line is named, and nothing of the list is taken', () => {
  const read = readCreditLines(`${first};5\n123;5\n${first};0\n${first}\n`);
  assert.equal(read.ok, false);
  const words = read.ok ? '' : read.error;
  for (const line of ['Line 2', 'Line 3', 'Line 4']) assert.ok(words.includes(line), words);
  assert.equal(readCreditLines('  ').ok, false);
});

test('progress counts what was refused as well', () => {
  assert.equal(percentOf({ rows: { total: 8, issued: 3, refused: 1 } }), 50);
});
