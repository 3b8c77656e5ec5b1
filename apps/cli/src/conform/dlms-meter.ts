// A device that speaks DLMS/COSEM, called over TCP, as the driver of the server asks it. The bytes
// are written down as they pass the socket.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { MeterChannel } from '@prewatt/protocol';
import { err, ok, type Result } from '@prewatt/quantities';
import { createDlmsChannel } from '@prewatt/server/dlms-channel';
import type { WireLog } from './wire-log.ts';

export type DlmsMeterOptions = {
  readonly host: string;
  readonly port: number;
  readonly framing: 'wrapper' | 'hdlc';
  readonly authentication: 'none' | 'low' | 'gmac';
  readonly secrets: Parameters<typeof createDlmsChannel>[0]['secrets'];
  readonly clientSap: number;
  readonly serverSap: number;
  /** 16 hexadecimal digits; undefined: made by chance. */
  readonly clientTitle: string | undefined;
  readonly zone: string;
  readonly answerMs: number;
  readonly nowMs: () => number;
  readonly wire: WireLog;
};

const connectMs = 3_000;

export function createDlmsMeter(o: DlmsMeterOptions): MeterChannel {
  const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count));
  const title = o.clientTitle === undefined ? random(8) : Uint8Array.fromHex(o.clientTitle);
  return createDlmsChannel({
    connect: () => open(o),
    link: {
      ...{ authentication: o.authentication, framing: o.framing },
      ...{ clientSap: o.clientSap, serverSap: o.serverSap, clientTitle: Buffer.from(title) },
    },
    secrets: o.secrets,
    random,
    offsetAt: (atMs) =>
      Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(o.zone).offsetNanoseconds /
      60_000_000_000,
    ...{ nowMs: o.nowMs, answerMs: o.answerMs },
  });
}

async function open({
  host,
  port,
  wire,
}: DlmsMeterOptions): Promise<Result<Socket, 'unreachable'>> {
  const socket = connect({ host, port, noDelay: true });
  socket.on('error', () => socket.destroy());
  socket.setTimeout(connectMs, () => {
    if (socket.connecting) socket.destroy(new Error('no connection in time'));
  });
  try {
    await once(socket, 'connect');
  } catch {
    return err('unreachable');
  }
  if (socket.destroyed) return err('unreachable');
  socket.on('data', (bytes: Buffer) => wire.add('in', bytes));
  const write = socket.write.bind(socket);
  socket.write = ((bytes: Uint8Array) => {
    wire.add('out', bytes);
    return write(bytes);
  }) as Socket['write'];
  return ok(socket);
}
