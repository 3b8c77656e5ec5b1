// The way to a DLMS meter on a bench, opened anew for each association: a connection, plain or by
// TLS, or a serial port. The bytes are written down as they pass.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectByTls } from 'node:tls';
import { openPort } from '@prewatt/gateway/ports';
import { err, ok, type Result } from '@prewatt/quantities';
import type { WireLog } from './wire-log.ts';

export type DlmsPlace =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | {
      readonly kind: 'tls';
      readonly host: string;
      readonly port: number;
      /** PEM; null: the authorities that Node knows, and no certificate of ours. */
      readonly ca: string | null;
      readonly own: { readonly cert: string; readonly key: string } | null;
    }
  | { readonly kind: 'serial'; readonly path: string; readonly baud: number };

export const wordsOfPlace = (place: DlmsPlace): string =>
  place.kind === 'serial'
    ? `${place.path}, ${place.baud} baud`
    : `${place.host}:${place.port}${place.kind === 'tls' ? ' by TLS' : ''}`;

const connectMs = 3_000;
const againAfterMs = 250;

/** Tried again for so long: a meter whose mains has just come back has to start first. */
export async function openWire(
  place: DlmsPlace,
  wire: WireLog,
  withinMs: number,
): Promise<Result<Duplex, 'unreachable'>> {
  const lateAtMs = performance.now() + withinMs;
  const open = () => (place.kind === 'serial' ? openSerial(place) : openSocket(place));
  let opened = await open();
  while (!opened.ok && performance.now() < lateAtMs) {
    await pause(againAfterMs);
    opened = await open();
  }
  if (!opened.ok) return opened;
  const stream = opened.value;
  stream.on('data', (bytes: Buffer) => wire.add('in', bytes));
  const write = stream.write.bind(stream);
  stream.write = ((bytes: Uint8Array) => {
    wire.add('out', bytes);
    return write(bytes);
  }) as Duplex['write'];
  return opened;
}

async function openSocket(
  place: Exclude<DlmsPlace, { kind: 'serial' }>,
): Promise<Result<Duplex, 'unreachable'>> {
  const { host, port } = place;
  const socket: Socket =
    place.kind === 'tcp'
      ? connect({ host, port, noDelay: true })
      : connectByTls({
          ...{ host, port },
          ...(place.ca === null ? {} : { ca: place.ca }),
          ...place.own,
        });
  socket.on('error', () => socket.destroy());
  const late = setTimeout(() => socket.destroy(new Error('no connection in time')), connectMs);
  try {
    await once(socket, place.kind === 'tcp' ? 'connect' : 'secureConnect');
  } catch {
    return err('unreachable');
  } finally {
    clearTimeout(late);
  }
  return socket.destroyed ? err('unreachable') : ok(socket);
}

/** By the gateway's port, so that what was learnt of serial ports stands once. */
async function openSerial({
  path,
  baud,
}: Extract<DlmsPlace, { kind: 'serial' }>): Promise<Result<Duplex, 'unreachable'>> {
  const port = openPort({ kind: 'serial', name: 'bench', path, echo: false, quietMs: 0 });
  const set = await port.setLine({ baud, dataBits: 8, parity: 'none', stopBits: 1 });
  if (!set.ok) return err('unreachable');
  const stream = new Duplex({
    read: () => undefined,
    write: (bytes: Uint8Array, _, done) => {
      void port
        .write(bytes)
        .then((written) => done(written.ok ? null : new Error('the port is gone')));
    },
    destroy: (error, done) => {
      void port.close().then(() => done(error));
    },
  });
  stream.on('error', () => undefined);
  port.onBytes((bytes) => stream.push(Buffer.from(bytes)));
  return ok(stream);
}
