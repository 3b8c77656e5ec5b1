// Rounds of chaos on a database that fails over: tills sell by two servers while the primary is
// killed, its whole machine is lost, halted, cut off the network or out of disk, or it is changed
// for another by choice. What was answered must stand, and the laws hold.

import { setTimeout as pause } from 'node:timers/promises';
import { type Cluster, createCluster } from './cluster.ts';
import { createField } from './field.ts';
import { canFault } from './hosts.ts';
import { type PairReport, type RoundsAsked, runPairRounds } from './pair-rounds.ts';

/** Longer than Patroni waits before it gives a primary up. */
const haltMs = 40_000;
/** Long enough that the others have gone on without it. */
const cutMs = 40_000;

export type FailoverBlow = 'postgres' | 'machine' | 'halt' | 'switchover' | 'network' | 'disk';

/** What can be done to a primary here; as root its network is cut and its disk filled, too. */
export const failoverBlows = (): readonly [FailoverBlow, ...FailoverBlow[]] => [
  ...(['postgres', 'machine', 'halt', 'switchover'] as const),
  ...(canFault() ? (['network', 'disk'] as const) : []),
];

/** Throws ChaosFailed with what was wrong; ProgramMissing without Patroni, etcd or HAProxy. */
export const runFailoverChaos = (asked: RoundsAsked): Promise<PairReport<FailoverBlow>> =>
  runPairRounds(asked, {
    ...{ name: 'failover', blows: failoverBlows() },
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
async function strikePrimary(cluster: Cluster, blow: FailoverBlow): Promise<void> {
  const struck = await cluster.primary();
  const another = async (): Promise<void> => {
    while ((await cluster.primary()) === struck) await pause(200);
  };
  switch (blow) {
    case 'postgres':
      await cluster.kill(struck, 'postgres');
      break;
    case 'machine':
      await cluster.kill(struck, 'machine');
      await another();
      cluster.comeBack(struck);
      break;
    case 'halt':
      await cluster.halt(struck, haltMs);
      break;
    case 'switchover':
      await cluster.switchover();
      break;
    case 'network':
      cluster.faults?.cutNetwork(struck);
      await pause(cutMs);
      cluster.faults?.mendNetwork(struck);
      break;
    case 'disk':
      cluster.faults?.fillDisk(struck);
      await another();
      cluster.faults?.freeDisk(struck);
      break;
  }
  await cluster.whole();
}
