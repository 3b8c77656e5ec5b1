// The real server as a process of its own, on a database that is there: for what is to be seen from
// outside, under load or while it is killed.

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export type ServerSecrets = {
  readonly sessionSecret: string;
  /** 32 bytes, base64. */
  readonly masterKey: string;
  readonly sandboxWebhookSecret: string;
  readonly sandboxApiKey: string;
  readonly smsApiKey: string;
};

export type ServerPorts = { readonly http: number; readonly mqtt: number };

export type ServerProcess = {
  readonly pid: number;
  readonly port: number;
  /** What it said last when it ended without being told to; null while it runs. */
  readonly lastWords: () => string | null;
  /** SIGTERM; resolves when it is gone. */
  readonly stop: () => Promise<void>;
  /** SIGKILL, as a crash would; resolves when it is gone. */
  readonly kill: () => Promise<void>;
};

const thisProgram = fileURLToPath(new URL('../../../apps/server/src/main.ts', import.meta.url));

/** Secrets of a folder, made on the first call; `more` are written beside them. */
export function secretsIn(
  folder: string,
  more: object = {},
): {
  readonly file: string;
  readonly secrets: ServerSecrets;
} {
  const file = join(folder, 'secrets.json');
  if (!existsSync(file)) {
    const secret = () => randomBytes(32).toString('base64url');
    const made: ServerSecrets = {
      sessionSecret: secret(),
      masterKey: randomBytes(32).toString('base64'),
      sandboxWebhookSecret: secret(),
      sandboxApiKey: secret(),
      smsApiKey: secret(),
    };
    writeFileSync(file, JSON.stringify({ ...made, ...more }), { mode: 0o600 });
  }
  return { file, secrets: JSON.parse(readFileSync(file, 'utf8')) };
}

/**
 * A port that a process finds again after a kill: below those that outgoing connections of this
 * machine are given meanwhile.
 */
export async function steadyPort(): Promise<number> {
  for (;;) {
    const port = 15_000 + (randomBytes(2).readUInt16BE() % 15_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

export const freePorts = async (): Promise<ServerPorts> => ({
  http: await steadyPort(),
  mqtt: await steadyPort(),
});

// As docs/operating/configuration.md starts it.
const nodeFlags = ['--max-semi-space-size=64', '--no-parallel-scavenge'];

/** Starts the server and waits until it is ready; throws with its last words when it ends. */
export async function startServerProcess(o: {
  /** The main file; absent: of this version. */
  readonly program?: string;
  readonly databaseUrl: string;
  readonly secretsFile: string;
  readonly ports: ServerPorts;
  readonly sandboxUrl: string;
  readonly nodeFlags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}): Promise<ServerProcess> {
  const origin = `http://127.0.0.1:${o.ports.http}`;
  const { program = thisProgram } = o;
  const child = spawn(process.execPath, [...nodeFlags, ...(o.nodeFlags ?? []), program], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      NODE_ENV: 'production',
      DATABASE_URL: o.databaseUrl,
      PREWATT_HTTP_PORT: String(o.ports.http),
      PREWATT_MQTT_PORT: String(o.ports.mqtt),
      PREWATT_PUBLIC_URL: origin,
      PREWATT_SANDBOX_URL: o.sandboxUrl,
      PREWATT_SECRETS_FILE: o.secretsFile,
      PREWATT_LOG_LEVEL: 'error',
      ...o.environment,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let words = '';
  const hear = (text: Buffer): void => {
    words = `${words}${text}`.slice(-4_000);
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for (let tries = 0; ; tries += 1) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`the server ended: ${words}`);
    }
    if (tries > 2_400) {
      // It would hold its ports against the next try.
      await end(child, gone, 'SIGKILL');
      throw new Error(`the server does not get ready: ${words}`);
    }
    const health = await fetch(`${origin}/health`).catch(() => null);
    if (health?.status === 200) break;
    await pause(50);
  }
  return {
    pid: child.pid ?? 0,
    port: o.ports.http,
    lastWords: () => (child.exitCode === null ? null : `exit code ${child.exitCode}: ${words}`),
    stop: () => end(child, gone, 'SIGTERM'),
    kill: () => end(child, gone, 'SIGKILL'),
  };
}

async function end(
  child: ChildProcess,
  gone: Promise<void>,
  signal: NodeJS.Signals,
): Promise<void> {
  child.kill(signal);
  await Promise.race([gone, pause(10_000, undefined, { ref: false })]);
  child.kill('SIGKILL');
  await gone;
}
