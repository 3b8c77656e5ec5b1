// Where meters dial in: a connection says which meter it is by the id in what it sends first, or by
// its logical device name, which anybody may read. Strangers are closed; so is what floods.

import type { Socket } from 'node:net';
import { createWrapperReader } from '@prewatt/dlms';
import { attributeOf, dataClass } from '@prewatt/dlms/classes';
import { nodeCrypto } from '@prewatt/dlms/node-crypto';
import type { DriverFault } from '@prewatt/protocol';
import type { RandomBytes } from '@prewatt/quantities';
import type { Log } from '../../../base/log.ts';
import { openDoor } from './door.ts';
import { textOf } from './identify.ts';
import type { LinkedMeter } from './link-store.ts';
import { createSession, sessionLimits } from './session.ts';
import { readOne } from './values.ts';

export type DialInOptions = {
  readonly host: string;
  readonly port: number;
  readonly random: RandomBytes;
  /** The meter that is linked by this id; null: none. */
  readonly meterBy: (deviceId: string) => Promise<LinkedMeter | null>;
  readonly dialledIn: (meter: LinkedMeter, socket: Socket) => void;
  readonly onFault: (meterPan: string, fault: DriverFault) => void;
  readonly log: Log;
  /** Until a device that says nothing is asked for its name. */
  readonly quietMs?: number;
};

export type DialIn = {
  readonly port: number;
  readonly counts: () => { readonly connections: number; readonly strangers: number };
  readonly close: () => Promise<void>;
};

const mostConnections = 10_000;
/** Of one address, while they have not said who they are: many meters share an address. */
const mostUnknownOfAddress = 50;
/** Words of the first frame that are tried as an id. */
const mostIds = 4;
const sayWithinMs = 15_000;
/** A profile of a month is less. */
const mostBytesAMinute = 2_000_000;
const logicalDeviceName = '0.0.42.0.0.255';

export async function listenForMeters(o: DialInOptions): Promise<DialIn> {
  const unknown = new Map<string, number>();
  let strangers = 0;
  const hear = (socket: Socket): void => {
    const address = socket.remoteAddress ?? '';
    const unknownOfAddress = unknown.get(address) ?? 0;
    if (unknownOfAddress >= mostUnknownOfAddress) {
      socket.destroy();
      return;
    }
    unknown.set(address, unknownOfAddress + 1);
    const isKnown = (): void => {
      const left = (unknown.get(address) ?? 1) - 1;
      if (left === 0) unknown.delete(address);
      else unknown.set(address, left);
    };
    void whoIs(o, socket)
      .then((meter) => {
        if (meter === null) {
          strangers += 1;
          socket.destroy();
        } else watchAndHandOn(o, meter, socket);
      })
      .catch((error) => {
        o.log.warn({ error: String(error) }, 'a DLMS meter that dialled in was not looked up');
        socket.destroy();
      })
      .finally(isKnown);
  };
  const { host, port } = o;
  const door = await openDoor({ host, port, mostConnections, hear });
  return {
    port: door.port,
    counts: () => ({ connections: door.connections(), strangers }),
    close: door.close,
  };
}

/** Null when it does not say, or says what no meter is linked by. */
async function whoIs(o: DialInOptions, socket: Socket): Promise<LinkedMeter | null> {
  const said = await firstWords(socket, o.quietMs ?? 1_500);
  for (const id of said) {
    const meter = await o.meterBy(id);
    if (meter !== null) return meter;
  }
  if (said.length > 0 || socket.destroyed) return null;
  const name = await askName(o, socket);
  return name === null ? null : o.meterBy(name);
}

/** What may be an id in the first frame, if one comes by itself: "0A 02 0C", twelve digits, … */
function firstWords(socket: Socket, quietMs: number): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const reader = createWrapperReader();
    const done = (words: readonly string[]): void => {
      clearTimeout(timer);
      socket.off('data', hear);
      socket.off('close', gone);
      resolve(words);
    };
    const gone = (): void => done([]);
    const hear = (bytes: Buffer): void => {
      const { frames, fault } = reader.feed(bytes);
      const text = frames.map(({ apdu }) => Buffer.from(apdu).toString('latin1')).join('\n');
      if (text === '' && fault === null) return;
      // Each is looked up: a stranger must not ask for thousands.
      done(text.match(/[A-Za-z0-9]{4,32}/g)?.slice(0, mostIds) ?? ['']);
    };
    const timer = setTimeout(gone, quietMs);
    socket.on('data', hear);
    socket.once('close', gone);
  });
}

/** Its logical device name, which the public client may read. */
async function askName(o: DialInOptions, socket: Socket): Promise<string | null> {
  const session = createSession({
    socket,
    limits: { ...sessionLimits, sessionMs: sayWithinMs, sessionBytes: 10_000 },
    keepCounters: async () => {},
    client: {
      ...{ clientSap: 16, serverSap: 1, transport: { kind: 'wrapper' }, security: null },
      ...{ authentication: { mechanism: 'none' }, random: o.random, crypto: nodeCrypto },
    },
  });
  const opened = await session.open();
  const read = opened.ok
    ? await readOne(session, attributeOf(dataClass, logicalDeviceName, 'value'))
    : null;
  await session.release();
  return read?.ok === true && read.value.ok ? textOf(read.value.value) : null;
}

function watchAndHandOn(o: DialInOptions, meter: LinkedMeter, socket: Socket): void {
  let bytes = 0;
  const minute = setInterval(() => {
    bytes = 0;
  }, 60_000).unref();
  socket.on('data', (more: Buffer) => {
    bytes += more.length;
    if (bytes <= mostBytesAMinute) return;
    socket.destroy();
    o.onFault(meter.meterPan, 'tooMuch');
  });
  socket.once('close', () => clearInterval(minute));
  o.dialledIn(meter, socket);
}
