// Readings per second from the MQTT publish of connected meters to the committed row, through the
// real server process; the same rows by multi-row insert with nothing else are the baseline, on the
// same PostgreSQL in the same run. Also memory per connected meter and the time of a command.

import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createDatabase, type Database, recordReadings } from '@prewatt/server/services';
import pg from 'pg';
import type { Benchmark } from '../main.ts';
import { measureCommands } from './command-times.ts';
import type { FromMeters, ToMeters } from './meters.ts';
import { entriesOf } from './plan.ts';
import { type BenchMeter, type BenchServer, startBenchServer } from './server.ts';

const meterCount = 10_000;
/** A day of half-hours: what a meter that reports once a day sends. */
const perMessage = 48;
const messages = 2;
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

/** Seconds for all rows through the wire. */
async function throughTheWire(meters: Meters, each: number): Promise<number> {
  await meters.ask({ kind: 'prepare', messages, perMessage: each });
  const start = performance.now();
  await meters.ask({ kind: 'publish' });
  return (performance.now() - start) / 1000;
}

/** Seconds for the same rows by insert alone: two connections, as the server uses. */
async function byInsertAlone(database: Database, meters: readonly BenchMeter[]): Promise<number> {
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

async function measure(server: BenchServer, meters: Meters, print: (line: string) => void) {
  await setTimeout(1_000);
  const before = server.residentBytes();
  const connectStart = performance.now();
  await meters.ask({ kind: 'connect', port: server.mqttPort, meters: meterCount });
  const connectS = (performance.now() - connectStart) / 1000;
  await setTimeout(1_000);
  const bytesPerMeter = Math.round((server.residentBytes() - before) / meterCount);
  const commands = await measureCommands(server);

  const database = createDatabase({ url: server.appUrl, maximumConnections: 4 });
  const owner = new pg.Client({ connectionString: server.ownerUrl });
  await owner.connect();
  const rows = meterCount * messages * perMessage;
  const wire: number[] = [];
  const alone: number[] = [];
  for (let pass = 0; pass < passes; pass += 1) {
    alone.push(rows / (await byInsertAlone(database, server.meters)));
    await emptied(owner, rows);
    wire.push(rows / (await throughTheWire(meters, perMessage)));
    await emptied(owner, rows);
  }
  const few = meterCount * messages;
  const single = few / (await throughTheWire(meters, 1));
  await emptied(owner, few);
  await owner.end();
  await database.close();
  const perSecond = Math.round(median(wire));
  const baseline = Math.round(median(alone));
  const ratio = Math.round((perSecond / baseline) * 100) / 100;
  const shown = (value: number): string => Math.round(value).toLocaleString('en').padStart(9);
  print(`readings: ${meterCount} meters connected in ${connectS.toFixed(1)} s`);
  print(`  publish to committed row, ${perMessage} a message ${shown(perSecond)}/s`);
  print(`  the same rows by insert alone           ${shown(baseline)}/s   x ${ratio}`);
  print(`  publish to committed row, 1 a message   ${shown(single)}/s`);
  print(`  memory of the server per meter          ${shown(bytesPerMeter)} bytes`);
  print(`  command to result, median and p99       ${commands.median} ms, ${commands.p99} ms`);
  return {
    bench: 'readings',
    perSecond,
    ratio,
    bytesPerMeter,
    commandMs: commands.median,
    commandP99Ms: commands.p99,
    baselinePerSecond: baseline,
    onePerMessagePerSecond: Math.round(single),
    passes: { wire: wire.map(Math.round), alone: alone.map(Math.round) },
  };
}

/** Figures of the ingest at ten thousand connected meters. */
export const benchmarkReadings: Benchmark = async (print) => {
  const server = await startBenchServer(meterCount);
  const meters = startMeters();
  try {
    return await measure(server, meters, print);
  } finally {
    meters.end();
    await server.close();
  }
};
