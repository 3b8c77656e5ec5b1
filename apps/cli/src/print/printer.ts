// A network printer: one connection for one receipt, closed when the printer has taken all of it.

import { connect } from 'node:net';

export type Printer = { readonly host: string; readonly port: number };

const timeoutMs = 10_000;
const rawPort = 9100;

/** "192.168.1.50" or "192.168.1.50:9100"; null for anything else. */
export function printerAt(text: string): Printer | null {
  const [, host, port] = /^([A-Za-z0-9.-]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (host === undefined) return null;
  const number = port === undefined ? rawPort : Number(port);
  return number >= 1 && number <= 65_535 ? { host, port: number } : null;
}

/** Null once it was sent; else why not. */
export function send(printer: Printer, bytes: Uint8Array): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect(printer);
    socket.setTimeout(timeoutMs, () => {
      resolve('it does not answer');
      socket.destroy();
    });
    socket.on('error', (error) => resolve((error as NodeJS.ErrnoException).code ?? error.message));
    socket.on('connect', () => socket.end(bytes));
    socket.on('close', () => resolve(null));
    socket.resume();
  });
}
