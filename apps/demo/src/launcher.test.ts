// The launcher as a process, with stand-ins for what it runs: starts, deaths, crashes and refusals,
// and that nothing is left behind on any way out.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
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
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isPortFree, processIdentity } from '@prewatt/embedded-postgres';
import pg from 'pg';
import { standInSteps } from '../test/stand-in-steps.ts';
import { makeHistory, takeHistory } from './history.ts';
import { runDemo } from './launcher.ts';

const folder = mkdtempSync(join(tmpdir(), 'prewatt-demo-'));
chmodSync(folder, 0o711);
const running = new Set<ChildProcess>();
// A demo that a failed test left behind: killed, it takes its parts with it.
after(() => {
  for (const child of running) child.kill('SIGKILL');
});
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));

let cases = 0;
async function newCase(): Promise<{ dataDir: string; port: number }> {
  cases += 1;
  for (let port = 20_000 + (process.pid % 1000) * 8 + cases * 8; ; port += 8) {
    const free = await Promise.all([0, 1, 2, 3].map((step) => isPortFree(port + step)));
    if (free.every(Boolean)) return { dataDir: join(folder, `case-${cases}`), port };
  }
}

type Demo = { child: ChildProcess; said: () => string; ended: Promise<number | null> };

function startDemo(at: { dataDir: string; port: number }, options: DemoChoices = {}): Demo {
  const program = join(import.meta.dirname, '../test/stand-in-demo.ts');
  const args = [program, at.dataDir, String(at.port), options.fault ?? ''];
  const { PREWATT_LOG_LEVEL: _, ...env } = process.env;
  const child = spawn(process.execPath, args, {
    env: options.character === undefined ? env : { ...env, PREWATT_LOG_LEVEL: options.character },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.on('close', () => running.delete(child));
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      text += String(chunk);
    });
  }
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, said: () => text, ended };
}

type DemoChoices = { fault?: string; character?: string };

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000;
  while (!(await holds())) {
    assert.ok(performance.now() < end, `timed out: ${what}`);
    await sleep(30);
  }
}

const ready = (demo: Demo) =>
  until(`ready; it said: ${demo.said()}`, () => demo.said().includes('Stop   Ctrl-C'));

async function health(port: number): Promise<Record<string, string>> {
  const response = await fetch(`http://127.0.0.1:${port}/health`);
  return { ...JSON.parse(await response.text()), code: String(response.status) };
}

async function assertNothingLeft(at: { dataDir: string; port: number }): Promise<void> {
  for (const step of [0, 1, 2, 3]) assert.equal(await isPortFree(at.port + step), true);
  assert.equal(existsSync(join(at.dataDir, 'postgres/postmaster.pid')), false);
  assert.equal(existsSync(join(at.dataDir, 'demo.lock')), false);
}

test('first start, second start on the same data, and an orderly end of both', async () => {
  const at = await newCase();
  const first = startDemo(at);
  const codes = new Set<string>();
  while (!codes.has('200')) {
    assert.equal(first.child.exitCode, null, first.said());
    await health(at.port).then(
      ({ code }) => codes.add(code ?? ''),
      () => undefined,
    );
  }
  assert.deepEqual([...codes], ['503', '200']);
  await ready(first);
  assert.match(first.said(), /First run/);
  const facts = JSON.parse(readFileSync(join(at.dataDir, 'demo.json'), 'utf8'));
  assert.equal(facts.publicUrl, `http://127.0.0.1:${at.port}`);
  const server = await health(at.port);
  assert.equal(new URL(server['DATABASE_URL'] ?? '').username, 'prewatt_app');
  const signInUrl = new URL(server['PREWATT_SIGN_IN_DATABASE_URL'] ?? '');
  assert.equal(signInUrl.username, 'prewatt_sign_in');
  assert.match(server['PREWATT_CLOCK'] ?? '', /^\d+:\d+:1000$/);
  // Demo time has not run away from the history while that was made.
  const [realMs, demoMs] = (server['PREWATT_CLOCK'] ?? '').split(':').map(Number);
  assert.equal(demoMs, realMs);
  assert.ok(realMs !== undefined && realMs >= facts.seededAtMs, 'the clock ran before the seed');
  for (const name of ['server', 'virtual-meter', 'sandbox', 'witness-1', 'postgres']) {
    const { mode } = statSync(join(at.dataDir, 'logs', `${name}.log`));
    assert.equal(mode & 0o077, 0, `others may read ${name}.log`);
  }
  const meters = await health(at.port + 1);
  assert.equal(meters['PREWATT_MQTT_URL'], `mqtt://127.0.0.1:${at.port + 3}`);
  assert.equal('DATABASE_URL' in meters, false);
  first.child.kill('SIGINT');
  assert.equal(await first.ended, 0);
  await assertNothingLeft(at);

  const second = startDemo(at);
  await ready(second);
  assert.doesNotMatch(second.said(), /First run/);
  second.child.kill('SIGINT');
  assert.equal(await second.ended, 0);
  await assertNothingLeft(at);
});

