// One CoAP message and its bytes (RFC 7252, section 3). A datagram ends as a message or as a fault
// of a closed union; what is decoded points into no foreign memory.

import { err, ok, type Result } from '@prewatt/quantities';

export const messageTypes = ['con', 'non', 'ack', 'rst'] as const;
/** Confirmable, non-confirmable, acknowledgement, reset. */
export type MessageType = (typeof messageTypes)[number];

export type CoapOption = { readonly number: number; readonly value: Uint8Array };

export type CoapMessage = {
  readonly type: MessageType;
  /** Class in the upper three bits, detail in the lower five: `code('2.05')`. */
  readonly code: number;
  /** 0 to 65,535. */
  readonly messageId: number;
  /** Up to eight bytes. */
  readonly token: Uint8Array;
  /** In the order of their numbers; those of one number in their own order. */
  readonly options: readonly CoapOption[];
  readonly payload: Uint8Array;
};

export type MessageFault =
  /** The bytes end before the message does. */
  | 'truncated'
  /** Another version than 1: to be ignored in silence. */
  | 'version'
  /** A token longer than eight bytes, or an option's reserved nibble. */
  | 'format'
  /** A payload marker with nothing behind it. */
  | 'marker'
  /** Code 0.00 with a token or more: an empty message has four bytes. */
  | 'notEmpty'
  /** More bytes, or more options, than an endpoint takes. */
  | 'size';

/** A datagram that a constrained network carries, with room; options beyond it are no message. */
export const mostBytes = 2_048;
const mostOptions = 64;
const payloadMarker = 0xff;
const highestOption = 65_535;

/** `code('2.05')` is 69. Throws on text that is no code. */
export function code(text: `${number}.${string}`): number {
  const [kind = '', detail = ''] = text.split('.');
  const value = (Number(kind) << 5) | Number(detail);
  if (!/^[0-7]\.\d\d$/.test(text) || Number(detail) > 31) throw new RangeError(`no code: ${text}`);
  return value;
}

/** 69 is "2.05". */
export const codeText = (value: number): string =>
  `${value >> 5}.${String(value & 31).padStart(2, '0')}`;

export const isRequest = (value: number): boolean => value > 0 && value < 32;
export const isResponse = (value: number): boolean => value >= 64 && value < 192;
export const isSuccess = (value: number): boolean => value >> 5 === 2;

/** Throws when a field cannot hold its value: a bug of the caller. */
export function encodeMessage(message: CoapMessage): Uint8Array {
  const { type, messageId, token, options, payload } = message;
  if (token.length > 8) throw new RangeError('a token has eight bytes at most');
  if (messageId < 0 || messageId > 0xffff) throw new RangeError('a message id has 16 bits');
  const bytes: number[] = [
    0x40 | (messageTypes.indexOf(type) << 4) | token.length,
    ...[message.code, messageId >> 8, messageId & 0xff],
    ...token,
  ];
  let last = 0;
  for (const option of options.toSorted((a, b) => a.number - b.number)) {
    const [delta, moreOfDelta] = nibbleOf(option.number - last);
    const [length, moreOfLength] = nibbleOf(option.value.length);
    bytes.push((delta << 4) | length, ...moreOfDelta, ...moreOfLength, ...option.value);
    last = option.number;
  }
  if (payload.length > 0) bytes.push(payloadMarker);
  return Uint8Array.of(...bytes, ...payload);
}

function nibbleOf(value: number): readonly [number, readonly number[]] {
  if (value < 13) return [value, []];
  if (value < 269) return [13, [value - 13]];
  return [14, [(value - 269) >> 8, (value - 269) & 0xff]];
}

export function decodeMessage(given: Uint8Array): Result<CoapMessage, MessageFault> {
  if (given.length > mostBytes) return err('size');
  // A copy: parts of a Buffer would be windows on memory that others write.
  const bytes = new Uint8Array(given);
  const [head, codeByte, high, low] = bytes;
  if (head === undefined || codeByte === undefined || high === undefined || low === undefined) {
    return err('truncated');
  }
  if (head >> 6 !== 1) return err('version');
  const tokenLength = head & 15;
  if (tokenLength > 8) return err('format');
  if (bytes.length < 4 + tokenLength) return err('truncated');
  if (codeByte === 0 && bytes.length > 4) return err('notEmpty');
  const read = readOptions(bytes, 4 + tokenLength);
  if (!read.ok) return read;
  return ok({
    type: messageTypes[(head >> 4) & 3] ?? 'rst',
    code: codeByte,
    messageId: (high << 8) | low,
    token: bytes.slice(4, 4 + tokenLength),
    ...read.value,
  });
}

type Tail = Pick<CoapMessage, 'options' | 'payload'>;

function readOptions(bytes: Uint8Array, from: number): Result<Tail, MessageFault> {
  const options: CoapOption[] = [];
  let at = from;
  let number = 0;
  while (at < bytes.length) {
    const head = bytes[at] ?? 0;
    at += 1;
    if (head === payloadMarker) {
      return at === bytes.length ? err('marker') : ok({ options, payload: bytes.slice(at) });
    }
    const delta = extended(bytes, at, head >> 4);
    if (!delta.ok) return delta;
    const length = extended(bytes, delta.value.next, head & 15);
    if (!length.ok) return length;
    number += delta.value.value;
    at = length.value.next + length.value.value;
    if (at > bytes.length) return err('truncated');
    if (number > highestOption) return err('format');
    if (options.length === mostOptions) return err('size');
    options.push({ number, value: bytes.slice(length.value.next, at) });
  }
  return ok({ options, payload: new Uint8Array(0) });
}

type Extended = { readonly value: number; readonly next: number };

/** The value of a nibble with the bytes that it asks for. */
function extended(bytes: Uint8Array, at: number, nibble: number): Result<Extended, MessageFault> {
  if (nibble < 13) return ok({ value: nibble, next: at });
  if (nibble === 15) return err('format');
  const first = bytes[at];
  if (first === undefined) return err('truncated');
  if (nibble === 13) return ok({ value: first + 13, next: at + 1 });
  const second = bytes[at + 1];
  if (second === undefined) return err('truncated');
  return ok({ value: ((first << 8) | second) + 269, next: at + 2 });
}
