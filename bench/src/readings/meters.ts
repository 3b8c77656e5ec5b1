// The second process: ten thousand connected meters as lean as they get. Each keeps one message
// under way, as a meter with a backlog does, and answers commands. Told what to do by IPC.

import { connect, type Socket } from 'node:net';
import { decodeDown, downTopic, encodeUp, upTopic } from '@prewatt/protocol';
import {
  connectFrame,
  createFrameReader,
  type Frame,
  frameTypes,
  pubackFrame,
  publishFrame,
  readPublish,
  subscribeFrame,
} from './mqtt-frames.ts';
import { entriesOf, meterPanOf, secretOf } from './plan.ts';

export type ToMeters =
  | { readonly kind: 'connect'; readonly port: number; readonly meters: number }
  | { readonly kind: 'prepare'; readonly messages: number; readonly perMessage: number }
  | { readonly kind: 'publish' };
export type FromMeters =
  | { readonly kind: 'connected' }
  | { readonly kind: 'prepared' }
  | { readonly kind: 'published' }
  | { readonly kind: 'failed'; readonly why: string };

type Meter = {
  readonly index: number;
  readonly meterPan: string;
  readonly socket: Socket;
  frames: Buffer[];
  next: number;
};

const connectingAtOnce = 200;
/** Sequence numbers from here on are those of answers to commands. */
const firstAnswer = 1_000_000;
let meters: Meter[] = [];
let answers = 0;
let unacknowledged = 0;

const tell = (message: FromMeters): void => {
  process.send?.(message);
};

function openMeter(port: number, index: number): Promise<Meter> {
  return new Promise((resolve, reject) => {
    const meterPan = meterPanOf(index);
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const meter: Meter = { index, meterPan, socket, frames: [], next: 0 };
    socket.on('error', reject);
    socket.on('close', () => tell({ kind: 'failed', why: `meter ${index} was dropped` }));
    const onFrame = (frame: Frame): void => {
      if (frame.type === frameTypes.connack) {
        if (frame.body[1] === 0) socket.write(subscribeFrame(downTopic(meterPan)));
        else reject(new Error(`meter ${index} was refused`));
      } else if (frame.type === frameTypes.suback) resolve(meter);
      else if (frame.type === frameTypes.publish) hear(meter, frame);
    };
    socket.on('data', createFrameReader(onFrame));
    socket.write(connectFrame({ name: meterPan, password: secretOf(meterPan), keepAliveS: 0 }));
  });
}

function hear(meter: Meter, frame: Frame): void {
  const { packetId, payload } = readPublish(frame);
  if (packetId > 0) meter.socket.write(pubackFrame(packetId));
  const down = decodeDown(payload);
  if (!down.ok) tell({ kind: 'failed', why: `unreadable: ${down.error.code}` });
  else if (down.value.kind === 'command') answerCommand(meter, down.value.commandId);
  else if (down.value.kind === 'acknowledge' && down.value.sequence < firstAnswer) {
    unacknowledged -= 1;
    publishNext(meter);
    if (unacknowledged === 0) tell({ kind: 'published' });
  }
}

function answerCommand(meter: Meter, commandId: string): void {
  answers += 1;
  const answer = encodeUp({
    kind: 'commandResult',
    sequence: firstAnswer + answers,
    commandId,
    completedAtMs: Date.now(),
    result: { kind: 'readNow' },
  });
  meter.socket.write(publishFrame(upTopic(meter.meterPan), 9, answer));
}

function publishNext(meter: Meter): void {
  const frame = meter.frames[meter.next];
  meter.next += 1;
  if (frame !== undefined) meter.socket.write(frame);
}

async function connectAll(port: number, count: number): Promise<void> {
  for (let from = 0; from < count; from += connectingAtOnce) {
    const length = Math.min(connectingAtOnce, count - from);
    const opened = Array.from({ length }, (_, i) => openMeter(port, from + i));
    meters.push(...(await Promise.all(opened)));
  }
  tell({ kind: 'connected' });
}

function prepare(o: { readonly messages: number; readonly perMessage: number }): void {
  for (const meter of meters) {
    meter.next = 0;
    meter.frames = Array.from({ length: o.messages }, (_, message) => {
      const entries = entriesOf({ index: meter.index, message, perMessage: o.perMessage });
      const payload = encodeUp({ kind: 'profile', sequence: message + 1, entries });
      return publishFrame(upTopic(meter.meterPan), message + 1, payload);
    });
  }
  unacknowledged = meters.length * o.messages;
  tell({ kind: 'prepared' });
}

process.on('message', (message: ToMeters) => {
  if (message.kind === 'connect') {
    connectAll(message.port, message.meters).catch((error) =>
      tell({ kind: 'failed', why: String(error) }),
    );
  } else if (message.kind === 'prepare') prepare(message);
  else for (const meter of meters) publishNext(meter);
});
process.on('disconnect', () => {
  for (const { socket } of meters) socket.destroy();
  meters = [];
  process.exit(0);
});
