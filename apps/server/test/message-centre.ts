// A message centre of SMPP 3.4 for tests: takes binds and messages, and does what it is told to do
// wrong. It speaks through packages/rails, like the adapter; independent peers are in tools.

import { createServer, type Socket } from 'node:net';
import {
  createPduFramer,
  decodeMessage,
  type Pdu,
  readSubmitSm,
  type SubmitSm,
  smpp,
  splitText,
  textBody,
  writeDeliverSm,
  writePdu,
} from '@prewatt/rails';

export type Taken = SubmitSm & { readonly id: string; readonly to: string };

export type MessageCentre = {
  readonly port: number;
  readonly taken: Taken[];
  readonly binds: () => number;
  /** Largest number of messages that were unanswered at once. */
  readonly mostAtOnce: () => number;
  /** Command statuses of the next messages; 'silent' answers nothing, 'hangUp' ends the line. */
  readonly faults: (number | 'silent' | 'hangUp')[];
  /** The status of binds. */
  bindStatus: number;
  /** How long an answer takes. */
  answerMs: number;
  /** deliver_sm to us; resolves with the status that we answer. */
  readonly deliver: (o: {
    readonly from: string;
    readonly text: string;
    readonly esmClass?: number;
    readonly receiptedMessageId?: string;
    readonly messageState?: number;
  }) => Promise<number[]>;
  /** The receipt of a message, in the usual text. */
  readonly receipt: (id: string, state: string) => Promise<number[]>;
  readonly hangUp: () => void;
  readonly close: () => Promise<void>;
};

export async function createMessageCentre(): Promise<MessageCentre> {
  const sockets = new Set<Socket>();
  const bound = new Set<Socket>();
  const answers = new Map<number, (status: number) => void>();
  let sequence = 0;
  let binds = 0;
  let under = 0;
  let mostAtOnce = 0;
  const taken: Taken[] = [];
  const faults: MessageCentre['faults'] = [];
  const server = createServer((socket) => {
    const frame = createPduFramer();
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      bound.delete(socket);
    });
    socket.on('data', (chunk: Buffer) => {
      const framed = frame(chunk);
      if (framed.kind === 'broken') socket.destroy();
      else for (const pdu of framed.pdus) takePdu(socket, pdu);
    });
  });

  const takePdu = (socket: Socket, { commandId, commandStatus, sequence: of, body }: Pdu): void => {
    const answer = (status: number, text: Uint8Array = new Uint8Array()): void => {
      socket.write(
        writePdu({
          ...{ commandId: smpp.answerTo(commandId), sequence: of, commandStatus: status },
          body: text,
        }),
      );
    };
    if (smpp.isAnswer(commandId)) {
      answers.get(of)?.(commandStatus);
      answers.delete(of);
    } else if (commandId === smpp.bindTransceiver) {
      binds += 1;
      if (centre.bindStatus === 0) bound.add(socket);
      answer(centre.bindStatus, textBody('CENTRE'));
    } else if (commandId === smpp.submitSm) submit(socket, { answer, body });
    else answer(0);
  };

  const submit = (
    socket: Socket,
    o: { readonly answer: (status: number, body?: Uint8Array) => void; readonly body: Uint8Array },
  ): void => {
    const fault = faults.shift() ?? 0;
    if (fault === 'hangUp') socket.destroy();
    const read = readSubmitSm(o.body);
    if (typeof fault === 'string' || !read.ok) return;
    const id = `${(0xa0_0000 + taken.length).toString(16)}`;
    if (fault === 0) taken.push({ ...read.value, id, to: read.value.destination.address });
    under += 1;
    mostAtOnce = Math.max(mostAtOnce, under);
    setTimeout(() => {
      under -= 1;
      o.answer(fault, fault === 0 ? textBody(id) : textBody(''));
    }, centre.answerMs);
  };

  const deliver: MessageCentre['deliver'] = async (o) => {
    sequence += 100;
    const parts = splitText(o.text, 7).map((part, i) => {
      const number = sequence + i;
      const body = writeDeliverSm({
        ...{ ...part, ...o, esmClass: part.esmClass | (o.esmClass ?? 0) },
        source: { ton: 1, npi: 1, address: o.from },
        destination: { ton: 3, npi: 0, address: '22345' },
      });
      return { number, pdu: writePdu({ commandId: smpp.deliverSm, sequence: number, body }) };
    });
    return Promise.all(
      parts.map(
        ({ number, pdu }) =>
          new Promise<number>((resolve) => {
            answers.set(number, resolve);
            for (const socket of bound) socket.write(pdu);
          }),
      ),
    );
  };

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const centre: MessageCentre = {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    ...{ taken, faults, deliver, bindStatus: 0, answerMs: 0 },
    binds: () => binds,
    mostAtOnce: () => mostAtOnce,
    receipt: (id, state) =>
      deliver({
        from: '254722000101',
        esmClass: 4,
        text: `id:${id} sub:001 dlvrd:001 submit date:2611300900 done date:2611300901 stat:${state} err:000 text:Your`,
      }),
    hangUp: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return centre;
}

/** What a message says, with its parts' header taken off. */
export const textOf = ({ octets, dataCoding, esmClass }: SubmitSm): string => {
  const skip = (esmClass & 0x40) === 0 ? 0 : (octets[0] ?? 0) + 1;
  return decodeMessage(octets.subarray(skip), dataCoding);
};
