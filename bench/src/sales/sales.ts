// Sales a second through the whole path (HTTP, key, quote, ledger, TID, token, commit with fsync,
// answer), against TPC-B on the same PostgreSQL in the same run, with few and with many
// connections.

import { fork } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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
import type { BaselinePlan, LoadFigures, LoadPlan } from './plan.ts';
import { seedBaseline, seedSales } from './seed.ts';

const fewConnections = 1_000;
const vendors = 16;
const sockets = 192;
const baseline = { scale: 20, connections: 16 };
const ticksPerSecond = 100;

type Print = (line: string) => void;

/** What one size gave. CPU in ms for each sale, of the server and of PostgreSQL. */
type SizeFigures = {
  readonly connections: number;
  readonly most: LoadFigures;
  readonly half: LoadFigures;
  readonly serverMs: number;
  readonly postgresMs: number;
};

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
  const settings = { shared_buffers: '512MB', max_wal_size: '4GB' };
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), settings });
  try {
    const run = { folder, postgres, seconds, profile: values.profile ?? false, print };
    const before = await measureBaseline(run, 'tpcb_before');
    const few = await measureSize(run, Math.min(fewConnections, many));
    const much = many > fewConnections ? await measureSize(run, many) : few;
    const after = await measureBaseline(run, 'tpcb_after');
    return report(print, { baselines: [before, after], few, many: much });
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

async function measureBaseline(run: Run, name: string): Promise<number> {
  const url = await newDatabase(run.postgres.url, name);
  await seedBaseline(url, baseline.scale);
  const plan: BaselinePlan = { ...baseline, url, seconds: run.seconds };
  const perSecond = await inProcess<BaselinePlan, number>('./baseline.ts', plan);
  run.print(
    `TPC-B, scale ${baseline.scale}, ${baseline.connections} connections: ${f(perSecond)}/s`,
  );
  return perSecond;
}

async function newDatabase(url: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return withDatabase(url, name);
}

async function measureSize(run: Run, connections: number): Promise<SizeFigures> {
  const { file, secrets } = secretsIn(run.folder);
  const name = `sales_${connections}`;
  const ownerUrl = await newDatabase(run.postgres.url, name);
  await migrate(ownerUrl);
  const startedMs = performance.now();
  const masterKey = Buffer.from(secrets.masterKey, 'base64');
  const keys = await seedSales({ ownerUrl, masterKey, connections, vendors });
  run.print(
    `${f(connections)} connections seeded in ${f((performance.now() - startedMs) / 1000)} s`,
  );
  const app = new URL(ownerUrl);
  app.searchParams.set('options', '-c role=prewatt_app');
  const server = await startServerProcess({
    databaseUrl: app.href,
    secretsFile: file,
    ports: await freePorts(),
    sandboxUrl: 'http://127.0.0.1:9',
    nodeFlags: run.profile ? ['--cpu-prof', '--cpu-prof-dir=/tmp/prewatt-profile'] : [],
  });
  try {
    return await measureServer(run, { server, keys, connections });
  } finally {
    await server.stop();
  }
}

async function measureServer(
  run: Run,
  o: {
    readonly server: ServerProcess;
    readonly keys: readonly string[];
    readonly connections: number;
  },
): Promise<SizeFigures> {
  const { connections, server } = o;
  const plan = { port: server.port, keys: o.keys, connections, sockets, seconds: run.seconds };
  const cpuBefore = [cpuMs([server.pid]), cpuMs(childrenOf(run.postgres.pid))] as const;
  const startedMs = performance.now();
  const most = await load({ ...plan, warmUpSeconds: 3, perSecond: null });
  const cpuAfter = [cpuMs([server.pid]), cpuMs(childrenOf(run.postgres.pid))] as const;
  const sales = most.perSecond * ((performance.now() - startedMs) / 1_000);
  run.print(
    `  at most ${f(most.perSecond)}/s, p50 ${f(most.p50Ms, 1)} ms, p99 ${f(most.p99Ms, 1)} ms` +
      otherwiseText(most),
  );
  const half = await load({ ...plan, warmUpSeconds: 2, perSecond: most.perSecond / 2 });
  run.print(
    `  at half ${f(half.perSecond)}/s, p50 ${f(half.p50Ms, 1)} ms, p99 ${f(half.p99Ms, 1)} ms` +
      otherwiseText(half),
  );
  const serverMs = (cpuAfter[0] - cpuBefore[0]) / sales;
  const postgresMs = (cpuAfter[1] - cpuBefore[1]) / sales;
  run.print(`  CPU for each sale: server ${f(serverMs, 2)} ms, PostgreSQL ${f(postgresMs, 2)} ms`);
  return { connections, most, half, serverMs, postgresMs };
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
    readonly baselines: readonly [number, number];
    readonly few: SizeFigures;
    readonly many: SizeFigures;
  },
): object {
  const perBaseline = (o.baselines[0] + o.baselines[1]) / 2;
  const ratio = o.few.most.perSecond / perBaseline;
  const growth = o.few.most.perSecond / o.many.most.perSecond;
  print('');
  print(`sales          ${f(o.few.most.perSecond)}/s`);
  print(`TPC-B          ${f(perBaseline)}/s (before and after)`);
  print(`ratio          ${f(ratio, 2)}`);
  print(`p99, half load ${f(o.few.half.p99Ms, 1)} ms`);
  print(`growth         ${f(growth, 2)} times the cost at ${f(o.many.connections)} connections`);
  return {
    bench: 'sales',
    perSecond: Math.round(o.few.most.perSecond),
    ratio: rounded(ratio),
    p99Ms: rounded(o.few.half.p99Ms),
    growth: rounded(growth),
  };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
const f = (value: number, digits = 0): string =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

function otherwiseText(figures: LoadFigures): string {
  const others = Object.entries(figures.otherwise);
  return others.length === 0 ? '' : `; no receipt: ${JSON.stringify(figures.otherwise)}`;
}

/** CPU time that processes have used; 0 where the system does not tell. */
function cpuMs(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    const fields = statOf(pid);
    ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  }
  return (ticks / ticksPerSecond) * 1_000;
}

/** The fields of /proc/PID/stat behind the name: state, parent, … (proc_pid_stat(5)). */
function statOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  } catch {
    return [];
  }
}

function childrenOf(parent: number): readonly number[] {
  try {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.map(Number).filter((pid) => Number(statOf(pid)[1]) === parent);
  } catch {
    return [];
  }
}
