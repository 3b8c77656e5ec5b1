// The message centre of a chaos run (SMPP 3.4), in a process of its own so that it can be killed.
// What it takes is in its journal before the answer leaves, as at a carrier.

import { appendFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import {
  createPduFramer,
  decodeMessage,
  type Pdu,
  readSubmitSm,
  smpp,
  textBody,
  writePdu,
} from '@prewatt/rails';
import { outsidePlan, sayReady } from './outside-process.ts';

const { port, journal } = outsidePlan();
let taken = 0;

function submit(body: Uint8Array): { readonly status: number; readonly id: string } {
  const read = readSubmitSm(body);
  if (!read.ok) return { status: 8, id: '' };
  const { destination, octets, dataCoding, esmClass } = read.value;
  const skip = (esmClass & 0x40) === 0 ? 0 : (octets[0] ?? 0) + 1;
  const text = decodeMessage(octets.subarray(skip), dataCoding);
  appendFileSync(journal, `${JSON.stringify({ to: destination.address, text })}\n`);
  taken += 1;
  return { status: 0, id: `${process.pid}-${taken}` };
}

function answer(socket: Socket, { commandId, sequence, body }: Pdu): void {
  if (smpp.isAnswer(commandId)) return;
  const { status, id } = commandId === smpp.submitSm ? submit(body) : { status: 0, id: 'CENTRE' };
  const wantsText = commandId === smpp.submitSm || commandId === smpp.bindTransceiver;
  socket.write(
    writePdu({
      ...{ commandId: smpp.answerTo(commandId), sequence, commandStatus: status },
      body: wantsText ? textBody(id) : new Uint8Array(),
    }),
  );
}

createServer((socket) => {
  const frame = createPduFramer();
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    const framed = frame(chunk);
    if (framed.kind === 'broken') socket.destroy();
    else for (const pdu of framed.pdus) answer(socket, pdu);
  });
}).listen(port, '127.0.0.1', sayReady);
