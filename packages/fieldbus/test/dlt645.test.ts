// DL/T 645 against recorded bytes of an independent server, and over a line that damages answers.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  encodeDlt645,
  enterSanxingToken,
  findDlt645,
  fromHex,
  readDlt645,
  readDlt645Address,
  readSanxing,
  switchDlt645,
  tellDlt645Time,
  toHex,
} from '../src/index.ts';
import { type Damage, type Device, simulate } from './simulated-line.ts';

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? assert.fail(hex);
/** Question and answer as they were recorded (NOTICE says from whom). */
const recorded: readonly (readonly [string, string])[] = [
  ['fefefefe68aaaaaaaaaaaa681300df16', '680100241126206893063433574459539316'],
  ['fefefefe68010024112620681104333333332d16', '6801002411262068910833333333896745331916'],
  ['fefefefe68010024112620681104333434353116', '680100241126206891063334343547565016'],
  ['fefefefe68010024112620681104333336353216', '6801002411262068910733333635a9cb335c16'],
];
const meter: Device = (sent) => {
  const pair = recorded.find(([question]) => question === toHex(sent));
  return bytes(pair?.[1] ?? '6801002411262068d101355316');
};
const address = '202611240001';
const read = (identifier: string, damage?: Damage) =>
  simulate(meter, damage === undefined ? {} : { damage }).bus.run((talk) =>
    readDlt645(talk, { edition: '2007', address, identifier }),
  );

test('recorded: address, energy, voltage, power, and a quantity that the meter has not', async () => {
  const found = await simulate(meter).bus.run(readDlt645Address);
  assert.deepEqual(found, { ok: true, value: address });
  const hexOf = async (identifier: string) => {
    const value = await read(identifier);
    return value.ok ? toHex(value.value) : value.error;
  };
  assert.equal(await hexOf('00000000'), '56341200');
  assert.equal(await hexOf('02010100'), '1423');
  assert.equal(await hexOf('02030000'), '769800');
  assert.equal(await hexOf('04000401'), 'noSuchData');
});

test('a frame that was recorded comes out as it went in', () => {
  for (const hex of recorded.flat()) {
    const found = findDlt645(bytes(hex));
    assert.ok(found !== null, hex);
    assert.equal(toHex(encodeDlt645(found.frame)).slice(8), hex.replace(/^(fe)+/, ''));
  }
});

test('an answer in pieces, after noise, or after the late one of another meter is found', async () => {
  const energy = { ok: true, value: bytes('56341200') };
  const pieces: Damage = (answer) =>
    Array.from(answer, (_, index) => ({
      afterMs: 5 + index,
      bytes: answer.slice(index, index + 1),
    }));
  assert.deepEqual(await read('00000000', pieces), energy);
  const noise: Damage = (answer) => [
    { afterMs: 2, bytes: bytes('686868fe16') },
    { afterMs: 6, bytes: bytes('6899999999999968910433333333b416') },
    { afterMs: 9, bytes: answer },
  ];
  assert.deepEqual(await read('00000000', noise), energy);
});

test('a collision costs a repeat; a line that stays damaged is a fault with a name', async () => {
  const broken = (answer: Uint8Array) => answer.map((byte, at) => (at === 12 ? byte ^ 0x40 : byte));
  const once: Damage = (answer, turn) => [
    { afterMs: 5, bytes: turn === 1 ? broken(answer) : answer },
  ];
  assert.ok((await read('00000000', once)).ok);
  const always: Damage = (answer) => [{ afterMs: 5, bytes: broken(answer) }];
  assert.deepEqual(await read('00000000', always), { ok: false, error: 'garbled' });
  const dead = simulate(() => null);
  assert.deepEqual(await dead.bus.run(readDlt645Address), { ok: false, error: 'silent' });
  assert.deepEqual(dead.bus.counts().faults, { silent: 3, garbled: 0, babbling: 0, closed: 0 });
});

test('a late answer is waited out and never taken for the next one', async () => {
  const late: Damage = (answer, turn) => [{ afterMs: turn === 1 ? 1100 : 5, bytes: answer }];
  const line = simulate(meter, { damage: late, tries: 1 });
  const energyThenVoltage = await line.bus.run(async (talk) => {
    const energy = await readDlt645(talk, { edition: '2007', address, identifier: '00000000' });
    const voltage = await readDlt645(talk, { edition: '2007', address, identifier: '02010100' });
    return [energy, voltage.ok && toHex(voltage.value)];
  });
  assert.deepEqual(energyThenVoltage, [{ ok: false, error: 'silent' }, '1423']);
});

test('an adapter that hears itself is understood', async () => {
  const line = simulate(meter, { echo: true });
  const value = await line.bus.run((talk) =>
    readDlt645(talk, { edition: '2007', address, identifier: '02010100' }),
  );
  assert.ok(value.ok && toHex(value.value) === '1423');
});

