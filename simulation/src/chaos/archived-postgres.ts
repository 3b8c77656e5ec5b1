// One PostgreSQL 17 whose log is archived without a pause by pgBackRest (Debian's packages), with
// the file that we ship. Its data can be lost, and put back to any instant.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createDatabase } from '@prewatt/server/services';
import { sql } from 'kysely';
import { ProgramMissing } from './balancer.ts';
import { steadyPort } from './server-process.ts';

const shipped = new URL('../../../deploy/pgbackrest/prewatt.conf', import.meta.url);
const binaries = '/usr/lib/postgresql/17/bin';
const patienceMs = 180_000;

export type ArchivedPostgres = {
  readonly ownerUrl: string;
  /** A whole backup, beside the work. */
  readonly backUp: () => Promise<void>;
  /** SIGKILL, and all of its data is gone; the archive is left. */
  readonly lose: () => Promise<void>;
  /** Into an empty folder; null: up to what was archived last. Resolves once it is primary. */
  readonly putBack: (until: Date | null) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Throws ProgramMissing with how to get what is missing. */
export async function startArchivedPostgres(folder: string): Promise<ArchivedPostgres> {
  const isThere = spawnSync('pgbackrest', ['version'], { stdio: 'ignore' }).status === 0;
  if (!isThere || !existsSync(join(binaries, 'postgres'))) {
    throw new ProgramMissing(
      'pgBackRest or PostgreSQL 17 is not here: apt-get install pgbackrest postgresql-17',
    );
  }
  const home = join(folder, 'archived');
  const at = (name: string): string => join(home, name);
  mkdirSync(home);
  for (const name of ['archive', 'log', 'lock', 'spool', 'data']) mkdirSync(at(name));
  const port = await steadyPort();
  const config = at('pgbackrest.conf');
  writeFileSync(config, configOf(at, port));
  const password = randomBytes(12).toString('hex');
  writeFileSync(at('password'), password);
  chmodSync(at('data'), 0o700);
  // PostgreSQL refuses to run as root.
  if (process.getuid?.() === 0) spawnSync('chown', ['-R', 'postgres:postgres', home]);
  const archive = (...args: string[]) =>
    runAsPostgres('pgbackrest', [`--config=${config}`, '--stanza=prewatt', ...args]);
  await runAsPostgres(join(binaries, 'initdb'), [
    ...['-D', at('data'), '-U', 'postgres', '--encoding=UTF8', '--locale=C.UTF-8', '-k'],
    ...['--auth-host=scram-sha-256', '--auth-local=trust', `--pwfile=${at('password')}`],
  ]);
  appendFileSync(at('data/postgresql.conf'), settingsOf(home, { port, config }));
  let child = await start(at('data'), home, port);
  const ownerUrl = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  const end = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    // Its first process alone: those that it started see it go, and end.
    child.kill('SIGKILL');
    await gone;
    await untilGone(at('data'));
  };
  await archive('stanza-create');
  return {
    ownerUrl,
    backUp: () => archive('--type=full', 'backup'),
    lose: async () => {
      await end();
      rmSync(at('data'), { recursive: true, force: true });
    },
    putBack: async (until) => {
      await end();
      rmSync(at('data'), { recursive: true, force: true });
      await runAsPostgres('mkdir', ['-m', '700', at('data')]);
      const target =
        until === null
          ? []
          : ['--type=time', `--target=${targetOf(until)}`, '--target-action=promote'];
      await archive(...target, 'restore');
      child = await start(at('data'), home, port);
      await untilPrimary(ownerUrl);
    },
    close: end,
  };
}

/** As pgBackRest reads it: with a blank, and the zone as a number. */
const targetOf = (until: Date): string => until.toISOString().replace('T', ' ').replace('Z', '+00');

function configOf(at: (name: string) => string, port: number): string {
  const text = readFileSync(shipped, 'utf8')
    .replaceAll('/var/lib/pgbackrest', at('archive'))
    .replaceAll('/var/lib/postgresql/17/main', at('data'))
    .replaceAll('/var/run/postgresql', at(''))
    .replaceAll('5432', String(port));
  const paths = `log-path=${at('log')}\nlock-path=${at('lock')}\nspool-path=${at('spool')}\n`;
  return text.replace('[global]\n', `[global]\n${paths}`);
}

const settingsOf = (
  home: string,
  o: { readonly port: number; readonly config: string },
): string => `
listen_addresses = '127.0.0.1'
port = ${o.port}
unix_socket_directories = '${home}'
max_connections = 200
archive_mode = on
archive_timeout = 10s
archive_command = 'pgbackrest --config=${o.config} --stanza=prewatt archive-push %p'
`;

async function start(dataDir: string, home: string, port: number): Promise<ChildProcess> {
  const [command, args] = asPostgres(join(binaries, 'postgres'), ['-D', dataDir]);
  const env = { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' };
  const child = spawn(command, args, { stdio: 'ignore', env });
  for (let waitedMs = 0; waitedMs < patienceMs && child.exitCode === null; waitedMs += 100) {
    const args = ['-q', '-h', home, '-p', String(port)];
    if (spawnSync(join(binaries, 'pg_isready'), args).status === 0) return child;
    await pause(100);
  }
  child.kill('SIGKILL');
  throw new Error('PostgreSQL did not start');
}

async function untilPrimary(url: string): Promise<void> {
  const database = createDatabase({ url, maximumConnections: 1 });
  try {
    for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 100) {
      const isIn = await sql<{ recovering: boolean }>`SELECT pg_is_in_recovery() AS recovering`
        .execute(database.directories)
        .then(({ rows }) => rows[0]?.recovering === false)
        .catch(() => false);
      if (isIn) return;
      await pause(100);
    }
  } finally {
    await database.close();
  }
  throw new Error('the copy does not come out of its recovery');
}

/** Who still writes into a folder would write into the next one. */
async function untilGone(dataDir: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const { stdout } = spawnSync('pgrep', ['-f', dataDir], { encoding: 'utf8' });
    if (stdout.trim() === '') return;
    await pause(100);
  }
}

function asPostgres(program: string, args: readonly string[]): [string, string[]] {
  if (process.getuid?.() !== 0) return [program, [...args]];
  const as = ['--reuid', 'postgres', '--regid', 'postgres', '--clear-groups'];
  return ['setpriv', [...as, program, ...args]];
}

async function runAsPostgres(program: string, args: readonly string[]): Promise<void> {
  const [command, all] = asPostgres(program, args);
  const child = spawn(command, all, { stdio: ['ignore', 'pipe', 'pipe'], cwd: '/' });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      words = `${words}${chunk}`.slice(-2_000);
    });
  }
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${program} ${args.at(-1)}: ${words}`);
}
