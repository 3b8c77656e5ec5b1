// The frame of DL/T 645 (1997 and 2007 share it): 68, address, 68, control, length, data with 0x33
// added to each byte, sum, 16. A frame is found by its length, never by hunting for 68 and 16,
// since data may hold both.

import { appendBounded, concat, fromHex, toHex } from './bytes.ts';
import type { Receiver } from './line.ts';

export type Dlt645Frame = {
  /** Twelve digits as printed on the meter; `A` stands for any digit. */
  readonly address: string;
  readonly control: number;
  /** As meant: without the 0x33. */
  readonly data: Uint8Array;
};

export const anyAddress = 'AAAAAAAAAAAA';
export const broadcastAddress = '999999999999';

const start = 0x68;
const end = 0x16;
const mask = 0x33;
const headLength = 10;
const aroundData = 12;
const longestFrame = aroundData + 255;

/** With the four FE that wake a sleeping receiver. Throws RangeError on a frame that cannot be. */
export function encodeDlt645({ address, control, data }: Dlt645Frame): Uint8Array {
  const digits = /^[0-9A-F]{12}$/.test(address) ? fromHex(address) : null;
  if (digits === null) throw new RangeError(`${address} is no address of twelve digits`);
  if (data.length > 255) throw new RangeError('a frame holds at most 255 bytes of data');
  const masked = data.map((byte) => (byte + mask) & 0xff);
  const body = concat(
    Uint8Array.of(start),
    digits.reverse(),
    Uint8Array.of(start, control, data.length),
    masked,
  );
  return concat(Uint8Array.of(0xfe, 0xfe, 0xfe, 0xfe), body, Uint8Array.of(sumOf(body), end));
}

/** The first whole frame in the bytes, and how many bytes there were up to its end. */
export function findDlt645(
  bytes: Uint8Array,
): { readonly frame: Dlt645Frame; readonly end: number } | null {
  for (let at = 0; at + aroundData <= bytes.length; at += 1) {
    if (bytes[at] !== start || bytes[at + 7] !== start) continue;
    const length = bytes[at + 9] ?? 0;
    const close = at + headLength + length;
    if (bytes[close + 1] !== end || bytes[close] !== sumOf(bytes.subarray(at, close))) continue;
    const address = toHex(bytes.slice(at + 1, at + 7).reverse()).toUpperCase();
    const data = bytes.slice(at + headLength, close).map((byte) => (byte - mask) & 0xff);
    return { frame: { address, control: bytes[at + 8] ?? 0, data }, end: close + 2 };
  }
  return null;
}

/** Takes the first frame that `isWanted`; others, as late answers of other meters, are let pass. */
export function dlt645Receiver(isWanted: (frame: Dlt645Frame) => boolean): Receiver<Dlt645Frame> {
  let held: Uint8Array = new Uint8Array();
  return {
    push: (bytes) => {
      held = appendBounded(held, bytes, longestFrame * 2);
      for (;;) {
        const found = findDlt645(held);
        if (found === null) return null;
        held = held.subarray(found.end);
        if (isWanted(found.frame)) return found.frame;
      }
    },
  };
}

const sumOf = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0);
