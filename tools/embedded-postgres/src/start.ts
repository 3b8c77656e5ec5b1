// Runs PostgreSQL as a child process, on loopback only, and makes sure it ends when we end: a tiny
// watcher holds a pipe from us and shuts the server down when the pipe closes, however we died.

import { type ChildProcess, spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { planLaunch, serverAccount } from './account.ts';
import { findBinaries, readMajorVersion } from './binaries.ts';
import {
  accountOf,
  claimDataDir,
  type DataDirContext,
  ensureCluster,
  ensureWritable,
  releaseDataDir,
  serverEnv,
} from './data-dir.ts';
import { causeOf, diskFullError, PostgresStartError } from './errors.ts';
import { freePort } from './free-port.ts';

export type PostgresOptions = {
  /** Folder of the cluster; made when absent. Beside it: `<dataDir>.password` (0600), `.owner`. */
  dataDir: string;
  /** Loopback port; a free one by default. */
  port?: number;
  /** True by default. False survives a kill but not a power failure: for tests only. */
  fsync?: boolean;
  /** Extra settings, for example `{ log_statement: 'all' }`. */
  settings?: Record<string, string>;
  /** Receives PostgreSQL's own log, line by line. */
  log?: (line: string) => void;
};

export type PostgresExit = {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** True when `stop` or `kill` asked for it. */
  expected: boolean;
};

export type RunningPostgres = {
  /** Superuser's URL of the database `postgres`; holds the password, so never log it. */
  url: string;
  port: number;
  pid: number;
  /** Fast shutdown: open transactions roll back. Resolves when the process is gone. */
  stop(): Promise<void>;
  /** SIGKILL to the postmaster, as a crash would: for crash tests. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Called once when the server ends, for whatever reason; at once when it has ended already. */
  onExit(listener: (exit: PostgresExit) => void): void;
};

/** Half a minute: a backend that writes much notices late that its postmaster was killed. */
const attemptsWhileLeaving = 300;

/** Starts PostgreSQL on a data folder and waits until it takes connections, or throws. */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const asked = resolve(options.dataDir);
  ensureWritable(asked);
  // Links resolved: PostgreSQL writes the real path into its lock file.
  const dataDir = join(realpathSync(dirname(asked)), basename(asked));
  const binaries = await findBinaries();
  const account = serverAccount();
  const fsync = options.fsync ?? true;
  const launch = await planLaunch(account, binaries.postgres, dirname(dataDir));
  const context: DataDirContext = { dataDir, binaries, account, launch, fsync };
  const major = await readMajorVersion(binaries);
  await releaseDataDir(dataDir);
  const password = await ensureCluster(context, major);
  claimDataDir(dataDir);
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const outcome = await launchOnce(context, port, options);
    if (typeof outcome !== 'string') return handle(outcome, port, password);
    const portRace = options.port === undefined && /could not bind|Address already/.test(outcome);
    // Backends of a killed postmaster need a moment to notice and to leave the shared memory.
    const leaving =
      diskFullError(dataDir, outcome) === null &&
      /shared memory block|lock file "postmaster.pid"/.test(outcome);
    const most = leaving ? attemptsWhileLeaving : 20;
    if (attempt >= most || !(portRace || leaving)) throw failure(outcome, port, dataDir);
    await sleep(100);
  }
}

type Launched = { child: ChildProcess; pid: number; watcher: ChildProcess };

