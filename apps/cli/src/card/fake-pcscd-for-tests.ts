// A pcscd of the tests: the service's side of its protocol at a socket of its own, with one reader
// and whichever card is put in. It answers as pcscd 2.3 does.

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Card = { readonly answer: (command: Uint8Array) => Uint8Array; readonly reset: () => void };

export type FakePcscd = {
  readonly path: string;
  /** Null takes it out. */
  readonly put: (card: Card | null) => void;
  /** Takes the card out before the n-th command from now. */
  readonly pullOutAt: (nth: number) => void;
  readonly close: () => Promise<void>;
};

const noCard = 0x8010000c;
const removed = 0x80100069;
const readerBytes = 184;

export async function createFakePcscd(): Promise<FakePcscd> {
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-pcscd-'));
  const path = join(folder, 'pcscd.comm');
  let card: Card | null = null;
  let left = Number.POSITIVE_INFINITY;
  const sockets = new Set<Socket>();

  const readers = (): Buffer => {
    const table = Buffer.alloc(16 * readerBytes);
    table.write('Reader of the tests 00 00', 'utf8');
    table.writeUInt32LE(card === null ? 0x02 : 0x34, 132);
    return table;
  };
  const transmit = (body: Buffer, command: Buffer): Buffer => {
    left -= 1;
    if (left < 0) card = null;
    const answer = card === null ? null : Buffer.from(card.answer(Uint8Array.from(command)));
    body.writeUInt32LE(answer?.length ?? 0, 24);
    body.writeUInt32LE(answer === null ? removed : 0, 28);
    return answer === null ? body : Buffer.concat([body, answer]);
  };
  const connected = (body: Buffer): Buffer => {
    body.writeInt32LE(77, 140);
    body.writeUInt32LE(2, 144);
    body.writeUInt32LE(card === null ? noCard : 0, 148);
    card?.reset();
    return body;
  };
  const answerTo = (command: number, body: Buffer, after: Buffer): Buffer => {
    if (command === 0x12) return readers();
    if (command === 0x04) return connected(body);
    if (command === 0x09) return transmit(body, after);
    if (command === 0x01) body.writeUInt32LE(5, 4);
    return body;
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    let held = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      for (;;) {
        if (held.length < 8) return;
        const [size, command] = [held.readUInt32LE(0), held.readUInt32LE(4)];
        if (held.length < 8 + size) return;
        const body = Buffer.from(held.subarray(8, 8 + size));
        const follows = command === 0x09 ? body.readUInt32LE(12) : 0;
        if (held.length < 8 + size + follows) return;
        const after = Buffer.from(held.subarray(8 + size, 8 + size + follows));
        held = held.subarray(8 + size + follows);
        socket.write(answerTo(command, body, after));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    path,
    put: (next) => {
      card = next;
      left = Number.POSITIVE_INFINITY;
    },
    pullOutAt: (nth) => {
      left = nth;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
