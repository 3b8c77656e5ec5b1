// What the nodes of a cluster stand on. As root, each has a network of its own (a namespace on one
// bridge) and a small disk of its own (tmpfs), so that its cable can be pulled and its disk filled;
// otherwise all are ports of this machine, and neither can be done.

import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { steadyPort } from './server-process.ts';

export type Host = {
  readonly home: string;
  readonly address: string;
  readonly postgresPort: number;
  readonly restPort: number;
  /** What a program's command begins with, to run there. */
  readonly within: readonly string[];
};

/** What can be done to a host that has its own network and disk. */
export type HostFaults = {
  readonly cutNetwork: (index: number) => void;
  readonly mendNetwork: (index: number) => void;
  /** To its last byte. */
  readonly fillDisk: (index: number) => void;
  readonly freeDisk: (index: number) => void;
};

export type Hosts = {
  readonly hosts: readonly Host[];
  /** Where the hosts reach what runs beside them. */
  readonly gateway: string;
  /** The network of the hosts, for rules of access. */
  readonly network: string;
  /** Null: not root, or without `ip` (iproute2). */
  readonly faults: HostFaults | null;
  readonly close: () => void;
};

/** A network for trials of machines (RFC 2544), which nobody's route leads to. */
const prefix = '198.18.77';
const diskMb = 1_024;
const filler = 'filler';

/** Whether hosts have a network and a disk of their own here. */
export function canFault(): boolean {
  const isRoot = process.getuid?.() === 0;
  return isRoot && spawnSync('ip', ['-V'], { stdio: 'ignore' }).status === 0;
}

export const createHosts = async (folder: string, count: number): Promise<Hosts> =>
  canFault() ? ownNetworks(folder, count) : ownPorts(folder, count);

async function ownPorts(folder: string, count: number): Promise<Hosts> {
  const hosts: Host[] = [];
  for (let index = 0; index < count; index += 1) {
    const [postgresPort, restPort] = [await steadyPort(), await steadyPort()];
    const home = homeIn(folder, index);
    hosts.push({ home, address: '127.0.0.1', postgresPort, restPort, within: [] });
  }
  return {
    ...{ hosts, gateway: '127.0.0.1', network: '127.0.0.1/32', faults: null },
    close: () => undefined,
  };
}

function ownNetworks(folder: string, count: number): Hosts {
  // Names of interfaces have at most fifteen characters.
  const name = `pw${process.pid}`;
  const cable = (index: number): string => `${name}-${index + 1}`;
  const space = (index: number): string => `prewatt-${process.pid}-${index + 1}`;
  const mounted: string[] = [];
  const close = (): void => {
    for (let index = 0; index < count; index += 1) tryTo('ip', ['netns', 'del', space(index)]);
    tryTo('ip', ['link', 'del', name]);
    for (const home of mounted) tryTo('umount', ['--lazy', home]);
  };
  try {
    run('ip', ['link', 'add', name, 'type', 'bridge']);
    run('ip', ['address', 'add', `${prefix}.1/24`, 'dev', name]);
    run('ip', ['link', 'set', name, 'up']);
    const hosts = Array.from({ length: count }, (_, index): Host => {
      const address = `${prefix}.${21 + index}`;
      run('ip', ['netns', 'add', space(index)]);
      const inside = ['netns', 'exec', space(index), 'ip'];
      const peer = ['peer', 'name', 'eth0', 'netns', space(index)];
      run('ip', ['link', 'add', cable(index), 'type', 'veth', ...peer]);
      run('ip', ['link', 'set', cable(index), 'master', name, 'up']);
      run('ip', [...inside, 'link', 'set', 'lo', 'up']);
      run('ip', [...inside, 'address', 'add', `${address}/24`, 'dev', 'eth0']);
      run('ip', [...inside, 'link', 'set', 'eth0', 'up']);
      const home = homeIn(folder, index);
      run('mount', ['-t', 'tmpfs', '-o', `size=${diskMb}m,mode=0700`, 'tmpfs', home]);
      mounted.push(home);
      const within = ['ip', 'netns', 'exec', space(index)];
      return { home, address, postgresPort: 5432, restPort: 8008, within };
    });
    const fillerOf = (index: number): string => join(hosts[index]?.home ?? folder, filler);
    const faults: HostFaults = {
      cutNetwork: (index) => run('ip', ['link', 'set', cable(index), 'down']),
      mendNetwork: (index) => run('ip', ['link', 'set', cable(index), 'up']),
      // It ends by the disk being full: that is no failure.
      fillDisk: (index) => tryTo('dd', ['if=/dev/zero', `of=${fillerOf(index)}`, 'bs=64K']),
      freeDisk: (index) => rmSync(fillerOf(index), { force: true }),
    };
    return { hosts, gateway: `${prefix}.1`, network: `${prefix}.0/24`, faults, close };
  } catch (error) {
    close();
    throw error;
  }
}

function homeIn(folder: string, index: number): string {
  const home = join(folder, `node-${index + 1}`);
  mkdirSync(home, { mode: 0o700 });
  return home;
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr.trim()}`);
}

const tryTo = (command: string, args: readonly string[]): void => {
  spawnSync(command, args, { stdio: 'ignore' });
};
