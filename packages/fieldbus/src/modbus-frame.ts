// Where an answer of Modbus ends: on a serial line by its function and its check sum, over TCP by
// the header. What requests and answers mean is the business of the Modbus library; it sees serial
// frames alone, so that both kinds of line are one to it.

import { appendBounded, concat } from './bytes.ts';
import type { Receiver } from './line.ts';

const crcBytes = 2;
const longestFrame = 256;
const headerBytes = 6;
/** Functions that answer with a count of bytes and so many bytes. */
const counted: readonly number[] = [1, 2, 3, 4];
/** Functions that answer with what they were asked, eight bytes in all. */
const echoed: readonly number[] = [5, 6, 15, 16];

/** CRC-16 of Modbus: polynomial A001 reflected, starting at FFFF. */
export function modbusCrc(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
}

export function withCrc(body: Uint8Array): Uint8Array {
  const crc = modbusCrc(body);
  return concat(body, Uint8Array.of(crc & 0xff, crc >>> 8));
}

/** The answer to a serial request, checked, among noise; exceptions are answers, too. */
export function modbusReceiver(request: Uint8Array): Receiver<Uint8Array> {
  const [unit = 0, called = 0] = request;
  let held: Uint8Array = new Uint8Array();
  return {
    push: (bytes) => {
      held = appendBounded(held, bytes, longestFrame * 2);
      for (let at = 0; at + 5 <= held.length; at += 1) {
        if (held[at] !== unit || ((held[at + 1] ?? 0) & 0x7f) !== called) continue;
        const frame = held.slice(at, at + lengthOf(held, at));
        if (isWhole(frame, lengthOf(held, at))) return frame;
      }
      return null;
    },
  };
}

/** A serial request as one over TCP. `transaction`: 0 to 65535, the answer carries the same. */
export function toModbusTcp(frame: Uint8Array, transaction: number): Uint8Array {
  const body = frame.subarray(0, frame.length - crcBytes);
  const head = [transaction >>> 8, transaction & 0xff, 0, 0, body.length >>> 8, body.length & 0xff];
  return concat(Uint8Array.from(head), body);
}

/** The answer over TCP to a transaction, as a serial frame; answers to others are let pass. */
export function modbusTcpReceiver(transaction: number): Receiver<Uint8Array> {
  let held: Uint8Array = new Uint8Array();
  const u16 = (at: number): number => (held[at] ?? 0) * 256 + (held[at + 1] ?? 0);
  return {
    push: (bytes) => {
      held = appendBounded(held, bytes, longestFrame * 4);
      while (held.length >= headerBytes) {
        const length = u16(4);
        // Out of step: a header is looked for one byte further on.
        if (u16(2) !== 0 || length < 3 || length > longestFrame) {
          held = held.subarray(1);
          continue;
        }
        if (held.length < headerBytes + length) return null;
        const body = held.slice(headerBytes, headerBytes + length);
        const isOurs = u16(0) === transaction;
        held = held.subarray(headerBytes + length);
        if (isOurs) return withCrc(body);
      }
      return null;
    },
  };
}

function lengthOf(bytes: Uint8Array, at: number): number {
  const called = bytes[at + 1] ?? 0;
  if (called & 0x80) return 5;
  if (counted.includes(called)) return 3 + (bytes[at + 2] ?? 0) + crcBytes;
  return echoed.includes(called) ? 8 : 5;
}

function isWhole(frame: Uint8Array, length: number): boolean {
  if (frame.length < length) return false;
  const crc = modbusCrc(frame.subarray(0, length - crcBytes));
  return frame[length - 2] === (crc & 0xff) && frame[length - 1] === crc >>> 8;
}
