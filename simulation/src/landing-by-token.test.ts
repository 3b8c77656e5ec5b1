// Homes whose meters nobody hears land softly by tokens that they are sent and type: what each
// does is what its message said, a purchase lifts it, and nobody is limited who may not be.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTownDatabase } from './database.ts';
import { faultsOf } from './faults.ts';
import { checkTokenLandings } from './feature-checks.ts';
import { townPlan } from './plan.ts';
import { runJobs } from './run.ts';
import { createTown } from './town.ts';

const hourMs = 3_600_000;
const days = 14;
const jobsEveryTicks = 2;
const softLandingByToken = { aheadHours: 24, liftPowerW: 9_200 };

test('homes without a link are limited by the tokens that they type, until they buy', async (t) => {
  const database = await createTownDatabase();
  const town = await createTown({
    seed: 7,
    ownerUrl: database.ownerUrl,
    appUrl: database.appUrl,
    startMs: Date.UTC(2026, 8, 1),
    tickMs: hourMs,
    faults: faultsOf(['notifications']),
    plan: {
      ...townPlan(4),
      softLanding: [
        { belowWh: '4000', powerLimitW: 600 },
        { belowWh: '1500', powerLimitW: 250 },
      ],
      softLandingByToken,
      traitsOf: () => ({ hasNoLink: true }),
      isPoor: (index) => index % 2 === 0,
      isVulnerable: (index) => index === 3,
      hasFreeUnits: () => false,
      countsMoney: () => false,
    },
    masterKey: Buffer.alloc(32, 1),
    parallel: 8,
  });
  try {
    while (town.tick() < days * 24) {
      await town.advance();
      if (town.tick() % jobsEveryTicks === 0) await runJobs(database, town, 'allButProofs');
      if (town.tick() % 24 === 0) await checkTokenLandings(town, softLandingByToken.liftPowerW);
    }
    const seen = town.homes.map((home) => town.customers.observed.tokenLandings.of(home));
    const count = <T>(of: (home: (typeof seen)[number]) => readonly T[]): number =>
      seen.reduce((sum, home) => sum + of(home).length, 0);
    const typed = count(({ landings }) => landings.filter(({ inMeterW }) => inMeterW !== null));
    const trips = seen.flatMap(({ steps }) => steps).reduce((sum, each) => sum + each.trips, 0);
    t.diagnostic(JSON.stringify({ sent: count(({ landings }) => landings), typed, trips }));
    assert.ok(typed > 3 && trips > 0, `${typed} limits were typed, met ${trips} times`);
    assert.ok(count(({ purchases }) => purchases) > 8, 'people bought');
    assert.ok(town.homes.some(({ isVulnerable }) => isVulnerable));
  } finally {
    await town.close();
    await database.drop();
  }
});
