// Three nodes of PostgreSQL by Patroni and etcd (Debian's packages) behind HAProxy, with the files
// that we ship: only their addresses and passwords are others. Nodes are killed, halted or cut off,
// and come back.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ProgramMissing, startBalancer } from './balancer.ts';
import { createHosts, type Host, type HostFaults, type Hosts } from './hosts.ts';
import { steadyPort } from './server-process.ts';

const shipped = new URL('../../../deploy/patroni/prewatt.yml', import.meta.url);
const diskGuard = fileURLToPath(new URL('../../../deploy/patroni/disk-guard', import.meta.url));
/** Below it the guard hands a primary over. */
const leastMb = 64;
const binaries = '/usr/lib/postgresql/17/bin';
const nodeCount = 3;
const patienceMs = 180_000;

type Node = {
  readonly host: Host;
  readonly config: string;
  readonly guard: ChildProcess;
  patroni: ChildProcess;
};

export type Cluster = {
  /** The superuser's, at the balancer. */
  readonly ownerUrl: string;
  /** The node that is primary, by Patroni; waits for one. */
  readonly primary: () => Promise<number>;
  /** PostgreSQL alone, or all of its machine. */
  readonly kill: (node: number, what: 'postgres' | 'machine') => Promise<void>;
  /** All of its machine, for so long. */
  readonly halt: (node: number, forMs: number) => Promise<void>;
  /** Null where the nodes share this machine's network and disk. */
  readonly faults: HostFaults | null;
  /** Another node becomes primary by choice, as for an upgrade of a machine. */
  readonly switchover: () => Promise<void>;
  /** After a kill of the machine. */
  readonly comeBack: (node: number) => void;
  /** Resolves once there is a primary and two standbys that follow it. */
  readonly whole: () => Promise<void>;
  readonly close: () => Promise<void>;
};

function ensurePrograms(): void {
  const isThere = (command: string) =>
    spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
  const isWhole = isThere('patroni') && isThere('etcd') && existsSync(join(binaries, 'postgres'));
  if (isWhole) return;
  throw new ProgramMissing(
    'Patroni, etcd or PostgreSQL 17 is not here: ' +
      'apt-get install patroni python3-etcd etcd-server postgresql-17',
  );
}

/** Throws ProgramMissing with how to get what is missing. */
export async function createCluster(folder: string): Promise<Cluster> {
  ensurePrograms();
  const hosts = await createHosts(folder, nodeCount);
  const passwords = {
    'SUPERUSER-PASSWORD': randomBytes(12).toString('hex'),
    'REPLICATION-PASSWORD': randomBytes(12).toString('hex'),
    'REWIND-PASSWORD': randomBytes(12).toString('hex'),
  };
  const nodes: Node[] = [];
  const closing: (() => Promise<void> | void)[] = [hosts.close];
  const close = async (): Promise<void> => {
    for (const node of nodes) endAll(node, 'SIGCONT');
    for (const node of nodes) endAll(node, 'SIGKILL');
    for (const { guard } of nodes) guard.kill('SIGKILL');
    for (const each of closing.reverse()) await each();
  };
  try {
    const etcd = await startEtcd(folder, hosts.gateway);
    closing.push(etcd.close);
    for (const [index, host] of hosts.hosts.entries()) {
      nodes.push(startNode({ host, index, hosts, etcdAt: etcd.address, passwords }));
      // The first one makes the database; the others copy it.
      if (index === 0) await untilAnswers(nodes[0] as Node, '/primary');
    }
    const balancer = await startBalancer({
      ...{ folder, file: 'postgres.cfg', listens: '127.0.0.1:5432' },
      replace: hosts.hosts.map(({ address, postgresPort, restPort }, index) => [
        `10.0.0.2${index + 1}:5432 check port 8008`,
        `${address}:${postgresPort} check port ${restPort}`,
      ]),
    });
    closing.push(balancer.close);
    const cluster = clusterOf(nodes, {
      ...{ close, port: balancer.port, password: passwords['SUPERUSER-PASSWORD'] },
      faults: hosts.faults,
    });
    await cluster.whole();
    return cluster;
  } catch (error) {
    await close();
    throw error;
  }
}

function clusterOf(
  nodes: readonly Node[],
  o: Pick<Cluster, 'faults' | 'close'> & { readonly port: number; readonly password: string },
): Cluster {
  const at = (index: number): Node => {
    const node = nodes[index];
    if (node === undefined) throw new Error('there is no such node');
    return node;
  };
  const count = async (path: string): Promise<number> => {
    const answers = await Promise.all(nodes.map((node) => answers200(node, path)));
    return answers.filter(Boolean).length;
  };
  return {
    ownerUrl: `postgres://postgres:${o.password}@127.0.0.1:${o.port}/postgres`,
    primary: async () => {
      for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 200) {
        for (const [index, node] of nodes.entries()) {
          if (await answers200(node, '/primary')) return index;
        }
        await pause(200);
      }
      throw new Error('no node becomes primary');
    },
    kill: async (index, what) => {
      const node = at(index);
      if (what === 'machine') endAll(node, 'SIGKILL');
      else for (const pid of postgresOf(node)) signal(pid, 'SIGKILL');
    },
    halt: async (index, forMs) => {
      endAll(at(index), 'SIGSTOP');
      await pause(forMs);
      endAll(at(index), 'SIGCONT');
    },
    switchover: async () => {
      const leader = nodes.find(({ patroni }) => patroni.exitCode === null);
      if (leader === undefined) throw new Error('no node is there');
      const { members } = (await (await fetch(`${restOf(leader)}/cluster`)).json()) as Members;
      const nameOf = (role: string) => members.find((each) => each.role === role)?.name;
      const body = { leader: nameOf('leader'), candidate: nameOf('sync_standby') };
      const answer = await fetch(`${restOf(leader)}/switchover`, {
        ...{ method: 'POST', body: JSON.stringify(body) },
        headers: { 'content-type': 'application/json' },
      });
      if (answer.status !== 200) throw new Error(`switchover: ${await answer.text()}`);
    },
    faults: o.faults,
    comeBack: (index) => {
      const node = at(index);
      node.patroni = spawnPatroni(node.host, node.config);
    },
    whole: async () => {
      for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 500) {
        const [primaries, standbys] = [await count('/primary'), await count('/replica')];
        if (primaries === 1 && standbys === nodeCount - 1 && (await count('/sync')) > 0) return;
        await pause(500);
      }
      throw new Error('the nodes do not become whole');
    },
    close: o.close,
  };
}

