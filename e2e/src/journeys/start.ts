// Starting: not ready until it is, one clear line when it cannot start, nothing left behind. And
// what a running demo takes of memory.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createDemo, freePorts, run } from '../support/demo.ts';
import { note } from '../support/figures.ts';
import { descendantsOf, isRunning, nameOf } from '../support/processes.ts';
import { town } from '../support/town.ts';
import { eventually } from '../support/wait.ts';

test('GET /health says 503 until everything is up, and then that it is ready', () => {
  const heard = town.health();
  assert.ok(heard.length > 1, 'it was asked before it was ready');
  const last = heard.at(-1);
  assert.equal(last?.status, 200);
  assert.equal(JSON.parse(last?.body ?? '').status, 'ready');
  for (const answer of heard.slice(0, -1)) {
    assert.equal(answer.status, 503);
    assert.equal(typeof JSON.parse(answer.body).status, 'string');
  }
});

test('the memory of each process with 40 meters', () => {
  const { pid } = town.demo().launch();
  const family = descendantsOf(pid);
  for (const name of ['server', 'virtual-meter', 'sandbox']) {
    const found = family.find((each) => nameOf(each) === name);
    assert.ok(found && found.rssKb > 0, name);
    note(`memory of the ${name}, resident`, megabytes(found.rssKb));
  }
  const postgres = family.filter((each) => nameOf(each) === 'postgres');
  assert.ok(postgres.length > 1);
  const sum = postgres.reduce((total, { rssKb }) => total + rssKb, 0);
  const what = `memory of ${postgres.length} processes of PostgreSQL, shared pages in each`;
  note(what, megabytes(sum));
});

test('what cannot start says so in one line, fails, and leaves nothing behind', async () => {
  const demo = town.demo();
  const scratch = mkdtempSync(join(tmpdir(), 'prewatt-e2e-'));
  const file = join(scratch, 'a-file');
  writeFileSync(file, '');
  const fresh = join(scratch, 'fresh');
  const port = await freePorts();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(port + 2, '127.0.0.1', resolve));
  const withPort = (dataDir: string, some: number) => ['--data', dataDir, '--port', String(some)];
  const cases: [string, string[], RegExp][] = [
    ['the port of a running demo', withPort(fresh, demo.port), /^Port \d+ .*taken.*--port/],
    ['a neighbouring port', withPort(fresh, port), new RegExp(`^Port ${port + 2} .*taken.*--port`)],
    ['the folder of a running demo', withPort(demo.dataDir, port), /already runs.*--data/],
    ['no folder', withPort(join(file, 'data'), port), /cannot be written.*--data/],
    ['no port', ['--port', 'seven'], /^--port seven: give a whole number/],
    ['no speed', ['--speed', '0'], /^--speed 0: give a whole number/],
    ['an unknown option', ['--colour', 'red'], /--colour/],
  ];
  try {
    for (const [name, args, line] of cases) {
      const attempt = run(args);
      const { code } = await attempt.ended;
      const output = attempt.output().trimEnd();
      assert.notEqual(code, 0, name);
      assert.equal(output.split('\n').length, 1, `${name}: ${output}`);
      assert.match(output, line, name);
      assert.deepEqual(descendantsOf(attempt.pid), [], name);
    }
    assert.ok(!existsSync(fresh), 'the folder of a refused start');
  } finally {
    await new Promise((resolve) => other.close(resolve));
    rmSync(scratch, { recursive: true, force: true });
  }
  assert.ok(isRunning(demo.launch().pid));
  assert.ok((await fetch(`${demo.urls.server}/health`)).ok, 'the running demo did not notice');
});

test('a first start that is interrupted leaves nothing running and no half-made database', async () => {
  const demo = await createDemo();
  // A time of its own, which no history that was made beforehand ends at.
  demo.setDemoTime('2026-11-24T07:00:00Z');
  try {
    const launch = demo.begin(60);
    await eventually('the seed has begun', () => launch.output().includes('First run'));
    const family = descendantsOf(launch.pid);
    assert.ok(family.length > 0);
    const { code } = await demo.interrupt();
    assert.equal(code, 0);
    assert.deepEqual(launch.output().trim().split('\n').slice(1), ['Stopping.']);
    await eventually('all children are gone', () => !family.some(({ pid }) => isRunning(pid)));
    assert.ok(!existsSync(join(demo.dataDir, 'demo.json')), 'no sign-ins of a demo that is not');
    assert.ok(!existsSync(join(demo.dataDir, 'demo.lock')));
  } finally {
    await demo.dispose();
  }
});

test('a first start with the history that the install made', async (t) => {
  const demo = await createDemo();
  try {
    const tookMs = await demo.start(60);
    if (demo.launch().output().includes('First run')) {
      t.skip('the sources were changed since the install: npm install makes their history');
      return;
    }
    note('npm start to ready, first start after an install', `${(tookMs / 1000).toFixed(1)} s`);
    const { rows } = await demo.sql((connection) =>
      connection.query('SELECT count(*)::int AS sales FROM prewatt.sales'),
    );
    assert.ok(rows[0].sales > 50, 'sixteen days of sales');
  } finally {
    await demo.dispose();
  }
});

function megabytes(kilobytes: number): string {
  return `${Math.round(kilobytes / 1024)} MB`;
}
