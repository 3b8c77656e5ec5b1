// Sales a second through the whole path (HTTP, key, quote, ledger, TID, token, commit with fsync,
// answer), against TPC-B on the same PostgreSQL in the same run, with few and with many
// connections.

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres } from '@prewatt/embedded-postgres';
import { measureNotifications } from './by-notification.ts';
import {
  f,
  inProcess,
  load,
  mean,
  measureMost,
  newDatabase,
  openSize,
  otherwiseText,
  type Print,
  planOf,
  type Run,
  type Size,
  settleSeconds,
  turns,
  type Without,
} from './measure.ts';
import type { BaselinePlan, LoadFigures } from './plan.ts';
import { seedBaseline } from './seed.ts';

const fewConnections = 1_000;
const baseline = { scale: 20, connections: 16 };
/**
 * `--connections` (the many; 1,000,000), `--seconds` of each measurement (15), `--profile`, `--by
 * notification`: a provider's notifications beside tills, in one run; `--without` (log, search):
 * what is measured beside, to know its cost.
 */
export async function benchmarkSales(print: Print): Promise<object> {
  const { values } = parseArgs({
    args: process.argv.slice(2),
    allowPositionals: true,
    options: {
      json: { type: 'boolean' },
      connections: { type: 'string', default: '1000000' },
      seconds: { type: 'string', default: '15' },
      profile: { type: 'boolean' },
      by: { type: 'string', default: 'till' },
      without: { type: 'string', default: 'log' },
    },
  });
  const many = Number(values.connections);
  const seconds = Number(values.seconds);
  if (!Number.isInteger(many) || many < 1 || !(seconds > 0)) {
    throw new Error('--connections and --seconds are positive numbers');
  }
  const { without } = values;
  if (without !== 'log' && without !== 'search') throw new Error('--without is log or search');
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-bench-sales-'));
  // Under root PostgreSQL runs as another account, which must be able to enter.
  chmodSync(folder, 0o711);
  // A quarter of the memory of a machine of 8 GB, as PostgreSQL's documentation has it.
  const settings = { shared_buffers: '2GB', max_wal_size: '4GB' };
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), settings });
  try {
    const run = { folder, postgres, seconds, profile: values.profile ?? false, print };
    if (values.by === 'notification') return await measureNotifications(run, fewConnections);
    return await measureAll(run, many, without);
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Baseline, few and many take turns, so that a machine that is slower for a while is slower for
 * each of them.
 */
async function measureAll(run: Run, many: number, without: Without): Promise<object> {
  const { print } = run;
  const baselineUrl = await newDatabase(run.postgres.url, 'tpcb');
  await seedBaseline(baselineUrl, baseline.scale);
  const few = await openSize(run, Math.min(fewConnections, many));
  const bare = await openSize(run, few.connections, { without });
  const most = many > fewConnections ? await openSize(run, many) : few;
  const sizes = [...new Set([few, bare, most])];
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
    const half = await measureHalf(run, few);
    if (most !== few) await measureHalf(run, most);
    return report(print, { few, bare, most, half, perBaseline });
  } finally {
    for (const { server } of sizes) await server.stop();
  }
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

function report(
  print: Print,
  o: {
    readonly few: Size;
    readonly bare: Size;
    readonly most: Size;
    readonly perBaseline: readonly number[];
    readonly half: LoadFigures;
  },
): object {
  const { few, bare, half } = o;
  const perSecond = mean(few.most);
  const baselinePerSecond = mean(o.perBaseline);
  const ratio = perSecond / baselinePerSecond;
  const growth = perSecond / mean(o.most.most);
  const lost = 1 - perSecond / mean(bare.most);
  const moreCpu = mean(few.cpuMs) / mean(bare.cpuMs) - 1;
  print('');
  print(`sales      ${f(perSecond)}/s with ${f(few.connections)} connections`);
  print(`TPC-B      ${f(baselinePerSecond)}/s`);
  print(`ratio      ${f(ratio, 2)}`);
  print(`half load  p50 ${f(half.p50Ms, 1)} ms, p99 ${f(half.p99Ms, 1)} ms`);
  print(`growth     ${f(growth, 2)} times the cost with ${f(o.most.connections)} connections`);
  print(
    `${`the ${bare.without}`.padEnd(10)} takes ${f(lost * 100, 1)} % of the sales; ` +
      `${f(moreCpu * 100, 1)} % more CPU of server and PostgreSQL for each`,
  );
  return {
    ...{ bench: 'sales', perSecond: Math.round(perSecond), ratio: rounded(ratio) },
    ...{ baselinePerSecond: Math.round(baselinePerSecond), p50Ms: rounded(half.p50Ms) },
    turns: { sales: few.most.map(Math.round), baseline: o.perBaseline.map(Math.round) },
    cpuMs: rounded(mean(few.cpuMs)),
    ...{ p99Ms: rounded(half.p99Ms), growth: rounded(growth) },
    ...{ without: bare.without, lost: rounded(lost), moreCpu: rounded(moreCpu) },
  };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
