// Where meters push to. A push is believed when it is authenticated under the meter's own key and
// newer than all before; then the meter is read at once: what it pushes is a knock, and its values
// come by the one way in which they are checked.

import type { Socket } from 'node:net';
import {
  createPushListener,
  createSecurity,
  createWrapperReader,
  decodeApdu,
  encodeWrapper,
  type PushListener,
  type SecurityContext,
  type WrapperFrame,
} from '@prewatt/dlms';
import { nodeCrypto } from '@prewatt/dlms/node-crypto';
import type { DriverFault } from '@prewatt/protocol';
import type { Log } from '../../../base/log.ts';
import { openDoor } from './door.ts';
import type { Candidate } from './key-change-store.ts';
import type { LinkedMeter, LinkRow } from './link-store.ts';

export type PushesOptions = {
  readonly host: string;
  readonly port: number;
  readonly meterByTitle: (titleHex: string) => LinkedMeter | null;
  /** The meter's row under a lease, so that nobody else uses its counters; null while one does. */
  readonly lease: (meter: LinkedMeter) => Promise<LinkRow | null>;
  /** Keys that it may have: several while others are on their way to it. */
  readonly candidatesOf: (row: LinkRow) => readonly Candidate[];
  readonly keepCounters: (
    row: LinkRow,
    counters: LinkRow['counters'],
    candidate: Candidate,
  ) => Promise<void>;
  /** Ends the lease; the meter is read soon where it is `heard`. */
  readonly release: (row: LinkRow, o: { readonly heard: boolean }) => Promise<void>;
  readonly onFault: (meterPan: string, fault: DriverFault) => void;
  readonly log: Log;
};

export type Pushes = {
  readonly port: number;
  readonly counts: () => { readonly heard: number; readonly refused: number };
  readonly close: () => Promise<void>;
};

const mostConnections = 1_000;
const idleMs = 30_000;
const mostBytes = 200_000;
const mostFrames = 64;

type Counts = { heard: number; refused: number };

export async function listenForPushes(o: PushesOptions): Promise<Pushes> {
  const counts: Counts = { heard: 0, refused: 0 };
  const { host, port } = o;
  const door = await openDoor({
    ...{ host, port, mostConnections },
    hear: (socket) => {
      socket.setTimeout(idleMs, () => socket.destroy());
      hear(o, socket, counts);
    },
  });
  return { port: door.port, counts: () => ({ ...counts }), close: door.close };
}

/** Frames one after the other; a connection has so many bytes and frames, and no more. */
function hear(o: PushesOptions, socket: Socket, counts: Counts): void {
  const reader = createWrapperReader();
  let bytes = 0;
  let frames = 0;
  let queue = Promise.resolve();
  socket.on('data', (more: Buffer) => {
    bytes += more.length;
    const read = reader.feed(more);
    frames += read.frames.length;
    if (bytes > mostBytes || frames > mostFrames || read.fault !== null) return socket.destroy();
    for (const frame of read.frames) {
      queue = queue.then(async () => {
        const answer = await take(o, frame, counts).catch((error) => {
          o.log.warn({ error: String(error) }, 'a push of a DLMS meter was not judged');
          return null;
        });
        if (answer === null) socket.destroy();
        else if (answer.length > 0 && !socket.destroyed) socket.write(answer);
      });
    }
  });
}

/** The acknowledgement, empty where none is wanted; null ends the connection. */
async function take(
  o: PushesOptions,
  frame: WrapperFrame,
  counts: Counts,
): Promise<Uint8Array | null> {
  const title = titleOf(frame);
  const meter = title === null ? null : o.meterByTitle(Buffer.from(title).toString('hex'));
  const row = meter === null ? null : await o.lease(meter);
  if (title === null || meter === null || row === null) {
    counts.refused += 1;
    return null;
  }
  let heard = false;
  try {
    let isReplay = false;
    for (const candidate of o.candidatesOf(row)) {
      const security = securityOf(row, candidate);
      const listener = createPushListener({
        securityOf: (said) => (sameTitle(said, title) ? security : null),
        least: 'authenticated',
      });
      const judged = await judge(o, { row, frame, security, listener, candidate });
      isReplay ||= judged.isReplay;
      if (judged.answer === null) continue;
      heard = true;
      counts.heard += 1;
      return judged.answer;
    }
    counts.refused += 1;
    if (isReplay) o.onFault(row.meterPan, 'replay');
    return null;
  } finally {
    await o.release(row, { heard });
  }
}

type Judged = {
  readonly row: LinkRow;
  readonly frame: WrapperFrame;
  readonly security: SecurityContext;
  readonly listener: PushListener;
  readonly candidate: Candidate;
};

async function judge(
  o: PushesOptions,
  { row, frame, security, listener, candidate }: Judged,
): Promise<{ readonly answer: Uint8Array | null; readonly isReplay: boolean }> {
  let answer: Uint8Array | null = null;
  let isReplay = false;
  for (const event of listener.feed(encodeWrapper(frame))) {
    if (event.kind === 'counters') await o.keepCounters(row, event.counters, candidate);
    else if (event.kind === 'pushed') answer = listener.confirm(event.pushed);
    else if (event.kind === 'refused' && event.why === 'replay') isReplay = true;
  }
  // The acknowledgement has used up one of ours.
  const counters = security.counters.takeChange();
  if (counters !== null) await o.keepCounters(row, counters, candidate);
  return { answer, isReplay };
}

function titleOf({ apdu }: WrapperFrame): Uint8Array | null {
  const decoded = decodeApdu(apdu);
  return decoded.ok && decoded.value.kind === 'ciphered' ? decoded.value.title : null;
}

const sameTitle = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a).equals(b);

function securityOf(row: LinkRow, { secrets, counters }: Candidate): SecurityContext {
  const encryptionKey = Uint8Array.fromHex(secrets.encryptionKey ?? '');
  return createSecurity({
    ...{ crypto: nodeCrypto, title: new Uint8Array(row.clientTitle), suite: 0 },
    keys: {
      encryptionKey,
      authenticationKey: Uint8Array.fromHex(secrets.authenticationKey ?? ''),
      keyEncryptionKey: new Uint8Array(encryptionKey.length),
    },
    ...{ counters, stride: 1 },
  });
}
