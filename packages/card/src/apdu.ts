// Commands to a card and its answers (ISO/IEC 7816-4), short form. A reader is a function that
// takes the bytes of a command and gives the bytes of the answer.

import { joined } from './bytes.ts';

/** Rejects when the reader or the card is gone. */
export type Transmit = (command: Uint8Array) => Promise<Uint8Array>;

export type Command = {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data?: Uint8Array;
  /** How many bytes are expected; absent = none. 256 is the most. */
  readonly expected?: number;
};

export type Answer = { readonly data: Uint8Array; readonly status: number };

export const statusOk = 0x9000;

export function commandBytes({ cla, ins, p1, p2, data, expected }: Command): Uint8Array {
  const head = Uint8Array.of(cla, ins, p1, p2);
  const body = data === undefined ? new Uint8Array(0) : joined(Uint8Array.of(data.length), data);
  const tail = expected === undefined ? new Uint8Array(0) : Uint8Array.of(expected & 0xff);
  return joined(head, body, tail);
}

/** A command out of any bytes; null when they are none. */
export function parseCommand(bytes: Uint8Array): Command | null {
  const [cla, ins, p1, p2, third] = bytes;
  if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined) return null;
  const head = { cla, ins, p1, p2 };
  if (third === undefined) return head;
  if (bytes.length === 5) return { ...head, expected: third === 0 ? 256 : third };
  const data = bytes.subarray(5, 5 + third);
  if (data.length < third || bytes.length > 6 + third) return null;
  const last = bytes[5 + third];
  return last === undefined
    ? { ...head, data }
    : { ...head, data, expected: last === 0 ? 256 : last };
}

export const answerBytes = ({ data, status }: Answer): Uint8Array =>
  joined(data, Uint8Array.of(status >> 8, status & 0xff));

/** An answer of fewer than two bytes is none: status 0. */
export function parseAnswer(bytes: Uint8Array): Answer {
  if (bytes.length < 2) return { data: new Uint8Array(0), status: 0 };
  const [high = 0, low = 0] = bytes.subarray(-2);
  return { data: bytes.subarray(0, -2), status: high * 256 + low };
}

export async function send(transmit: Transmit, command: Command): Promise<Answer> {
  return parseAnswer(await transmit(commandBytes(command)));
}
