// Protection at the server: which rules hold, declared heat and cold days, homes that are never
// cut, and the list of people to call. What the rules mean is packages/protection.

import type { Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import {
  type ConnectionPlace,
  type ConversionRefusal,
  recordConversion,
} from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { listCalls, noteCall } from './calls.ts';
import { changeFlag, type FlagChange, flagHistory } from './flags.ts';
import { type SupplyHome, supplyHome } from './homes.ts';
import { createTelling, type TellDeps } from './meters.ts';
import { homeView, metersView } from './meters-view.ts';
import { createOutages, type OutageQueries, type Outages, sweepOutages } from './outages.ts';
import { createReplays, type ReplayDeps, type Replays } from './replays.ts';
import { createRuleSets, type RuleSets, todayIn } from './rule-sets.ts';
import { sweepWatch, type WalletQueries } from './watch.ts';
import { type PurchaseQueries, sweepPurchases } from './watch-purchases.ts';

export { type HomeFlags, homeFlags } from './flags.ts';
export { type Heard, heardByMeters } from './heard.ts';
export { type SupplyHome, supplyHome, supplyHomes } from './homes.ts';
export { refusedRules } from './meters-view.ts';
export { createRulesApproval, latestVersion, todayIn } from './rule-sets.ts';
export {
  flagOn,
  outlookOfPurchases,
  type Purchases,
} from './watch-purchases.ts';

/** Real time between two looks at homes without credit. */
const sweepEveryMs = 60_000;
/** Business time between two looks at the purchases of homes that nobody hears. */
const purchasesEveryMs = 6 * 3_600_000;

export type Protection = {
  readonly ruleSets: RuleSets;
  readonly outages: Outages;
  readonly replays: Replays;
  readonly flagHistory: typeof flagHistory;
  /** The change, and the word of it to the home's meter. */
  readonly changeFlag: (
    tx: Tx,
    place: ConnectionPlace,
    o: { readonly utility: Utility; readonly change: Omit<FlagChange, 'id' | 'at' | 'date'> },
  ) => ReturnType<typeof changeFlag>;
  /** When the connection turned prepaid, and the word of it to the home's meter. */
  readonly convert: (
    tx: Tx,
    place: ConnectionPlace,
    o: {
      readonly utility: Utility;
      readonly conversion: {
        readonly requestId: string;
        readonly convertedOn: string | null;
        readonly reason: string;
        readonly operatorId: string;
      };
    },
  ) => Promise<Result<void, ConversionRefusal>>;
  /** What the rules ask about a home, today. */
  readonly homeOf: (tx: Tx, place: ConnectionPlace, zone: string) => Promise<SupplyHome>;
  /** How far the utility's meters know what holds, with those that do not. */
  readonly metersView: typeof metersView;
  /** What a home's meter knows. */
  readonly homeView: typeof homeView;
  readonly listCalls: typeof listCalls;
  readonly noteCall: (
    tx: Tx,
    o: Omit<Parameters<typeof noteCall>[1], 'eventId' | 'atMs'>,
  ) => ReturnType<typeof noteCall>;
  /** Today in the utility's zone, by business time. */
  readonly today: (utility: Utility) => string;
  /**
   * Tells meters what they do not know yet, and looks at homes without credit once a minute of real
   * time; safe from many processes.
   */
  readonly sweep: (utility: Utility) => Promise<void>;
};

export function createProtection(
  o: ReplayDeps & TellDeps & { readonly queries: PurchaseQueries & WalletQueries & OutageQueries },
): Protection {
  const nowMs = () => o.clocks.business.nowMs();
  const lastSweepMs = new Map<string, number>();
  /** Business hours in which purchases were looked at. */
  const purchasesLookedAt = new Map<string, number>();
  const telling = createTelling(o);
  const ruleSets = createRuleSets(o);
  const outageDeps = { ...o, putInForce: ruleSets.refresh };
  return {
    ruleSets,
    outages: createOutages(outageDeps),
    replays: createReplays(o),
    flagHistory,
    changeFlag: async (tx, place, { utility, change }) => {
      const date = todayIn(o.clocks, utility.zone).toString();
      const stamped = { ...change, date, id: o.newUuid(), at: new Date(nowMs()) };
      const changed = await changeFlag(tx, place, stamped);
      if (changed.ok) await telling.tellHome(tx, utility, place);
      return changed;
    },
    convert: async (tx, place, { utility, conversion }) => {
      const written = await recordConversion(tx, place, {
        ...conversion,
        id: o.newUuid(),
        zone: utility.zone,
        nowMs: nowMs(),
      });
      if (written.ok) await telling.tellHome(tx, utility, place);
      return written;
    },
    homeOf: (tx, place, zone) => supplyHome(tx, place, todayIn(o.clocks, zone).toString()),
    metersView,
    homeView,
    listCalls,
    noteCall: (tx, note) => noteCall(tx, { ...note, eventId: o.newUuid(), atMs: nowMs() }),
    today: (utility) => todayIn(o.clocks, utility.zone).toString(),
    sweep: async (utility) => {
      const realMs = o.clocks.real.nowMs();
      await telling.sweep(utility);
      if (realMs - (lastSweepMs.get(utility.id) ?? Number.NEGATIVE_INFINITY) < sweepEveryMs) return;
      lastSweepMs.set(utility.id, realMs);
      await o.database.inUtility(utility.id, (tx) => sweepWatch(tx, utility, o));
      await o.database.inUtility(utility.id, (tx) => sweepOutages(tx, utility, outageDeps));
      const look = Math.floor(nowMs() / purchasesEveryMs);
      if (purchasesLookedAt.get(utility.id) === look) return;
      const date = todayIn(o.clocks, utility.zone).toString();
      const { newUuid, queries } = o;
      await o.database.inUtility(utility.id, (tx) =>
        sweepPurchases(tx, utility, { nowMs: nowMs(), date, newUuid, queries }),
      );
      purchasesLookedAt.set(utility.id, look);
    },
  };
}