test('data that do not fit into one frame follow on', async () => {
  const long: Device = (sent) => {
    const frame = findDlt645(sent)?.frame ?? assert.fail('no frame');
    const isFirst = frame.control === 0x11;
    const data = [...bytes('00000000'), ...(isFirst ? [1, 2, 3] : [4, 5, 1])];
    return encodeDlt645({
      ...{ address, control: isFirst ? 0xb1 : 0x92, data: Uint8Array.from(data) },
    });
  };
  const value = await simulate(long).bus.run((talk) =>
    readDlt645(talk, { edition: '2007', address, identifier: '00000000' }),
  );
  assert.deepEqual(value, { ok: true, value: Uint8Array.of(1, 2, 3, 4, 5) });
});

test('a follow-on frame that is not the one that was asked for is not taken', async () => {
  const stuck: Device = (sent) => {
    const frame = findDlt645(sent)?.frame ?? assert.fail('no frame');
    const isFirst = frame.control === 0x11;
    // Always the first of them.
    const data = bytes(isFirst ? '00000000010203' : '00000000040501');
    return encodeDlt645({ address, control: isFirst ? 0xb1 : 0xb2, data });
  };
  const value = await simulate(stuck).bus.run((talk) =>
    readDlt645(talk, { edition: '2007', address, identifier: '00000000' }),
  );
  assert.deepEqual(value, { ok: false, error: 'unexpected' });
});

test('the edition of 1997 has two bytes of identifier', async () => {
  const old: Device = (sent) => {
    const frame = findDlt645(sent)?.frame ?? assert.fail('no frame');
    assert.deepEqual([frame.control, toHex(frame.data)], [0x01, '1090']);
    return encodeDlt645({ address, control: 0x81, data: bytes('109056341200') });
  };
  const value = await simulate(old).bus.run((talk) =>
    readDlt645(talk, { edition: '1997', address, identifier: '9010' }),
  );
  assert.deepEqual(value, { ok: true, value: bytes('56341200') });
});

test('the load switch is moved by control 1C, and a wrong password is said', async () => {
  const expires = { year: 2026, month: 12, day: 1, hour: 10, minute: 20, second: 30 };
  const order = { address, password: '02123456', operator: '00000001', expires } as const;
  const seen: string[] = [];
  const breaker: Device = (sent) => {
    const frame = findDlt645(sent)?.frame ?? assert.fail('no frame');
    seen.push(toHex(frame.data));
    const isRight = toHex(frame.data).startsWith('02563412');
    return encodeDlt645({
      ...{ address, control: isRight ? 0x9c : 0xdc },
      data: isRight ? new Uint8Array() : Uint8Array.of(4),
    });
  };
  const line = simulate(breaker);
  const opened = await line.bus.run((talk) => switchDlt645(talk, { ...order, command: 'open' }));
  assert.deepEqual(opened, { ok: true, value: undefined });
  assert.equal(seen[0], '02563412010000001a00302010011226');
  const refused = await line.bus.run((talk) =>
    switchDlt645(talk, { ...order, command: 'close', password: '02000000' }),
  );
  assert.deepEqual(refused, { ok: false, error: 'password' });
  await line.bus.run((talk) => tellDlt645Time(talk, expires));
  assert.equal(findDlt645(line.sent.at(-1) ?? assert.fail())?.frame.address, '999999999999');
});

test('a meter of STS tokens on the bus: accepted, used, rejected, and a display code', async () => {
  const sanxing = '045070929414';
  const tail = bytes('11c3402330001a00533f00002ba30d00');
  const answers: Readonly<Record<string, Uint8Array>> = {
    '11111111111111111111': Uint8Array.from([...bytes('01e000500075c322010000'), ...tail]),
    '22222222222222222222': bytes('01e0000b0020c34545ffff55734564000000'),
    '33333333333333333333': bytes('01e0000b0020c34545ffff72454a4543740000'),
    '111': Uint8Array.from([...bytes('02e03131315000c45609'), ...tail]),
  };
  const device: Device = (sent) => {
    const frame = findDlt645(sent)?.frame ?? assert.fail('no frame');
    const text = Array.from(frame.data.subarray(2), (byte) => String.fromCharCode(byte)).join('');
    const data = answers[text];
    return data === undefined ? null : encodeDlt645({ address: sanxing, control: 0x80, data });
  };
  const { bus } = simulate(device);
  const enter = (digit: string) =>
    bus.run((talk) => enterSanxingToken(talk, { address: sanxing, digits: digit.repeat(20) }));
  const totals = { balanceWh: 162_110, totalWh: 8_937_390 };
  assert.deepEqual(await enter('1'), {
    ...{ ok: true, value: { kind: 'accepted', creditedWh: 2900, ...totals } },
  });
  assert.deepEqual(await enter('2'), { ok: true, value: { kind: 'used' } });
  assert.deepEqual(await enter('3'), { ok: true, value: { kind: 'rejected' } });
  const shown = await bus.run((talk) => readSanxing(talk, { address: sanxing, code: '111' }));
  assert.ok(shown.ok && shown.value.totalWh === totals.totalWh);
  assert.equal(toHex(shown.value.value.subarray(0, 2)), '5609');
});