/** One try: the running child, or the last fatal line of its log. */
async function launchOnce(
  context: DataDirContext,
  port: number,
  options: PostgresOptions,
): Promise<Launched | string> {
  const { dataDir, launch, binaries } = context;
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    lc_messages: 'C',
    logging_collector: 'off',
    log_destination: 'stderr',
    max_connections: '200',
    // After a checkpoint the first change of a page logs all of it, and sales change pages that lie
    // far apart: most of the log. So those pages are compressed, and checkpoints are seldom.
    wal_compression: 'pglz',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    // Disks without arms read a page here as fast as one there; by default PostgreSQL rather reads
    // a small table whole than some rows of it by their index.
    random_page_cost: '1.1',
    ...(context.fsync ? {} : { fsync: 'off', full_page_writes: 'off' }),
    ...options.settings,
  };
  const [file = '', ...args] = [
    ...launch.prefix,
    binaries.postgres,
    '-D',
    dataDir,
    '-p',
    `${port}`,
  ];
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);
  const child = spawn(file, args, {
    cwd: '/',
    ...accountOf(launch),
    env: serverEnv(),
    // Its own session: Ctrl-C in a terminal must reach the launcher, which stops us in order.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const pid = child.pid;
  if (pid === undefined || child.stderr === null) {
    return new Promise((done) => child.on('error', (error) => done(error.message)));
  }
  const watcher = startWatcher(pid, context);
  const fatal = await untilReady(child, options.log);
  if (fatal === undefined) return { child, pid, watcher };
  watcher.kill('SIGKILL');
  return fatal;
}

/** Resolves with undefined when ready, with the reason when the process ended instead. */
function untilReady(
  child: ChildProcess,
  log: ((line: string) => void) | undefined,
): Promise<string | undefined> {
  return new Promise((done) => {
    let cause = '';
    if (child.stderr === null) return done('no log');
    createInterface({ input: child.stderr }).on('line', (line) => {
      log?.(line);
      cause = causeOf(cause, line);
      if (line.includes('database system is ready to accept connections')) done(undefined);
    });
    child.on('close', (code, signal) => {
      done(cause === '' ? `it ended (${signal ?? `exit code ${code}`})` : cause);
    });
  });
}

// Reads a pipe that only we hold open; at its end, we are gone. Runs as the same account as the
// server, so that it could never signal a stranger that got a reused id, and looks at the lock
// first.
const watcherScript = `
cat >/dev/null
[ "$(head -n 1 "$2/postmaster.pid" 2>/dev/null)" = "$1" ] || exit 0
kill -INT "$1" 2>/dev/null || exit 0
n=0
while kill -0 "$1" 2>/dev/null; do
  n=$((n + 1)); [ $n -gt 100 ] && kill -QUIT "$1"
  sleep 0.1
done
`;

function startWatcher(pid: number, context: DataDirContext): ChildProcess {
  const [file = '', ...args] = [
    ...context.launch.prefix,
    '/bin/sh',
    '-c',
    watcherScript,
    'postgres-watcher',
    String(pid),
    context.dataDir,
  ];
  const watcher = spawn(file, args, {
    cwd: '/',
    ...accountOf(context.launch),
    env: serverEnv(),
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.on('error', () => undefined);
  watcher.stdin?.on('error', () => undefined);
  return watcher;
}

function handle(launched: Launched, port: number, password: string): RunningPostgres {
  const { child, pid, watcher } = launched;
  const listeners: ((exit: PostgresExit) => void)[] = [];
  let expected = false;
  let ended: PostgresExit | undefined;
  const gone = new Promise<void>((resolve) => {
    child.on('exit', (code, signal) => {
      watcher.kill('SIGKILL');
      ended = { code, signal, expected };
      for (const listener of listeners) listener(ended);
      resolve();
    });
  });
  const end = async (signals: NodeJS.Signals[]) => {
    expected = true;
    for (const signal of signals) {
      if (ended !== undefined) break;
      child.kill(signal);
      const timer = new AbortController();
      const late = sleep(10_000, undefined, { signal: timer.signal }).catch(() => undefined);
      await Promise.race([gone, late]);
      timer.abort();
    }
    await gone;
  };
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    port,
    pid,
    stop: () => end(['SIGINT', 'SIGQUIT', 'SIGKILL']),
    kill: () => end(['SIGKILL']),
    onExit(listener) {
      if (ended === undefined) listeners.push(listener);
      else listener(ended);
    },
  };
}

function failure(reason: string, port: number, dataDir: string): PostgresStartError {
  const full = diskFullError(dataDir, reason);
  if (full !== null) return full;
  if (/could not bind|Address already in use/.test(reason)) {
    return new PostgresStartError(
      'portTaken',
      `Port ${port} of 127.0.0.1 is taken: stop the program that uses it, or choose another port.`,
    );
  }
  return new PostgresStartError('startFailed', `PostgreSQL does not start: ${reason}`);
}
