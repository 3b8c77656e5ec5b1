// SMPP 3.4 PDUs that go out, both sides: an external entity binds and submits, a message centre
// delivers. And the cutting of a stream into PDUs, which stops at a length that cannot be.

import { err, ok, type Result } from '@prewatt/quantities';
import { createReader, type Pdu, type PduRefusal, readPdu } from './pdu.ts';

/** Identifiers of commands; an answer has the highest bit set beside its command's. */
export const smpp = {
  genericNack: 0x80000000,
  bindReceiver: 0x01,
  bindTransmitter: 0x02,
  submitSm: 0x04,
  deliverSm: 0x05,
  unbind: 0x06,
  bindTransceiver: 0x09,
  enquireLink: 0x15,
  answerTo: (commandId: number): number => (commandId | 0x80000000) >>> 0,
  isAnswer: (commandId: number): boolean => commandId >= 0x80000000,
} as const;

const headerLength = 16;
/** A message in its payload field can be 64 KB; nothing longer is a PDU. */
const longestPdu = 70_000;

export function writePdu(o: {
  readonly commandId: number;
  readonly sequence: number;
  readonly commandStatus?: number;
  readonly body?: Uint8Array;
}): Uint8Array {
  const body = o.body ?? new Uint8Array();
  const bytes = new Uint8Array(headerLength + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length);
  view.setUint32(4, o.commandId);
  view.setUint32(8, o.commandStatus ?? 0);
  view.setUint32(12, o.sequence);
  bytes.set(body, headerLength);
  return bytes;
}

/** A text and the NUL behind it, at most `longest` octets: the whole body of many answers. */
export const textBody = (text: string, longest = 65): Uint8Array =>
  Uint8Array.from([...ascii(text).slice(0, longest - 1), 0]);

const ascii = (text: string): number[] =>
  [...text].map((char) => {
    const code = char.charCodeAt(0);
    return code > 0 && code < 256 ? code : 0x3f;
  });

export type SmppAddress = { readonly ton: number; readonly npi: number; readonly address: string };

const addressOctets = ({ ton, npi, address }: SmppAddress): number[] => [
  ton,
  npi,
  ...textBody(address, 21),
];

/** The body of a bind. The standard's passwords have at most 8 characters; more are sent. */
export const writeBind = (o: {
  readonly systemId: string;
  readonly password: string;
  readonly systemType: string;
}): Uint8Array =>
  Uint8Array.from([
    ...textBody(o.systemId, 16),
    ...textBody(o.password, 16),
    ...textBody(o.systemType, 13),
    ...[0x34, 0, 0, 0],
  ]);

type Sent = {
  readonly source: SmppAddress;
  readonly destination: SmppAddress;
  readonly esmClass: number;
  readonly dataCoding: number;
  readonly octets: Uint8Array;
};

function messageBody(o: Sent, registered: number, validity: string): Uint8Array {
  const octets = o.octets.subarray(0, 254);
  return Uint8Array.from([
    0,
    ...addressOctets(o.source),
    ...addressOctets(o.destination),
    ...[o.esmClass, 0, 0, 0],
    ...textBody(validity, 17),
    ...[registered, 0, o.dataCoding, 0],
    ...[octets.length, ...octets],
  ]);
}

/** The body of submit_sm. `validity` in the relative form, "000001000000000R" for a day. */
export const writeSubmitSm = (
  o: Sent & { readonly wantsReceipt: boolean; readonly validity?: string },
): Uint8Array => messageBody(o, o.wantsReceipt ? 1 : 0, o.validity ?? '');

/** The body of deliver_sm, with the fields by which a receipt names its message. */
export function writeDeliverSm(
  o: Sent & { readonly receiptedMessageId?: string; readonly messageState?: number },
): Uint8Array {
  const fields: number[] = [];
  if (o.receiptedMessageId !== undefined) {
    const id = textBody(o.receiptedMessageId);
    fields.push(0x00, 0x1e, 0, id.length, ...id);
  }
  if (o.messageState !== undefined) fields.push(0x04, 0x27, 0, 1, o.messageState);
  return Uint8Array.from([...messageBody(o, 0, ''), ...fields]);
}

export type SubmitSm = Sent & { readonly wantsReceipt: boolean };

/** Reads the body of submit_sm, as a message centre does. */
export function readSubmitSm(body: Uint8Array): Result<SubmitSm, PduRefusal> {
  const reader = createReader(body);
  const address = (): SmppAddress => {
    const [ton, npi] = [reader.byte(), reader.byte()];
    return { ton, npi, address: reader.text(21) };
  };
  reader.text(6);
  const [source, destination] = [address(), address()];
  const esmClass = reader.byte();
  reader.bytes(2);
  reader.text(17);
  reader.text(17);
  const registered = reader.byte();
  reader.byte();
  const dataCoding = reader.byte();
  reader.byte();
  const octets = reader.bytes(reader.byte());
  if (reader.failed()) return err('truncated');
  const wantsReceipt = (registered & 3) !== 0;
  return ok({ source, destination, esmClass, dataCoding, octets, wantsReceipt });
}

export type Framed =
  | { readonly kind: 'pdus'; readonly pdus: readonly Pdu[] }
  /** The stream is no SMPP, or lost its place: the connection ends. */
  | { readonly kind: 'broken' };

/** Cuts a stream into PDUs, whatever the pieces in which it comes. */
export function createPduFramer(): (chunk: Uint8Array) => Framed {
  let held = new Uint8Array();
  return (chunk) => {
    const all = new Uint8Array(held.length + chunk.length);
    all.set(held);
    all.set(chunk, held.length);
    held = all;
    const pdus: Pdu[] = [];
    while (held.length >= headerLength) {
      const length = new DataView(held.buffer, held.byteOffset).getUint32(0);
      if (length < headerLength || length > longestPdu) return { kind: 'broken' };
      if (held.length < length) break;
      const pdu = readPdu(held.subarray(0, length));
      if (!pdu.ok) return { kind: 'broken' };
      pdus.push(pdu.value);
      held = held.subarray(length);
    }
    return { kind: 'pdus', pdus };
  };
}
