// The `prewatt` command as a process, against a harness's server on a port of its own.

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Harness } from './harness.ts';
import { createHttpHarness } from './http-harness.ts';

const main = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url));

export type Served = { readonly url: string; readonly close: () => Promise<void> };

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });

/** Sign-in asks for the address it is reached at, so the port is chosen before. */
export async function serve(h: Harness): Promise<Served> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const http = await createHttpHarness(h, { publicUrl: url });
  await http.app.listen({ host: '127.0.0.1', port });
  return { url, close: http.close };
}

export type CommandEnd = {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
};

export function runCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<CommandEnd> {
  const child = spawn(process.execPath, [main, ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  const errors: string[] = [];
  child.stdout.on('data', (chunk) => output.push(String(chunk)));
  child.stderr.on('data', (chunk) => errors.push(String(chunk)));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      resolve({ code, output: output.join(''), errors: errors.join('') }),
    );
  });
}
