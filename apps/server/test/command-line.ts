// The `prewatt` command in this process, against a harness's server on a port of its own. That it
// works as a process, too, is tested with the command line itself.

import { createServer } from 'node:net';
import { processContext, run } from '@prewatt/cli';
import type { Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';

export type Served = {
  readonly url: string;
  readonly http: HttpHarness;
  readonly close: () => Promise<void>;
};

export const freePort = (): Promise<number> =>
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
  return { url, http, close: http.close };
}

export type CommandEnd = {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
};

/** One command line with this environment, this on standard input, and nobody at the terminal. */
export async function runCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  input = '',
): Promise<CommandEnd> {
  const [output, errors]: [Buffer[], string[]] = [[], []];
  const code = await run(args, {
    ...processContext,
    environment,
    print: (text) => output.push(Buffer.from(text)),
    printError: (text) => errors.push(text),
    write: async (bytes) => {
      output.push(Buffer.from(bytes));
    },
    readStandardInput: () => input,
    ask: async () => null,
  });
  return { code, output: Buffer.concat(output).toString(), errors: errors.join('') };
}
