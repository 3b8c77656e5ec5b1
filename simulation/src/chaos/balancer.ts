// HAProxy (Debian's package) before the servers or the database of a chaos run, with the
// configuration that we ship: only its addresses are others.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { steadyPort } from './server-process.ts';

const deploy = new URL('../../../deploy/haproxy/', import.meta.url);

export type Balancer = { readonly port: number; readonly close: () => Promise<void> };

/** A program that a run needs is not on this machine. */
export class ProgramMissing extends Error {}

export type Replacements = readonly (readonly [from: string, to: string])[];

/** Throws ProgramMissing with how to get it. */
export async function startBalancer(o: {
  readonly folder: string;
  /** Of `deploy/haproxy`. */
  readonly file: string;
  /** The address in the file that it listens on. */
  readonly listens: string;
  readonly replace: Replacements;
}): Promise<Balancer> {
  const { status } = spawnSync('haproxy', ['-v'], { stdio: 'ignore' });
  if (status !== 0) throw new ProgramMissing('HAProxy is not here: apt-get install haproxy');
  const port = await steadyPort();
  const all: Replacements = [[o.listens, `127.0.0.1:${port}`], ...o.replace];
  const config = all.reduce(
    (text, [from, to]) => text.replaceAll(from, to),
    readFileSync(new URL(o.file, deploy), 'utf8'),
  );
  const file = join(o.folder, o.file);
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

/** Two servers, as tills reach them. */
export const balanceServers = (o: {
  readonly folder: string;
  readonly ports: readonly [number, number];
}): Promise<Balancer> =>
  startBalancer({
    ...{ folder: o.folder, file: 'prewatt.cfg', listens: '127.0.0.1:7069' },
    replace: o.ports.map((port, index) => [`10.0.0.1${index + 1}:7070`, `127.0.0.1:${port}`]),
  });

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
