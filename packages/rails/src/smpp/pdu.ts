// SMPP 3.4 PDUs that a message centre sends us: the header, deliver_sm with its optional fields,
// and the parts of a long message. Lengths are checked before anything is read.

import { err, ok, type Result } from '@prewatt/quantities';
import { e164 } from '../base/phones.ts';
import { latin1 } from './gsm.ts';

export type PduRefusal = 'too-short' | 'length' | 'not-deliver' | 'truncated';

export type Pdu = {
  readonly commandId: number;
  readonly commandStatus: number;
  readonly sequence: number;
  readonly body: Uint8Array;
};

/** Splits one whole PDU. */
export function readPdu(bytes: Uint8Array): Result<Pdu, PduRefusal> {
  if (bytes.length < 16) return err('too-short');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== bytes.length) return err('length');
  return ok({
    commandId: view.getUint32(4),
    commandStatus: view.getUint32(8),
    sequence: view.getUint32(12),
    body: bytes.subarray(16),
  });
}

export type Part = { readonly ref: number; readonly total: number; readonly number: number };

export type DeliverSm = {
  readonly sender: string;
  readonly recipient: string;
  readonly esmClass: number;
  readonly dataCoding: number;
  /** Octets of the text, without a header of parts. */
  readonly message: Uint8Array;
  readonly part: Part | null;
  readonly receiptedMessageId: string | null;
  readonly messageState: number | null;
};

const deliverSm = 5;

/** Reads deliver_sm (command 5). */
export function readDeliverSm(bytes: Uint8Array): Result<DeliverSm, PduRefusal> {
  const pdu = readPdu(bytes);
  if (!pdu.ok) return pdu;
  if (pdu.value.commandId !== deliverSm) return err('not-deliver');
  const reader = createReader(pdu.value.body);
  reader.text(6);
  const [sourceTon] = [reader.byte(), reader.byte()];
  const source = reader.text(21);
  const [destinationTon] = [reader.byte(), reader.byte()];
  const destination = reader.text(21);
  const esmClass = reader.byte();
  reader.byte();
  reader.byte();
  reader.text(17);
  reader.text(17);
  reader.byte();
  reader.byte();
  const dataCoding = reader.byte();
  reader.byte();
  const short = reader.bytes(reader.byte());
  if (reader.failed()) return err('truncated');
  const optional = reader.optionals();
  if (optional === null) return err('truncated');
  const whole = short.length === 0 ? (optional.get(0x0424) ?? short) : short;
  const { message, part } = withoutHeader(whole, esmClass);
  const id = optional.get(0x001e);
  return ok({
    sender: addressOf(sourceTon, source),
    recipient: addressOf(destinationTon, destination),
    esmClass,
    dataCoding,
    message,
    part: part ?? sarPart(optional),
    receiptedMessageId: id === undefined ? null : latin1(id).replace(/\0.*$/s, ''),
    messageState: optional.get(0x0427)?.[0] ?? null,
  });
}

// Type of number 1 is international: the plus is not in the address.
const addressOf = (ton: number, address: string): string =>
  ton === 1 ? (e164(address) ?? address) : address;

export function createReader(body: Uint8Array) {
  let [at, bad] = [0, false];
  const byte = (): number => {
    const value = body[at];
    if (value === undefined) bad = true;
    at += 1;
    return value ?? 0;
  };
  return {
    byte,
    failed: () => bad,
    bytes: (length: number): Uint8Array => {
      if (at + length > body.length) bad = true;
      const part = body.subarray(at, at + length);
      at += length;
      return part;
    },
    /** Up to a NUL; at most `longest` octets with it. */
    text: (longest: number): string => {
      const end = body.subarray(at, at + longest).indexOf(0);
      if (end === -1) {
        bad = true;
        return '';
      }
      const text = latin1(body.subarray(at, at + end));
      at += end + 1;
      return text;
    },
    /** What is left, as tag, length, value; null when a length runs over the end. */
    optionals: (): Map<number, Uint8Array> | null => {
      const found = new Map<number, Uint8Array>();
      while (at < body.length) {
        const [tag, length] = [(byte() << 8) | byte(), (byte() << 8) | byte()];
        if (bad || at + length > body.length) return null;
        if (!found.has(tag)) found.set(tag, body.subarray(at, at + length));
        at += length;
      }
      return found;
    },
  };
}

/**
 * Takes the user data header off, and reads the element of parts in it (8 or 16 bits of
 * reference).
 */
function withoutHeader(
  whole: Uint8Array,
  esmClass: number,
): { readonly message: Uint8Array; readonly part: Part | null } {
  const headerLength = whole[0] ?? 0;
  if ((esmClass & 0x40) === 0 || whole.length < headerLength + 1) {
    return { message: whole, part: null };
  }
  let part: Part | null = null;
  for (let at = 1; at + 1 < headerLength + 1; ) {
    const [kind = 0, length = 0] = [whole[at], whole[at + 1]];
    const value = whole.subarray(at + 2, Math.min(at + 2 + length, headerLength + 1));
    const [a = 0, b = 0, c = 0, d = 0] = value;
    if (kind === 0 && value.length === 3) part = { ref: a, total: b, number: c };
    if (kind === 8 && value.length === 4) part = { ref: (a << 8) | b, total: c, number: d };
    at += 2 + length;
  }
  return { message: whole.subarray(headerLength + 1), part };
}

function sarPart(optional: ReadonlyMap<number, Uint8Array>): Part | null {
  const ref = optional.get(0x020c);
  const total = optional.get(0x020e)?.[0];
  const number = optional.get(0x020f)?.[0];
  if (ref === undefined || total === undefined || number === undefined) return null;
  return { ref: ((ref[0] ?? 0) << 8) | (ref[1] ?? 0), total, number };
}
