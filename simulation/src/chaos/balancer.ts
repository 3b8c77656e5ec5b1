// HAProxy (Debian's package) before the servers of a chaos run, with the configuration that we
// ship: only its addresses are others.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { steadyPort } from './server-process.ts';

const shipped = new URL('../../../deploy/haproxy/prewatt.cfg', import.meta.url);

export type Balancer = { readonly port: number; readonly close: () => Promise<void> };

export class NoBalancer extends Error {}

/** Throws NoBalancer with how to get it. */
export async function startBalancer(o: {
  readonly folder: string;
  readonly ports: readonly [number, number];
}): Promise<Balancer> {
  const { status } = spawnSync('haproxy', ['-v'], { stdio: 'ignore' });
  if (status !== 0) throw new NoBalancer('HAProxy is not here: apt-get install haproxy');
  const port = await steadyPort();
  const [first, second] = o.ports;
  const config = readFileSync(shipped, 'utf8')
    .replace('127.0.0.1:7069', `127.0.0.1:${port}`)
    .replaceAll('10.0.0.11:7070', `127.0.0.1:${first}`)
    .replaceAll('10.0.0.12:7070', `127.0.0.1:${second}`);
  const file = join(o.folder, 'haproxy.cfg');
  writeFileSync(file, config);
  const child: ChildProcess = spawn('haproxy', ['-f', file, '-db'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    words = `${words}${chunk}`.slice(-2_000);
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const close = async (): Promise<void> => {
    child.kill('SIGTERM');
    await gone;
  };
  for (let tries = 0; tries < 100; tries += 1) {
    if (child.exitCode !== null) throw new Error(`HAProxy ended: ${words}`);
    if (await isOpen(port)) return { port, close };
    await pause(50);
  }
  await close();
  throw new Error(`HAProxy did not listen: ${words}`);
}

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
