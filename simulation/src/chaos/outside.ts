// The world outside the utility in a chaos run: the sandbox as payment provider, a message centre
// and a receiver of webhooks, each a process that is killed with SIGKILL and comes back.

import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { OutsidePlan } from './outside-process.ts';
import { steadyPort } from './server-process.ts';

export type OutsideName = 'provider' | 'centre' | 'receiver';

export type Outside = {
  readonly ports: Readonly<Record<OutsideName, number>>;
  readonly start: (name: OutsideName, o: StartOf) => Promise<void>;
  /** Gone without a word, and back after a while. */
  readonly kill: (name: OutsideName, awayMs: number) => Promise<void>;
  /** What it took so far, one line each. */
  readonly journal: (name: OutsideName) => readonly string[];
  readonly close: () => Promise<void>;
};

/** What only the start of one of them needs. */
type StartOf = {
  readonly secret?: string;
  readonly environment?: Readonly<Record<string, string>>;
};

const sandbox = fileURLToPath(new URL('../../../apps/sandbox/src/main.ts', import.meta.url));
const startWithinMs = 60_000;

export async function createOutside(folder: string): Promise<Outside> {
  const ports = {
    provider: await steadyPort(),
    centre: await steadyPort(),
    receiver: await steadyPort(),
  };
  const fileOf = (name: OutsideName): string =>
    name === 'provider' ? join(folder, 'sandbox', 'journal.jsonl') : join(folder, `${name}.jsonl`);
  const children = new Map<OutsideName, ChildProcess>();
  const startedWith = new Map<OutsideName, StartOf>();

  const start = async (name: OutsideName, o: StartOf): Promise<void> => {
    startedWith.set(name, o);
    const port = ports[name];
    if (name === 'provider') {
      children.set(name, startSandbox({ port, folder, ...o }));
      await answers(`http://127.0.0.1:${port}/health`);
      return;
    }
    const plan: OutsidePlan = { port, journal: fileOf(name), secret: o.secret ?? '' };
    const child = fork(new URL(`./${name}.ts`, import.meta.url), [JSON.stringify(plan)]);
    children.set(name, child);
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)));
    });
  };

  const end = async (name: OutsideName): Promise<void> => {
    const child = children.get(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };

  return {
    ports,
    start,
    kill: async (name, awayMs) => {
      await end(name);
      await pause(awayMs);
      await start(name, startedWith.get(name) ?? {});
    },
    journal: (name) => {
      const file = fileOf(name);
      if (!existsSync(file)) return [];
      // A line that the kill cut short was not answered.
      return readFileSync(file, 'utf8').split('\n').slice(0, -1);
    },
    close: async () => {
      for (const name of children.keys()) await end(name);
    },
  };
}

function startSandbox(o: {
  readonly port: number;
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
}): ChildProcess {
  return fork(sandbox, {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      PREWATT_HTTP_PORT: String(o.port),
      PREWATT_DATA_DIR: join(o.folder, 'sandbox'),
      PREWATT_SECRETS_FILE: join(o.folder, 'secrets.json'),
      PREWATT_LOG_LEVEL: 'silent',
      ...o.environment,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

async function answers(url: string): Promise<void> {
  const startMs = performance.now();
  while ((await fetch(url).catch(() => null))?.status !== 200) {
    if (performance.now() - startMs > startWithinMs) throw new Error(`${url} does not answer`);
    await pause(50);
  }
}
