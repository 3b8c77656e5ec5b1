import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { secrets, temporaryFolder } from './test-world.ts';

const main = join(import.meta.dirname, 'main.ts');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const at = server.address();
  server.close();
  await once(server, 'close');
  if (at === null || typeof at === 'string') throw new Error('no port');
  return at.port;
}

/** What a program needs of our environment; the rest of it is no setting of a test. */
const given = {
  PATH: process.env['PATH'],
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
};

function start(t: TestContext, environment: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, [main], {
    env: { ...given, ...environment },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  t.after(() => {
    child.kill('SIGKILL');
  });
  return child;
}

function environment(t: TestContext, port: number): Record<string, string> {
  const folder = temporaryFolder(t);
  const secretsFile = join(folder, 'secrets.json');
  writeFileSync(secretsFile, JSON.stringify(secrets));
  return {
    PREWATT_HTTP_PORT: String(port),
    PREWATT_DATA_DIR: join(folder, 'sandbox'),
    PREWATT_SERVER_URL: 'http://127.0.0.1:1',
    PREWATT_SECRETS_FILE: secretsFile,
    PREWATT_LOG_LEVEL: 'warn',
  };
}

async function ready(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const health = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
    if (health?.ok) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  assert.fail('not ready within ten seconds');
}

// Not 'close': it does not come when the parent's end of the IPC channel was closed first.
async function ended(child: ChildProcess): Promise<{ code: number | null; said: string }> {
  const { stderr } = child;
  assert.ok(stderr);
  const [[code], said] = await Promise.all([once(child, 'exit'), text(stderr)]);
  return { code, said };
}

test('the process becomes ready, and ends in order on SIGTERM', async (t) => {
  const port = await freePort();
  const child = start(t, environment(t, port));
  const end = ended(child);
  await ready(port);
  child.kill('SIGTERM');
  assert.deepEqual(await end, { code: 0, said: '' });
});

test('the process ends by itself when its parent goes', async (t) => {
  const port = await freePort();
  const child = start(t, environment(t, port));
  const end = ended(child);
  await ready(port);
  child.disconnect();
  assert.equal((await end).code, 0);
});

test('a taken port and a bad environment are one clear line each, and the exit code says so', async (t) => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  t.after(() => holder.close());
  const at = holder.address();
  if (at === null || typeof at === 'string') throw new Error('no port');
  const taken = await ended(start(t, environment(t, at.port)));
  assert.equal(taken.code, 1);
  assert.equal(
    taken.said,
    `The sandbox cannot start: port ${at.port} is taken; choose another with PREWATT_HTTP_PORT\n`,
  );
  const bare = await ended(start(t, {}));
  assert.equal(bare.code, 1);
  assert.match(bare.said, /PREWATT_DATA_DIR/);
});