async function startEtcd(folder: string, at: string) {
  const address = `${at}:${await steadyPort()}`;
  const [client, peer] = [`http://${address}`, `http://127.0.0.1:${await steadyPort()}`];
  const child = spawn(
    'etcd',
    [
      ...['--data-dir', join(folder, 'etcd'), '--name', 'one', '--log-level', 'error'],
      ...['--listen-client-urls', client, '--advertise-client-urls', client],
      ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
      ...['--initial-cluster', `one=${peer}`],
    ],
    { stdio: 'ignore' },
  );
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
  };
  for (let tries = 0; tries < 300; tries += 1) {
    const health = await fetch(`${client}/health`).catch(() => null);
    if (health?.ok === true) return { address, close };
    await pause(100);
  }
  await close();
  throw new Error('etcd does not answer');
}

function startNode(o: {
  readonly host: Host;
  readonly index: number;
  readonly hosts: Hosts;
  readonly etcdAt: string;
  readonly passwords: Readonly<Record<string, string>>;
}): Node {
  const { address, postgresPort, restPort, home } = o.host;
  const data = join(home, 'data');
  const replace: Readonly<Record<string, string>> = {
    'name: NODE-1': `name: node-${o.index + 1}`,
    '10.0.0.21:8008': `${address}:${restPort}`,
    '10.0.0.21:5432': `${address}:${postgresPort}`,
    '10.0.0.31:2379,10.0.0.32:2379,10.0.0.33:2379': o.etcdAt,
    '10.0.0.0/24': o.hosts.network,
    '/var/lib/postgresql/17/prewatt': data,
    '/var/lib/postgresql/.pgpass-patroni': join(home, 'pgpass'),
    '/var/run/postgresql': home,
    ...o.passwords,
  };
  const text = Object.entries(replace).reduce(
    (config, [from, to]) => config.replaceAll(from, to),
    readFileSync(shipped, 'utf8'),
  );
  const config = join(home, 'patroni.yml');
  writeFileSync(config, text, { mode: 0o600 });
  // PostgreSQL refuses to run as root.
  if (process.getuid?.() === 0) spawnSync('chown', ['-R', 'postgres:postgres', home]);
  const guard = spawnWithin(o.host, [diskGuard], {
    ...{
      REST: `http://${address}:${restPort}`,
      RESERVE: join(home, 'reserve'),
      RESERVE_MB: '64',
      LEAST_MB: String(leastMb),
    },
  });
  return { host: o.host, config, guard, patroni: spawnPatroni(o.host, config) };
}

function spawnPatroni(host: Host, config: string): ChildProcess {
  const asPostgres = ['setpriv', '--reuid', 'postgres', '--regid', 'postgres', '--clear-groups'];
  const isRoot = process.getuid?.() === 0;
  return spawnWithin(host, [...(isRoot ? asPostgres : []), 'patroni', config], {});
}

/** What each process said last, for when it ends. */
const said = new WeakMap<ChildProcess, string>();
const keptLetters = 2_000;

function spawnWithin(
  host: Host,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  const [command = '', ...args] = [...host.within, ...words];
  const env = { PATH: process.env['PATH'], HOME: '/', LC_ALL: 'C.UTF-8', ...environment };
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.set(child, `${said.get(child) ?? ''}${text}`.slice(-keptLetters));
  });
  return child;
}

type Members = { readonly members: readonly { readonly name: string; readonly role: string }[] };

const restOf = ({ host }: Node): string => `http://${host.address}:${host.restPort}`;

const answers200 = (node: Node, path: string): Promise<boolean> =>
  fetch(`${restOf(node)}${path}`, { signal: AbortSignal.timeout(1_000) }).then(
    ({ status }) => status === 200,
    () => false,
  );

async function untilAnswers(node: Node, path: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 500) {
    if (await answers200(node, path)) return;
    if (node.patroni.exitCode !== null) {
      throw new ProgramMissing(`Patroni ended: ${said.get(node.patroni)?.trim() ?? ''}`);
    }
    await pause(500);
  }
  throw new Error(`a node does not answer ${path}`);
}

/** PostgreSQL's processes of a node, its first one first. */
function postgresOf(node: Node): readonly number[] {
  const file = join(node.config, '../data/postmaster.pid');
  const first = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0;
  if (!Number.isInteger(first) || first <= 0) return [];
  const { stdout } = spawnSync('pgrep', ['-P', String(first)], { encoding: 'utf8' });
  return [first, ...stdout.split('\n').filter(Boolean).map(Number)];
}

/** Patroni first: it must not see PostgreSQL go. */
function endAll(node: Node, name: NodeJS.Signals): void {
  const postgres = postgresOf(node);
  if (node.patroni.pid !== undefined && node.patroni.exitCode === null) {
    signal(node.patroni.pid, name);
  }
  for (const pid of postgres) signal(pid, name);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone.
  }
}
