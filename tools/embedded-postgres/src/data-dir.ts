// The data folder: made once by initdb (atomically: built beside it, then renamed), its password
// file, its version, and who is using it. Beside DIR live DIR.password (0600) and DIR.owner (who
// started it).

import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Account, Launch } from './account.ts';
import type { Binaries } from './binaries.ts';
import { diskFullError, PostgresStartError } from './errors.ts';
import { makeFolder } from './make-folder.ts';
import { commandLine, isAlive, processIdentity, runToEnd, waitUntilGone } from './processes.ts';

export type DataDirContext = {
  dataDir: string;
  binaries: Binaries;
  account: Account | undefined;
  launch: Launch;
  fsync: boolean;
};

/** Makes the parent folder and proves that we may write in it. Throws `dataDirNotWritable`. */
export function ensureWritable(dataDir: string): void {
  const probe = `${dataDir}.probe`;
  try {
    makeFolder(dirname(dataDir));
    writeFileSync(probe, '');
    rmSync(probe);
    if (existsSync(dataDir)) readdirSync(dataDir);
  } catch (error) {
    throw notWritable(dataDir, error);
  }
}

/** Creates the database cluster when there is none; returns the superuser's password. */
export async function ensureCluster(context: DataDirContext, major: number): Promise<string> {
  const { dataDir, account } = context;
  if (!existsSync(join(dataDir, 'PG_VERSION'))) {
    if (existsSync(dataDir) && readdirSync(dataDir).length > 0) {
      throw new PostgresStartError(
        'dataDirNotADatabase',
        `${dataDir} is not empty and holds no database: choose another data folder, or empty it.`,
      );
    }
    return createCluster(context);
  }
  checkVersion(dataDir, major);
  takeOwnership(dataDir, account);
  try {
    return readFileSync(`${dataDir}.password`, 'utf8').trim();
  } catch {
    throw new PostgresStartError(
      'dataDirNotADatabase',
      `${dataDir}.password is missing or closed to you: restore the file, it opens the database.`,
    );
  }
}

/**
 * Makes sure that no server runs on the folder: ends an orphan whose starter has died, removes the
 * lock of a dead server. Throws `dataDirInUse` when a live program started it.
 */
export async function releaseDataDir(dataDir: string): Promise<void> {
  const lock = join(dataDir, 'postmaster.pid');
  const pid = Number(readIfThere(lock)?.split('\n')[0] ?? Number.NaN);
  if (!Number.isInteger(pid) || pid <= 0) return;
  const owner = readIfThere(`${dataDir}.owner`)?.trim();
  const ours = isAlive(pid) && isServerOf(pid, dataDir);
  if (!ours) {
    // A reused process id would make PostgreSQL believe that its old server still runs.
    rmSync(lock, { force: true });
    return;
  }
  const ownerPid = Number(owner?.split(' ')[0]);
  if (owner !== undefined && processIdentity(ownerPid) === owner) {
    throw new PostgresStartError(
      'dataDirInUse',
      `${dataDir} is in use by process ${ownerPid}: stop that one, or choose another data folder.`,
    );
  }
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!isAlive(pid)) return;
    process.kill(pid, signal);
    if (await waitUntilGone(pid, 10_000)) return;
  }
}

/** Writes down that this process is the one that starts the server on the folder. */
export function claimDataDir(dataDir: string): void {
  writeFileSync(`${dataDir}.owner`, `${processIdentity(process.pid) ?? ''}\n`);
}

async function createCluster(context: DataDirContext): Promise<string> {
  const { dataDir, account } = context;
  const template = process.env['PREWATT_TEST_CLUSTER'];
  if (template !== undefined && template !== '') return copyCluster(context, template);
  const building = `${dataDir}.new`;
  const passwordForInitdb = `${dataDir}.new.password`;
  const password = randomBytes(24).toString('base64url');
  try {
    rmSync(building, { recursive: true, force: true });
    mkdirSync(building, { mode: 0o700 });
    writePrivate(passwordForInitdb, password);
    if (account !== undefined) {
      chownSync(building, account.uid, account.gid);
      chownSync(passwordForInitdb, account.uid, account.gid);
    }
    await runInitdb(context, building, passwordForInitdb);
    writePrivate(`${dataDir}.password`, password);
    renameSync(building, dataDir);
    return password;
  } catch (error) {
    if (error instanceof PostgresStartError) throw error;
    throw notWritable(dataDir, error);
  } finally {
    rmSync(passwordForInitdb, { force: true });
    rmSync(building, { recursive: true, force: true });
  }
}

