// Sockets for DLMS: each meter listens on a port of its own, with the wrapper or with HDLC. One
// connection at a time and meter; a silent or broken one is closed.

import { createServer, type Server, type Socket } from 'node:net';
import { createDlmsServer, type LogicalDevice, type ServerOutput } from '@prewatt/dlms';
import { nodeCrypto } from '@prewatt/dlms/node-crypto';
import type { Clock } from '@prewatt/quantities';
import type { Logger } from 'pino';
import type { Fleet } from '../fleet.ts';
import { createDevice, type Device } from './device.ts';
import type { IdentityStore } from './identity-store.ts';
import { createMeterFace } from './meter-face.ts';

export type DlmsListenerDeps = {
  readonly fleet: Fleet;
  readonly clock: Clock;
  readonly identities: IdentityStore;
  readonly random: (count: number) => Uint8Array;
  readonly newCommandId: () => string;
  readonly log: Logger;
  /** The first meter's port; the n-th one listens n ports higher. Null: not with this framing. */
  readonly ports: { readonly wrapper: number | null; readonly hdlc: number | null };
};

export type DlmsListener = { readonly close: () => Promise<void> };

/** A connection without a word for so long is closed. */
const idleMs = 180_000;
/** Between two bytes of an HDLC frame. */
const betweenBytesMs = 500;
const host = '127.0.0.1';

type Framing = 'wrapper' | 'hdlc';

/** Listens for all meters. Rejects when a port is taken. */
export async function listenForDlms(deps: DlmsListenerDeps): Promise<DlmsListener> {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await Promise.all(
      servers.map((server) => new Promise<void>((done) => server.close(() => done()))),
    );
  };
  for (const [index, { meter, link }] of deps.fleet.members.entries()) {
    const { meterPan } = meter;
    const isReachable = () => meter.hasPower() && link.state() !== 'unplugged';
    const face = createMeterFace(meter, deps.newCommandId);
    deps.fleet.watch(meterPan, face.observe);
    const device = createDevice({
      meter: face,
      identity: deps.identities.load(meterPan),
      keep: (identity) => deps.identities.save(meterPan, identity),
    });
    for (const framing of ['wrapper', 'hdlc'] as const) {
      const first = deps.ports[framing];
      if (first === null) continue;
      const server = createServer((socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
        serve(socket, device, { framing, meterPan, deps, isReachable });
      });
      server.maxConnections = 4;
      servers.push(server);
      await listening(server, first + index).catch(async (error) => {
        await close();
        throw error;
      });
    }
  }
  return { close };
}

const listening = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });

type Serving = {
  readonly framing: Framing;
  readonly meterPan: string;
  readonly deps: DlmsListenerDeps;
  /** False: the meter has no mains, or no cable. */
  readonly isReachable: () => boolean;
};

const devicesOf = ({ device }: Device): readonly LogicalDevice[] => [device];

function serve(socket: Socket, device: Device, serving: Serving): void {
  const { framing, meterPan, deps, isReachable } = serving;
  if (!isReachable()) {
    socket.destroy();
    return;
  }
  const server = createDlmsServer({
    devices: devicesOf(device),
    crypto: nodeCrypto,
    random: deps.random,
    transport: framing === 'wrapper' ? { kind: framing } : { kind: framing, physical: null },
  });
  const take = ({ events, bytesToSend }: ServerOutput): void => {
    for (const event of events) {
      if (event.kind === 'counters') device.keepCounters(event.counters);
      else if (event.kind === 'fault') socket.destroy();
      else deps.log.debug({ meterPan, ...event }, 'dlms');
    }
    if (!isReachable()) socket.destroy();
    else if (bytesToSend.length > 0 && !socket.destroyed) socket.write(bytesToSend);
  };
  let quiet: NodeJS.Timeout | undefined;
  socket.setNoDelay(true);
  socket.setTimeout(idleMs, () => socket.destroy());
  socket.on('data', (bytes: Buffer) => {
    clearTimeout(quiet);
    quiet = setTimeout(server.silence, betweenBytesMs);
    if (isReachable()) take(server.feed(bytes));
    else socket.destroy();
  });
  socket.on('error', () => socket.destroy());
  socket.once('close', () => {
    clearTimeout(quiet);
    server.close();
  });
}
