// The command line against a server that listens: files as the page for operators shows them.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { importKinds, importSchema } from '@prewatt/api';
import { parse } from 'csv-parse/sync';
import { createLog } from '../src/base/log.ts';
import { run as runWorker } from '../src/base/worker-library.ts';
import { workerLogger } from '../src/base/worker-logger.ts';
import { type CommandEnd, freePort, runCommand, type Served, serve } from './command-line.ts';
import { createHarness, type Harness, meterPanOf } from './harness.ts';

const page = new URL('../../../docs/operating/import.md', import.meta.url);
const email = 'administrator@test.example';
const password = 'a long password of the tests';

let h: Harness;
let served: Served;
let worker: Awaited<ReturnType<typeof runWorker>>;
let folder: string;
before(async () => {
  h = await createHarness();
  served = await serve(h);
  await served.http.createOperator({ email, password, role: 'administrator' });
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
  await served.close();
  await h.close();
  await rm(folder, { recursive: true });
});

const prewatt = (
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  at: string = served.url,
): Promise<CommandEnd> =>
  runCommand([...args, '--server', at], {
    PREWATT_OPERATOR_EMAIL: email,
    PREWATT_OPERATOR_PASSWORD: password,
    ...environment,
  });

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
    assert.equal(ran.code, 0, ran.output + ran.errors);
    const { rows, fileName } = importSchema.parse(JSON.parse(ran.output));
    assert.equal(fileName, `${kind}.csv`);
    assert.ok(rows.total >= 2 && rows.created === rows.total, JSON.stringify(rows));
  }
  const out = await prewatt(['export', 'arrears']);
  assert.equal(out.code, 0, out.errors);
  const rows: string[][] = parse(out.output);
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
  assert.equal(ran.code, 1);
  assert.match(
    ran.output,
    /: done \(dry run\)\n2 of 2 rows: 1 would be created, 0 there already, 1 refused/,
  );
  assert.match(ran.output, /line 2, amount: "1e3": .*Write it like 1234\.50\./);
  const [importId = ''] = ran.output.split(':');
  const status = await prewatt(['import', 'status', importId]);
  assert.equal(status.code, 1);
  const rows = await prewatt(['import', 'rows', importId]);
  assert.match(rows.output, /^line 2, amount/);
  const resumed = await prewatt(['import', 'resume', importId, '--watch']);
  assert.equal(resumed.code, 1, resumed.errors);
  const cancelled = await prewatt(['import', 'cancel', importId]);
  assert.match(cancelled.errors, /Not so now\nThe import is done/);
});

test('refusals are words on standard error, and no credential is ever there', async () => {
  const path = await exampleOf('arrears');
  const wrong = await prewatt(['import', path, '--kind', 'openingBalances']);
  assert.equal(wrong.code, 1);
  assert.match(wrong.errors, /Not imported\nThe first line names a column "label"/);
  const stranger = await prewatt(['export', 'sales'], {
    PREWATT_OPERATOR_PASSWORD: 'not this one',
  });
  assert.equal(stranger.code, 1);
  assert.equal(stranger.output, '');
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
  assert.equal((await prewatt(['import', path])).code, 2);
  assert.equal((await prewatt(['import', 'status'])).code, 2);
  assert.equal((await prewatt(['export', 'tokens'])).code, 2);
});
