// Rounds of chaos on a database that fails over: tills sell by two servers while the primary is
// killed, its whole machine is lost, or is halted. What was answered must stand, and the laws hold.

import { setTimeout as pause } from 'node:timers/promises';
import { type Cluster, createCluster } from './cluster.ts';
import { type PairReport, type RoundsAsked, runPairRounds } from './pair-rounds.ts';

/** Longer than Patroni waits before it gives a primary up. */
const haltMs = 40_000;

const blows = ['postgres', 'machine', 'halt'] as const;
type Blow = (typeof blows)[number];

/** Throws ChaosFailed with what was wrong; ProgramMissing without Patroni, etcd or HAProxy. */
export const runFailoverChaos = (asked: RoundsAsked): Promise<PairReport<Blow>> =>
  runPairRounds(asked, {
    ...{ name: 'failover', blows },
    prepare: async (folder) => {
      const cluster = await createCluster(folder);
      return { ...cluster, strike: (blow) => strikePrimary(cluster, blow) };
    },
  });

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
