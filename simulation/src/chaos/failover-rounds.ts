// Rounds of chaos on a database that fails over: tills sell by two servers while the primary is
// killed, its whole machine is lost, or is halted. What was answered must stand, and the laws hold.

import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { createRandom, seedFrom } from '../random.ts';
import { type Cluster, createCluster } from './cluster.ts';
import { createPair, type Pair } from './pair.ts';
import { chaosFolder } from './rounds.ts';
import { type Sold, sellWhile } from './steady-load.ts';

/** Longer than Patroni waits before it gives a primary up. */
const haltMs = 40_000;

const blows = ['postgres', 'machine', 'halt'] as const;
type Blow = (typeof blows)[number];

export type FailoverReport = Omit<Sold, 'gapMs'> & {
  readonly seed: number;
  readonly rounds: number;
  /** The longest time in which no sale was answered, by what was done to the primary. */
  readonly longestGapMs: Readonly<Record<Blow, number>>;
};

/** Throws ChaosFailed with what was wrong; ProgramMissing without Patroni, etcd or HAProxy. */
export async function runFailoverChaos(o: {
  readonly seed: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}): Promise<FailoverReport> {
  const folder = chaosFolder();
  const cluster = await createCluster(folder);
  let pair: Pair | null = null;
  const total = { sold: 0, paid: 0, silences: 0, checks: 0 };
  const longestGapMs: Record<Blow, number> = { postgres: 0, machine: 0, halt: 0 };
  try {
    pair = await createPair({ folder, ownerUrl: cluster.ownerUrl });
    for (let round = 1; round <= o.rounds; round += 1) {
      const random = createRandom(seedFrom(o.seed, `failover ${round}`));
      const blow = blows[(round - 1) % blows.length] ?? 'postgres';
      const strike = () => strikePrimary(cluster, blow);
      const done = await sellWhile(pair, { round, random, strike });
      for (const name of ['sold', 'paid', 'silences', 'checks'] as const) {
        total[name] += done[name];
      }
      longestGapMs[blow] = Math.max(longestGapMs[blow], done.gapMs);
      o.say(
        `round ${round}/${o.rounds}, ${blow}: ${done.sold} sold, ${done.paid} paid, ` +
          `${done.silences} without an answer at first, no sale for ${done.gapMs} ms at most`,
      );
    }
    return { seed: o.seed, rounds: o.rounds, ...total, longestGapMs };
  } finally {
    await pair?.close();
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Resolves once another node is primary and all three are whole again. */
async function strikePrimary(cluster: Cluster, blow: Blow): Promise<void> {
  const struck = await cluster.primary();
  if (blow === 'halt') await cluster.halt(struck, haltMs);
  else await cluster.kill(struck, blow);
  if (blow === 'machine') {
    while ((await cluster.primary()) === struck) await pause(200);
    cluster.comeBack(struck);
  }
  await cluster.whole();
}
