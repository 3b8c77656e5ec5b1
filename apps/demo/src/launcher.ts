// The life of one demo run: checks, PostgreSQL, database, children, panel; then supervision until
// it is told to stop or gives up. Whatever was started is stopped again, on every way out.

import { appendFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  diskFullError,
  makeFolder,
  PostgresStartError,
  processIdentity,
} from '@prewatt/embedded-postgres';
import { address, childSpecs, type Programs } from './children.ts';
import {
  ensureSecrets,
  type FolderLock,
  lockFolder,
  type PreparedFolder,
  prepareFolder,
} from './data-folder.ts';
import { type DatabaseUrls, prepareDatabase } from './database.ts';
import { type DemoClock, demoTimeAtRest, startDemoClock } from './demo-clock.ts';
import { freeBytesOf, megabytes, refuseWithoutRoom, unlessFull } from './disk-room.ts';
import { waitUntilReady } from './health.ts';
import { type MadeHistory, takeHistory } from './history.ts';
import type { DemoOptions } from './options.ts';
import { readFacts, renderPanel } from './panel.ts';
import { checkPorts, demoPorts, holdPort, type Placeholder } from './ports.ts';
import { type SupervisedPostgres, supervisePostgres } from './postgres.ts';
import { DemoRefusal } from './refusal.ts';
import type { Steps } from './steps.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';

export type LauncherDeps = Steps & {
  programs: Programs;
  /** Made beforehand, for a first start. */
  history: MadeHistory;
  say: (line: string) => void;
  env: NodeJS.ProcessEnv;
  /** First: stop in order. Second: kill what still runs. */
  stopSignals: { stop: AbortSignal; kill: AbortSignal };
};

const stopGraceMs = 4_000;

type Started = {
  folder?: PreparedFolder;
  lock?: FolderLock;
  placeholder?: Placeholder;
  postgres?: SupervisedPostgres;
  supervisor?: Supervisor;
  clock?: DemoClock;
};

/** Runs the demo until it is stopped; the exit code of the program. */
export async function runDemo(options: DemoOptions, deps: LauncherDeps): Promise<number> {
  const started: Started = {};
  const startedAtMs = performance.now();
  const over = new AbortController();
  deps.stopSignals.stop.addEventListener('abort', () => {
    // Said here and not on the way out: a step that cannot be broken off may still take seconds.
    if (!over.signal.aborted) deps.say('Stopping.');
    over.abort('stopped');
  });
  deps.stopSignals.kill.addEventListener('abort', () => {
    started.supervisor?.kill();
    started.postgres?.kill();
  });
  try {
    await bringUp(options, deps, { started, over, startedAtMs });
    if (!over.signal.aborted) {
      await new Promise((resolve) => over.signal.addEventListener('abort', resolve));
    }
  } catch (error) {
    if (!over.signal.aborted) over.abort(reasonOf(error, options.dataDir));
  }
  const reason = over.signal.reason;
  if (reason !== 'stopped') deps.say(typeof reason === 'string' ? reason : String(reason));
  await tearDown(started);
  // 130 is what a shell reports for a program that Ctrl-C ended.
  if (deps.stopSignals.kill.aborted) return 130;
  return reason === 'stopped' ? 0 : 1;
}

type Run = { started: Started; over: AbortController; startedAtMs: number };

