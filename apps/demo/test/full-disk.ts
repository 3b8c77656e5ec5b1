// `npm run peers -- full-disk`: PostgreSQL under the demo's supervision on a small disk that fills
// while rows are written. It dies while it writes its log (PANIC), which no fault of a test can
// make it do. As root: the disk is a file system in memory, seen by this process alone.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { supervisePostgres } from '../src/postgres.ts';

const names = process.argv.slice(2);
const inside = 'PREWATT_FULL_DISK';
const isWanted = names.length === 0 || names.includes('full-disk');

async function until(what: string, isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + 60_000;
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error(`not within 60 s: ${what}`);
    await sleep(50);
  }
}

/** Writes row after row, each with 256 kB of log; what the database confirmed is counted. */
function keepWriting(pool: pg.Pool) {
  const counts = { confirmed: 0, isOver: false };
  const work = async (): Promise<void> => {
    for (let n = 1; !counts.isOver; n += 1) {
      const log = `pg_logical_emit_message(true, 'x', repeat(md5(random()::text), 8000))`;
      const text = `WITH logged AS (SELECT ${log}) INSERT INTO written SELECT $1 FROM logged`;
      const isDone = await pool.query(text, [n]).then(
        () => true,
        () => false,
      );
      if (isDone) counts.confirmed += 1;
      await sleep(isDone ? 20 : 100);
    }
  };
  return { counts, ended: work() };
}

async function fillTheDisk(folder: string): Promise<string> {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=600m', 'full', folder]);
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const isSaid = (what: string) => () => said.some((line) => line.includes(what));
  const postgres = await supervisePostgres({
    ...{ dataDir: join(folder, 'postgres'), log: () => undefined, say, giveUp: say },
    nowMs: () => performance.now(),
  });
  const pool = new pg.Pool({ connectionString: postgres.url, max: 2 });
  pool.on('error', () => undefined);
  await pool.query('CREATE TABLE written (n bigint)');
  const { counts, ended } = keepWriting(pool);
  await until('rows are written', () => counts.confirmed > 10);
  const { bavail, bsize } = statfsSync(folder);
  const ballast = join(folder, 'ballast');
  // Less the last MB: the rows take that.
  writeFileSync(ballast, Buffer.alloc(bavail * bsize - 1_048_576));
  await until('the full disk is told', isSaid('is full: make room on it'));
  await sleep(3_000);
  const before = counts.confirmed;
  rmSync(ballast);
  await until('the room is told', isSaid('There is room on the disk again'));
  await until('rows are written again', () => counts.confirmed > before + 10);
  counts.isOver = true;
  await ended;
  const { rows } = await pool.query('SELECT count(*)::int AS rows FROM written');
  await pool.end();
  await postgres.stop();
  if (said.some((line) => /gave up|more than 5 times/.test(line))) throw new Error(said.join('\n'));
  if (rows[0].rows < counts.confirmed) {
    throw new Error(`${counts.confirmed} rows were confirmed and ${rows[0].rows} are there`);
  }
  return `${counts.confirmed} rows confirmed, ${rows[0].rows} there; it went on by itself`;
}

if (isWanted && process.getuid?.() !== 0) {
  console.log('full-disk: skipped. It needs root, for a small disk of its own');
} else if (isWanted && process.env[inside] === undefined) {
  const args = ['--mount', process.execPath, import.meta.filename, ...names];
  const env = { ...process.env, [inside]: '1' };
  process.exitCode = spawnSync('unshare', args, { env, stdio: 'inherit' }).status ?? 1;
} else if (isWanted) {
  const begunMs = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-full-disk-'));
  try {
    const what = await fillTheDisk(folder);
    const seconds = ((performance.now() - begunMs) / 1000).toFixed(1);
    console.log(`full-disk: passed in ${seconds} s: ${what}`);
  } catch (thrown) {
    console.error(`full-disk: failed. ${thrown instanceof Error ? thrown.stack : String(thrown)}`);
    process.exitCode = 1;
  }
  spawnSync('umount', ['--lazy', folder]);
  rmdirSync(folder);
  // A database that did not come back is still waited for.
  process.exit();
}