/**
 * A cluster like another that is stopped: initdb costs seconds, and a run of all tests needs dozens
 * of clusters. Copies share their password and system identifier, so this is for tests.
 */
function copyCluster({ dataDir, account }: DataDirContext, template: string): string {
  const building = `${dataDir}.new`;
  const password = readFileSync(`${template}.password`, 'utf8').trim();
  try {
    rmSync(building, { recursive: true, force: true });
    cpSync(template, building, { recursive: true });
    chmodSync(building, 0o700);
    takeOwnership(building, account);
    writePrivate(`${dataDir}.password`, password);
    renameSync(building, dataDir);
    return password;
  } catch (error) {
    throw notWritable(dataDir, error);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

async function runInitdb(context: DataDirContext, target: string, pwfile: string): Promise<void> {
  const { binaries, launch, fsync } = context;
  const [file = '', ...args] = [
    ...launch.prefix,
    binaries.initdb,
    `--pgdata=${target}`,
    '--username=postgres',
    `--pwfile=${pwfile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(fsync ? [] : ['--no-sync']),
  ];
  const ended = await runToEnd(file, args, { cwd: '/', ...accountOf(launch), env: serverEnv() });
  if (ended.code === 0) return;
  const full = diskFullError(dirname(target), ended.stderr);
  if (full !== null) throw full;
  const reason = ended.stderr.trim().split('\n').at(-1) ?? `exit code ${ended.code}`;
  throw new PostgresStartError('startFailed', `PostgreSQL could not make ${target}: ${reason}`);
}

/** The account part of a launch, shaped for spawn options. */
export function accountOf(launch: Launch): { uid?: number; gid?: number } {
  return launch.uid === undefined || launch.gid === undefined
    ? {}
    : { uid: launch.uid, gid: launch.gid };
}

/** A small environment: PG* variables of the person who starts us must not change the server. */
export function serverEnv(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

function checkVersion(dataDir: string, major: number): void {
  const found = Number(readFileSync(join(dataDir, 'PG_VERSION'), 'utf8').trim());
  if (found === major) return;
  const made = `${dataDir} was made by PostgreSQL ${found} and this release brings ${major}`;
  if (found < major) {
    throw new PostgresStartError(
      'databaseTooOld',
      `${made}: the database is too old; dump it with PostgreSQL ${found} and restore the dump ` +
        'into a new data folder.',
    );
  }
  throw new PostgresStartError(
    'databaseTooNew',
    `${made}: the database is too new; use the newer release, or choose another data folder.`,
  );
}

// The folder may come from an earlier run under another account (nobody before postgres was there).
function takeOwnership(dataDir: string, account: Account | undefined): void {
  const owner = statSync(dataDir).uid;
  if (owner === (account?.uid ?? process.getuid?.() ?? owner)) return;
  if (account === undefined) {
    throw new PostgresStartError(
      'dataDirNotWritable',
      `${dataDir} belongs to another account (uid ${owner}): start as root, as it was made, ` +
        'or choose another data folder.',
    );
  }
  for (const entry of readdirSync(dataDir, { recursive: true, encoding: 'utf8' })) {
    lchownSync(join(dataDir, entry), account.uid, account.gid);
  }
  chownSync(dataDir, account.uid, account.gid);
}

function isServerOf(pid: number, dataDir: string): boolean {
  const command = commandLine(pid);
  // Unknown means that we may not look: then leave it to PostgreSQL's own check of its lock.
  return command === undefined || (command.includes('postgres') && command.includes(dataDir));
}

function writePrivate(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 });
  chmodSync(path, 0o600);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function notWritable(dataDir: string, error: unknown): PostgresStartError {
  const reason = error instanceof Error ? error.message : String(error);
  const full = diskFullError(dirname(dataDir), reason);
  if (full !== null) return full;
  return new PostgresStartError(
    'dataDirNotWritable',
    `The data folder ${dataDir} cannot be written (${reason}): choose another one.`,
  );
}
