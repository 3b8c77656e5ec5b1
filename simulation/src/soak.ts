// `node simulation/src/soak.ts [--seeds 1000] [--from 1] [--homes 5] [--days 14] [--jobs N]`: towns
// under one seed after the other, some at once, with everything that can go wrong. Stops at the
// first broken law. Goes on where it stopped, while the code is the same; `--fresh` begins anew.

import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { readOptions } from './options.ts';
import type { SoakAnswer, SoakOrder } from './soak-worker.ts';

const help = `Towns under one seed after the other, with everything that can go wrong; stops at the first broken
law. Goes on where it stopped, while the code is the same.

  node simulation/src/soak.ts [--seeds N] [--from N] [--homes N] [--days N] [--jobs N] [--fresh]

  --seeds N  how many (default: 1000), --from N the first of them (default: 1)
  --homes N  homes of a town (default: 5), --days N its days (default: 14)
  --jobs N   towns at once (default: one for two processors)
  --fresh    lives the seeds again that were clean already`;

const { values } = readOptions(
  { name: 'soak', help },
  {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    homes: { type: 'string', default: '5' },
    days: { type: 'string', default: '14' },
    // A town keeps two processes busy: its own and PostgreSQL's.
    jobs: { type: 'string', default: String(Math.max(1, availableParallelism() >> 1)) },
    fresh: { type: 'boolean', default: false },
  },
);
const seeds = wholeNumber('seeds');
const from = wholeNumber('from');
const homes = wholeNumber('homes');
const days = wholeNumber('days');
const jobs = wholeNumber('jobs');

/** What was lived so far; another code or another size of town begins anew. */
type Kept = { readonly of: string; readonly clean: number[] };
const keptFile = new URL('../reports/soak.json', import.meta.url).pathname;
const of = `${codeOf()} homes ${homes} days ${days}`;
const clean = new Set(values.fresh ? [] : readKept());
const all = Array.from({ length: seeds }, (_, i) => from + i);
const left = all.filter((seed) => !clean.has(seed));
if (left.length < seeds) console.log(`${seeds - left.length} seeds were lived already`);

// Loaded once it is known what is asked: help and a slip are answered at once.
const { createTownDatabase } = await import('./database.ts');
// Held for the workers, who find its server by this: PostgreSQL starts once.
const database = await createTownDatabase();
const server = new URL(database.ownerUrl);
server.search = '';
const workers = new Set<ChildProcess>();
const startedMs = performance.now();
let lived = 0;
let failed: number | null = null;

try {
  await Promise.all(Array.from({ length: Math.min(jobs, left.length) }, work));
} finally {
  await database.drop();
}
if (failed === null) console.log(`${seeds} seeds from ${from}: every law held at each tick`);
else process.exitCode = 1;

async function work(): Promise<void> {
  const worker = fork(new URL('./soak-worker.ts', import.meta.url).pathname, {
    execArgv: ['--max-semi-space-size=64', '--no-parallel-scavenge'],
    env: { ...process.env, PREWATT_TEST_POSTGRES_URL: server.href },
  });
  workers.add(worker);
  try {
    for (let seed = left.shift(); seed !== undefined && failed === null; seed = left.shift()) {
      const answer = await ask(worker, { seed, homes, days });
      if (failed === null) tell(seed, answer);
    }
  } finally {
    workers.delete(worker);
    worker.disconnect();
  }
}

function ask(worker: ChildProcess, order: SoakOrder): Promise<SoakAnswer> {
  return new Promise((resolve) => {
    const gone = (): void => resolve({ failure: 'its process ended' });
    worker.once('exit', gone);
    worker.once('message', (answer) => {
      worker.removeListener('exit', gone);
      resolve(answer as SoakAnswer);
    });
    worker.send(order);
  });
}

function tell(seed: number, answer: SoakAnswer): void {
  if ('failure' in answer) {
    failed = seed;
    console.error(`seed ${seed}: ${answer.failure}`);
    const town = `--seed ${seed} --homes ${homes} --days ${days}`;
    console.error(`soak: seed ${seed} failed; its trace: npm run simulate -- ${town}`);
    for (const worker of workers) worker.kill();
    return;
  }
  lived += 1;
  clean.add(seed);
  keep();
  const open = left.length + workers.size - 1;
  const minutes = Math.ceil(((performance.now() - startedMs) / lived) * (open / 60_000));
  const { sales, checks } = answer;
  console.log(
    `seed ${seed}: ${sales} sales, ${checks} checks; ${seeds - open} of ${seeds}, ` +
      `about ${minutes} min left`,
  );
}

function readKept(): readonly number[] {
  try {
    const kept = JSON.parse(readFileSync(keptFile, 'utf8')) as Kept;
    return kept.of === of ? kept.clean : [];
  } catch {
    return [];
  }
}

function keep(): void {
  mkdirSync(dirname(keptFile), { recursive: true });
  writeFileSync(keptFile, JSON.stringify({ of, clean: [...clean] } satisfies Kept));
}

/** The commit, and whether something was changed since. */
function codeOf(): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
  try {
    const changed = git('status', '--porcelain') === '' ? '' : ' changed';
    return `${git('rev-parse', 'HEAD')}${changed}`;
  } catch {
    return 'unknown';
  }
}

function wholeNumber(name: 'seeds' | 'from' | 'homes' | 'days' | 'jobs'): number {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  console.error(`soak: --${name} must be a whole number from 1, not "${values[name]}"`);
  process.exit(2);
}
