// Laws of the codecs: decode(encode(x)) is x, and any bytes end as a value or a fault: no throw,
// and no work beyond what they are.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { err, ok } from '@prewatt/quantities';
import { createRandom, fuzz } from '@prewatt/quantities/fuzzing';
import fc from 'fast-check';
import {
  blockReceiver,
  dataSetText,
  encodeBlock,
  encodeDlt645,
  findDlt645,
  findSunSpec,
  identificationText,
  modbusReceiver,
  modbusTcpReceiver,
  parseDataSets,
  parseIdentification,
  readSunSpec,
  toModbusTcp,
  withCrc,
} from '../src/index.ts';
import { allTargets, nextInput } from './fuzz.ts';

const plain = { noNullPrototype: true } as const;
const hexText = (length: number) =>
  fc
    .array(fc.constantFrom(...'0123456789ABCDEF'), { minLength: length, maxLength: length })
    .map((digits) => digits.join(''));
const printable = (maxLength: number, without: RegExp) =>
  fc
    .array(fc.integer({ min: 0x20, max: 0x7e }), { maxLength })
    .map((codes) => String.fromCharCode(...codes).replaceAll(without, ''));

test('a DL/T 645 frame comes out as it went in, whatever stands before it', () => {
  const frame = fc.record(
    {
      address: hexText(12),
      control: fc.nat(255),
      data: fc.uint8Array({ maxLength: 255 }),
    },
    plain,
  );
  fc.assert(
    fc.property(frame, (meant) => {
      assert.deepEqual(findDlt645(encodeDlt645(meant))?.frame, meant);
    }),
  );
});

test('a block and a data set of IEC 62056-21 come out as they went in', () => {
  const content = printable(200, /[()*!/]/g);
  const block = fc.record(
    {
      command: fc.constantFrom(null, 'P0', 'P1', 'R1', 'W1', 'B0'),
      text: content,
    },
    plain,
  );
  fc.assert(
    fc.property(block, (meant) => {
      assert.deepEqual(blockReceiver().push(encodeBlock(meant)), meant);
    }),
  );
  const set = fc.record(
    {
      address: printable(30, /[()*!/]/g),
      values: fc.array(
        fc.record(
          { value: content, unit: fc.option(printable(5, /[()*!/]/g), { nil: null }) },
          plain,
        ),
        { minLength: 1, maxLength: 4 },
      ),
    },
    plain,
  );
  fc.assert(
    fc.property(fc.array(set, { minLength: 1, maxLength: 6 }), (meant) => {
      assert.deepEqual(parseDataSets(meant.map(dataSetText).join('\r\n')), ok(meant));
    }),
  );
});

test('an identification comes out as it went in', () => {
  const maker = fc.constantFrom('YTL', 'ABC', 'Xyz');
  fc.assert(
    fc.property(
      maker,
      fc.constantFrom('5', ':', '0'),
      printable(20, /x^/g),
      (name, speed, device) => {
        const meant = { maker: name, speed, device };
        assert.deepEqual(parseIdentification(identificationText(meant)), meant);
      },
    ),
  );
});

test('an answer of Modbus is the same by serial line and by TCP, in any pieces', () => {
  const answer = fc.tuple(
    fc.integer({ min: 1, max: 247 }),
    fc.uint8Array({ minLength: 2, maxLength: 120 }),
  );
  fc.assert(
    fc.property(answer, fc.nat(65_535), fc.nat(100), ([unit, data], transaction, cut) => {
      const even = data.subarray(0, data.length & ~1);
      const frame = withCrc(Uint8Array.from([unit, 3, even.length, ...even]));
      const serial = modbusReceiver(Uint8Array.of(unit, 3));
      const [front, rest] = [frame.subarray(0, cut), frame.subarray(cut)];
      assert.deepEqual(serial.push(front) ?? serial.push(rest), frame);
      const wrapped = toModbusTcp(frame, transaction);
      const tcp = modbusTcpReceiver(transaction);
      const [head, tail] = [wrapped.subarray(0, cut), wrapped.subarray(cut)];
      assert.deepEqual(tcp.push(head) ?? tcp.push(tail), frame);
    }),
  );
});

test('twenty thousand inputs for each codec: a value or nothing, never a throw', () => {
  const random = createRandom(7);
  for (const target of allTargets()) fuzz(target, () => nextInput(random), 20_000);
});

test('a device of SunSpec that lies ends as a value or a fault', async () => {
  const { below: next } = createRandom(11);
  for (let index = 0; index < 500; index += 1) {
    let reads = 0;
    const read = async (at: number, count: number) => {
      reads += 1;
      if (next(40) === 0) return err('silent');
      if (at === 40_000) return ok(Uint8Array.of(0x53, 0x75, 0x6e, 0x53));
      const ids = [1, 103, 124, 802, 0xffff, 7];
      const id = ids[next(ids.length)] ?? 1;
      const filled = Uint8Array.from({ length: count * 2 }, () => next(256));
      if (count === 2) filled.set([id >>> 8, id & 0xff, 0, 66]);
      return ok(filled);
    };
    const device = await findSunSpec(read);
    if (device.ok) await readSunSpec(read, device.value);
    assert.ok(reads < 500);
  }
});
