// Rounds of chaos on a database that fails over: tills sell by two servers while the primary is
// killed, its whole machine is lost or halted, or it is changed for another by choice. What was
// answered must stand, and the laws hold.

import { setTimeout as pause } from 'node:timers/promises';
import { type Cluster, createCluster } from './cluster.ts';
import { createField } from './field.ts';
import { type PairReport, type RoundsAsked, runPairRounds } from './pair-rounds.ts';

/** Longer than Patroni waits before it gives a primary up. */
const haltMs = 40_000;

export const failoverBlows = ['postgres', 'machine', 'halt', 'switchover'] as const;
type Blow = (typeof failoverBlows)[number];

/** Throws ChaosFailed with what was wrong; ProgramMissing without Patroni, etcd or HAProxy. */
export const runFailoverChaos = (asked: RoundsAsked): Promise<PairReport<Blow>> =>
  runPairRounds(asked, {
    ...{ name: 'failover', blows: failoverBlows },
    prepare: async (folder) => {
      const cluster = await createCluster(folder);
      const field = await createField(folder);
      return {
        ...cluster,
        field,
        hasStandbys: true,
        strike: (blow) => strikePrimary(cluster, blow),
      };
    },
  });

/** Resolves once another node is primary and all three are whole again. */
async function strikePrimary(cluster: Cluster, blow: Blow): Promise<void> {
  const struck = await cluster.primary();
  if (blow === 'switchover') await cluster.switchover();
  else if (blow === 'halt') await cluster.halt(struck, haltMs);
  else await cluster.kill(struck, blow);
  if (blow === 'machine') {
    while ((await cluster.primary()) === struck) await pause(200);
    cluster.comeBack(struck);
  }
  await cluster.whole();
}
