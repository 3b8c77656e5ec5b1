// A new version at noon: both servers are of the version before; while tills sell the database is
// migrated, and one server after the other is started anew with this version.

import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startPostgres } from '@prewatt/embedded-postgres';
import { createField } from '../chaos/field.ts';
import type { Pair } from '../chaos/pair.ts';
import { type RoundsAsked, runPairRounds } from '../chaos/pair-rounds.ts';
import { takeVersion, thisVersion, versionBefore } from '../chaos/version.ts';
import type { Chapter } from './report.ts';

/** The balancer looks twice a second. */
const noticedMs = 1_500;
const goalGapMs = 2_000;

export async function drillUpgrade(
  asked: Pick<RoundsAsked, 'seed' | 'say'> & { readonly from: string | undefined },
): Promise<Chapter> {
  const steps: { migrated: number; migratedMs: number; name: string } = {
    ...{ migrated: 0, migratedMs: 0, name: '' },
  };
  const report = await runPairRounds<'upgrade'>(
    { ...asked, rounds: 1 },
    {
      ...{ name: 'upgrade', blows: ['upgrade'] },
      prepare: async (folder) => {
        const version = await takeVersion(asked.from ?? versionBefore(), folder);
        steps.name = version.name;
        asked.say(`from ${version.name}`);
        const field = await createField(folder);
        const postgres = await startPostgres({ dataDir: join(folder, 'postgres') });
        return {
          ...{ ownerUrl: postgres.url, field, version, close: postgres.stop },
          strike: async (_, { pair }) => {
            const begun = performance.now();
            steps.migrated = (await thisVersion.migrate(pair.ownerUrl)).applied;
            steps.migratedMs = Math.round(performance.now() - begun);
            await replaceServers(pair);
          },
        };
      },
    },
  );
  const gapMs = report.longestGapMs.upgrade;
  const { migrated, migratedMs, name } = steps;
  return {
    title: 'A new version while people buy',
    lead: `From ${name}. ${migrated} migrations ran while both servers of the version before sold.`,
    ...{
      sold: report.sold,
      paid: report.paid,
      checks: report.checks,
      isWithin: gapMs <= goalGapMs,
    },
    rows: [
      { what: 'Longest time without a sale', value: gapMs, unit: 'ms', goal: goalGapMs },
      { what: 'Migrations took', value: migratedMs, unit: 'ms', goal: null },
      { what: 'Requests without an answer at first', value: report.silences, unit: '', goal: null },
    ],
  };
}

async function replaceServers(pair: Pair): Promise<void> {
  for (const each of [0, 1] as const) {
    await pair.server(each).stop();
    await pair.start(each);
    await pause(noticedMs);
  }
}
