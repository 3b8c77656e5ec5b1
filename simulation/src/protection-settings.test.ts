// From a person's word to a real meter's memory: flags, declared days and rules that the server
// knows are those that the meter decides by, over a wire that loses and repeats.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { createTownDatabase, type TownDatabase } from './database.ts';
import { faultKinds, faultsOf } from './faults.ts';
import { townPlan } from './plan.ts';
import { createTown, type Town } from './town.ts';

let database: TownDatabase;
let town: Town;
const operatorId = '019abcde-0000-7000-8000-000000000001';
before(async () => {
  database = await createTownDatabase();
  town = await createTown({
    seed: 5,
    ownerUrl: database.ownerUrl,
    appUrl: database.appUrl,
    startMs: Date.UTC(2026, 8, 1),
    tickMs: 3_600_000,
    faults: faultsOf(faultKinds),
    plan: townPlan(4),
    masterKey: Buffer.alloc(32, 1),
    parallel: 32,
  });
  await sql`INSERT INTO prewatt.operators (id, utility_id, auth_user_id, name, role, created_at)
    VALUES (${operatorId}::uuid, ${town.utilityId}::uuid, 'auth-1', 'Ada', 'administrator', now())`.execute(
    town.owner.directories,
  );
});
after(async () => {
  await town.close();
  await database.drop();
});

test('what the server knows of protection, each meter decides by', async () => {
  const [frail, other] = town.homes;
  assert.ok(frail !== undefined && other !== undefined);
  const { protection, utilities } = town.services();
  const utility = await utilities.get(town.utilityId);
  const done = await town.database.inUtility(town.utilityId, async (tx) => {
    const flagged = await protection.changeFlag(tx, frail, {
      utility,
      change: {
        requestId: 'frail-home-1',
        kind: 'medical',
        what: 'set',
        evidence: 'a ventilator, seen by the clinic',
        expiresOn: null,
        operatorId,
      },
    });
    const declared = await protection.ruleSets.weatherDays(tx, utility, {
      requestId: 'cold-day-1',
      what: 'declared',
      kind: 'cold',
      dates: ['2026-09-20'],
      note: 'frost warning',
      operatorId,
    });
    return [flagged, declared];
  });
  assert.deepEqual(
    done.map(({ ok }) => ok),
    [true, true],
  );
  for (let tick = 0; tick < 3 * 24; tick += 1) await town.advance();
  assert.equal(frail.meter.settings.medical, true);
  assert.equal(other.meter.settings.medical, null, 'nobody spoke of it: as the factory set it');
  for (const home of town.homes) {
    assert.deepEqual(home.meter.settings.protection?.weather.days, [
      { date: '2026-09-20', kind: 'cold' },
    ]);
  }
  const seen = await town.database.inUtility(town.utilityId, (tx) =>
    town
      .services()
      .protection.metersView(tx, { utilityId: town.utilityId, state: 'waiting', cursor: null }),
  );
  assert.deepEqual([seen.counts['upToDate'], seen.total], [4, 4]);
});
