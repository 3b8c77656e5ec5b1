// Runs a town for some days, checking the laws at each tick, and lets it come to rest.

import { Logger, runOnce } from 'graphile-worker';
import { createLaws, LawBroken } from './laws.ts';
import { createTown, type TownOptions } from './town.ts';

export type RunReport = {
  readonly seed: number;
  readonly homes: number;
  readonly days: number;
  readonly ticks: number;
  readonly lawChecks: number;
  readonly purchases: number;
  readonly refusedPayments: number;
  readonly cashSales: number;
  readonly tokensAccepted: number;
  readonly alerts: number;
  readonly cuts: number;
  readonly lost: number;
  readonly repeated: number;
  readonly delayed: number;
  readonly powerCuts: number;
  readonly serverRestarts: number;
};

const jobsEveryTicks = 6;
const settleTicks = 24;
const silentLogger = new Logger(() => () => {});

/** Throws LawBroken, with seed and tick in its message, when a law does not hold. */
export async function runTown(o: TownOptions & { readonly days: number }): Promise<RunReport> {
  const town = await createTown(o);
  const laws = createLaws(town);
  const ticks = Math.round((o.days * 86_400_000) / o.tickMs);
  let lawChecks = 0;
  const turn = async (): Promise<void> => {
    await town.advance();
    if (town.tick() % jobsEveryTicks === 0) await runJobs(o.appUrl, town);
    lawChecks += await laws.check();
  };
  try {
    for (let i = 0; i < ticks; i++) await turn();
    town.calm();
    for (let i = 0; i < settleTicks; i++) await turn();
    // Jobs first, then one more turn: what they sent may have made customers type.
    await runJobs(o.appUrl, town);
    lawChecks += await laws.checkSettled();
  } catch (error) {
    if (!(error instanceof LawBroken)) throw error;
    throw new Error(`seed ${o.seed}, tick ${town.tick()} of ${ticks}: ${error.message}`);
  } finally {
    await town.close();
  }
  const { observed } = town.customers;
  const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);
  return {
    seed: o.seed,
    homes: town.homes.length,
    days: o.days,
    ticks,
    lawChecks,
    purchases: observed.purchases,
    refusedPayments: observed.refusedPayments,
    cashSales: observed.cashSales,
    tokensAccepted: sum([...observed.accepted.values()].map((tids) => tids.length)),
    alerts: sum(observed.lowCrossings.values()),
    cuts: observed.switchOpenings.length,
    ...town.counts(),
  };
}

async function runJobs(url: string, town: Awaited<ReturnType<typeof createTown>>): Promise<void> {
  const { jobs } = town.services();
  await runOnce({
    connectionString: url,
    noHandleSignals: true,
    taskList: {
      sendMessage: (payload) => jobs.sendMessage(payload as Parameters<typeof jobs.sendMessage>[0]),
      runProof: (payload) => jobs.runProof(payload as Parameters<typeof jobs.runProof>[0]),
    },
    logger: silentLogger,
  });
}
