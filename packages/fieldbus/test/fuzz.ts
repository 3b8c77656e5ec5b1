// Any bytes into each codec: noise with the bytes that protocols look for, and sound frames with a
// few bytes changed. A value or a fault is right; a throw is a bug. One receiver of each kind gets
// all inputs as a stream, too.

import { type FuzzTarget, type Random, spoilt } from '@prewatt/quantities/fuzzing';
import {
  blockReceiver,
  dlt645Receiver,
  encodeBlock,
  encodeDlt645,
  findDlt645,
  lineReceiver,
  modbusReceiver,
  modbusTcpReceiver,
  parseDataSets,
  parseIdentification,
  shippedMaps,
  toModbusTcp,
  withCrc,
} from '../src/index.ts';
import { readItem } from '../src/map-values.ts';

const telling = [0x68, 0x16, 0x01, 0x02, 0x03, 0x06, 0x0a, 0x2f, 0x28, 0x29, 0x21, 0x83];
const sound = [
  encodeDlt645({ address: '202611240001', control: 0x91, data: Uint8Array.of(0, 0, 1, 0, 5) }),
  encodeBlock({ command: 'R1', text: '00000010(0001234567*Wh)' }),
  encodeBlock({ command: null, text: '1.8.0(000123.45*kWh)(1)\r\n!\r\n' }),
  withCrc(Uint8Array.of(1, 3, 4, 0, 1, 226, 64)),
  toModbusTcp(withCrc(Uint8Array.of(1, 3, 4, 0, 1, 226, 64)), 1),
];

export function nextInput(random: Random): Uint8Array {
  if (random.chance(3)) return spoilt(random, sound);
  return Uint8Array.from({ length: random.below(60) }, () =>
    random.chance(2) ? (telling[random.below(telling.length)] ?? 0) : random.below(256),
  );
}

const textOf = (input: Uint8Array): string => String.fromCharCode(...input);

/** Each codec, alone and as a receiver that lives on. */
export function allTargets(): readonly FuzzTarget[] {
  const stream = {
    dlt645: dlt645Receiver(() => true),
    block: blockReceiver(),
    line: lineReceiver('/'),
    modbus: modbusReceiver(Uint8Array.of(1, 3)),
    tcp: modbusTcpReceiver(1),
  };
  const items = [...shippedMaps.values()].flatMap(({ items: each }) => [...each]);
  return [
    {
      name: 'DL/T 645',
      feed: (input) => {
        findDlt645(input);
        stream.dlt645.push(input);
      },
    },
    {
      name: 'IEC 62056-21',
      feed: (input) => {
        stream.block.push(input);
        stream.line.push(input);
        parseDataSets(textOf(input));
        parseIdentification(textOf(input));
      },
    },
    {
      name: 'Modbus',
      feed: (input) => {
        modbusReceiver(Uint8Array.of(1, 3)).push(input);
        stream.modbus.push(input);
        stream.tcp.push(input);
      },
    },
    {
      name: 'register maps',
      feed: (input) => {
        const item = items[(input[0] ?? 0) % items.length];
        if (item === undefined) return;
        const raw = 'address' in item ? textOf(input) : input.slice(0, 1 + ((input[1] ?? 0) % 8));
        const value = readItem(item, raw);
        if (value !== null && !Number.isSafeInteger(value)) throw new Error(`${value}`);
      },
    },
  ];
}
