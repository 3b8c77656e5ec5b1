// Runs a town for some days, checking the laws at each tick, and lets it come to rest.

import { Logger, runOnce } from '@prewatt/server/services';
import { sql } from 'kysely';
import { untilItWorks } from './dying-database.ts';
import { LawBroken, whyForbidden } from './law-checks.ts';
import { createLaws, type LawPace } from './laws.ts';
import { createTown, type Town, type TownOptions } from './town.ts';
import { keyRevision } from './utility.ts';
import { faultsOfLog } from './verified-log.ts';

export type RunReport = {
  readonly seed: number;
  readonly homes: number;
  readonly days: number;
  readonly ticks: number;
  /** Paid and issued. */
  readonly sales: number;
  readonly cashSales: number;
  readonly refusedPayments: number;
  readonly tokens: number;
  readonly accepted: number;
  readonly alerts: number;
  readonly cuts: number;
  /** Cuts that a protection rule forbids; any stops the run. */
  readonly forbiddenCuts: number;
  readonly hoursOffSupply: number;
  /** Emergency credit taken at the keypad. */
  readonly emergencies: number;
  /** Grants of the month's free units. */
  readonly freeUnits: number;
  /** Sold as money, to meters that count it. */
  readonly moneySales: number;
  /** Homes that are flagged: nobody may cut them. */
  readonly vulnerableHomes: number;
  /** People to call, about homes without credit. */
  readonly supplyCalls: number;
  /** Times that somebody tampered with a meter, or that a phase was lost. */
  readonly oddities: number;
  /** Times that a meter opened above its limit of power, and hands that closed it again. */
  readonly limits: number;
  readonly presses: number;
  /** Credit notes that two people agreed on. */
  readonly creditNotes: number;
  /** Times that a wallet has said that supply is off. */
  readonly walletsOff: number;
  /** Times that a wallet has switched a home off: an order to cut ends within the hour. */
  readonly walletCuts: number;
  /** Meters that died and were exchanged, and sales for them that were undone. */
  readonly exchanges: number;
  readonly reversals: number;
  /** What was wrong with the provider's files. */
  readonly differences: number;
  readonly lawsChecked: number;
  readonly faultsInjected: Readonly<Record<string, number>>;
};

/** A law did not hold: what, where, and the story that led to it. */
export class RunFailed extends Error {
  readonly tick: number;
  /** The homes that it concerns; empty when nobody in particular. */
  readonly homes: readonly number[];
  readonly story: readonly string[];

  constructor(
    text: string,
    o: {
      readonly tick: number;
      readonly homes: readonly number[];
      readonly story: readonly string[];
    },
  ) {
    super(text);
    this.tick = o.tick;
    this.homes = o.homes;
    this.story = o.story;
  }
}

function failureOf(broken: LawBroken, town: Town): RunFailed {
  const ids = new Set(broken.connectionIds);
  const homes = town.homes.filter((home) => ids.has(home.connectionId)).map(({ index }) => index);
  const story = town.trace.of(homes[0] ?? town.homes[0]?.index ?? 0);
  return new RunFailed(broken.message, { tick: town.tick(), homes, story });
}

export type RunOptions = TownOptions & {
  readonly days: number;
  /** Called now and then with the share that is done. */
  readonly onProgress?: (share: number) => void;
  /** Whether the auditor's verifier reads the whole log and all rows at the end. */
  readonly isLogVerified?: boolean;
};

const jobsEveryTicks = 6;
const settleTicks = 24;
const silentLogger = new Logger(() => () => {});

type Pace = LawPace & {
  readonly linkEveryTicks: number;
  readonly commandsEveryTicks: number;
  readonly upkeepEveryTicks: number;
  /** The server's nightly proofs over all rows: nights without one are made up for by the next. */
  readonly proofEveryDays: number;
};

/**
 * A large town does more seldom what costs the same whatever happened: its meters report once a
 * day, as meters on a thin network do.
 */
function paceOf(homes: number): Pace {
  const eachTick = { linkEveryTicks: 1, commandsEveryTicks: 1 };
  if (homes <= 20) {
    const often = { sweepTicks: 4, homesEveryTicks: 4, proofEveryDays: 1 };
    return { ...eachTick, ...often, upkeepEveryTicks: 1 };
  }
  if (homes <= 300) {
    const seldom = { sweepTicks: 24, homesEveryTicks: 6, proofEveryDays: 3 };
    return { ...eachTick, ...seldom, upkeepEveryTicks: 3 };
  }
  return {
    ...{ sweepTicks: 720, homesEveryTicks: 120, proofEveryDays: 30 },
    ...{ linkEveryTicks: 24, commandsEveryTicks: 6, upkeepEveryTicks: 24 },
  };
}

