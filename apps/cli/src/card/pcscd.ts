// PC/SC without a native part: the protocol that pcscd speaks with its clients at a local socket
// (version 4 of winscard_msg.h of pcsc-lite). Numbers are little-endian, as on every machine that
// pcscd runs on. One request at a time; each has one answer of known length.

import { connect, type Socket } from 'node:net';
import type { Transmit } from '@prewatt/card';

/** Where Debian's, Fedora's and Alpine's pcscd listens. */
export const pcscdSocket = '/run/pcscd/pcscd.comm';

const commands = {
  establish: 0x01,
  connect: 0x04,
  disconnect: 0x06,
  transmit: 0x09,
  version: 0x11,
  readers: 0x12,
} as const;

const version = { major: 4, minor: 4 };
const nameBytes = 128;
/** Name, three numbers, an answer to reset of at most 33 bytes, two numbers. */
const readerBytes = nameBytes + 3 * 4 + 36 + 2 * 4;
const maximumReaders = 16;
const stateAt = nameBytes + 4;
/** Of `readerState`: a card is in it. */
const presentBit = 0x0004;
/** Nobody else speaks to the card meanwhile. */
const exclusive = 1;
const eitherProtocol = 3;
const resetCard = 1;
const maximumAnswer = 264;

/**
 * noService: nothing listens at the socket. noReader, noCard: what it says. busy: another program
 * has the card. gone: the card was pulled out, or the reader unplugged.
 */
export type PcscFault = 'noService' | 'noReader' | 'noCard' | 'busy' | 'gone' | 'failed';

/** Expected: whoever holds the reader is told. */
export class PcscError extends Error {
  readonly fault: PcscFault;
  constructor(fault: PcscFault) {
    super(fault);
    this.fault = fault;
  }
}

const faults: Readonly<Record<number, PcscFault>> = {
  2148532233: 'noReader',
  2148532235: 'busy',
  2148532236: 'noCard',
  2148532247: 'gone',
  2148532270: 'noReader',
  2148532326: 'noCard',
  2148532328: 'gone',
  2148532329: 'gone',
};

export type Reader = { readonly name: string; readonly hasCard: boolean };
export type CardLink = { readonly transmit: Transmit; readonly close: () => Promise<void> };
export type Pcscd = {
  readonly readers: () => Promise<readonly Reader[]>;
  /** The card in it, for us alone. */
  readonly open: (reader: string) => Promise<CardLink>;
  readonly close: () => void;
};

/** Throws PcscError, as all that it answers does. */
export async function openPcscd(path: string = pcscdSocket): Promise<Pcscd> {
  const wire = await openWire(path);
  await wire.ask(commands.version, words(version.major, version.minor, 0), 12);
  const [, context = 0] = numbers(await wire.ask(commands.establish, words(2, 0, 0), 12));
  return {
    readers: async () => {
      const table = await wire.ask(commands.readers, Buffer.alloc(0), readerBytes * maximumReaders);
      return Array.from({ length: maximumReaders }, (_, i) => readerAt(table, i)).filter(
        ({ name }) => name !== '',
      );
    },
    open: async (reader) => {
      const name = Buffer.alloc(nameBytes);
      name.write(reader, 'utf8');
      const asked = Buffer.concat([
        words(context),
        name,
        words(exclusive, eitherProtocol, 0, 0, 0),
      ]);
      const answer = await wire.ask(commands.connect, asked, asked.length);
      checkResult(answer);
      const [card = 0, protocol = 0] = numbers(answer.subarray(nameBytes + 12));
      return {
        transmit: (command) => transmit(wire, { card, protocol, command }),
        close: async () => {
          await wire.ask(commands.disconnect, words(card, resetCard, 0), 12);
        },
      };
    },
    close: wire.close,
  };
}

/** The card that is on the first reader with one; its end closes the way to the reader, too. */
export async function cardOnReader(open: () => Promise<Pcscd>): Promise<CardLink> {
  const pcsc = await open();
  try {
    const readers = await pcsc.readers();
    const held = readers.find(({ hasCard }) => hasCard);
    if (held === undefined) throw new PcscError(readers.length === 0 ? 'noReader' : 'noCard');
    const link = await pcsc.open(held.name);
    return {
      transmit: link.transmit,
      close: async () => {
        await link.close().catch(() => {});
        pcsc.close();
      },
    };
  } catch (error) {
    pcsc.close();
    throw error;
  }
}

async function transmit(
  wire: Wire,
  o: { readonly card: number; readonly protocol: number; readonly command: Uint8Array },
): Promise<Uint8Array> {
  const { card, protocol, command } = o;
  const pci = 16;
  const head = words(card, protocol, pci, command.length, protocol, pci, maximumAnswer, 0);
  const answer = await wire.ask(commands.transmit, head, head.length, Buffer.from(command));
  checkResult(answer);
  const length = answer.readUInt32LE(24);
  if (length > maximumAnswer) throw new PcscError('failed');
  return Uint8Array.from(await wire.more(length));
}

function readerAt(table: Buffer, index: number): Reader {
  const row = table.subarray(index * readerBytes, (index + 1) * readerBytes);
  const name = row.subarray(0, nameBytes).toString('utf8').split('\0')[0] ?? '';
  return { name, hasCard: (row.readUInt32LE(stateAt) & presentBit) !== 0 };
}

const words = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32LE(value >>> 0, 4 * i);
  return bytes;
};
const numbers = (bytes: Buffer): number[] =>
  Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => bytes.readUInt32LE(4 * i));

/** The last number of an answer is its result; 0 is success. */
function checkResult(answer: Buffer): void {
  const code = answer.readUInt32LE(answer.length - 4);
  if (code !== 0) throw new PcscError(faults[code] ?? 'failed');
}

type Wire = {
  readonly ask: (
    command: number,
    body: Buffer,
    answerBytes: number,
    after?: Buffer,
  ) => Promise<Buffer>;
  /** What follows an answer. */
  readonly more: (bytes: number) => Promise<Buffer>;
  readonly close: () => void;
};

async function openWire(path: string): Promise<Wire> {
  const socket = await new Promise<Socket>((resolve, reject) => {
    const opening = connect({ path });
    opening.once('connect', () => resolve(opening));
    opening.once('error', () => reject(new PcscError('noService')));
  });
  let held = Buffer.alloc(0);
  let waiting: { bytes: number; resolve: (b: Buffer) => void; reject: (e: Error) => void } | null =
    null;
  let isOver = false;
  const look = (): void => {
    if (waiting === null) return;
    const { bytes, resolve, reject } = waiting;
    if (held.length >= bytes) {
      const taken = held.subarray(0, bytes);
      held = held.subarray(bytes);
      waiting = null;
      resolve(taken);
    } else if (isOver) {
      waiting = null;
      reject(new PcscError('noService'));
    }
  };
  socket.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    look();
  });
  socket.on('error', () => {});
  socket.once('close', () => {
    isOver = true;
    look();
  });
  const more = (bytes: number): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      waiting = { bytes, resolve, reject };
      look();
    });
  return {
    ask: (command, body, answerBytes, after = Buffer.alloc(0)) => {
      socket.write(Buffer.concat([words(body.length, command), body, after]));
      return more(answerBytes);
    },
    more,
    close: () => socket.destroy(),
  };
}
