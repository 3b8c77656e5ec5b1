// Readings per second from the MQTT publish of connected meters to the committed row, through the
// real server process; the same rows by multi-row insert with nothing else are the baseline, on the
// same PostgreSQL in the same run. Also memory per connected meter and the time of a command.

import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createDatabase, type Database, recordReadings } from '@prewatt/server/services';
import pg from 'pg';
import type { Benchmark } from '../benchmark.ts';
import { type CommandTimes, measureCommands } from './command-times.ts';
import type { FromMeters, ToMeters } from './meters.ts';
import { entriesOf } from './plan.ts';
import { type BenchMeter, type BenchServer, startBenchServer } from './server.ts';

const meterCount = 10_000;
type Load = { readonly messages: number; readonly perMessage: number };
/** A day of half-hours in each message: what a meter that reports once a day sends. */
const days: Load = { messages: 2, perMessage: 48 };
/** A message for each reading: what one sends that reports as it goes. */
const single: Load = { messages: 8, perMessage: 1 };
const passes = 3;
const baselineBatch = 10_000;

type Meters = { readonly ask: (message: ToMeters) => Promise<void>; readonly end: () => void };

function startMeters(): Meters {
  const program = fileURLToPath(new URL('./meters.ts', import.meta.url));
  const child: ChildProcess = fork(program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return {
    ask: (message) =>
      new Promise((resolve, reject) => {
        const hear = (answer: FromMeters): void => {
          child.off('message', hear);
          if (answer.kind === 'failed') reject(new Error(answer.why));
          else resolve();
        };
        child.on('message', hear);
        child.send(message);
      }),
    end: () => child.disconnect(),
  };
}

/** Seconds for the same rows by insert alone: two connections, as the server uses. */
async function byInsertAlone(database: Database, meters: readonly BenchMeter[]): Promise<number> {
  const { messages, perMessage } = days;
  const perBatch = Math.floor(baselineBatch / perMessage);
  const batches = Array.from({ length: messages }, (_, message) => message).flatMap((message) =>
    Array.from({ length: Math.ceil(meters.length / perBatch) }, (_, nth) =>
      meters.slice(nth * perBatch, (nth + 1) * perBatch).map((place, i) => ({
        place,
        points: entriesOf({ index: nth * perBatch + i, message, perMessage }).map((entry) => ({
          register: 'importEnergyWh' as const,
          atMs: entry.endsAtMs,
          value: entry.importEnergyWh,
        })),
      })),
    ),
  );
  const start = performance.now();
  const turn = async (): Promise<void> => {
    for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
      const reports = batch;
      const utilityId = reports[0]?.place.utilityId ?? '';
      await database.inUtility(utilityId, (tx) => recordReadings(tx, reports, Date.now()));
    }
  };
  await Promise.all([turn(), turn()]);
  return (performance.now() - start) / 1000;
}

