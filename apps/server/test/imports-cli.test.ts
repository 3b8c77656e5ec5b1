// The command line against a server that listens: files as the page for operators shows them.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { importKinds, importSchema } from '@prewatt/api';
import { parse } from 'csv-parse/sync';
import { run as runWorker } from 'graphile-worker';
import { createLog } from '../src/base/log.ts';
import { workerLogger } from '../src/base/worker-logger.ts';
import { createHarness, type Harness, meterPanOf } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';

const cli = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url));
const page = new URL('../../../docs/operating/import.md', import.meta.url);
const email = 'administrator@test.example';
const password = 'a long password of the tests';

let h: Harness;
let http: HttpHarness;
let worker: Awaited<ReturnType<typeof runWorker>>;
let server: string;
let folder: string;
before(async () => {
  h = await createHarness();
  const port = await freePort();
  server = `http://127.0.0.1:${port}`;
  http = await createHttpHarness(h, { publicUrl: server });
  await http.app.listen({ host: '127.0.0.1', port });
  await http.createOperator({ email, password, role: 'administrator' });
  const { jobs } = h.services;
  worker = await runWorker({
    connectionString: h.appUrl,
    concurrency: 2,
    noHandleSignals: true,
    taskList: {
      importChunk: (payload) => jobs.importChunk(payload as Parameters<typeof jobs.importChunk>[0]),
    },
    logger: workerLogger(createLog({ name: 'test', level: 'silent' })),
  });
  folder = await mkdtemp(join(tmpdir(), 'prewatt-import-cli-'));
});
after(async () => {
  await worker.stop();
  await http.close();
  await h.close();
  await rm(folder, { recursive: true });
});

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}

type Ran = { readonly status: number | null; readonly out: string; readonly errors: string };

async function prewatt(
  args: readonly string[],
  environment: object = {},
  at: string = server,
): Promise<Ran> {
  const child = spawn(process.execPath, [cli, ...args, '--server', at], {
    env: {
      PATH: process.env['PATH'],
      PREWATT_OPERATOR_EMAIL: email,
      PREWATT_OPERATOR_PASSWORD: password,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  return new Promise((resolve) => {
    child.on('close', (status) => resolve({ status, out, errors }));
  });
}

async function exampleOf(kind: string): Promise<string> {
  const text = await readFile(page, 'utf8');
  const example = new RegExp(`### ${kind}\\n[\\s\\S]*?\`\`\`csv\\n([\\s\\S]*?)\`\`\``).exec(
    text,
  )?.[1];
  assert.ok(example !== undefined, `docs/operating/import.md has no example of ${kind}`);
  const path = join(folder, `${kind}.csv`);
  await writeFile(path, example);
  return path;
}

test('the examples of the page for operators are imported as they stand', async () => {
  for (const kind of importKinds) {
    const path = await exampleOf(kind);
    const ran = await prewatt(['import', path, '--kind', kind, '--watch', '--json']);
    assert.equal(ran.status, 0, ran.out + ran.errors);
    const { rows, fileName } = importSchema.parse(JSON.parse(ran.out));
    assert.equal(fileName, `${kind}.csv`);
    assert.deepEqual([rows.created, rows.total], [2, 2]);
  }
  const out = await prewatt(['export', 'arrears']);
  assert.equal(out.status, 0, out.errors);
  const rows: string[][] = parse(out.out);
  assert.deepEqual(
    rows
      .slice(1)
      .map((row) => row.slice(1, 5))
      .sort(),
    [
      ['600727010000800183', 'Old account', '1250.00', 'share 25'],
      ['600727010000800266', 'Line extension', '600.00', 'instalment 50.00 per month'],
    ],
  );
});

test('refused rows are printed with what to write instead, and the exit code is 1', async () => {
  const path = join(folder, 'balances.csv');
  await writeFile(path, `meter_number,amount\n${meterPanOf(1)},1e3\n${meterPanOf(1)},5.00\n`);
  const ran = await prewatt(['import', path, '--kind', 'openingBalances', '--dry-run', '--watch']);
  assert.equal(ran.status, 1);
  assert.match(
    ran.out,
    /: done \(dry run\)\n2 of 2 rows: 1 would be created, 0 there already, 1 refused/,
  );
  assert.match(ran.out, /line 2, amount: "1e3": .*Write it like 1234\.50\./);
  const [importId = ''] = ran.out.split(':');
  const status = await prewatt(['import', 'status', importId]);
  assert.equal(status.status, 1);
  const rows = await prewatt(['import', 'rows', importId]);
  assert.match(rows.out, /^line 2, amount/);
  const resumed = await prewatt(['import', 'resume', importId, '--watch']);
  assert.equal(resumed.status, 1, resumed.errors);
  const cancelled = await prewatt(['import', 'cancel', importId]);
  assert.match(cancelled.errors, /Not so now\nThe import is done/);
});

test('refusals are words on standard error, and no credential is ever there', async () => {
  const path = await exampleOf('arrears');
  const wrong = await prewatt(['import', path, '--kind', 'openingBalances']);
  assert.equal(wrong.status, 1);
  assert.match(wrong.errors, /Not imported\nThe first line names a column "label"/);
  const stranger = await prewatt(['export', 'sales'], {
    PREWATT_OPERATOR_PASSWORD: 'not this one',
  });
  assert.equal(stranger.status, 1);
  assert.equal(stranger.out, '');
  assert.match(stranger.errors, /wrong email or password/);
  assert.ok(!stranger.errors.includes('not this one'));
  const nobody = await prewatt(['export', 'sales'], { PREWATT_OPERATOR_EMAIL: '' });
  assert.match(nobody.errors, /Set PREWATT_OPERATOR_EMAIL/);
  const plain = await prewatt(['export', 'sales'], {}, 'http://203.0.113.1');
  assert.match(plain.errors, /Write an https address/);
  const away = await prewatt(['export', 'sales'], {}, `http://127.0.0.1:${await freePort()}`);
  assert.match(away.errors, /does not answer \(ECONNREFUSED\)/);
  const gone = await prewatt(['import', join(folder, 'gone.csv'), '--kind', 'arrears']);
  assert.equal(gone.errors, `prewatt: ${join(folder, 'gone.csv')} cannot be read\n`);
  assert.equal((await prewatt(['import', path])).status, 2);
  assert.equal((await prewatt(['import', 'status'])).status, 2);
  assert.equal((await prewatt(['export', 'tokens'])).status, 2);
});
