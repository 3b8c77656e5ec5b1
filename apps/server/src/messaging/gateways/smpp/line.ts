// One connection to a message centre, from the dial to its end: the bind, questions and answers by
// their sequence numbers, enquiries, and what the other side asks.

import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import {
  actionOnStatus,
  createPduFramer,
  type Pdu,
  smpp,
  textBody,
  writeBind,
  writePdu,
} from '@prewatt/rails';
import type { SmppLink, SmppTiming } from './settings.ts';

export type Line = {
  /** Null when no answer came: too late, or the line ended. */
  readonly ask: (commandId: number, body?: Uint8Array) => Promise<Pdu | null>;
  /** Says goodbye where there is a bind, then ends. */
  readonly close: () => Promise<void>;
};

export type LineDeps = {
  readonly link: SmppLink;
  readonly timing: SmppTiming;
  /** The status of the answer to a deliver_sm, once it is kept. */
  readonly deliver: (pdu: Uint8Array) => Promise<number>;
  readonly onBound: () => void;
  /** Once, with the reason. */
  readonly onEnd: (trouble: string) => void;
};

const temporaryFault = 0x64;
const invalidCommand = 0x03;

export function openLine(o: LineDeps): Line {
  const { link, timing } = o;
  const { host, port } = link;
  const socket = link.tls ? connectTls({ host, port, servername: host }) : connectTcp(port, host);
  const asking = createAsking(socket, timing);
  const frame = createPduFramer();
  let trouble = 'the message centre closed the connection';
  let isBound = false;
  let enquiries: NodeJS.Timeout | undefined;

  const bind = async (): Promise<void> => {
    const answer = await asking.ask(smpp.bindTransceiver, writeBind(link));
    if (answer?.commandStatus !== 0) {
      trouble = bindTrouble(answer);
      socket.destroy();
      return;
    }
    isBound = true;
    enquiries = setInterval(async () => {
      if ((await asking.ask(smpp.enquireLink)) === null) socket.destroy();
    }, timing.enquireMs);
    o.onBound();
  };

  socket.setNoDelay(true);
  socket.setTimeout(timing.enquireMs * 3, () => socket.destroy());
  socket.on(link.tls ? 'secureConnect' : 'connect', bind);
  socket.on('data', (chunk: Buffer) => {
    const framed = frame(chunk);
    if (framed.kind === 'broken') socket.destroy();
    else for (const pdu of framed.pdus) takePdu({ socket, asking, deliver: o.deliver }, pdu);
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    trouble = `the message centre cannot be reached (${error.code ?? 'connection lost'})`;
  });
  socket.on('close', () => {
    clearInterval(enquiries);
    asking.end();
    o.onEnd(trouble);
  });
  return {
    ask: asking.ask,
    close: async () => {
      if (socket.destroyed) return;
      if (isBound) await Promise.race([asking.ask(smpp.unbind), pause(500)]);
      socket.destroy();
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

type Asking = {
  readonly ask: Line['ask'];
  readonly answered: (pdu: Pdu) => void;
  /** Nothing more comes. */
  readonly end: () => void;
};

function createAsking(socket: Socket, timing: SmppTiming): Asking {
  const waiting = new Map<number, (pdu: Pdu | null) => void>();
  let sequence = 0;
  return {
    ask: (commandId, body) =>
      new Promise((resolve) => {
        sequence = (sequence % 0x7fffffff) + 1;
        const number = sequence;
        const done = (pdu: Pdu | null): void => {
          clearTimeout(timer);
          waiting.delete(number);
          resolve(pdu);
        };
        const timer = setTimeout(() => done(null), timing.answerMs);
        waiting.set(number, done);
        socket.write(writePdu({ commandId, sequence: number, ...(body ? { body } : {}) }));
      }),
    answered: (pdu) => waiting.get(pdu.sequence)?.(pdu),
    end: () => {
      for (const done of [...waiting.values()]) done(null);
    },
  };
}

function takePdu(
  o: {
    readonly socket: Socket;
    readonly asking: Asking;
    readonly deliver: LineDeps['deliver'];
  },
  pdu: Pdu,
): void {
  const { commandId, sequence } = pdu;
  const answer = (commandStatus: number, body: Uint8Array = new Uint8Array()): void => {
    const to = smpp.answerTo(commandId);
    o.socket.write(writePdu({ commandId: to, sequence, commandStatus, body }));
  };
  if (smpp.isAnswer(commandId)) o.asking.answered(pdu);
  else if (commandId === smpp.enquireLink) answer(0);
  else if (commandId === smpp.deliverSm) {
    o.deliver(writePdu(pdu)).then(
      (status) => answer(status, textBody('')),
      () => answer(temporaryFault, textBody('')),
    );
  } else if (commandId === smpp.unbind) {
    answer(0);
    o.socket.end();
  } else {
    const nack = { commandId: smpp.genericNack, sequence, commandStatus: invalidCommand };
    o.socket.write(writePdu(nack));
  }
}

function bindTrouble(answer: Pdu | null): string {
  if (answer === null) return 'the message centre does not answer to the bind';
  const { commandStatus } = answer;
  const words = {
    'stop-config': 'look at systemId and password',
    'rebind-backoff': 'an older bind may still be open',
  } as Readonly<Record<string, string>>;
  const hint = words[actionOnStatus('bind', commandStatus)];
  return `the message centre refuses the bind: status ${commandStatus}${hint ? `, ${hint}` : ''}`;
}
