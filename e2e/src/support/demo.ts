// The demo as a person starts it: a child process with a data folder and ports of its own. It
// always ends with the test, and tells what it printed when it does not start.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { eventually } from './wait.ts';

const main = fileURLToPath(new URL('../../../apps/demo/src/main.ts', import.meta.url));
const readyWithinMs = 180_000;
const portRange = { first: 8_200, last: 8_296 };

export type Ended = { code: number | null; signal: NodeJS.Signals | null };

/** A run of the launcher. */
export type Launch = {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** All that it printed so far, both streams. */
  output(): string;
  signal(signal: NodeJS.Signals): void;
};

export type Facts = {
  utility: string;
  customerPhone: string;
  demoMeterPan: string;
  operatorEmail: string;
  operatorPassword: string;
  secondOperatorEmail: string;
  technicianEmail: string;
};

export type Demo = {
  readonly dataDir: string;
  readonly port: number;
  readonly urls: { server: string; meter: string; sandbox: string };
  readonly mqttPort: number;
  /** The run that was started last. */
  launch(): Launch;
  /** Starts, and returns the milliseconds until the panel was printed. */
  start(speed: number): Promise<number>;
  /** Starts without waiting. */
  begin(speed: number): Launch;
  /** Waits until the panel of the last run is there. */
  ready(): Promise<void>;
  /** As Ctrl-C: resolves with the milliseconds it took and how it ended. */
  interrupt(): Promise<Ended & { tookMs: number }>;
  facts(): Facts;
  /** Puts demo time forward while stopped, or sets it before the first start. */
  setDemoTime(instant: string): void;
  /** Runs work on a connection of the database's owner, for what no page shows. */
  sql<T>(work: (connection: pg.Client) => Promise<T>): Promise<T>;
  /** Stops what runs and removes the folder. */
  dispose(): Promise<void>;
};

/** A demo that is not started yet, in a new folder. */
export async function createDemo(): Promise<Demo> {
  const dataDir = mkdtempSync(join(tmpdir(), 'prewatt-e2e-'));
  const port = await freePorts();
  let current: Launch | undefined;
  const launch = (): Launch => {
    if (current === undefined) throw new Error('the demo was not started');
    return current;
  };
  const url = (offset: number) => `http://127.0.0.1:${port + offset}`;
  const demo: Demo = {
    dataDir,
    port,
    urls: { server: url(0), meter: url(1), sandbox: url(2) },
    mqttPort: port + 3,
    launch,
    begin: (speed) => {
      current = run(['--data', dataDir, '--port', String(port), '--speed', String(speed)]);
      return current;
    },
    ready: () => untilReady(launch()),
    start: async (speed) => {
      const startedMs = performance.now();
      demo.begin(speed);
      await demo.ready();
      return performance.now() - startedMs;
    },
    interrupt: async () => {
      const startedMs = performance.now();
      launch().signal('SIGINT');
      const ended = await launch().ended;
      return { ...ended, tookMs: performance.now() - startedMs };
    },
    facts: () => JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8')),
    setDemoTime: (instant) => {
      const demoMs = Date.parse(instant);
      writeFileSync(join(dataDir, 'demo-clock.json'), JSON.stringify({ demoMs }));
    },
    sql: async (work) => {
      const connection = new pg.Client({ connectionString: ownerUrl(dataDir) });
      // A database that is killed under us is part of some tests.
      connection.on('error', () => undefined);
      await connection.connect();
      try {
        return await work(connection);
      } finally {
        await connection.end().catch(() => undefined);
      }
    },
    dispose: async () => {
      if (current !== undefined) {
        current.signal('SIGTERM');
        const late = setTimeout(() => current?.signal('SIGKILL'), 20_000);
        await current.ended;
        clearTimeout(late);
      }
      // What a killed launcher leaves ends by itself; the folder can go once it did.
      await eventually('the data folder can be removed', () => {
        rmSync(dataDir, { recursive: true, force: true });
        return !existsSync(dataDir);
      });
    },
  };
  return demo;
}

/** Runs the launcher with any arguments. */
export function run(args: string[]): Launch {
  const child: ChildProcess = spawn(process.execPath, [main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: withoutSettings(process.env),
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    // "close" rather than "exit": all output has arrived.
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  running.add(child);
  void ended.then(() => running.delete(child));
  return {
    pid: child.pid ?? 0,
    ended,
    output: () => text,
    signal: (signal) => {
      child.kill(signal);
    },
  };
}

// However this process ends, the demo ends with it.
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGTERM');
});

async function untilReady(launch: Launch): Promise<void> {
  let over: Ended | undefined;
  void launch.ended.then((ended) => {
    over = ended;
  });
  await eventually(
    'the panel is printed',
    () => {
      if (over !== undefined) throw new Error(`it ended (${over.code}):\n${launch.output()}`);
      return launch.output().includes('Stop   Ctrl-C');
    },
    { timeoutMs: readyWithinMs, everyMs: 25, final: () => over !== undefined },
  );
}

/** PostgreSQL's own lock file names the port of this run. */
export function ownerUrl(dataDir: string): string {
  const port = postmasterLines(dataDir)[3];
  const password = readFileSync(join(dataDir, 'postgres.password'), 'utf8').trim();
  return `postgres://postgres:${password}@127.0.0.1:${port}/prewatt`;
}

export function postmasterLines(dataDir: string): string[] {
  return readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
}

function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(PREWATT_|NODE_TEST|DATABASE_URL)/.test(name)),
  );
}

/** The first of four ports in a row that nobody uses. */
export async function freePorts(): Promise<number> {
  const count = Math.floor((portRange.last - portRange.first) / 4);
  const start = process.pid % count;
  for (let i = 0; i < count; i += 1) {
    const port = portRange.first + ((start + i) % count) * 4;
    const free = await Promise.all([0, 1, 2, 3].map((offset) => isFree(port + offset)));
    if (free.every(Boolean)) return port;
  }
  throw new Error(`no four free ports from ${portRange.first} to ${portRange.last}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
