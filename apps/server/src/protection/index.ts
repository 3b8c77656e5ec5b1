// Protection at the server: which rules hold, declared heat and cold days, homes that are never
// cut, and the list of people to call. What the rules mean is packages/protection.

import type { Tx } from '../platform/database.ts';
import type { Utility } from '../utilities/index.ts';
import { listCalls, noteCall } from './calls.ts';
import { changeFlag, type FlagChange, flagHistory } from './flags.ts';
import { createReplays, type ReplayDeps, type Replays } from './replays.ts';
import { createRuleSets, type RuleSets, todayIn } from './rule-sets.ts';
import { sweepWatch } from './watch.ts';

export { type HomeFlags, homeFlags } from './flags.ts';
export { createRulesAct } from './rule-sets.ts';

/** Real time between two looks at homes without credit. */
const sweepEveryMs = 60_000;

export type Protection = {
  readonly ruleSets: RuleSets;
  readonly replays: Replays;
  readonly flagHistory: typeof flagHistory;
  readonly changeFlag: (
    tx: Tx,
    place: Parameters<typeof changeFlag>[1],
    change: Omit<FlagChange, 'id' | 'at'>,
  ) => ReturnType<typeof changeFlag>;
  readonly listCalls: typeof listCalls;
  readonly noteCall: (
    tx: Tx,
    o: Omit<Parameters<typeof noteCall>[1], 'eventId' | 'atMs'>,
  ) => ReturnType<typeof noteCall>;
  /** Today in the utility's zone, by business time. */
  readonly today: (utility: Utility) => string;
  /** Looks at homes without credit, once a minute of real time; safe from many processes. */
  readonly sweep: (utility: Utility) => Promise<void>;
};

export function createProtection(o: ReplayDeps): Protection {
  const nowMs = () => o.clocks.business.nowMs();
  const lastSweepMs = new Map<string, number>();
  return {
    ruleSets: createRuleSets(o),
    replays: createReplays(o),
    flagHistory,
    changeFlag: (tx, place, change) =>
      changeFlag(tx, place, { ...change, id: o.newUuid(), at: new Date(nowMs()) }),
    listCalls,
    noteCall: (tx, note) => noteCall(tx, { ...note, eventId: o.newUuid(), atMs: nowMs() }),
    today: (utility) => todayIn(o.clocks, utility.zone).toString(),
    sweep: async (utility) => {
      const realMs = o.clocks.real.nowMs();
      if (realMs - (lastSweepMs.get(utility.id) ?? Number.NEGATIVE_INFINITY) < sweepEveryMs) return;
      lastSweepMs.set(utility.id, realMs);
      await o.database.inUtility(utility.id, (tx) => sweepWatch(tx, utility, o));
    },
  };
}
