// Sales a second through the whole path (HTTP, key, quote, ledger, TID, token, commit with fsync,
// answer), against TPC-B on the same PostgreSQL in the same run, with few and with many
// connections.

import { fork } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres, withDatabase } from '@prewatt/embedded-postgres';
import { migrate } from '@prewatt/server/migrate';
import {
  freePorts,
  type ServerProcess,
  secretsIn,
  startServerProcess,
} from '@prewatt/simulation/server-process';
import pg from 'pg';
import { cpuMs, familyCpuMs } from '../processes.ts';
import type { BaselinePlan, LoadFigures, LoadPlan } from './plan.ts';
import { seedBaseline, seedSales } from './seed.ts';

const fewConnections = 1_000;
const vendors = 16;
const sockets = 192;
const baseline = { scale: 20, connections: 16 };
const turns = 3;
/** Of selling before it is measured: its code is compiled then, vendors' accounts are open. */
const settleSeconds = 10;

type Print = (line: string) => void;

/** `--connections` (the many; 1,000,000), `--seconds` of each measurement (15), `--profile`. */
export async function benchmarkSales(print: Print): Promise<object> {
  const { values } = parseArgs({
    args: process.argv.slice(2),
    allowPositionals: true,
    options: {
      json: { type: 'boolean' },
      connections: { type: 'string', default: '1000000' },
      seconds: { type: 'string', default: '15' },
      profile: { type: 'boolean' },
    },
  });
  const many = Number(values.connections);
  const seconds = Number(values.seconds);
  if (!Number.isInteger(many) || many < 1 || !(seconds > 0)) {
    throw new Error('--connections and --seconds are positive numbers');
  }
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-bench-sales-'));
  // Under root PostgreSQL runs as another account, which must be able to enter.
  chmodSync(folder, 0o711);
  // A quarter of the memory of a machine of 8 GB, as PostgreSQL's documentation has it.
  const settings = { shared_buffers: '2GB', max_wal_size: '4GB' };
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), settings });
  try {
    const run = { folder, postgres, seconds, profile: values.profile ?? false, print };
    return await measureAll(run, many);
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Run = {
  readonly folder: string;
  readonly postgres: { readonly url: string; readonly pid: number };
  readonly seconds: number;
  readonly profile: boolean;
  readonly print: Print;
};

/**
 * Baseline, few and many take turns, so that a machine that is slower for a while is slower for
 * each of them.
 */
async function measureAll(run: Run, many: number): Promise<object> {
  const { print } = run;
  const baselineUrl = await newDatabase(run.postgres.url, 'tpcb');
  await seedBaseline(baselineUrl, baseline.scale);
  const few = await openSize(run, Math.min(fewConnections, many));
  const sizes = many > fewConnections ? [few, await openSize(run, many)] : [few];
  try {
    const plan: BaselinePlan = { ...baseline, url: baselineUrl, seconds: run.seconds / turns };
    const perBaseline: number[] = [];
    for (const size of sizes) {
      await load({ ...planOf(size), seconds: 0, warmUpSeconds: settleSeconds, perSecond: null });
    }
    for (let turn = 0; turn < turns; turn++) {
      perBaseline.push(await inProcess<BaselinePlan, number>('./baseline.ts', plan));
      print(`TPC-B, scale 20, 16 connections: ${f(perBaseline.at(-1) ?? 0)}/s`);
      for (const size of sizes) await measureMost(run, size);
    }
    const halves: LoadFigures[] = [];
    for (const size of sizes) halves.push(await measureHalf(run, size));
    const [fewMost = 0, manyMost = fewMost] = sizes.map((size) => mean(size.most));
    const figures = { perSecond: fewMost, growth: fewMost / manyMost, connections: many };
    return report(print, { ...figures, perBaseline: mean(perBaseline), half: halves[0] });
  } finally {
    for (const { server } of sizes) await server.stop();
  }
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

async function newDatabase(url: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return withDatabase(url, name);
}

/** A utility of some size with its server, and what was measured of it. */
type Size = {
  readonly connections: number;
  readonly ownerUrl: string;
  readonly keys: readonly string[];
  readonly server: ServerProcess;
  /** Sales a second at most, of each turn. */
  readonly most: number[];
};

async function openSize(run: Run, connections: number): Promise<Size> {
  const { file, secrets } = secretsIn(run.folder);
  const ownerUrl = await newDatabase(run.postgres.url, `sales_${connections}`);
  await migrate(ownerUrl);
  const startedMs = performance.now();
  const masterKey = Buffer.from(secrets.masterKey, 'base64');
  const keys = await seedSales({ ownerUrl, masterKey, connections, vendors });
  const seconds = (performance.now() - startedMs) / 1_000;
  run.print(`${f(connections)} connections seeded in ${f(seconds)} s`);
  const app = new URL(ownerUrl);
  app.searchParams.set('options', '-c role=prewatt_app');
  const server = await startServerProcess({
    databaseUrl: app.href,
    secretsFile: file,
    ports: await freePorts(),
    sandboxUrl: 'http://127.0.0.1:9',
    nodeFlags: run.profile ? ['--cpu-prof', '--cpu-prof-dir=/tmp/prewatt-profile'] : [],
  });
  return { connections, ownerUrl, keys, server, most: [] };
}

const planOf = (size: Size) => ({
  port: size.server.port,
  keys: size.keys,
  connections: size.connections,
  sockets,
});

async function measureMost(run: Run, size: Size): Promise<void> {
  const pids = () => [cpuMs([size.server.pid]), familyCpuMs(run.postgres.pid)] as const;
  const before = pids();
  const walBefore = await walBytes(size.ownerUrl);
  const warmUpSeconds = 2;
  const seconds = run.seconds / turns;
  const most = await load({ ...planOf(size), seconds, warmUpSeconds, perSecond: null });
  const after = pids();
  const wal = (await walBytes(size.ownerUrl)) - walBefore;
  size.most.push(most.perSecond);
  const sales = most.perSecond * (seconds + warmUpSeconds);
  run.print(
    `${f(size.connections)} connections: ${f(most.perSecond)}/s, p50 ${f(most.p50Ms, 1)} ms, ` +
      `p99 ${f(most.p99Ms, 1)} ms; CPU of a sale: server ${f((after[0] - before[0]) / sales, 2)} ` +
      `ms, PostgreSQL ${f((after[1] - before[1]) / sales, 2)} ms; ` +
      `WAL of a sale ${f(wal / sales / 1_000, 1)} kB${otherwiseText(most)}`,
  );
}

/** Where the write-ahead log of the cluster ends; its growth is what was written to it. */
async function walBytes(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query("SELECT (pg_current_wal_lsn() - '0/0')::text AS bytes");
  await client.end();
  return Number(rows[0].bytes);
}

async function measureHalf(run: Run, size: Size): Promise<LoadFigures> {
  const perSecond = mean(size.most) / 2;
  const plan = { ...planOf(size), seconds: run.seconds, warmUpSeconds: 2, perSecond };
  const half = await load(plan);
  run.print(
    `${f(size.connections)} connections, half load: ${f(half.perSecond)}/s, ` +
      `p50 ${f(half.p50Ms, 1)} ms, p99 ${f(half.p99Ms, 1)} ms${otherwiseText(half)}`,
  );
  return half;
}

const load = (plan: LoadPlan): Promise<LoadFigures> =>
  inProcess<LoadPlan, LoadFigures>('./load.ts', plan);

/** Runs a module as a process: it gets the plan and answers with the figures. */
function inProcess<Plan extends object, Figures>(module: string, plan: Plan): Promise<Figures> {
  const child = fork(new URL(module, import.meta.url), { serialization: 'advanced' });
  return new Promise((resolve, reject) => {
    child.once('message', (figures) => resolve(figures as Figures));
    child.once('exit', (code) => reject(new Error(`${module} ended with ${code}`)));
    child.send(plan);
  });
}

function report(
  print: Print,
  o: {
    readonly perSecond: number;
    readonly perBaseline: number;
    readonly half: LoadFigures | undefined;
    readonly growth: number;
    readonly connections: number;
  },
): object {
  const ratio = o.perSecond / o.perBaseline;
  const p50Ms = o.half?.p50Ms ?? 0;
  const p99Ms = o.half?.p99Ms ?? 0;
  print('');
  print(`sales      ${f(o.perSecond)}/s with ${f(fewConnections)} connections`);
  print(`TPC-B      ${f(o.perBaseline)}/s`);
  print(`ratio      ${f(ratio, 2)}`);
  print(`half load  p50 ${f(p50Ms, 1)} ms, p99 ${f(p99Ms, 1)} ms`);
  print(`growth     ${f(o.growth, 2)} times the cost with ${f(o.connections)} connections`);
  return {
    bench: 'sales',
    perSecond: Math.round(o.perSecond),
    ratio: rounded(ratio),
    p99Ms: rounded(p99Ms),
    growth: rounded(o.growth),
  };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
const f = (value: number, digits = 0): string =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

function otherwiseText(figures: LoadFigures): string {
  const others = Object.entries(figures.otherwise);
  return others.length === 0 ? '' : `; no receipt: ${JSON.stringify(figures.otherwise)}`;
}