test('Ctrl-C does not wait for the seed, and the next start begins it anew', async () => {
  const at = await newCase();
  const demo = startDemo(at, { fault: 'seed-lasts' });
  await until('the seed runs', () => demo.said().includes('First run'));
  demo.child.kill('SIGINT');
  await until('it has ended', () => demo.child.exitCode !== null);
  assert.equal(await demo.ended, 0);
  assert.equal(demo.said().trim().split('\n').length, 2, demo.said());
  await assertNothingLeft(at);
  const next = startDemo(at);
  await ready(next);
  assert.match(next.said(), /First run/);
  next.child.kill('SIGINT');
  assert.equal(await next.ended, 0);
});

test('Ctrl-C is answered at once, while a step of the start still runs', async () => {
  const at = await newCase();
  const standIn = join(import.meta.dirname, '../test/stand-in.ts');
  const stop = new AbortController();
  const said: string[] = [];
  let saidAtOnce: string[] = [];
  const code = await runDemo(
    { ...at, speed: 1 },
    {
      programs: { server: standIn, virtualMeter: standIn, sandbox: standIn, witness: standIn },
      migrate: async () => {
        stop.abort();
        saidAtOnce = [...said];
        await sleep(1_000);
      },
      seed: async () => undefined,
      readdress: async () => undefined,
      history: { folder: join(folder, 'none'), digest: () => '' },
      say: (line) => void said.push(line),
      env: process.env,
      stopSignals: { stop: stop.signal, kill: new AbortController().signal },
    },
  );
  assert.equal(code, 0);
  assert.deepEqual(saidAtOnce, ['Stopping.']);
  assert.deepEqual(said, ['Stopping.']);
  await assertNothingLeft(at);
});

test('a child and PostgreSQL that die are started again', async () => {
  const at = await newCase();
  const demo = startDemo(at);
  await ready(demo);
  const before = await health(at.port);
  await fetch(`http://127.0.0.1:${at.port}/die`).catch(() => undefined);
  await until('the server is back', async () => {
    const now = await health(at.port).catch(() => before);
    return now['pid'] !== before['pid'];
  });
  assert.match(demo.said(), /The server ended \(exit code 4\); it starts again in 0.25 s/);
  const lockFile = join(at.dataDir, 'postgres/postmaster.pid');
  const lock = () => (existsSync(lockFile) ? readFileSync(lockFile, 'utf8') : '').split('\n');
  const pid = Number(lock()[0]);
  process.kill(pid, 'SIGKILL');
  await until('PostgreSQL is back', () => {
    return Number(lock()[0]) !== pid && lock()[7]?.trim() === 'ready';
  });
  assert.match(demo.said(), /PostgreSQL ended \(SIGKILL\)/);
  demo.child.kill('SIGINT');
  assert.equal(await demo.ended, 0);
  await assertNothingLeft(at);
});

test('a child that keeps dying stops everything with one line that holds its last words', async () => {
  const at = await newCase();
  const demo = startDemo(at, { character: 'fatal' });
  assert.equal(await demo.ended, 1);
  assert.match(demo.said(), /ended more than 5 times in a minute \(exit code 3\): no such luck/);
  await assertNothingLeft(at);
});

test('a port that is taken is refused in one line and nothing is made', async () => {
  const at = await newCase();
  const other = createServer().listen(at.port + 3, '127.0.0.1');
  const demo = startDemo(at);
  assert.equal(await demo.ended, 1);
  other.close();
  assert.equal(
    demo.said(),
    `Port ${at.port + 3} (MQTT) is taken: stop the program that uses it, or choose --port N.\n`,
  );
  assert.equal(existsSync(at.dataDir), false);
  await assertNothingLeft(at);
});

