// A cluster that is written to while it is backed up, put back, started and read; and what is no
// backup.

import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { putBack, takeBackup } from './backup.ts';
import { type RunningPostgres, startPostgres } from './start.ts';

const root = mkdtempSync(join(tmpdir(), 'prewatt-backup-test-'));
chmodSync(root, 0o711);
const dataDir = join(root, 'postgres');
const file = join(root, 'backups/first.tar.gz');
let server: RunningPostgres;
before(async () => {
  server = await startPostgres({ dataDir, fsync: false });
});
after(async () => {
  await server.stop();
  rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
const count = async (url: string) =>
  Number((await ask(url, 'SELECT count(*) AS n FROM rows'))[0]?.['n']);

test('a backup under writes holds what was committed before it, roles included, and nothing half', async () => {
  await ask(
    server.url,
    "CREATE ROLE clerk LOGIN PASSWORD 'x'; CREATE TABLE rows (pair int, half int)",
  );
  await ask(server.url, 'INSERT INTO rows SELECT n / 2, n % 2 FROM generate_series(0, 19999) n');
  const before = await count(server.url);
  const writing = new AbortController();
  const writer = (async () => {
    for (let n = 10_000; !writing.signal.aborted; n += 1) {
      await ask(server.url, `INSERT INTO rows VALUES (${n}, 0), (${n}, 1)`);
    }
  })();
  const { bytes } = await takeBackup({ url: server.url, file });
  writing.abort();
  await writer;
  assert.ok(bytes > 10_000_000, `${bytes}`);
  assert.equal(statSync(file).mode & 0o777, 0o600);

  const copy = join(root, 'copy');
  await putBack({ file, dataDir: copy });
  copyFileSync(`${dataDir}.password`, `${copy}.password`);
  const restored = await startPostgres({ dataDir: copy, fsync: false });
  try {
    const found = await count(restored.url);
    assert.ok(found >= before && found <= (await count(server.url)), `${before} ${found}`);
    const halves = await ask(
      restored.url,
      'SELECT pair FROM rows GROUP BY pair HAVING count(*) <> 2',
    );
    assert.deepEqual(halves, []);
    assert.equal(
      (await ask(restored.url, "SELECT 1 FROM pg_roles WHERE rolname = 'clerk'")).length,
      1,
    );
  } finally {
    await restored.stop();
  }
});

test('what is cut off or no backup leaves no data folder, and one that is there stays', async () => {
  const target = join(root, 'target');
  const cut = join(root, 'cut.tar.gz');
  const whole = readFileSync(file);
  writeFileSync(cut, whole.subarray(0, whole.length / 2));
  await assert.rejects(putBack({ file: cut, dataDir: target }));
  writeFileSync(cut, 'nothing of the kind');
  await assert.rejects(putBack({ file: cut, dataDir: target }));
  assert.ok(!existsSync(target) && !existsSync(`${target}.new`));
  await assert.rejects(putBack({ file, dataDir }), /is there already/);
});

test('a refused sign-in or a folder that cannot be written ends without a file', async () => {
  const wrong = new URL(server.url);
  wrong.password = 'wrong';
  const other = join(root, 'other.tar.gz');
  await assert.rejects(takeBackup({ url: wrong.href, file: other }), /password/);
  await assert.rejects(takeBackup({ url: server.url, file: join(file, 'below.tar.gz') }));
  assert.ok(!existsSync(other) && !existsSync(`${other}.partial`));
});
