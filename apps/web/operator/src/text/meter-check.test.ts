import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meterNumberIn, readMeterNumber } from './meter-check.ts';

test('a meter number is checked while it is typed', () => {
  const whole = '600727000000000009';
  assert.deepEqual(readMeterNumber('6007 2700-0000 0000 09'), { ok: true, value: whole });
  assert.equal(readMeterNumber('00000000000').ok, true, 'as printed on the meter');
  const slips = [...whole].map(
    (digit, i) => `${whole.slice(0, i)}${(Number(digit) + 1) % 10}${whole.slice(i + 1)}`,
  );
  assert.deepEqual(
    slips.filter((slip) => readMeterNumber(slip).ok),
    [],
  );
  const short = readMeterNumber('6007');
  assert.match(short.ok ? '' : short.error, /4 digits so far/);
  const letters = readMeterNumber('60072O');
  assert.match(letters.ok ? '' : letters.error, /digits only/);
});

test('a barcode may say more than the number', () => {
  assert.equal(meterNumberIn('SN:600727000000000009;2026'), '600727000000000009');
  assert.equal(meterNumberIn('https://maker.example/12345'), null);
});
