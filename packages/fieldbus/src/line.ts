// The line as every protocol sees it: bytes out, a receiver that finds the answer among what comes
// back, and a closed union of what can go wrong between.

import type { Result } from '@prewatt/quantities';

export type LineSettings = {
  readonly baud: number;
  readonly dataBits: 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
};

/** A serial port, or a connection to a converter; whoever has the effects makes one. */
export type BytePort = {
  /** Sets speed and parity before the next write; a connection over TCP has none to set. */
  readonly setLine: (line: LineSettings) => Promise<Result<void, 'closed'>>;
  /** Ends when the bytes have left. */
  readonly write: (bytes: Uint8Array) => Promise<Result<void, 'closed'>>;
  /** Whatever comes from now on; one listener. */
  readonly onBytes: (listener: (bytes: Uint8Array) => void) => void;
};

/** Time as the bus needs it, handed in. `after` answers with how to call it off. */
export type BusClock = {
  readonly nowMs: () => number;
  readonly after: (ms: number, run: () => void) => () => void;
};

/** Finds one answer in a stream with noise, echoes and late answers of others. */
export type Receiver<T> = {
  /** The answer once it is whole; null: not yet. */
  readonly push: (bytes: Uint8Array) => T | null;
};

export type Exchange<T> = {
  readonly send: Uint8Array;
  /** A fresh one for each try. */
  readonly receiver: () => Receiver<T>;
  /** Milliseconds from the last byte sent until the answer has to be whole. */
  readonly timeoutMs: number;
  /** How often it is sent in all; absent: as the bus is set. */
  readonly tries?: number;
};

/**
 * `silent`: not one byte came. `garbled`: bytes came and no answer among them: a collision, noise,
 * a wrong speed. `babbling`: the line is never quiet, so nothing can be asked. `closed`: the port
 * is gone.
 */
export type BusFault = 'silent' | 'garbled' | 'babbling' | 'closed';

export type Talk = {
  readonly setLine: (line: LineSettings) => Promise<Result<void, BusFault>>;
  readonly exchange: <T>(exchange: Exchange<T>) => Promise<Result<T, BusFault>>;
  /** Sends what nobody answers. */
  readonly tell: (bytes: Uint8Array) => Promise<Result<void, BusFault>>;
};

/** Bits that one byte takes on the line: a start bit, data, parity, stop bits. */
export const bitsPerByte = ({ dataBits, parity, stopBits }: LineSettings): number =>
  1 + dataBits + (parity === 'none' ? 0 : 1) + stopBits;
