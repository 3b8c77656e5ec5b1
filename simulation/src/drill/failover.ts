// The database fails over while two servers sell and meters take their tokens: every blow once.

import { type FailoverBlow, failoverBlows, runFailoverChaos } from '../chaos/failover-rounds.ts';
import type { RoundsAsked } from '../chaos/pair-rounds.ts';
import type { Chapter } from './report.ts';

const words: Readonly<Record<FailoverBlow, readonly [what: string, goalMs: number | null]>> = {
  postgres: ['PostgreSQL of the primary killed (SIGKILL)', 15_000],
  machine: ['Machine of the primary lost', 30_000],
  halt: ['Primary halted for 40 s (SIGSTOP)', 30_000],
  switchover: ['Another primary by choice, as for a minor upgrade', 15_000],
  network: ['Network of the primary cut for 40 s', 30_000],
  disk: ['Disk of the primary full', 15_000],
};

export async function drillFailover(asked: Pick<RoundsAsked, 'seed' | 'say'>): Promise<Chapter> {
  const blows = failoverBlows();
  const report = await runFailoverChaos({ ...asked, rounds: blows.length });
  const rows = blows.map((blow) => {
    const [what, goal] = words[blow];
    return { what: `${what}: without a sale`, value: report.longestGapMs[blow], unit: 'ms', goal };
  });
  return {
    title: 'The database fails over',
    lead: 'Three nodes of PostgreSQL by Patroni, two servers, two brokers, meters, on one machine.',
    ...{ sold: report.sold, paid: report.paid, checks: report.checks },
    isWithin: rows.every(({ value, goal }) => goal === null || value <= goal),
    rows: [
      ...rows,
      { what: 'Requests without an answer at first', value: report.silences, unit: '', goal: null },
    ],
  };
}
