// The wrapper of DLMS over TCP and UDP (IEC 62056-47): a header of 8 bytes and the bare APDU.

import { createByteQueue } from './byte-queue.ts';

/** Ports of the wrapper: the client's is its SAP, the server's its logical device. */
export type WrapperFrame = {
  readonly source: number;
  readonly destination: number;
  readonly apdu: Uint8Array;
};

const headerBytes = 8;
const version = 1;
export const longestWrapped = 0xffff;

export function encodeWrapper({ source, destination, apdu }: WrapperFrame): Uint8Array {
  if (apdu.length > longestWrapped) throw new RangeError('an APDU has at most 65535 bytes');
  const bytes = new Uint8Array(headerBytes + apdu.length);
  const words = [version, source, destination, apdu.length];
  words.forEach((word, index) => {
    bytes[2 * index] = word >> 8;
    bytes[2 * index + 1] = word & 0xff;
  });
  bytes.set(apdu, headerBytes);
  return bytes;
}

export type WrapperFault =
  /** Not version 1: this is no wrapper, or its place is lost for good. */
  | 'version'
  /** Longer than the reader takes. */
  | 'tooLong';

export type WrapperReader = {
  /** The frames that are whole now. After a fault nothing more is read: close the connection. */
  readonly feed: (bytes: Uint8Array) => {
    readonly frames: readonly WrapperFrame[];
    readonly fault: WrapperFault | null;
  };
};

export function createWrapperReader({
  longestApdu = longestWrapped,
}: {
  readonly longestApdu?: number;
} = {}): WrapperReader {
  const queue = createByteQueue();
  let fault: WrapperFault | null = null;
  const next = (): WrapperFrame | null => {
    const view = queue.view();
    if (view.length < headerBytes) return null;
    const word = (at: number) => ((view[at] ?? 0) << 8) | (view[at + 1] ?? 0);
    const length = word(6);
    if (word(0) !== version) fault = 'version';
    else if (length > longestApdu) fault = 'tooLong';
    if (fault !== null || view.length < headerBytes + length) return null;
    // A copy: the queue's room is used again.
    const apdu = view.slice(headerBytes, headerBytes + length);
    const frame = { source: word(2), destination: word(4), apdu };
    queue.drop(headerBytes + length);
    return frame;
  };
  return {
    feed: (bytes) => {
      const frames: WrapperFrame[] = [];
      if (fault !== null) return { frames, fault };
      queue.push(bytes);
      for (let frame = next(); frame !== null; frame = next()) frames.push(frame);
      if (fault !== null) queue.clear();
      return { frames, fault };
    },
  };
}
