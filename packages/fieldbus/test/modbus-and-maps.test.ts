// Modbus frames among noise, register maps with their examples, and SunSpec devices.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { err, ok } from '@prewatt/quantities';
import {
  blocksOf,
  checkRegisterMap,
  findSunSpec,
  fromHex,
  type ModbusMaster,
  modbusReceiver,
  modbusTcpReceiver,
  type RegisterMap,
  readMeter,
  readSunSpec,
  shippedMaps,
  toHex,
  toModbusTcp,
  withCrc,
} from '../src/index.ts';
import { simulate } from './simulated-line.ts';

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? assert.fail(hex);
const mapOf = (name: string): RegisterMap => shippedMaps.get(name) ?? assert.fail(name);

test('the check sum is that of the specification', () => {
  assert.equal(toHex(withCrc(bytes('0103000000 0a'))), '01030000000ac5cd');
});

test('an answer is found after noise, and one of another unit or function is not taken', () => {
  const request = withCrc(bytes('010301310001'));
  const answer = withCrc(bytes('01030259d8'));
  const other = withCrc(bytes('02030259d8'));
  const receiver = modbusReceiver(request);
  assert.equal(receiver.push(bytes('01030a')), null);
  assert.equal(receiver.push(other), null);
  assert.equal(receiver.push(answer.subarray(0, 4)), null);
  assert.deepEqual(receiver.push(answer.subarray(4)), answer);
  const refusal = withCrc(bytes('018302'));
  assert.deepEqual(modbusReceiver(request).push(refusal), refusal);
});

test('over TCP the transaction tells which answer is whose', () => {
  const request = withCrc(bytes('010301310001'));
  assert.equal(toHex(toModbusTcp(request, 258)), '010200000006010301310001');
  const receiver = modbusTcpReceiver(258);
  assert.equal(receiver.push(bytes('010100000005010302000101020000')), null);
  const answer = receiver.push(bytes('000501030259d8'));
  assert.deepEqual(answer, withCrc(bytes('01030259d8')));
});

test('each map that comes with Prewatt proves itself by its examples', () => {
  assert.deepEqual([...shippedMaps.keys()].sort(), [
    ...['dlt645-1997', 'dlt645-2007', 'eastron-single-phase', 'eastron-three-phase', 'orno-we-504'],
    ...['ytl-iec62056-21', 'ytl-single-phase', 'ytl-three-phase'],
  ]);
});

test('a wrong example, a scale of another unit and an item without example are said', () => {
  const map = structuredClone(mapOf('orno-we-504')) as unknown as {
    items: { quantity: string; scale: string }[];
    examples: { raw: Record<string, string>; expect: Record<string, number> }[];
  };
  const [example] = map.examples;
  const [voltage] = map.items;
  assert.ok(example !== undefined && voltage !== undefined);
  example.expect['powerW'] = 1;
  delete example.raw['0005'];
  voltage.scale = '0.1 A';
  assert.deepEqual(checkRegisterMap(map), {
    ok: false,
    error: [
      'voltageMvL1: "0.1 A" is no scale of mV',
      'example 1: voltageMvL1 is null, not 230000',
      'example 1: powerW is 565, not 1',
      'apparentPowerVa: stands in no example',
    ],
  });
  assert.ok(!checkRegisterMap({ protocol: 'modbus' }).ok);
});

test('registers that follow each other are one request; a gap is read over where the map lets', () => {
  const map = mapOf('ytl-single-phase');
  assert.ok(map.protocol === 'modbus');
  const spans = (gap: number) =>
    blocksOf({ items: map.items, gap }).map(({ at, count }) => `${at.toString(16)}+${count}`);
  assert.deepEqual(spans(0), [
    '130+2',
    '139+2',
    '140+2',
    '148+2',
    '150+2',
    '158+1',
    'a000+2',
    'a01e+2',
  ]);
  assert.deepEqual(spans(60), ['130+41', 'a000+32']);
});

/** A device by its registers; others are refused. */
function masterOf(registers: ReadonlyMap<number, number>): ModbusMaster {
  return {
    readRegisters: async ({ at, count }) => {
      const words = Array.from({ length: count }, (_, index) => registers.get(at + index));
      if (words.includes(undefined)) return err('refusedByDevice');
      return ok(Uint8Array.from(words.flatMap((word = 0) => [word >>> 8, word & 0xff])));
    },
    writeCoil: async () => err('refusedByDevice'),
    readCoil: async () => err('refusedByDevice'),
  };
}

test('a meter is read by its map; a value that is none is absent', async () => {
  const map = mapOf('eastron-single-phase');
  const words = new Map<number, number>();
  const put = (at: number, hex: string) => {
    words.set(at, Number.parseInt(hex.slice(0, 4), 16));
    words.set(at + 1, Number.parseInt(hex.slice(4), 16));
  };
  for (const [at, hex] of Object.entries(map.examples[0]?.raw ?? {})) {
    put(Number.parseInt(at, 16), hex);
  }
  put(0x46, '7fc00000');
  const { bus } = simulate(() => null);
  const reading = await bus.run((talk) => readMeter(talk, masterOf(words), { map, address: '1' }));
  const { frequencyMhz, ...expected } = map.examples[0]?.expect ?? {};
  assert.equal(frequencyMhz, 50_250);
  assert.deepEqual(reading, { ok: true, value: expected });
  words.delete(0x48);
  const broken = await bus.run((talk) => readMeter(talk, masterOf(words), { map, address: '1' }));
  assert.deepEqual(broken, { ok: false, error: 'refusedByDevice' });
});

