// Starts real servers in temporary folders: restarts, crashes, orphans and each reason to refuse.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import pg from 'pg';
import { firstLine } from '../test/first-line.ts';
import { isAlive, waitUntilGone } from './processes.ts';
import { type RunningPostgres, startPostgres } from './start.ts';

const root = mkdtempSync(join(tmpdir(), 'prewatt-start-test-'));
chmodSync(root, 0o711);
after(() => rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** The next cluster of this file is made by initdb, whatever the run of all tests offers. */
function forgetTemplate(): void {
  const template = process.env['PREWATT_TEST_CLUSTER'];
  if (template === undefined) return;
  delete process.env['PREWATT_TEST_CLUSTER'];
  after(() => {
    process.env['PREWATT_TEST_CLUSTER'] = template;
  });
}

function newDataDir(): string {
  return join(mkdtempSync(join(root, 'case-')), 'postgres');
}

// Each case folder comes from mkdtemp, closed to others: opened so that any account can enter.
async function start(dataDir: string): Promise<RunningPostgres> {
  chmodSync(join(dataDir, '..'), 0o711);
  return startPostgres({ dataDir, fsync: false });
}

/** Runs the waiting program in its own process, which the test then kills. */
async function startElsewhere(
  dataDir: string,
): Promise<{ child: ChildProcess; pid: number; url: string }> {
  const program = join(import.meta.dirname, '../test/start-and-wait.ts');
  const child = spawn(process.execPath, [program, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await firstLine(child.stdout);
  return { child, ...JSON.parse(line) };
}

test('data survives a stop and a second start', async () => {
  const dataDir = newDataDir();
  const first = await start(dataDir);
  await ask(first.url, 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)');
  await first.stop();
  assert.equal(isAlive(first.pid), false);
  const second = await start(dataDir);
  assert.deepEqual(await ask(second.url, 'SELECT n FROM kept'), [{ n: 7 }]);
  await second.stop();
});

test('committed data survives SIGKILL of the server, and onExit tells it was asked for', async () => {
  const dataDir = newDataDir();
  const first = await start(dataDir);
  await ask(first.url, 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (8)');
  const exits: unknown[] = [];
  first.onExit((exit) => exits.push(exit));
  await first.kill();
  assert.deepEqual(exits, [{ code: null, signal: 'SIGKILL', expected: true }]);
  const second = await start(dataDir);
  assert.deepEqual(await ask(second.url, 'SELECT n FROM kept'), [{ n: 8 }]);
  await second.stop();
});

test('a server that dies by itself is reported as not expected', async () => {
  const server = await start(newDataDir());
  const exit = new Promise((resolve) => server.onExit(resolve));
  process.kill(server.pid, 'SIGKILL');
  assert.deepEqual(await exit, { code: null, signal: 'SIGKILL', expected: false });
});

test('the password is in a file that only its owner reads, not in arguments or the log', async () => {
  forgetTemplate();
  const dataDir = newDataDir();
  chmodSync(join(dataDir, '..'), 0o711);
  const lines: string[] = [];
  const server = await startPostgres({ dataDir, fsync: false, log: (line) => lines.push(line) });
  const password = readFileSync(`${dataDir}.password`, 'utf8');
  assert.ok(password.length >= 32);
  assert.equal(statSync(`${dataDir}.password`).mode & 0o777, 0o600);
  assert.ok(server.url.includes(password));
  await assert.rejects(ask(server.url.replace(password, 'wrong'), 'SELECT 1'), /password/);
  const leaks = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((entry) => safeRead(`/proc/${entry}/cmdline`).includes(password));
  assert.deepEqual(leaks, []);
  await server.stop();
  assert.equal(lines.join('\n').includes(password), false);
});

test('the server ends when the program that started it is killed', async () => {
  const dataDir = newDataDir();
  const { child, pid } = await startElsewhere(dataDir);
  assert.equal(isAlive(pid), true);
  child.kill('SIGKILL');
  assert.equal(await waitUntilGone(pid, 15_000), true);
});

test('an orphan whose watcher was killed too is ended by the next start', async () => {
  const dataDir = newDataDir();
  const { child, pid, url } = await startElsewhere(dataDir);
  await ask(url, 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (9)');
  const watchers = readdirSync('/proc').filter((entry) => {
    const command = safeRead(`/proc/${entry}/cmdline`);
    return command.includes('postgres-watcher') && command.includes(dataDir);
  });
  assert.equal(watchers.length, 1);
  for (const watcher of watchers) process.kill(Number(watcher), 'SIGKILL');
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(isAlive(pid), true);
  const next = await start(dataDir);
  assert.equal(isAlive(pid), false);
  assert.deepEqual(await ask(next.url, 'SELECT n FROM kept'), [{ n: 9 }]);
  await next.stop();
});

test('a folder in use by a live program is refused, and that server goes on', async () => {
  const dataDir = newDataDir();
  const { child, pid, url } = await startElsewhere(dataDir);
  await assert.rejects(start(dataDir), { code: 'dataDirInUse' });
  assert.deepEqual(await ask(url, 'SELECT 1 AS one'), [{ one: 1 }]);
  child.kill('SIGKILL');
  await waitUntilGone(pid, 15_000);
});

test('the lock of a dead server does not matter when its process id belongs to another', async () => {
  const dataDir = newDataDir();
  await (await start(dataDir)).stop();
  writeFileSync(join(dataDir, 'postmaster.pid'), `${process.pid}\n${dataDir}\n`);
  const server = await start(dataDir);
  await server.stop();
});

test('a data folder of another major version is refused with what to do', async () => {
  const dataDir = newDataDir();
  await (await start(dataDir)).stop();
  writeFileSync(join(dataDir, 'PG_VERSION'), '17\n');
  await assert.rejects(start(dataDir), {
    code: 'databaseTooOld',
    message: /PostgreSQL 17 .* too old; dump it/,
  });
  writeFileSync(join(dataDir, 'PG_VERSION'), '99\n');
  await assert.rejects(start(dataDir), { code: 'databaseTooNew' });
});

test('a port that is taken is refused with its number', async () => {
  const listener = createServer();
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  assert.ok(typeof address === 'object' && address !== null);
  const dataDir = newDataDir();
  chmodSync(join(dataDir, '..'), 0o711);
  await assert.rejects(startPostgres({ dataDir, fsync: false, port: address.port }), {
    code: 'portTaken',
    message: new RegExp(`Port ${address.port} `),
  });
  listener.close();
});

test('a folder that cannot be written is refused with its name', async () => {
  const file = join(root, 'a-file');
  writeFileSync(file, '');
  const dataDir = join(file, 'postgres');
  await assert.rejects(startPostgres({ dataDir }), {
    code: 'dataDirNotWritable',
    message: new RegExp(dataDir),
  });
});

test('a folder in a file system that makes no folders is refused, not waited for', async () => {
  await assert.rejects(startPostgres({ dataDir: '/proc/nowhere/deep/postgres' }), {
    code: 'dataDirNotWritable',
  });
});

test('a folder that holds something else is refused and left as it was', async () => {
  const dataDir = newDataDir();
  mkdirSync(dataDir);
  writeFileSync(join(dataDir, 'photo.jpg'), 'x');
  await assert.rejects(start(dataDir), { code: 'dataDirNotADatabase' });
  assert.deepEqual(readdirSync(dataDir), ['photo.jpg']);
  assert.equal(existsSync(`${dataDir}.password`), false);
});

test('an interrupted creation leaves nothing that stops the next start', async () => {
  forgetTemplate();
  const dataDir = newDataDir();
  mkdirSync(`${dataDir}.new`);
  writeFileSync(join(`${dataDir}.new`, 'PG_VERSION'), '18\n');
  const server = await start(dataDir);
  assert.equal(existsSync(`${dataDir}.new`), false);
  await server.stop();
});

test('a run of all tests offers a cluster to copy: with its password, and no trace of it', async () => {
  const template = newDataDir();
  const first = await start(template);
  await ask(first.url, 'CREATE TABLE kept (n int)');
  await first.stop();
  process.env['PREWATT_TEST_CLUSTER'] = template;
  const dataDir = newDataDir();
  const copy = await start(dataDir).finally(() => delete process.env['PREWATT_TEST_CLUSTER']);
  assert.deepEqual(await ask(copy.url, 'SELECT n FROM kept'), []);
  await ask(copy.url, 'DROP TABLE kept');
  await copy.stop();
  assert.equal(statSync(`${dataDir}.password`).mode & 0o777, 0o600);
  const again = await start(template);
  assert.deepEqual(await ask(again.url, 'SELECT n FROM kept'), []);
  await again.stop();
});

function safeRead(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
