// Any bytes into each codec: noise with the bytes that protocols look for, and sound frames with a
// few bytes changed. A value or a fault is right; a throw is a bug. One receiver of each kind gets
// all inputs as a stream, too.

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

export type Noise = {
  readonly next: (below: number) => number;
  readonly bytes: () => Uint8Array;
};

/** A small generator: as many inputs as are wanted, at no cost. */
export function createNoise(seed: number): Noise {
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
  const telling = [0x68, 0x16, 0x01, 0x02, 0x03, 0x06, 0x0a, 0x2f, 0x28, 0x29, 0x21, 0x83];
  const sound = [
    encodeDlt645({ address: '202611240001', control: 0x91, data: Uint8Array.of(0, 0, 1, 0, 5) }),
    encodeBlock({ command: 'R1', text: '00000010(0001234567*Wh)' }),
    encodeBlock({ command: null, text: '1.8.0(000123.45*kWh)(1)\r\n!\r\n' }),
    withCrc(Uint8Array.of(1, 3, 4, 0, 1, 226, 64)),
    toModbusTcp(withCrc(Uint8Array.of(1, 3, 4, 0, 1, 226, 64)), 1),
  ];
  const bytes = (): Uint8Array => {
    if (next(3) > 0) {
      return Uint8Array.from({ length: next(60) }, () =>
        next(2) === 0 ? (telling[next(telling.length)] ?? 0) : next(256),
      );
    }
    const frame = Uint8Array.from(sound[next(sound.length)] ?? []);
    for (let change = next(4); change > 0; change -= 1) frame[next(frame.length)] = next(256);
    return frame.subarray(0, frame.length - (next(4) === 0 ? next(frame.length) : 0));
  };
  return { next, bytes };
}

type Target = { readonly name: string; readonly take: (input: Uint8Array) => void };

const textOf = (input: Uint8Array): string => String.fromCharCode(...input);

/** Each codec, alone and as a receiver that lives on. */
export function allTargets(): readonly Target[] {
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
      take: (input) => {
        findDlt645(input);
        stream.dlt645.push(input);
      },
    },
    {
      name: 'IEC 62056-21',
      take: (input) => {
        stream.block.push(input);
        stream.line.push(input);
        parseDataSets(textOf(input));
        parseIdentification(textOf(input));
      },
    },
    {
      name: 'Modbus',
      take: (input) => {
        modbusReceiver(Uint8Array.of(1, 3)).push(input);
        stream.modbus.push(input);
        stream.tcp.push(input);
      },
    },
    {
      name: 'register maps',
      take: (input) => {
        const item = items[(input[0] ?? 0) % items.length];
        if (item === undefined) return;
        const raw = 'address' in item ? textOf(input) : input.slice(0, 1 + ((input[1] ?? 0) % 8));
        const value = readItem(item, raw);
        if (value !== null && !Number.isSafeInteger(value)) throw new Error(`${value}`);
      },
    },
  ];
}

/** Throws with the input that a codec threw on. */
export function fuzz({ name, take }: Target, count: number, noise: Noise): void {
  for (let index = 0; index < count; index += 1) {
    const input = noise.bytes();
    try {
      take(input);
    } catch (thrown) {
      throw new Error(`${name} threw on ${input.toHex()}`, { cause: thrown });
    }
  }
}
