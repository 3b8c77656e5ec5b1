// `npm run peers -- servers` and `-- failover`: two servers behind HAProxy and their brokers, which
// are killed, halted and started anew while tills sell, and the same on three nodes of PostgreSQL
// by Patroni whose primary is lost. From Debian's packages, installed as root, or said to be
// skipped.

import { spawnSync } from 'node:child_process';
import { ProgramMissing } from './balancer.ts';
import { runFailoverChaos } from './failover-rounds.ts';
import type { RoundsAsked } from './pair-rounds.ts';
import { runServersChaos } from './servers-rounds.ts';
import type { Sold } from './steady-load.ts';

type Run = (asked: RoundsAsked) => Promise<Pick<Sold, 'sold' | 'paid' | 'silences'>>;

const peers: Readonly<
  Record<string, { readonly packages: readonly string[]; readonly rounds: number; run: Run }>
> = {
  servers: { packages: ['haproxy', 'mosquitto'], rounds: 5, run: runServersChaos },
  failover: {
    packages: ['haproxy', 'mosquitto', 'patroni', 'python3-etcd', 'etcd-server', 'postgresql-17'],
    rounds: 2,
    run: runFailoverChaos,
  },
};

const wanted = process.argv.slice(2);
for (const name of Object.keys(peers)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  if (!(await meet(name))) process.exitCode = 1;
}

/** False when it failed; one that cannot be had is skipped. */
async function meet(name: string): Promise<boolean> {
  const peer = peers[name];
  if (peer === undefined) return true;
  const begun = performance.now();
  const say = (line: string): void => console.log(`  ${line}`);
  const run = () => peer.run({ seed: 7, rounds: peer.rounds, say });
  try {
    const { sold, paid, silences } = await run().catch((error: unknown) => {
      if (!(error instanceof ProgramMissing) || !install(peer.packages)) throw error;
      return run();
    });
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    console.log(
      `${name}: passed in ${seconds} s: ${sold} sold, ${paid} paid, ${silences} tries unanswered`,
    );
    return true;
  } catch (error) {
    if (error instanceof ProgramMissing) {
      console.log(`${name}: skipped. ${error.message}`);
      return true;
    }
    console.error(`${name}: failed. ${error instanceof Error ? error.stack : String(error)}`);
    return false;
  }
}

/** As root alone; false when they are not here afterwards. */
function install(packages: readonly string[]): boolean {
  if (process.getuid?.() !== 0) return false;
  console.log(`installing ${packages.join(', ')} from Debian`);
  const args = ['install', '-y', '--no-install-recommends', ...packages];
  return spawnSync('apt-get', args, { stdio: 'ignore', timeout: 240_000 }).status === 0;
}
