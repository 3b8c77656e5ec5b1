// A technician puts a meter into use, minute by minute, over a network that loses, repeats and
// reorders: what the job says at its end is what the meter did.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTownDatabase } from './database.ts';
import { faultsOf } from './faults.ts';
import { checkInstalls } from './feature-checks.ts';
import { townPlan } from './plan.ts';
import { createTown } from './town.ts';

/** Tuesday, 10:00 in the town: supply may be off for a test. */
const startMs = Date.UTC(2026, 8, 1, 8);
const mostMinutes = 120;

test('an install job is closed, and rests on what its meter did', async () => {
  const database = await createTownDatabase();
  const town = await createTown({
    seed: 7,
    ownerUrl: database.ownerUrl,
    appUrl: database.appUrl,
    startMs,
    tickMs: 60_000,
    faults: faultsOf(['loss', 'repeat', 'reorder', 'outage']),
    plan: { ...townPlan(1), traitsOf: () => ({ installAtHour: 0.25 }), isPoor: () => false },
    masterKey: Buffer.alloc(32, 1),
    upkeepEveryTicks: 1,
    parallel: 1,
  });
  try {
    const isClosed = async (): Promise<boolean> => {
      const jobs = await town.owner.directories
        .selectFrom('install_jobs')
        .select('state')
        .execute();
      return jobs.some(({ state }) => state === 'closed');
    };
    while (town.tick() < mostMinutes && !(await isClosed())) {
      await town.advance();
      await checkInstalls(town);
    }
    assert.ok(await isClosed(), town.trace.of(0).slice(-40).join('\n'));
    await checkInstalls(town);
  } finally {
    await town.close();
    await database.drop();
  }
});
