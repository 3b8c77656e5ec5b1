// A bus with meters, contactors and an inverter, as bytes in and bytes out: meters of Modbus, of
// DL/T 645 and of IEC 62056-21 answer only what is theirs, all else is silence. It adds up how long
// the line would be busy, from the bits of each byte. For tests, the benchmark and `--simulate`.

import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import {
  bitsPerByte,
  encodeDlt645,
  findDlt645,
  fromHex,
  type LineSettings,
  modbusCrc,
  toHex,
  withCrc,
} from '@prewatt/fieldbus';
import { afterGoodbye, createIecMeters, type IecMeters } from './simulated-iec.ts';

export type SimulatedBus = {
  /** Registers and coils of a unit; made when first asked for. */
  readonly unit: (unit: number) => { registers: Map<number, number>; coils: Map<number, boolean> };
  /**
   * Values of a meter of DL/T 645 by identifier, low byte first: eight digits for the edition of
   * 2007, four for that of 1997. A meter answers the edition of which it has values.
   */
  readonly dlt645: (address: string) => Map<string, string>;
  /** Meters of IEC 62056-21, by their addresses. */
  readonly iec: Pick<IecMeters, 'meter'>;
  readonly setEnergy: (unit: number, wh: number) => void;
  /** Units and addresses that do not answer. */
  readonly dead: Set<string>;
  readonly answer: (sent: Uint8Array) => Uint8Array | null;
  readonly bytes: () => { readonly out: number; readonly back: number; readonly requests: number };
};

export const put32 = (registers: Map<number, number>, at: number, value: number): void => {
  registers.set(at, Math.floor(value / 0x1_0000) & 0xffff);
  registers.set(at + 1, value & 0xffff);
};

/** The registers of a single-phase YTL meter that the shipped map reads. */
function fillYtl(registers: Map<number, number>): void {
  for (const [at, value] of [
    ...[
      [0x130, 5000],
      [0x131, 23_000],
      [0x158, 1000],
    ],
  ] as const) {
    registers.set(at, value);
  }
  for (const at of [0x139, 0x140, 0x148, 0x150, 0xa000, 0xa01e]) put32(registers, at, 0);
}

/** What meters of DL/T 645 answer; several at once are noise to whoever listens. */
function answerDlt645(
  meters: ReadonlyMap<string, Map<string, string>>,
  { dead, sent }: { readonly dead: ReadonlySet<string>; readonly sent: Uint8Array },
): Uint8Array | null {
  const frame = findDlt645(sent)?.frame;
  if (frame === undefined) return null;
  const { control, data } = frame;
  const called = new RegExp(`^${frame.address.replaceAll('A', '.')}$`);
  const digits = control === 0x01 ? 4 : 8;
  const isOfEdition = (values: ReadonlyMap<string, string>): boolean =>
    values.size === 0 ? digits === 8 : [...values.keys()].some((key) => key.length === digits);
  const heard = [...meters]
    .filter(([each, has]) => called.test(each) && !dead.has(each) && isOfEdition(has))
    .map(([each]) => each);
  const [address = ''] = heard;
  const values = meters.get(address);
  if (values === undefined) return null;
  if (heard.length > 1) return Uint8Array.of(0x68, 0xff, 0x7f);
  if (control === 0x1c) {
    const isOpen = data[8] === 0x1a;
    values.set('04000503', isOpen ? '1000' : '0000');
    return encodeDlt645({ address, control: 0x9c, data: new Uint8Array() });
  }
  const identifier = Uint8Array.from(data.subarray(0, digits / 2));
  const value = values.get(toHex(identifier.toReversed()).toUpperCase());
  return value === undefined
    ? encodeDlt645({ address, control: control | 0xc0, data: Uint8Array.of(2) })
    : encodeDlt645({
        ...{ address, control: control | 0x80 },
        data: Uint8Array.from([...identifier, ...(fromHex(value) ?? [])]),
      });
}

const isModbus = (sent: Uint8Array): boolean =>
  sent.length >= 4 &&
  modbusCrc(sent.subarray(0, -2)) === (sent.at(-2) ?? 0) + (sent.at(-1) ?? 0) * 256;

export function createSimulatedBus(): SimulatedBus {
  const units = new Map<number, ReturnType<SimulatedBus['unit']>>();
  const meters = new Map<string, Map<string, string>>();
  const dead = new Set<string>();
  const iec = createIecMeters(dead);
  const counts = { out: 0, back: 0, requests: 0 };
  const unit: SimulatedBus['unit'] = (number) => {
    const known = units.get(number) ?? { registers: new Map(), coils: new Map() };
    if (!units.has(number)) fillYtl(known.registers);
    units.set(number, known);
    return known;
  };
  const answerModbus = (frame: Uint8Array): Uint8Array | null => {
    const [number = 0, called = 0, a = 0, b = 0, c = 0, d = 0] = frame;
    const known = units.get(number);
    if (known === undefined || dead.has(String(number))) return null;
    const [at, value] = [a * 256 + b, c * 256 + d];
    if (called === 5) {
      known.coils.set(at, value === 0xff00);
      return frame;
    }
    if (called === 1) {
      // A device that has nothing has no coils either.
      if (known.registers.size + known.coils.size === 0)
        return withCrc(Uint8Array.of(number, 0x81, 2));
      const bits = known.coils.get(at) === true ? 1 : 0;
      return withCrc(Uint8Array.of(number, 1, 1, bits));
    }
    const words = Array.from({ length: value }, (_, index) => known.registers.get(at + index));
    if (words.includes(undefined)) return withCrc(Uint8Array.of(number, called | 0x80, 2));
    const data = words.flatMap((word = 0) => [word >>> 8, word & 0xff]);
    return withCrc(Uint8Array.from([number, called, data.length, ...data]));
  };
  return {
    unit,
    dead,
    iec,
    dlt645: (address) => {
      const values = meters.get(address) ?? new Map<string, string>();
      meters.set(address, values);
      return values;
    },
    setEnergy: (number, wh) => put32(unit(number).registers, 0xa000, Math.round(wh / 10)),
    answer: (all) => {
      counts.requests += 1;
      counts.out += all.length;
      const sent = afterGoodbye(all);
      const answer = isModbus(sent)
        ? answerModbus(sent)
        : (iec.answer(sent) ?? answerDlt645(meters, { dead, sent }));
      counts.back += answer?.length ?? 0;
      return answer;
    },
    bytes: () => ({ ...counts }),
  };
}

/** Milliseconds that so many bytes take on a line. */
export const byteTimeMs = (bytes: number, line: LineSettings): number =>
  (bytes * bitsPerByte(line) * 1000) / line.baud;

/** The bus behind a converter that passes bytes: one connection, answers a little later. */
export async function serveBus(
  bus: SimulatedBus,
  port = 0,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Uint8Array) => {
      const answer = bus.answer(new Uint8Array(bytes));
      if (answer !== null) setTimeout(() => socket.destroyed || socket.write(answer), 2);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
