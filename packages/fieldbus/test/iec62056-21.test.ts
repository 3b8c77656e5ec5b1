// IEC 62056-21: the session that was recorded of a YTL meter, a readout with a change of speed, and
// refusals.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  encodeBlock,
  fromHex,
  type LineSettings,
  parseDataSets,
  readIecReadout,
  readIecRegisters,
  toHex,
} from '../src/index.ts';
import { type Device, simulate } from './simulated-line.ts';

const line: LineSettings = { baud: 9600, dataBits: 7, parity: 'even', stopBits: 1 };
const text = (characters: string): Uint8Array =>
  Uint8Array.from(characters, (character) => character.charCodeAt(0));
const plain = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

test('the goodbye is the one that was recorded', () => {
  assert.equal(toHex(encodeBlock({ command: 'B0', text: '' })), '0142300371');
});

/** As the recorded session goes: call, acknowledge, P0 and P1, registers one by one. */
function ytl({ password = '00000000', callsToWake = 2 } = {}): Device {
  let calls = 0;
  return (sent) => {
    const said = plain(sent);
    if (said === '/?001511420144!\r\n') {
      calls += 1;
      return calls < callsToWake ? null : text('/YTL:001511420144\r\n');
    }
    if (said === '\x060:1\r\n') return encodeBlock({ command: 'P0', text: '(00000000)' });
    if (said.startsWith('\x01P1')) {
      return said.includes(`(${password})`) ? Uint8Array.of(6) : Uint8Array.of(0x15);
    }
    const asked = /R1.(\w{8})\(\)/.exec(said)?.[1];
    if (asked === undefined) return null;
    const value = asked === '00000010' ? '0001234567' : 'ERR1';
    return encodeBlock({ command: null, text: `${asked}(${value})` });
  };
}

test('registers by the recorded session; the first call only wakes the meter', async () => {
  const rig = simulate(ytl());
  const asked = { address: '001511420144', line, password: '00000000', registers: ['00000010'] };
  const read = await rig.bus.run((talk) => readIecRegisters(talk, asked));
  assert.deepEqual(read, { ok: true, value: new Map([['00000010', '0001234567']]) });
  assert.equal(toHex(rig.sent.at(-1) ?? assert.fail()), '0142300371');
  const wrong = await simulate(ytl({ password: '1' })).bus.run((talk) =>
    readIecRegisters(talk, asked),
  );
  assert.deepEqual(wrong, { ok: false, error: 'refused' });
  const absent = await simulate(ytl()).bus.run((talk) =>
    readIecRegisters(talk, { ...asked, registers: ['00000099'] }),
  );
  assert.deepEqual(absent, { ok: false, error: 'refused' });
});

test('a readout begins at 300 baud and goes on at the speed that the meter names', async () => {
  const speeds: (number | undefined)[] = [];
  const meter: Device = (sent, now) => {
    speeds.push(now?.baud);
    if (plain(sent).startsWith('/?')) return text('/ABC5METER-7\r\n');
    assert.equal(plain(sent), '\x06050\r\n');
    return encodeBlock({
      ...{ command: null, text: '0.0.0(12345678)\r\n1.8.0(000123.45*kWh)(1)\r\n!\r\n' },
    });
  };
  const rig = simulate(meter);
  const read = await rig.bus.run(async (talk) => {
    const sets = await readIecReadout(talk, { address: '', line: { ...line, baud: 300 } });
    return sets;
  });
  assert.deepEqual(read, {
    ok: true,
    value: [
      { address: '0.0.0', values: [{ value: '12345678', unit: null }] },
      {
        address: '1.8.0',
        values: [
          { value: '000123.45', unit: 'kWh' },
          { value: '1', unit: null },
        ],
      },
    ],
  });
  assert.deepEqual(speeds, [300, 300]);
});

test('what is no data set is said, never guessed', () => {
  assert.deepEqual(parseDataSets('1.8.0(12'), { ok: false, error: 'syntax' });
  assert.deepEqual(parseDataSets('('), { ok: false, error: 'syntax' });
  assert.ok(parseDataSets('').ok);
  assert.equal(fromHex('0g'), null);
});