test('registers of 64 bits, the low part first, and a mark for what is not there', async () => {
  const item = (at: string, quantity: string, more: Record<string, unknown>) => ({
    ...{ quantity, at, scale: '1 W', ...more },
  });
  const line = { baud: 9600, dataBits: 8, parity: 'even', stopBits: 1 };
  const document = (more: Record<string, unknown> = {}) => ({
    ...{ name: 'b23', title: 'A meter of 64 bits', sources: ['a table'], line },
    ...{ protocol: 'modbus', function: 3 },
    items: [
      item('5000', 'importWh', { type: 'u64', scale: '0.01 kWh' }),
      item('5004', 'exportWh', { type: 'i64', lowFirst: true, scale: '1 Wh' }),
      item('5B14', 'powerW', { type: 'i32', scale: '0.01 W', absent: '7FFFFFFF', ...more }),
      item('5B18', 'generationW', { type: 'f64' }),
      item('5B1C', 'batteryW', { type: 'f32', lowFirst: true }),
    ],
    examples: [
      {
        raw: {
          '5000': '000000000001E240',
          '5004': 'FFFEFFFFFFFFFFFF',
          '5B14': 'FFFFFF9C',
          '5B18': '40C3880000000000',
          '5B1C': '000041C8',
        },
        expect: {
          importWh: 1_234_560,
          exportWh: -2,
          powerW: -1,
          generationW: 10_000,
          batteryW: 25,
        },
      },
    ],
  });
  const checked = checkRegisterMap(document());
  assert.ok(checked.ok, JSON.stringify(checked));
  assert.deepEqual(
    blocksOf({ items: checked.value.protocol === 'modbus' ? checked.value.items : [], gap: 0 }).map(
      ({ count }) => count,
    ),
    [8, 2, 6],
  );
  const words = new Map<number, number>();
  for (let at = 0x5000; at < 0x5b1e; at += 1) words.set(at, 0);
  // No number holds the energy exactly, and the power is marked as absent.
  for (const at of [0x5000, 0x5001, 0x5002, 0x5003, 0x5b15]) words.set(at, 0xffff);
  words.set(0x5b14, 0x7fff);
  const { bus } = simulate(() => null);
  const meter = { map: checked.value, address: '1' };
  assert.deepEqual(await bus.run((talk) => readMeter(talk, masterOf(words), meter)), {
    ...{ ok: true, value: { exportWh: 0, generationW: 0, batteryW: 0 } },
  });
  assert.deepEqual(checkRegisterMap(document({ absent: '7FFF' })), {
    ...{ ok: false, error: ['powerW: 7FFF has not the length of i32'] },
  });
});

test('SunSpec: models are found where the device has them, absent points are absent', async () => {
  const words = new Map<number, number>();
  let at = 40_000;
  const put = (...values: readonly number[]) => {
    for (const value of values) words.set(at++, value);
  };
  const model = (id: number, length: number, points: Readonly<Record<number, number>>) =>
    put(id, length, ...Array.from({ length }, (_, index) => points[index + 2] ?? 0xffff));
  put(0x5375, 0x6e53);
  const name = (text: string) =>
    Array.from(
      { length: 16 },
      (_, index) =>
        ((text.charCodeAt(index * 2) || 0) << 8) | (text.charCodeAt(index * 2 + 1) || 0),
    );
  put(1, 66, ...name('Sun Ltd'), ...name('Box 5'), ...Array.from({ length: 16 }, () => 0));
  put(...name('77'), 1, 0x8000);
  model(103, 50, {
    ...{ 10: 2305, 13: 0xffff, 14: 412, 15: 1, 16: 5002, 17: 0xfffe },
    ...{ 24: 1, 25: 2, 26: 0, 38: 4 },
  });
  model(124, 24, { 8: 5000, 22: 0xfffe, 11: 3 });
  model(802, 62, { 11: 634, 56: 0xffff, 34: 512, 59: 0xffff, 47: 0xff9c, 63: 1, 16: 4 });
  put(0xffff, 0);
  const read = (from: number, count: number) =>
    masterOf(words).readRegisters({ unit: 1, function: 3, at: from, count });
  const device = await findSunSpec(read);
  assert.ok(device.ok);
  assert.deepEqual(
    [device.value.maker, device.value.model, device.value.serial],
    ['Sun Ltd', 'Box 5', '77'],
  );
  const reading = await readSunSpec(read, device.value);
  assert.deepEqual(reading, {
    ok: true,
    value: {
      quantities: {
        ...{ generationW: 4120, generatedWh: 65_538, frequencyMhz: 50_020, voltageMvL1: 230_500 },
        ...{ batteryPermille: 634, batteryMv: 51_200, batteryW: -1000 },
      },
      ...{ inverter: 'producing', charge: 'charging' },
    },
  });
  assert.deepEqual(await findSunSpec(async () => ok(new Uint8Array(4))), {
    ...{ ok: false, error: 'notSunSpec' },
  });
});