test('an interrupted first run starts over', async () => {
  const at = await newCase();
  const first = startDemo(at, { fault: 'seed-fails' });
  assert.equal(await first.ended, 1);
  assert.match(first.said(), /the seed failed/);
  await assertNothingLeft(at);
  const second = startDemo(at);
  await ready(second);
  assert.match(second.said(), /First run/);
  second.child.kill('SIGINT');
  assert.equal(await second.ended, 0);
});

test('when the launcher is killed its children and PostgreSQL end, and the next start works', async () => {
  const at = await newCase();
  const first = startDemo(at);
  await ready(first);
  const anchor = (await health(at.port))['PREWATT_CLOCK'] ?? '';
  const pids = await Promise.all([0, 1, 2].map(async (n) => (await health(at.port + n))['pid']));
  first.child.kill('SIGKILL');
  await until('the children are gone', () =>
    pids.every((pid) => processIdentity(Number(pid)) === undefined),
  );
  const second = startDemo(at);
  await ready(second);
  const [realMs = 0, demoMs = 0] = anchor.split(':').map(Number);
  const [realNowMs = 0, demoNowMs = 0] = ((await health(at.port))['PREWATT_CLOCK'] ?? '')
    .split(':')
    .map(Number);
  assert.ok(realNowMs > realMs);
  assert.ok(demoNowMs > demoMs);
  second.child.kill('SIGINT');
  assert.equal(await second.ended, 0);
  await assertNothingLeft(at);
});

test('a second demo on the same folder is refused, and the first goes on', async () => {
  const at = await newCase();
  const first = startDemo(at);
  await ready(first);
  const second = startDemo({ ...at, port: at.port + 4 });
  assert.equal(await second.ended, 1);
  assert.match(second.said(), /^A demo already runs on .*\n$/);
  assert.equal((await health(at.port))['status'], 'ready');
  first.child.kill('SIGINT');
  assert.equal(await first.ended, 0);
});

test('a second Ctrl-C ends children that do not want to stop', async () => {
  const at = await newCase();
  const demo = startDemo(at, { character: 'error' });
  await ready(demo);
  demo.child.kill('SIGINT');
  await until('it says so', () => demo.said().includes('Stopping.'));
  await sleep(200);
  demo.child.kill('SIGINT');
  assert.equal(await demo.ended, 130);
  for (const step of [0, 1, 2]) assert.equal(await isPortFree(at.port + step), true);
});

test('a first start takes the history that was made beforehand, under its own address', async (t) => {
  const history = { folder: join(folder, 'history'), digest: () => 'of the stand-ins' };
  t.after(() => rmSync(history.folder, { recursive: true, force: true }));
  const nowMs = Date.parse('2026-03-04T05:06:07Z');
  const making = { ...history, ...standInSteps(), publicUrl: 'http://127.0.0.1:7070', nowMs };
  assert.equal(await makeHistory(making), true);
  assert.equal(await makeHistory(making), false, 'it is there already');

  const at = await newCase();
  const demo = startDemo(at);
  await ready(demo);
  assert.doesNotMatch(demo.said(), /First run/);
  const { DATABASE_URL: url, PREWATT_CLOCK: clock } = await health(at.port);
  assert.equal(clock?.split(':')[1], `${nowMs}`, 'demo time goes on where the history ends');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('SELECT at, url FROM seeds');
  await client.end();
  assert.deepEqual(rows, [{ at: `${nowMs}`, url: `http://127.0.0.1:${at.port}` }]);
  assert.equal(readFileSync(join(at.dataDir, 'meters'), 'utf8'), 'of the town');
  demo.child.kill('SIGINT');
  assert.equal(await demo.ended, 0);
  await assertNothingLeft(at);

  const timed = await newCase();
  mkdirSync(timed.dataDir);
  writeFileSync(join(timed.dataDir, 'demo-clock.json'), '{"demoMs": 1000}');
  assert.equal(takeHistory(timed.dataDir, history), null, 'a folder with a time of its own');
  const other = await newCase();
  mkdirSync(other.dataDir);
  assert.equal(takeHistory(other.dataDir, { ...history, digest: () => 'of others' }), null);
  assert.deepEqual(readdirSync(other.dataDir), []);
});