/** Throws RunFailed when a law does not hold. */
export async function runTown(o: RunOptions): Promise<RunReport> {
  const pace = paceOf(o.only?.length ?? o.plan.homes);
  const town = await createTown({ ...pace, ...o });
  const laws = createLaws(town, pace);
  const ticks = Math.round((o.days * 86_400_000) / o.tickMs);
  let lawsChecked = 0;
  const turn = async (): Promise<void> => {
    await town.advance();
    if (town.tick() % jobsEveryTicks === 0) {
      const isNight = town.tick() % (pace.proofEveryDays * 24) < 24;
      await runJobs(o, town, isNight ? 'all' : 'allButProofs');
    }
    lawsChecked += await laws.check();
  };
  try {
    for (let i = 0; i < ticks; i++) {
      await turn();
      o.onProgress?.(i / ticks);
    }
    town.calm();
    for (let i = 0; i < settleTicks; i++) {
      await turn();
    }
    await town.closeBooks();
    // Jobs first, then one more turn: what they sent may have made customers type.
    await runJobs(o, town, 'all');
    lawsChecked += await laws.checkSettled();
    if (o.isLogVerified === true) await verifyLog(o, town);
    return await report(o, { town, ticks, lawsChecked });
  } catch (error) {
    if (!(error instanceof LawBroken)) throw error;
    throw failureOf(error, town);
  } finally {
    await town.close();
  }
}

async function verifyLog(o: RunOptions, town: Town): Promise<void> {
  const { appUrl, ownerUrl, masterKey, publicUrl = 'https://utility.invalid' } = o;
  const of = { appUrl, ownerUrl, masterKey, publicUrl, nowMs: town.nowMs };
  const faults = await faultsOfLog({ ...of, utilityId: town.utilityId });
  if (faults.length > 0) throw new LawBroken(1, faults.slice(0, 20).join('\n  '));
}

type Counted = 'notes' | 'undone' | 'sales' | 'money' | 'tokens' | 'changed' | 'free' | 'calls';

async function report(
  o: RunOptions,
  ran: { readonly town: Town; readonly ticks: number; readonly lawsChecked: number },
): Promise<RunReport> {
  const { town } = ran;
  const { observed } = town.customers;
  const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);
  const { rows } = await sql<Record<Counted, bigint>>`
    SELECT (SELECT count(*) FROM prewatt.meters WHERE key_revision > ${keyRevision}) AS changed,
      (SELECT count(*) FROM prewatt.sales WHERE issued_at IS NOT NULL) AS sales,
      (SELECT count(*) FROM prewatt.sales WHERE credit_minor IS NOT NULL) AS money,
      (SELECT count(*) FROM prewatt.grants WHERE kind = 'freeUnits') AS free,
      (SELECT count(*) FROM prewatt.corrections WHERE kind = 'creditNote') AS notes,
      (SELECT count(*) FROM prewatt.sales WHERE state = 'reversed') AS undone,
      (SELECT count(*) FROM prewatt.supply_calls) AS calls,
      (SELECT count(*) FROM prewatt.tokens) AS tokens`.execute(town.owner.directories);
  const { hoursOffSupply, ...faults } = town.counts();
  return {
    seed: o.seed,
    homes: town.homes.length,
    days: o.days,
    ticks: ran.ticks,
    sales: Number(rows[0]?.sales ?? 0n),
    cashSales: observed.cashSales,
    refusedPayments: observed.refusedPayments,
    tokens: Number(rows[0]?.tokens ?? 0n),
    accepted: sum([...observed.accepted.values()].map((tids) => tids.length)),
    alerts: sum(observed.lowCrossings.values()),
    cuts: observed.switchOpenings.length,
    forbiddenCuts: observed.switchOpenings.filter((each) => whyForbidden(each) !== null).length,
    hoursOffSupply,
    emergencies: observed.emergencies,
    freeUnits: Number(rows[0]?.free ?? 0n),
    moneySales: Number(rows[0]?.money ?? 0n),
    vulnerableHomes: town.homes.filter(({ isVulnerable }) => isVulnerable).length,
    supplyCalls: Number(rows[0]?.calls ?? 0n),
    oddities: observed.oddities.length,
    limits: observed.limits,
    presses: observed.presses,
    creditNotes: Number(rows[0]?.notes ?? 0n),
    walletsOff: observed.walletsOff,
    walletCuts: observed.switchOpenings.filter(({ byWallet }) => byWallet).length,
    exchanges: observed.exchanges.length,
    reversals: Number(rows[0]?.undone ?? 0n),
    differences: observed.differences.length,
    lawsChecked: ran.lawsChecked,
    faultsInjected: {
      ...faults,
      changedKeys: Number(rows[0]?.changed ?? 0n),
      typedTokens: observed.typedTokens,
      lostNotifications: observed.lostNotifications,
      repeatedNotifications: observed.repeatedNotifications,
      wrongNotifications: observed.wrongNotifications,
    },
  };
}

export async function runJobs(
  o: Pick<RunOptions, 'appUrl'>,
  town: Town,
  which: 'all' | 'allButProofs',
): Promise<void> {
  await retryJobsNow(town);
  const { runProof, ...others } = town.services().jobs;
  const jobs = which === 'all' ? { ...others, runProof } : others;
  const taskList = Object.fromEntries(
    Object.entries(jobs).map(([name, work]) => [
      name,
      (payload: unknown) => work(payload as never),
    ]),
  );
  return untilItWorks(() =>
    runOnce({
      connectionString: o.appUrl,
      noHandleSignals: true,
      taskList,
      // One after the other, but fetched and crossed off together.
      preset: {
        worker: { concurrentJobs: 1, localQueue: { size: 100 }, completeJobBatchDelay: 0 },
      },
      logger: silentLogger,
    }),
  );
}

/** Jobs wait in real time before they are tried again, and a town has none. */
async function retryJobsNow(town: Town): Promise<void> {
  await sql`UPDATE graphile_worker._private_jobs SET run_at = now(), locked_at = NULL,
    locked_by = NULL`.execute(town.owner.directories);
}
