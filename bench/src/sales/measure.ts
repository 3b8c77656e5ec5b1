// What the ways of measuring sales share: a database of some size with its server, the client's
// process, and one measurement of as many sales as go.

import { fork } from 'node:child_process';
import { withDatabase } from '@prewatt/embedded-postgres';
import { migrate } from '@prewatt/server/migrate';
import {
  freePorts,
  type ServerProcess,
  secretsIn,
  startServerProcess,
} from '@prewatt/simulation/server-process';
import pg from 'pg';
import { cpuMs, familyCpuMs } from '../processes.ts';
import type { LoadFigures, LoadPlan } from './plan.ts';
import { seedSales } from './seed.ts';

const vendors = 16;
const sockets = 192;
export const turns = 3;
/** Of selling before it is measured: its code is compiled then, vendors' accounts are open. */
export const settleSeconds = 10;

export type Print = (line: string) => void;

export type Run = {
  readonly folder: string;
  readonly postgres: { readonly url: string; readonly pid: number };
  readonly seconds: number;
  readonly profile: boolean;
  readonly print: Print;
};

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export async function newDatabase(url: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return withDatabase(url, name);
}

/** What a database may be measured without, to know what it costs. */
export type Without = 'log' | 'search';
/** A utility of some size with its server, and what was measured of it. */
export type Size = {
  readonly connections: number;
  readonly without: Without | null;
  readonly ownerUrl: string;
  readonly keys: readonly string[];
  readonly server: ServerProcess;
  /** Of the sandbox provider, which signs with it. */
  readonly webhookSecret: string;
  /** Sales a second at most, and CPU of a sale in server and PostgreSQL, of each turn. */
  readonly most: number[];
  readonly cpuMs: number[];
};

export async function openSize(
  run: Run,
  connections: number,
  o: {
    readonly environment?: Readonly<Record<string, string>>;
    readonly without?: Without;
  } = {},
): Promise<Size> {
  const { environment = {}, without = null } = o;
  const { file, secrets } = secretsIn(run.folder);
  const kind = [...Object.keys(environment), ...(without === null ? [] : ['without', without])];
  const ownerUrl = await newDatabase(
    run.postgres.url,
    ['sales', connections, ...kind].join('_').toLowerCase(),
  );
  await migrate(ownerUrl);
  const startedMs = performance.now();
  const masterKey = Buffer.from(secrets.masterKey, 'base64');
  const keys = await seedSales({ ownerUrl, masterKey, connections, vendors });
  const seconds = (performance.now() - startedMs) / 1_000;
  if (without !== null) await takeAway(ownerUrl, without);
  run.print(`${nameOf({ connections, without })} seeded in ${f(seconds)} s`);
  const app = new URL(ownerUrl);
  app.searchParams.set('options', '-c role=prewatt_app');
  const server = await startServerProcess({
    databaseUrl: app.href,
    secretsFile: file,
    ports: await freePorts(),
    sandboxUrl: 'http://127.0.0.1:9',
    environment,
    nodeFlags: run.profile ? ['--cpu-prof', '--cpu-prof-dir=/tmp/prewatt-profile'] : [],
  });
  const { sandboxWebhookSecret: webhookSecret } = secrets;
  return { connections, without, ownerUrl, keys, server, webhookSecret, most: [], cpuMs: [] };
}

export const nameOf = ({ connections, without }: Pick<Size, 'connections' | 'without'>): string =>
  `${f(connections)} connections${without === null ? '' : ` without the ${without}`}`;

/** The triggers of the token log, so that it stays empty; or what a sale writes for the search. */
async function takeAway(ownerUrl: string, without: Without): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  const { rows } = await client.query<{ drop: string }>(
    without === 'log'
      ? `SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass) AS drop
         FROM pg_trigger WHERE tgname IN ('log_insert', 'log_update', 'log_delete')`
      : `SELECT format('DROP INDEX %s', indexrelid::regclass) AS drop FROM pg_index
         WHERE indexrelid::regclass::text
           IN ('prewatt.tokens_by_last_digits', 'prewatt.payments_by_reference')`,
  );
  if (rows.length === 0) throw new Error(`the ${without} has nothing to take away`);
  for (const { drop } of rows) await client.query(drop);
  await client.end();
}

export const planOf = (size: Size) => ({
  port: size.server.port,
  keys: size.keys,
  connections: size.connections,
  sockets,
});

export async function measureMost(
  run: Run,
  size: Size,
  more: Partial<LoadPlan> = {},
): Promise<void> {
  const pids = () => [cpuMs([size.server.pid]), familyCpuMs(run.postgres.pid)] as const;
  const before = pids();
  const walBefore = await walBytes(size.ownerUrl);
  const warmUpSeconds = 2;
  const seconds = run.seconds / turns;
  const plan = { ...planOf(size), seconds, warmUpSeconds, perSecond: null, ...more };
  const most = await load(plan);
  if (most.ranOut) throw new Error('too few payments were seeded for this machine');
  const after = pids();
  const wal = (await walBytes(size.ownerUrl)) - walBefore;
  size.most.push(most.perSecond);
  const sales = most.perSecond * (seconds + warmUpSeconds);
  const [ofServer, ofPostgres] = [
    (after[0] - before[0]) / sales,
    (after[1] - before[1]) / sales,
  ] as const;
  size.cpuMs.push(ofServer + ofPostgres);
  run.print(
    `${nameOf(size)}${more.notices === undefined ? '' : ', by notification'}: ` +
      `${f(most.perSecond)}/s, p50 ${f(most.p50Ms, 1)} ms, p99 ${f(most.p99Ms, 1)} ms; ` +
      `CPU of a sale: server ${f(ofServer, 2)} ms, PostgreSQL ${f(ofPostgres, 2)} ms; ` +
      `WAL of a sale ${f(wal / sales / 1_000, 1)} kB${otherwiseText(most)}`,
  );
}

/** Where the write-ahead log of the cluster ends; its growth is what was written to it. */
export async function walBytes(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query("SELECT (pg_current_wal_lsn() - '0/0')::text AS bytes");
  await client.end();
  return Number(rows[0].bytes);
}

export const load = (plan: LoadPlan): Promise<LoadFigures> =>
  inProcess<LoadPlan, LoadFigures>('./load.ts', plan);

/** Runs a module as a process: it gets the plan and answers with the figures. */
export function inProcess<Plan extends object, Figures>(
  module: string,
  plan: Plan,
): Promise<Figures> {
  const child = fork(new URL(module, import.meta.url), { serialization: 'advanced' });
  return new Promise((resolve, reject) => {
    child.once('message', (figures) => resolve(figures as Figures));
    child.once('exit', (code) => reject(new Error(`${module} ended with ${code}`)));
    child.send(plan);
  });
}

export const f = (value: number, digits = 0): string =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

export function otherwiseText(figures: LoadFigures): string {
  const others = Object.entries(figures.otherwise);
  return others.length === 0 ? '' : `; no receipt: ${JSON.stringify(figures.otherwise)}`;
}
