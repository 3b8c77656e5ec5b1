// The commands on a cluster of their own: taken and tried, lost, put back with what was in it; and
// each way in which they refuse.

import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { countRows, type RunningPostgres, startPostgres } from '@prewatt/embedded-postgres';
import pg from 'pg';
import { processContext } from '../main.ts';
import { backupGroup } from './group.ts';

const data = mkdtempSync(join(tmpdir(), 'prewatt-backup-cli-'));
chmodSync(data, 0o711);
const dataDir = join(data, 'postgres');
const file = join(data, 'backup.tar.gz');
let server: RunningPostgres;
before(async () => {
  server = await startPostgres({ dataDir, fsync: false });
});
after(async () => {
  await server.stop();
  rmSync(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

async function run(...args: string[]) {
  let [out, errors] = ['', ''];
  const exitCode = await backupGroup([...args, '--data', data], {
    ...processContext,
    print: (text) => {
      out += text;
    },
    printError: (text) => {
      errors += text;
    },
  });
  return { exitCode, out, errors };
}

test('a backup is taken, tried, and put back after the folder is lost', async () => {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query(`CREATE SCHEMA prewatt; CREATE TABLE prewatt.sales (id int);
    CREATE TABLE prewatt.tokens (id int); INSERT INTO prewatt.sales VALUES (1), (2)`);
  await client.end();

  const created = await run('create', '--to', file);
  assert.deepEqual({ ...created, out: '' }, { exitCode: 0, out: '', errors: '' });
  assert.match(created.out, /backup\.tar\.gz: \d+ MB, of \d+ MB in the database\n/);
  assert.match(created.out, /Tried: it starts, and holds 2 sales, 0 tokens\.\n$/);
  assert.deepEqual(
    readdirSync(data).filter((name) => name.includes('check')),
    [],
  );
  assert.match((await run('create', '--to', file)).errors, /is there already/);
  assert.match((await run('check', file)).out, /starts, and holds 2 sales, 0 tokens/);

  assert.match((await run('restore', file)).errors, /postgres is there already\n.*move it away/);
  await server.stop();
  assert.match((await run('create', '--to', join(data, 'b'))).errors, /no database runs on/);
  renameSync(dataDir, join(data, 'lost'));
  const restored = await run('restore', file);
  // This cluster has rows, and no database of a server whose meters could be told of.
  assert.equal(restored.exitCode, 1);
  assert.match(
    restored.errors,
    /is as it was when the backup ended\. But .*"prewatt" does not exist/,
  );
  assert.match(restored.errors, /prewatt restore before anything is sold/);
  server = await startPostgres({ dataDir, fsync: false });
  assert.deepEqual(await countRows(server.url, ['prewatt.sales']), { 'prewatt.sales': 2 });
});

test('what is no backup, and a folder without its password, are refused and leave nothing', async () => {
  const other = join(data, 'other.tar.gz');
  assert.match((await run('check', other)).errors, /is not there/);
  writeFileSync(other, 'not one');
  const checked = await run('check', other, '--json');
  assert.equal(checked.exitCode, 1);
  assert.equal(JSON.parse(checked.out).error.code, 'backupFailed');
  assert.deepEqual(
    readdirSync(data).filter((name) => name.includes('check')),
    [],
  );
  const empty = mkdtempSync(join(data, 'empty-'));
  const refused = await backupGroup(['restore', file, '--data', empty, '--json'], {
    ...processContext,
    print: (text) => assert.equal(JSON.parse(text).error.code, 'passwordMissing'),
  });
  assert.equal(refused, 1);
  assert.ok(!existsSync(join(empty, 'postgres')));
});
