// What both ends of an HDLC link share: control fields, the parameters that SNRM and UA carry, the
// LLC header, and the window of numbered frames of one direction (IEC 62056-46, 6.4).

import { concat, leftOf, readerOf, takeLength, takeOctets, takeU8 } from './bytes.ts';

export const controls = {
  snrm: 0x83,
  disc: 0x43,
  ua: 0x63,
  dm: 0x0f,
  frmr: 0x87,
  ui: 0x03,
} as const;
export type Unnumbered = keyof typeof controls;

/** The poll bit from a client, the final bit from a server. */
export const pollBit = 0x10;

export type Control =
  | { readonly kind: 'information'; readonly sent: number; readonly received: number }
  | { readonly kind: 'receiveReady' | 'receiveNotReady'; readonly received: number }
  | { readonly kind: Unnumbered }
  | { readonly kind: 'unknown' };

export function readControl(byte: number): Control {
  const received = byte >> 5;
  if ((byte & 1) === 0) return { kind: 'information', sent: (byte >> 1) & 7, received };
  if ((byte & 0x0f) === 0x01) return { kind: 'receiveReady', received };
  if ((byte & 0x0f) === 0x05) return { kind: 'receiveNotReady', received };
  const bare = byte & ~pollBit;
  const name = (Object.keys(controls) as Unnumbered[]).find((each) => controls[each] === bare);
  return name === undefined ? { kind: 'unknown' } : { kind: name };
}

export const informationControl = (sent: number, received: number, poll: boolean): number =>
  (received << 5) | (poll ? pollBit : 0) | (sent << 1);

export const readyControl = (received: number): number => (received << 5) | pollBit | 0x01;

/** What one end can do; of each direction the smaller of both ends holds. */
export type HdlcLimits = {
  /** Bytes of information in a frame. */
  readonly transmitBytes: number;
  readonly receiveBytes: number;
  /** Frames without an acknowledgement, 1 to 7. */
  readonly transmitWindow: number;
  readonly receiveWindow: number;
};

/** What holds where nothing is said. */
export const defaultLimits: HdlcLimits = {
  transmitBytes: 128,
  receiveBytes: 128,
  transmitWindow: 1,
  receiveWindow: 1,
};

const parameterIds = [
  [0x05, 'transmitBytes'],
  [0x06, 'receiveBytes'],
  [0x07, 'transmitWindow'],
  [0x08, 'receiveWindow'],
] as const;

/** The parameters of SNRM or UA, from the side of whoever sends them. */
export function encodeLimits(limits: HdlcLimits): Uint8Array {
  const parts = parameterIds.flatMap(([id, name]) => {
    const value = limits[name];
    if (id >= 0x07) return [id, 4, 0, 0, 0, value];
    return value > 0xff ? [id, 2, value >> 8, value & 0xff] : [id, 1, value];
  });
  return Uint8Array.of(0x81, 0x80, parts.length, ...parts);
}

/** What the other end says; the default for what it does not say or says wrongly. */
export function readLimits(information: Uint8Array): HdlcLimits {
  const found = { ...defaultLimits };
  const reader = readerOf(information);
  const isGroup = takeU8(reader) === 0x81 && takeU8(reader) === 0x80;
  takeLength(reader);
  while (isGroup && leftOf(reader) > 0 && reader.fault === null) {
    const id = takeU8(reader);
    const value = takeOctets(reader).reduce((sum, byte) => sum * 256 + byte, 0);
    const name = parameterIds.find(([each]) => each === id)?.[1];
    if (name === undefined || reader.fault !== null) continue;
    const most = name.endsWith('Window') ? 7 : 2030;
    found[name] = Math.min(most, Math.max(name.endsWith('Window') ? 1 : 16, value));
  }
  return found;
}

/** Limits of `own` once `other` has said its own: what one sends the other must take. */
export const agreedLimits = (own: HdlcLimits, other: HdlcLimits): HdlcLimits => ({
  transmitBytes: Math.min(own.transmitBytes, other.receiveBytes),
  receiveBytes: Math.min(own.receiveBytes, other.transmitBytes),
  transmitWindow: Math.min(own.transmitWindow, other.receiveWindow),
  receiveWindow: Math.min(own.receiveWindow, other.transmitWindow),
});

const llcTo = { server: Uint8Array.of(0xe6, 0xe6, 0x00), client: Uint8Array.of(0xe6, 0xe7, 0x00) };

export const withLlc = (apdu: Uint8Array, to: 'server' | 'client'): Uint8Array =>
  concat(llcTo[to], apdu);

/** The APDU behind the header of the logical link; null where there is none. */
export function withoutLlc(information: Uint8Array): Uint8Array | null {
  const isHeader =
    information.length >= 3 &&
    information[0] === 0xe6 &&
    (information[1] === 0xe6 || information[1] === 0xe7);
  return isHeader ? information.subarray(3) : null;
}

/** One segment of an APDU, with its number. */
export type Segment = { readonly information: Uint8Array; readonly more: boolean };

/** The numbered frames that one end sends: which are out, which are acknowledged. */
export type SendWindow = {
  /** Segments not acknowledged yet; the first has the number `base`. */
  waiting: Segment[];
  base: number;
  /** How many of the waiting ones are out. */
  out: number;
};

export const newSendWindow = (): SendWindow => ({ waiting: [], base: 0, out: 0 });

export const nextSent = (window: SendWindow): number => (window.base + window.out) & 7;

export function queueSegments(window: SendWindow, information: Uint8Array, size: number): void {
  for (let at = 0; at < information.length; at += size) {
    const more = at + size < information.length;
    window.waiting.push({ information: information.subarray(at, at + size), more });
  }
}

/** Takes `received` as "all before this number are here". False where it cannot be. */
export function acknowledge(window: SendWindow, received: number): boolean {
  const count = (received - window.base) & 7;
  if (count > window.out) return false;
  window.waiting.splice(0, count);
  window.base = received;
  window.out -= count;
  return true;
}

/** The segments that may go now, with their numbers; again from the first not acknowledged. */
export function takeWindow(
  window: SendWindow,
  size: number,
): { readonly number: number; readonly segment: Segment }[] {
  const going = window.waiting.slice(0, size);
  // A window ends with an APDU: what follows is an answer to something else.
  const end = going.findIndex((segment) => !segment.more);
  const count = end === -1 ? going.length : end + 1;
  window.out = Math.max(window.out, count);
  return going
    .slice(0, count)
    .map((segment, index) => ({ number: (window.base + index) & 7, segment }));
}
