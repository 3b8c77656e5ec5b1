// A virtual card in the virtual reader of vsmartcard (vpcd): a client of its port, with frames of
// two bytes of length. One byte is a word of the reader (0 off, 1 on, 2 reset, 4 say your answer to
// reset); anything else is a command to the card.

import { connect } from 'node:net';

export type VirtualCard = {
  readonly answer: (command: Uint8Array) => Uint8Array;
  readonly reset: () => void;
};

const sayReset = 4;

/** Puts the card in; the answer takes it out. */
export async function insertCard(
  card: VirtualCard,
  o: { readonly port: number; readonly answerToReset: Uint8Array },
): Promise<() => Promise<void>> {
  const socket = connect({ host: '127.0.0.1', port: o.port });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  let held = Buffer.alloc(0);
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
      const message = held.subarray(2, 2 + held.readUInt16BE(0));
      held = held.subarray(2 + message.length);
      const answer = answerTo(message);
      if (answer === null) continue;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(answer.length);
      socket.write(Buffer.concat([length, answer]));
    }
  });
  const answerTo = (message: Buffer): Uint8Array | null => {
    if (message.length !== 1) return card.answer(Uint8Array.from(message));
    if (message[0] === sayReset) return o.answerToReset;
    card.reset();
    return null;
  };
  return () =>
    new Promise((resolve) => {
      socket.once('close', () => resolve());
      socket.destroy();
    });
}
