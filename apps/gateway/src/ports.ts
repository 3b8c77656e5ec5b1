// Serial ports and connections to converters, as byte ports. One that is gone is opened again with
// the next use: a cable that was pulled or a converter that restarted needs no hand.

import { type EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { BytePort, LineSettings } from '@prewatt/fieldbus';
import { err, ok, type Result } from '@prewatt/quantities';
import { SerialPort } from 'serialport';
import type { BusSetting } from './site.ts';

export type OpenPort = BytePort & { readonly close: () => Promise<void> };

const connectMs = 3000;

export const openPort = (bus: BusSetting): OpenPort =>
  bus.kind === 'serial' ? openSerial(bus.path) : openTcp(bus.host, bus.port);

function openSerial(path: string): OpenPort {
  let port: SerialPort | null = null;
  let line: LineSettings | null = null;
  let listener: (bytes: Uint8Array) => void = () => undefined;
  const drop = async (): Promise<void> => {
    const old = port;
    port = null;
    if (old?.isOpen === true) await new Promise<void>((resolve) => old.close(() => resolve()));
  };
  const open = async (): Promise<Result<SerialPort, 'closed'>> => {
    if (port?.isOpen === true) return ok(port);
    if (line === null) return err('closed');
    const { baud, dataBits, parity, stopBits } = line;
    const next = new SerialPort({
      ...{ path, baudRate: baud, dataBits, parity, stopBits, autoOpen: false },
    });
    const opened = await new Promise<boolean>((resolve) => {
      next.open((error) => resolve(error === null));
    });
    if (!opened) return err('closed');
    next.on('data', (bytes: Uint8Array) => listener(bytes));
    next.on('error', () => undefined);
    turnAfterReadable(next);
    port = next;
    return ok(next);
  };
  return {
    // Parity and stop bits change only by opening anew.
    setLine: async (next) => {
      line = next;
      await drop();
      const opened = await open();
      return opened.ok ? ok(undefined) : opened;
    },
    write: async (bytes) => {
      const opened = await open();
      if (!opened.ok) return opened;
      return await new Promise((resolve) => {
        opened.value.write(Buffer.from(bytes), (error) => {
          if (error !== null && error !== undefined) resolve(err('closed'));
          else {
            opened.value.drain((drained) =>
              resolve(drained === null || drained === undefined ? ok(undefined) : err('closed')),
            );
          }
        });
      });
    },
    onBytes: (next) => {
      listener = next;
    },
    close: drop,
  };
}

/**
 * Since Node 26.4 what serialport's poller promises goes on only when something else turns the
 * event loop (serialport/bindings-cpp, pull request 239): an answer would come when its time is
 * over. So each readable event turns it. Goes when a release of the library has the mend.
 */
function turnAfterReadable(port: SerialPort): void {
  const binding = port.port as { readonly poller?: EventEmitter } | undefined;
  binding?.poller?.on('readable', () => setImmediate(() => undefined));
}

function openTcp(host: string, port: number): OpenPort {
  let socket: Socket | null = null;
  let listener: (bytes: Uint8Array) => void = () => undefined;
  const open = async (): Promise<Result<Socket, 'closed'>> => {
    if (socket !== null && !socket.destroyed) return ok(socket);
    const next = connect({ host, port, noDelay: true });
    next.setTimeout(connectMs, () => {
      if (next.connecting) next.destroy(new Error('no connection in time'));
    });
    next.on('error', () => next.destroy());
    try {
      await once(next, 'connect');
    } catch {
      return err('closed');
    }
    if (next.destroyed) return err('closed');
    next.on('data', (bytes: Uint8Array) => listener(bytes));
    socket = next;
    return ok(next);
  };
  return {
    // The converter has speed and parity.
    setLine: async () => ok(undefined),
    write: async (bytes) => {
      const opened = await open();
      if (!opened.ok) return opened;
      return await new Promise((resolve) => {
        opened.value.write(Buffer.from(bytes), (error) =>
          resolve(error === null || error === undefined ? ok(undefined) : err('closed')),
        );
      });
    },
    onBytes: (next) => {
      listener = next;
    },
    close: async () => {
      socket?.destroy();
      socket = null;
    },
  };
}