async function emptied(owner: pg.Client, expected: number): Promise<void> {
  const { rows } = await owner.query('SELECT count(*)::int AS n FROM prewatt.readings');
  if (rows[0].n !== expected) throw new Error(`${rows[0].n} rows committed, not ${expected}`);
  await owner.query('TRUNCATE prewatt.readings');
  await owner.query('CHECKPOINT');
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;

type Run = {
  readonly server: BenchServer;
  readonly meters: Meters;
  readonly owner: pg.Client;
  readonly database: Database;
};
type Wire = {
  readonly perSecond: number;
  /** CPU time of server and database for each reading. */
  readonly serverUs: number;
  readonly databaseUs: number;
};

const cpu = ({ serverUs, databaseUs }: Wire): string =>
  `CPU ${serverUs.toFixed(1)} µs server, ${databaseUs.toFixed(1)} µs database`;

/** One pass of all meters, checked row by row. */
async function pass(run: Run, load: Load): Promise<Wire> {
  const rows = meterCount * load.messages * load.perMessage;
  await run.meters.ask({ kind: 'prepare', ...load });
  const before = run.server.cpu();
  const start = performance.now();
  await run.meters.ask({ kind: 'publish' });
  const perSecond = rows / ((performance.now() - start) / 1000);
  const after = run.server.cpu();
  await emptied(run.owner, rows);
  const each = (from: number, to: number): number => ((to - from) * 1000) / rows;
  return {
    perSecond,
    serverUs: each(before.serverMs, after.serverMs),
    databaseUs: each(before.databaseMs, after.databaseMs),
  };
}

function middle(passes: readonly Wire[]): Wire {
  const of = (field: keyof Wire): number => median(passes.map((each) => each[field]));
  return {
    perSecond: Math.round(of('perSecond')),
    serverUs: Math.round(of('serverUs') * 10) / 10,
    databaseUs: Math.round(of('databaseUs') * 10) / 10,
  };
}

/** Commands one after the other while every meter sends as fast as it is let. */
async function commandsUnderLoad(run: Run): Promise<CommandTimes> {
  let isOver = false;
  const load = async (): Promise<void> => {
    while (!isOver) await pass(run, days);
  };
  const loaded = load();
  const times = await measureCommands(run.server, { count: 50 });
  isOver = true;
  await loaded;
  return times;
}

async function measure(o: Omit<Run, 'owner' | 'database'>, print: (line: string) => void) {
  const { server, meters } = o;
  await setTimeout(1_000);
  const before = server.residentBytes();
  const connectStart = performance.now();
  await meters.ask({ kind: 'connect', port: server.mqttPort, meters: meterCount });
  const connectS = (performance.now() - connectStart) / 1000;
  await setTimeout(1_000);
  const bytesPerMeter = Math.round((server.residentBytes() - before) / meterCount);
  const commands = await measureCommands(server, { count: 200 });

  const database = createDatabase({ url: server.appUrl, maximumConnections: 4 });
  const owner = new pg.Client({ connectionString: server.ownerUrl });
  // Told by the next query, too.
  owner.on('error', () => {});
  await owner.connect();
  const run = { server, meters, owner, database };
  const rows = meterCount * days.messages * days.perMessage;
  const many: Wire[] = [];
  const alone: number[] = [];
  const one: Wire[] = [];
  for (let nth = 0; nth < passes; nth += 1) {
    alone.push(rows / (await byInsertAlone(database, server.meters)));
    await emptied(owner, rows);
    many.push(await pass(run, days));
    one.push(await pass(run, single));
    print(
      `turn ${nth + 1}: ${[many, one]
        .map((of) => of.at(-1))
        .map((wire) => (wire === undefined ? '' : `${Math.round(wire.perSecond)}/s, ${cpu(wire)}`))
        .join('; one a message ')}`,
    );
  }
  const loaded = await commandsUnderLoad(run);
  await owner.end();
  await database.close();
  const wire = middle(many);
  const lone = middle(one);
  const baseline = Math.round(median(alone));
  const ratio = Math.round((wire.perSecond / baseline) * 100) / 100;
  const shown = (value: number): string => Math.round(value).toLocaleString('en').padStart(9);
  print(`readings: ${meterCount} meters connected in ${connectS.toFixed(1)} s`);
  print(`  publish to committed row, 48 a message  ${shown(wire.perSecond)}/s   ${cpu(wire)}`);
  print(`  the same rows by insert alone           ${shown(baseline)}/s   x ${ratio}`);
  print(`  publish to committed row, 1 a message   ${shown(lone.perSecond)}/s   ${cpu(lone)}`);
  print(`  memory of the server per meter          ${shown(bytesPerMeter)} bytes`);
  print(`  command to result, median and p99       ${commands.median} ms, ${commands.p99} ms`);
  print(`  the same while all meters send readings ${loaded.median} ms, ${loaded.p99} ms`);
  return {
    bench: 'readings',
    perSecond: wire.perSecond,
    ratio,
    bytesPerMeter,
    commandMs: commands.median,
    commandP99Ms: commands.p99,
    loadedCommandMs: loaded.median,
    loadedCommandP99Ms: loaded.p99,
    baselinePerSecond: baseline,
    onePerMessagePerSecond: lone.perSecond,
    cpu: { many: wire, one: lone },
    passes: {
      wire: many.map((each) => Math.round(each.perSecond)),
      alone: alone.map(Math.round),
      one: one.map((each) => Math.round(each.perSecond)),
    },
  };
}

/** Figures of the ingest at ten thousand connected meters. */
export const benchmarkReadings: Benchmark = async (print) => {
  const isProfiled = process.argv.includes('--profile');
  const nodeFlags = isProfiled ? ['--cpu-prof', '--cpu-prof-dir=/tmp/prewatt-profile'] : [];
  const server = await startBenchServer(meterCount, { nodeFlags });
  const meters = startMeters();
  try {
    return await measure({ server, meters }, print);
  } finally {
    meters.end();
    await server.close();
  }
};
