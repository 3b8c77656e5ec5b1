import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  amountOfMeter,
  readDeviceId,
  readEndpoint,
  readHex,
  readHexOrNone,
  readHost,
  readWhole,
  wordOfMeter,
} from './driver.ts';

test('amounts of a meter have its own scale and name', () => {
  const kWh = { name: 'kWh', scale: -3, unit: 'consumption' };
  assert.equal(amountOfMeter(12_345, kWh), '12.345 kWh');
  assert.equal(amountOfMeter(-5, { ...kWh, name: 'ZAR', scale: -2 }), '-0.05 ZAR');
  assert.equal(amountOfMeter(7, { ...kWh, scale: 2 }), '700 kWh');
  assert.equal(amountOfMeter(null, kWh), 'Not said');
  assert.deepEqual(['inUse', 'vendor 9'].map(wordOfMeter), ['In use', 'vendor 9']);
});

test('what is typed of how a meter is reached is read, or said what to write instead', () => {
  const key = 'D0D1D2D3 D4D5D6D7 D8D9DADB DCDDDEDF';
  assert.deepEqual(readHex(32)(key), { ok: true, value: 'd0d1d2d3d4d5d6d7d8d9dadbdcdddedf' });
  assert.match(String(Object.values(readHex(32)('d0d1'))), /32 hex digits; these are 4/);
  assert.match(String(Object.values(readHex(2)('zz'))), /0 to 9 and A to F/);
  assert.deepEqual(readHexOrNone(32)(' '), { ok: true, value: undefined });
  assert.ok(readHost('meter-7.example').ok && readHost('2001:db8::1').ok && !readHost('a b').ok);
  assert.ok(readDeviceId('012345678901').ok && !readDeviceId('123').ok);
  assert.ok(readEndpoint('urn:imei:861234567890123').ok && !readEndpoint('a b').ok);
  assert.ok(readWhole(1, 127)('17').ok && !readWhole(1, 127)('128').ok && !readWhole(1, 9)('').ok);
});
