// When which law is checked: at each tick what is new, less often what is under way, and in turn
// one part of everything. The checks themselves are in law-checks.ts.

import { bucketCount } from '@prewatt/quantities';
import {
  type Baseline,
  compareHistory,
  cutAt,
  judgeHistory,
  lastEntry,
  rules,
} from '@prewatt/server/proof';
import { checkFeatures, checkLandings, checkWalletSupply } from './feature-checks.ts';
import {
  allBuckets,
  type Buckets,
  checkAlerts,
  checkAllCredited,
  checkAllEnded,
  checkCalls,
  checkDatabase,
  checkFlags,
  checkMeters,
  checkProofs,
  checkSupply,
  checkVendors,
  LawBroken,
} from './law-checks.ts';
import type { Town } from './town.ts';
import type { TownHome } from './utility.ts';

export type Laws = {
  /** Checks what must hold at every tick. Returns how many checks it made. */
  readonly check: () => Promise<number>;
  /** Checks what must hold once nothing is under way any more. */
  readonly checkSettled: () => Promise<number>;
};

/** Of wallets, besides the end. */
const callsEveryTicks = 6;

/** Sales, payments and tokens rest after it: longer than any delay and delivery. */
const underWayMs = 10 * 86_400_000;

/** What takes its course looks right or wrong by itself; what is a sum needs all that is in it. */
const ofNewRows = rules.filter(({ looksAtAll }) => looksAtAll !== true);

export type LawPace = {
  /** Everything, however old, is looked at within so many ticks; 1 means at each tick. */
  readonly sweepTicks: number;
  /** Homes that anything happened to are looked at whole after so many ticks; 1 by default. */
  readonly homesEveryTicks?: number;
};

/**
 * At each tick: what is new at the homes that anything happened to since the last. Less often what
 * is under way at those homes and all their sums, and in turn one part of everything.
 */
export function createLaws(town: Town, o: LawPace): Laws {
  const { sweepTicks, homesEveryTicks = 1 } = o;
  const history = createHistory(town, sweepTicks);
  let openingsSeen = 0;
  let turn = 0;
  /** Homes that wait for a look at all of them. */
  let waiting = new Set<TownHome>();
  /** Before the first look, nothing was. */
  let lookedAtMs = -1;

  const wholeHomes = async (part: number): Promise<number> => {
    const first = Math.max(0, part + 1 - homesEveryTicks);
    const sweep = { ...partOf(part, sweepTicks), fromBucket: partOf(first, sweepTicks).fromBucket };
    const rest = [...waiting].filter(({ bucket }) => !isIn(bucket, sweep));
    const homes = [...rest, ...town.homes.filter(({ bucket }) => isIn(bucket, sweep))];
    waiting = new Set();
    const buckets = { ...allBuckets, only: bucketsOf(homes) };
    const underWay = underWayAt(rest, { nowMs: town.nowMs(), lookedAtMs });
    const ofRest = rest.length === 0 ? 0 : await checkDatabase(town, underWay);
    const checks = ofRest + (await checkDatabase(town, sweep));
    await checkMeters(town, homes, buckets);
    await checkAlerts(town, homes, { buckets, exactly: false });
    return checks + 2;
  };

  return {
    check: async () => {
      const part = turn % sweepTicks;
      turn += 1;
      const touched = town.takeTouched();
      waiting = waiting.union(touched);
      await history(part);
      await checkVendors(town);
      checkSupply(town, openingsSeen);
      checkWalletSupply(town);
      checkLandings(town);
      if (turn % callsEveryTicks === 0) await checkCalls(town, 'wallets');
      openingsSeen = town.customers.observed.switchOpenings.length;
      const checks =
        turn % homesEveryTicks === 0
          ? await wholeHomes(part)
          : await checkDatabase(town, newAt([...touched], lookedAtMs), ofNewRows);
      lookedAtMs = town.nowMs();
      return checks + 6;
    },
    checkSettled: async () => {
      for (let part = 0; part < sweepTicks; part++) await history(part);
      const checks = await checkDatabase(town, allBuckets);
      await checkMeters(town, town.homes, allBuckets);
      await checkAlerts(town, town.homes, { buckets: allBuckets, exactly: true });
      await checkAllEnded(town);
      await checkProofs(town);
      checkFlags(town);
      await checkCalls(town);
      await checkAllCredited(town);
      return checks + sweepTicks + 8 + (await checkFeatures(town));
    },
  };
}

/** Law 1: what was there when this part was last looked at is there unchanged. */
function createHistory(town: Town, sweepTicks: number): (part: number) => Promise<void> {
  const { directories } = town.owner;
  /** What the ledger was when a part of it was last looked at. */
  const known = new Map<number, Baseline>();
  return async (part) => {
    const before = known.get(part) ?? {};
    // Between ticks nothing is under way. The nightly proof compares all tables.
    const cut = await lastEntry(directories);
    const asked = { before, cut, tables: ['postings'] };
    const compared = await compareHistory(directories, partOf(part, sweepTicks), asked);
    const { broken, baseline } = judgeHistory(compared, asked);
    const [first] = broken;
    if (first !== undefined) throw new LawBroken(1, `history was changed: ${first}`);
    known.set(part, baseline);
  };
}

const partOf = (part: number, sweepTicks: number): Buckets => ({
  fromBucket: Math.floor((bucketCount * part) / sweepTicks),
  toBucket: Math.floor((bucketCount * (part + 1)) / sweepTicks) - 1,
});

const isIn = (bucket: number, { fromBucket, toBucket }: Buckets): boolean =>
  bucket >= fromBucket && bucket <= toBucket;

const bucketsOf = (homes: readonly TownHome[]) => [...new Set(homes.map(({ bucket }) => bucket))];

/** Of the homes that something happened to, what was posted and begun since the last look. */
function newAt(homes: readonly TownHome[], lookedAtMs: number): Buckets {
  const from = cutAt(lookedAtMs + 1);
  const newer = { postedFrom: from, begunFrom: from, saidFromMs: lookedAtMs + 1 };
  return { ...allBuckets, only: bucketsOf(homes), newer };
}

/** Of homes, what is still under way and their sums. */
function underWayAt(
  homes: readonly TownHome[],
  o: { readonly nowMs: number; readonly lookedAtMs: number },
): Buckets {
  const only = bucketsOf(homes);
  const underWayFromMs = o.nowMs - underWayMs;
  const newer = {
    // Transfers do not change: what was posted until the last look was looked at.
    postedFrom: cutAt(o.lookedAtMs + 1),
    begunFrom: cutAt(underWayFromMs),
    saidFromMs: underWayFromMs,
  };
  // What has no bucket, a vendor's float, is looked at with the first.
  return { ...allBuckets, fromBucket: only.includes(0) ? 0 : 1, only, newer };
}
