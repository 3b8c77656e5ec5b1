// HDLC frames of DLMS (IEC 62056-46, frame format type 3): addresses, control, check sequences, and
// finding frames in a stream. There is no byte stuffing: a frame is found by its length.

import { err, ok, type Result } from '@prewatt/quantities';
import { createByteQueue } from './byte-queue.ts';

/** Of a client `upper` alone; of a server the logical device, and the physical one as `lower`. */
export type HdlcAddress = {
  readonly upper: number;
  readonly lower: number | null;
  /** Bytes on the wire: 1, 2 or 4. */
  readonly length: 1 | 2 | 4;
};

export type HdlcFrame = {
  readonly destination: HdlcAddress;
  readonly source: HdlcAddress;
  readonly control: number;
  /** More of the same APDU follows. */
  readonly segmented: boolean;
  readonly information: Uint8Array;
};

export const clientAddress = (sap: number): HdlcAddress => ({ upper: sap, lower: null, length: 1 });

/** The shortest form that holds both parts. */
export function serverAddress(upper: number, lower: number | null = null): HdlcAddress {
  if (upper > 0x7f || (lower ?? 0) > 0x7f) return { upper, lower: lower ?? 0, length: 4 };
  return { upper, lower, length: lower === null ? 1 : 2 };
}

export const sameAddress = (a: HdlcAddress, b: HdlcAddress): boolean =>
  a.upper === b.upper && (a.lower ?? 0) === (b.lower ?? 0);

const flag = 0x7e;
const formatType = 0xa0;
const segmentBit = 0x08;
/** Eleven bits of length. */
export const longestFrame = 0x7ff;

const crcTable = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ 0x8408 : crc >> 1;
  return crc;
});

/** CRC-16/X.25 of the bytes from `from` up to `to`. */
export function checkSequence(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0xffff;
  for (let at = from; at < to; at += 1) {
    crc = (crc >> 8) ^ (crcTable[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
  }
  return crc ^ 0xffff;
}

function addressBytes({ upper, lower, length }: HdlcAddress): number[] {
  if (length === 1) return [(upper << 1) | 1];
  const low = lower ?? 0;
  if (length === 2) return [upper << 1, (low << 1) | 1];
  return [(upper >> 7) << 1, (upper & 0x7f) << 1, (low >> 7) << 1, ((low & 0x7f) << 1) | 1];
}

/** Throws RangeError where the information does not fit into a frame. */
export function encodeFrame(frame: HdlcFrame): Uint8Array {
  const addresses = [...addressBytes(frame.destination), ...addressBytes(frame.source)];
  const hasInformation = frame.information.length > 0;
  const headerEnd = 3 + addresses.length + 1;
  const length = headerEnd - 1 + (hasInformation ? 2 + frame.information.length : 0) + 2;
  if (length > longestFrame) throw new RangeError('the information is too long for a frame');
  const bytes = new Uint8Array(length + 2);
  bytes[0] = flag;
  bytes[1] = formatType | (frame.segmented ? segmentBit : 0) | (length >> 8);
  bytes[2] = length & 0xff;
  bytes.set(addresses, 3);
  bytes[headerEnd - 1] = frame.control;
  if (hasInformation) {
    putCheck(bytes, headerEnd);
    bytes.set(frame.information, headerEnd + 2);
  }
  putCheck(bytes, length - 1);
  bytes[length + 1] = flag;
  return bytes;
}

function putCheck(bytes: Uint8Array, at: number): void {
  const check = checkSequence(bytes, 1, at);
  bytes[at] = check & 0xff;
  bytes[at + 1] = check >> 8;
}

const hasCheck = (bytes: Uint8Array, from: number, at: number): boolean =>
  checkSequence(bytes, from, at) === ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8));

export type FrameFault = 'format' | 'address' | 'check' | 'length';

/** A frame with its flags. */
export function decodeFrame(bytes: Uint8Array): Result<HdlcFrame, FrameFault> {
  const length = (((bytes[1] ?? 0) & 7) << 8) | (bytes[2] ?? 0);
  if (bytes[0] !== flag || ((bytes[1] ?? 0) & 0xf0) !== formatType) return err('format');
  if (bytes.length !== length + 2 || bytes[length + 1] !== flag) return err('length');
  const body = { bytes, end: length - 1 };
  const destination = addressAt(body, 3);
  const source = destination === null ? null : addressAt(body, 3 + destination.length);
  if (destination === null || source === null) return err('address');
  const controlAt = 3 + destination.length + source.length;
  if (controlAt >= body.end) return err('length');
  if (!hasCheck(bytes, 1, body.end)) return err('check');
  const after = controlAt + 1;
  const hasInformation = after < body.end;
  if (hasInformation && after + 2 > body.end) return err('length');
  if (hasInformation && !hasCheck(bytes, 1, after)) return err('check');
  return ok({
    destination,
    source,
    control: bytes[controlAt] ?? 0,
    segmented: ((bytes[1] ?? 0) & segmentBit) !== 0,
    information: hasInformation ? bytes.subarray(after + 2, body.end) : new Uint8Array(0),
  });
}

function addressAt(
  { bytes, end }: { readonly bytes: Uint8Array; readonly end: number },
  from: number,
): HdlcAddress | null {
  let length = 1;
  while (length <= 4 && ((bytes[from + length - 1] ?? 1) & 1) === 0) length += 1;
  if (from + length > end) return null;
  const part = (index: number) => (bytes[from + index] ?? 0) >> 1;
  if (length === 1) return { upper: part(0), lower: null, length };
  if (length === 2) return { upper: part(0), lower: part(1), length };
  if (length !== 4) return null;
  return { upper: (part(0) << 7) | part(1), lower: (part(2) << 7) | part(3), length };
}

export type FrameReader = {
  readonly feed: (bytes: Uint8Array) => readonly HdlcFrame[];
  /** Nothing came for longer than between two bytes of a frame: what is half there is dropped. */
  readonly silence: () => void;
};

/** Finds frames; what is none, or is damaged, is passed over. */
export function createFrameReader(): FrameReader {
  const queue = createByteQueue();
  return {
    feed: (bytes) => {
      queue.push(bytes);
      const frames: HdlcFrame[] = [];
      const view = queue.view();
      let at = 0;
      for (;;) {
        at = view.indexOf(flag, at);
        if (at === -1) {
          at = view.length;
          break;
        }
        const found = frameAt(view, at);
        if (found === 'partial') break;
        if (found === 'none') {
          at += 1;
          continue;
        }
        frames.push(found.frame);
        // Its closing flag may open the next one.
        at += found.bytes - 1;
      }
      queue.drop(at);
      return frames;
    },
    silence: () => queue.clear(),
  };
}

/** Flags, format, two addresses of a byte, control, check. */
const shortestLength = 7;

function frameAt(
  view: Uint8Array,
  at: number,
): { readonly frame: HdlcFrame; readonly bytes: number } | 'partial' | 'none' {
  if (at + 1 >= view.length) return 'partial';
  const format = view[at + 1] ?? 0;
  if ((format & 0xf0) !== formatType) return 'none';
  if (at + 2 >= view.length) return 'partial';
  const length = ((format & 7) << 8) | (view[at + 2] ?? 0);
  if (length < shortestLength) return 'none';
  const end = at + length + 2;
  if (end > view.length) return 'partial';
  if (view[end - 1] !== flag) return 'none';
  // A copy: the queue's room is used again.
  const decoded = decodeFrame(view.slice(at, end));
  return decoded.ok ? { frame: decoded.value, bytes: length + 2 } : 'none';
}
