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

test('programming goes on at the speed that the meter names, and a value may come unnamed', async () => {
  const speeds: (number | undefined)[] = [];
  const meter: Device = (sent, now) => {
    const said = plain(sent);
    speeds.push(now?.baud);
    if (said.startsWith('/?')) return text('/ABC5METER-7\r\n');
    if (said === '\x06051\r\n') return encodeBlock({ command: 'P0', text: '(1)' });
    if (said.startsWith('\x01P1')) return Uint8Array.of(6);
    if (said.startsWith('\x01B0')) return null;
    return now?.baud === 9600 ? encodeBlock({ command: null, text: '(000123.45*kWh)' }) : null;
  };
  const asked = { address: '', line: { ...line, baud: 300 }, password: '1', registers: ['1.8.0'] };
  const read = await simulate(meter).bus.run((talk) => readIecRegisters(talk, asked));
  assert.deepEqual(read, { ok: true, value: new Map([['1.8.0', '000123.45']]) });
  assert.deepEqual(speeds, [300, 300, 9600, 9600, 9600]);
});

test('a refusal is known by ER, as the standard has it, also without a register', async () => {
  for (const said of ['(ER01)', 'ERROR(01)', '00000010(ER04)']) {
    const awake = ytl({ callsToWake: 1 });
    const meter: Device = (sent, now) =>
      plain(sent).startsWith('\x01R1')
        ? encodeBlock({ command: null, text: said })
        : awake(sent, now);
    const asked = { address: '001511420144', line, password: '00000000', registers: ['00000010'] };
    const read = await simulate(meter).bus.run((talk) => readIecRegisters(talk, asked));
    assert.deepEqual(read, { ok: false, error: 'refused' }, said);
  }
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

test('a meter of mode A or B speaks on at its own speed, and is not talked into', async () => {
  for (const [speed, baud] of [
    ...[['A', 600] as const, ['E', 9_600] as const, ['F', 19_200] as const, ['Z', 300] as const],
  ]) {
    const named = text(`/ABC${speed}METER-7\r\n`);
    const block = encodeBlock({ command: null, text: '1.8.0(000123.45*kWh)\r\n!\r\n' });
    // The data come by themselves, when the meter has had its time to change.
    const damage = (): { afterMs: number; bytes: Uint8Array }[] => [
      { afterMs: 5, bytes: named },
      { afterMs: 400, bytes: block },
    ];
    const rig = simulate(() => named, { damage });
    const read = await rig.bus.run((talk) =>
      readIecReadout(talk, { address: '', line: { ...line, baud: 300 } }),
    );
    assert.deepEqual(read.ok && read.value[0]?.values, [{ value: '000123.45', unit: 'kWh' }]);
    assert.deepEqual(rig.sent.filter(({ length }) => length > 0).map(plain), ['/?!\r\n']);
    assert.equal(rig.lineNow()?.baud, baud);
  }
});

test('a readout has values of before, by a star in their names, and lines that go on', () => {
  const read = parseDataSets(
    '1-0:0.0.0*255(1EMH0004921570)\r\n1-0:1.8.0*255(000123.45*kWh)\r\n1.8.0*03(000119.80*kWh)\r\n' +
      '1.6.1&02(04.2*kW)(2611301815)\r\nP.01(261202120000)(00)(15)(1)(1.5)(kW)\r\n(0.120)(0.131)\r\n!',
  );
  assert.deepEqual(
    read.ok && read.value.map(({ address, values }) => [address, values.length, values[0]?.value]),
    [
      ['1-0:0.0.0*255', 1, '1EMH0004921570'],
      ['1-0:1.8.0*255', 1, '000123.45'],
      ['1.8.0*03', 1, '000119.80'],
      ['1.6.1&02', 2, '04.2'],
      ['P.01', 6, '261202120000'],
      ['', 2, '0.120'],
    ],
  );
});

test('what is no data set is said, never guessed', () => {
  assert.deepEqual(parseDataSets('1.8.0(12'), { ok: false, error: 'syntax' });
  assert.deepEqual(parseDataSets('('), { ok: false, error: 'syntax' });
  assert.ok(parseDataSets('').ok);
  assert.equal(fromHex('0g'), null);
});