async function bringUp(options: DemoOptions, deps: LauncherDeps, run: Run): Promise<void> {
  const { dataDir, speed } = options;
  const { started, over } = run;
  const ports = demoPorts(options.port, options.dlms === true);
  started.folder = prepareFolder(dataDir);
  started.lock = lockFolder(dataDir, processIdentity);
  await checkPorts(ports, started.lock.afterCrash ? 5_000 : 0);
  started.placeholder = await holdPort(ports.server);
  const publicUrl = address(ports.server);
  if (!existsSync(join(dataDir, 'postgres'))) refuseWithoutRoom(dataDir, freeBytesOf(dataDir));
  const pastUrl = takeHistory(dataDir, deps.history);
  const { file: secretsFile, secrets } = ensureSecrets(dataDir);
  const supervision = {
    say: deps.say,
    giveUp: (reason: string) => over.abort(reason),
    nowMs: () => performance.now(),
  };
  makeFolder(join(dataDir, 'logs'));
  const postgresLog = freshLog(dataDir, 'postgres');
  for (const name of logNames) freshLog(dataDir, name);
  const clockFile = join(dataDir, 'demo-clock.json');
  const restingMs = demoTimeAtRest(clockFile, Date.now);
  const supervisor = createSupervisor(supervision);
  started.supervisor = supervisor;
  const postgres = await supervisePostgres({
    ...supervision,
    dataDir: join(dataDir, 'postgres'),
    log: (line) => unlessFull(() => appendFileSync(postgresLog, `${line}\n`)),
  });
  started.postgres = postgres;
  over.signal.throwIfAborted();
  const passwords = {
    app: secrets.appDatabasePassword,
    signIn: secrets.signInDatabasePassword,
  };
  const preparing = prepareDatabase(postgres.url, passwords, {
    migrate: async (ownerDatabaseUrl) => {
      await deps.migrate(ownerDatabaseUrl);
      if (pastUrl === null || pastUrl === publicUrl) return;
      await deps.readdress(ownerDatabaseUrl, { from: pastUrl, to: publicUrl });
    },
    seed: (ownerDatabaseUrl) => {
      over.signal.throwIfAborted();
      deps.say('First run: making the demo utility.');
      return deps.seed({
        ownerDatabaseUrl,
        secretsFile,
        dataDir,
        nowMs: restingMs,
        publicUrl,
      });
    },
  });
  const databaseUrls = await unlessOver(preparing, over.signal);
  const facts = readFacts(dataDir);
  over.signal.throwIfAborted();
  await started.placeholder.close();
  startChildren(options, deps, { started, supervisor, clockFile, secretsFile, databaseUrls });
  const addresses = [ports.server, ports.meter, ports.sandbox].map(address);
  await waitUntilReady(addresses, over.signal);
  const readyMs = performance.now() - run.startedAtMs;
  deps.say(renderPanel({ facts, ports, dataDir, speed, readyMs }));
}

const logNames = ['server', 'virtual-meter', 'sandbox', 'witness-1', 'witness-2'] as const;

type Prepared = {
  started: Started;
  supervisor: Supervisor;
  clockFile: string;
  secretsFile: string;
  databaseUrls: DatabaseUrls;
};

/** Starts demo time and, with it, the processes. While a seed works, time would run ahead of it. */
function startChildren(options: DemoOptions, deps: LauncherDeps, prepared: Prepared): void {
  const { started, supervisor, clockFile, secretsFile, databaseUrls } = prepared;
  const { dataDir, speed } = options;
  const clock = startDemoClock({ file: clockFile, speed, realNowMs: Date.now });
  started.clock = clock;
  const specs = childSpecs({
    programs: deps.programs,
    ports: demoPorts(options.port, options.dlms === true),
    dataDir,
    secretsFile,
    clock: clock.anchor,
    logLevel: deps.env['PREWATT_LOG_LEVEL'] ?? 'warn',
    inherited: deps.env,
  });
  supervisor.start(specs.sandbox);
  supervisor.start(specs.server(databaseUrls));
  supervisor.start(specs.virtualMeter);
  for (const witness of specs.witnesses) supervisor.start(witness);
}

/**
 * The result of the work, or a reject when the run is over first: nobody waits for a seed after
 * Ctrl-C. What is left of the work ends with its database.
 */
function unlessOver<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const over = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, over]);
}

async function tearDown(started: Started): Promise<void> {
  await started.placeholder?.close();
  await started.supervisor?.stop(stopGraceMs);
  await started.postgres?.stop();
  started.clock?.stop();
  started.lock?.release();
  started.folder?.removeIfEmpty();
}

function freshLog(dataDir: string, name: string): string {
  const file = join(dataDir, 'logs', `${name}.log`);
  rmSync(file, { force: true });
  writeFileSync(file, '', { mode: 0o600 });
  return file;
}

function reasonOf(error: unknown, dataDir: string): string {
  const full = error instanceof Error ? fullDisk(error, dataDir) : null;
  if (full !== null) return `${full.message} Free: ${megabytes(freeBytesOf(dataDir))}.`;
  if (error instanceof DemoRefusal || error instanceof PostgresStartError) return error.message;
  // Told by name: the class is the server's, loaded only when it is needed.
  if (error instanceof Error && error.constructor.name === 'MigrationError') return error.message;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `The demo cannot start: ${text}`;
}

/** Whoever met it: PostgreSQL, or a file of ours. */
function fullDisk(error: Error, dataDir: string): PostgresStartError | null {
  if (error instanceof PostgresStartError && error.code === 'diskFull') return error;
  return diskFullError(dataDir, error.message);
}
