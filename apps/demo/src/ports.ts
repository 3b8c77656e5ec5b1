// The seven ports of the demo, those of its meters by DLMS where they are wanted, and a stand-in
// for the server while it is being prepared: it holds the server's port from the first moment and
// answers 503, as the server itself does until it is ready.

import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { isPortFree } from '@prewatt/embedded-postgres';
import { DemoRefusal } from './refusal.ts';

export type DemoPorts = {
  server: number;
  meter: number;
  sandbox: number;
  mqtt: number;
  /** UDP, of street lamps by LwM2M. */
  lwm2m: number;
  /** Of the two witnesses of the token log. */
  witnesses: readonly [number, number];
  /** Of the first meter by DLMS, where that is wanted; each other meter has the next one. */
  dlms?: number;
};

/** Far enough that a second demo beside this one has its ports. */
export const dlmsPortsFrom = 100;

/** Ports that follow from the one chosen. */
export function demoPorts(port: number, dlms: boolean): DemoPorts {
  const ports = {
    ...{ server: port, meter: port + 1, sandbox: port + 2, mqtt: port + 3, lwm2m: port + 4 },
    witnesses: [port + 5, port + 6] as const,
  };
  return dlms ? { ...ports, dlms: port + dlmsPortsFrom } : ports;
}

/**
 * Throws `DemoRefusal` naming a port that is taken after waiting `graceMs` for it to become free.
 */
export async function checkPorts(ports: DemoPorts, graceMs: number): Promise<void> {
  const end = performance.now() + graceMs;
  const names: (readonly [string, number])[] = [
    ['the server', ports.server],
    ['the demo meter', ports.meter],
    ['the demo phone and payment provider', ports.sandbox],
    ['MQTT', ports.mqtt],
    ...ports.witnesses.map((port) => ['a witness of the token log', port] as const),
    ...(ports.dlms === undefined ? [] : [['the first meter by DLMS', ports.dlms] as const]),
  ];
  for (const [what, port] of names) {
    while (!(await isPortFree(port))) {
      if (performance.now() >= end) {
        throw new DemoRefusal(
          `Port ${port} (${what}) is taken: stop the program that uses it, or choose --port N.`,
        );
      }
      await sleep(100);
    }
  }
}

export type Placeholder = { close(): Promise<void> };

/** Answers every request on the port with 503 and `{"status":"starting"}` until it is closed. */
export function holdPort(port: number): Promise<Placeholder> {
  const server = createServer((_request, response) => {
    response.writeHead(503, { 'content-type': 'application/json', connection: 'close' });
    response.end('{"status":"starting"}');
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () =>
      resolve({
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      }),
    );
  });
}
