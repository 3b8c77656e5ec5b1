// How a device and its server prove to each other that they know the secret of the device, where no
// DTLS below them does: by a counter that only rises and a code over it and what is said. It hides
// nothing; who listens on the way reads what is said.

import { err, ok, type Result } from '@prewatt/quantities';
import { concat } from './tlv.ts';

/** HMAC-SHA-256: 32 bytes. */
export type Hmac = (key: Uint8Array, bytes: Uint8Array) => Uint8Array;

export type ProofFault =
  /** No counter or code, or none of their form. */
  | 'missing'
  /** Another secret, or changed on the way. */
  | 'wrong'
  /** Its counter has come before. */
  | 'old';

/** Parameters of a query: the counter, and the first 16 bytes of the code in hexadecimal. */
const counterName = 'pwn';
const codeName = 'pwm';
const codeBytes = 16;
const counterBytes = 8;

export type Said = {
  readonly method: string;
  readonly path: readonly string[];
  /** Without the proof. */
  readonly query: readonly string[];
  readonly payload: Uint8Array;
};

const textBytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** JSON keeps the parts apart. */
const saidBytes = ({ method, path, query, payload }: Said, counter: number): Uint8Array =>
  concat([textBytes(JSON.stringify(['request', method, path, query, counter])), payload]);

/** The query with the proof at its end. */
export function proveRequest(
  hmac: Hmac,
  secret: Uint8Array,
  { said, counter }: { readonly said: Said; readonly counter: number },
): string[] {
  const code = hmac(secret, saidBytes(said, counter)).subarray(0, codeBytes).toHex();
  return [...said.query, `${counterName}=${counter}`, `${codeName}=${code}`];
}

export type Checking = { readonly hmac: Hmac; readonly secret: Uint8Array; readonly above: number };

/** The counter, which is from now on the highest. `query` as it came. */
export function checkRequest(
  { hmac, secret, above }: Checking,
  said: Said,
): Result<number, ProofFault> {
  const of = (name: string): string =>
    said.query.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
  const [counterText, code] = [of(counterName), of(codeName)];
  const isThere = /^\d{1,15}$/.test(counterText) && /^[0-9a-f]{32}$/.test(code);
  if (!isThere) return err('missing');
  const counter = Number(counterText);
  const query = said.query.filter((each) => !/^(pwn|pwm)=/.test(each));
  const expected = hmac(secret, saidBytes({ ...said, query }, counter)).subarray(0, codeBytes);
  if (!isSame(expected, Uint8Array.fromHex(code))) return err('wrong');
  return counter > above ? ok(counter) : err('old');
}

/** In constant time. */
function isSame(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (const [index, byte] of a.entries()) difference |= byte ^ (b[index] ?? 0);
  return difference === 0;
}

/** Which way a message goes, so that none is sent back. */
export type Direction = 'up' | 'down';

const messageBytes = (direction: Direction, counter: Uint8Array, message: Uint8Array): Uint8Array =>
  concat([textBytes(`message ${direction} `), counter, message]);

/** Counter (8 bytes, big-endian), code (16 bytes), message. */
export function closeMessage(
  hmac: Hmac,
  secret: Uint8Array,
  o: { readonly direction: Direction; readonly counter: number; readonly message: Uint8Array },
): Uint8Array {
  const counter = new Uint8Array(counterBytes);
  new DataView(counter.buffer).setBigUint64(0, BigInt(o.counter));
  const code = hmac(secret, messageBytes(o.direction, counter, o.message)).subarray(0, codeBytes);
  return concat([counter, code, o.message]);
}

export function openMessage(
  { hmac, secret, above }: Checking,
  direction: Direction,
  bytes: Uint8Array,
): Result<{ readonly counter: number; readonly message: Uint8Array }, ProofFault> {
  const head = counterBytes + codeBytes;
  if (bytes.length <= head) return err('missing');
  const counter = bytes.slice(0, counterBytes);
  const message = bytes.slice(head);
  const expected = hmac(secret, messageBytes(direction, counter, message)).subarray(0, codeBytes);
  if (!isSame(expected, bytes.subarray(counterBytes, head))) return err('wrong');
  const value = new DataView(counter.buffer, counter.byteOffset, counterBytes).getBigUint64(0);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) return err('missing');
  return Number(value) > above ? ok({ counter: Number(value), message }) : err('old');
}
