// Roll-ups, findings and decisions about readings on a real database.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { energyWh, expectOk } from '@prewatt/quantities';
import { sql } from 'kysely';
import {
  dailyUse,
  decideFinding,
  dropOldMonths,
  editEstimate,
  readingsView,
} from '../src/metering/readings/index.ts';
import { createHarness, type Harness, startMs, testUtility } from './harness.ts';

let h: Harness;
let home: Awaited<ReturnType<Harness['addConnection']>>;
const { zone } = testUtility;
const halfHour = 1_800_000;
const dayMs = 48 * halfHour;
/** Midnight in Johannesburg, the day before the clock of the tests starts. */
const midnight = Date.UTC(2026, 10, 22, 22);
before(async () => {
  h = await createHarness();
  await h.services.upkeep();
});
beforeEach(async () => {
  h.clock.nowMs = startMs + dayMs;
  home = await h.addConnection();
});
after(() => h.close());

let sequence = 0;
const report = async (from: number, to: number, value: (i: number) => number | null) => {
  sequence += 1;
  const entries = Array.from({ length: to - from }, (_, n) => from + n).flatMap((i) => {
    const wh = value(i);
    return wh === null ? [] : [{ endsAtMs: midnight + i * halfHour, importEnergyWh: energyWh(wh) }];
  });
  await h.fromMeter(home.meterPan, { kind: 'profile', sequence, entries });
};
const steady = (i: number) => 50_000 + i * 250;
const roll = async () => {
  h.clock.nowMs += 60_000;
  await h.services.upkeep();
};
const view = () =>
  h.database.inUtility(h.utilityId, (tx) =>
    readingsView(tx, home, { days: 5, nowMs: h.clock.nowMs, zone }),
  );
const dayOf = async (date: string) => (await view()).days.find((day) => day.date === date);
const decided = { by: 'Ada', reason: 'Looked at on the spot', zone };

test('a day is summed up, and a late reading sums it up again', async () => {
  await report(0, 40, steady);
  await report(45, 97, steady);
  await roll();
  const day = await dayOf('2026-11-23');
  assert.deepEqual(
    [day?.measuredWh, day?.estimatedWh, day?.quality, day?.findings],
    ['12000', '0', 'measured', 1],
  );
  await report(40, 45, steady);
  await roll();
  assert.equal((await dayOf('2026-11-23'))?.findings, 0);
  assert.deepEqual(
    (await view()).findings.map(({ finding, state }) => [finding, state]),
    [['gap', 'gone']],
  );
});

test('use by day comes from the sums, and months are the sum of their days', async () => {
  await report(0, 97, steady);
  await roll();
  const days = await h.database.inUtility(h.utilityId, (tx) =>
    dailyUse(tx, home, { zone, days: 3, nowMs: h.clock.nowMs }),
  );
  assert.deepEqual(
    days.map(({ energyWh: wh }) => wh),
    [12_000n, 12_000n, 0n],
  );
  const month = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('usage_months').selectAll().where('meter_id', '=', home.meterId).execute(),
  );
  assert.deepEqual([month[0]?.measured_wh, month[0]?.whole_days], [24_000n, 2]);
});

test('days inside a long silence get their share, and the sum is the register’s', async () => {
  h.clock.nowMs += dayMs;
  await report(0, 20, steady);
  await report(130, 145, steady);
  await roll();
  const days = (await view()).days.filter(({ date }) => date > '2026-11-22' && date < '2026-11-26');
  assert.deepEqual(
    days.map(({ date, quality }) => [date, quality]),
    [
      ['2026-11-25', 'estimated'],
      ['2026-11-24', 'estimated'],
      ['2026-11-23', 'estimated'],
    ],
  );
  const sum = days.reduce((wh, d) => wh + BigInt(d.measuredWh) + BigInt(d.estimatedWh), 0n);
  assert.equal(sum, 144n * 250n);
});

test('a jump is kept, flagged and not counted until a person accepts it, by name', async () => {
  const jump = (i: number) => steady(i) + (i >= 30 ? 500_000 : 0);
  await report(0, 49, jump);
  await roll();
  const day = await dayOf('2026-11-23');
  assert.deepEqual([day?.measuredWh, day?.estimatedWh], ['11750', '250']);
  const readAtMs = midnight + 30 * halfHour;
  const decide = (reason: string) =>
    h.database.inUtility(h.utilityId, (tx) =>
      decideFinding(tx, {
        ...decided,
        place: home,
        nowMs: h.clock.nowMs,
        readAtMs,
        finding: 'spike',
        decision: 'accepted',
        reason,
      }),
    );
  expectOk(await decide(decided.reason), 'decision');
  expectOk(await decide(decided.reason), 'the same again');
  assert.deepEqual(await decide('Another reason'), { ok: false, error: 'decidedOtherwise' });
  await roll();
  assert.equal((await dayOf('2026-11-23'))?.measuredWh, '512000');
  const last = (await view()).findings[0];
  assert.deepEqual(
    [last?.state, last?.decidedBy, last?.reason],
    ['accepted', 'Ada', decided.reason],
  );
});

test('energy that a person enters stands in place of the estimate; both are kept', async () => {
  await report(0, 49, (i) => (i >= 30 ? (i - 30) * 250 : steady(i)));
  await roll();
  const [estimate] = (await view()).estimates;
  assert.ok(estimate !== undefined);
  const edit = (endsAtMs: number) =>
    h.database.inUtility(h.utilityId, (tx) =>
      editEstimate(tx, {
        ...decided,
        place: home,
        nowMs: h.clock.nowMs,
        startsAtMs: Date.parse(estimate.startsAt),
        endsAtMs,
        energyWh: 900n,
      }),
    );
  assert.deepEqual(await edit(h.clock.nowMs), { ok: false, error: 'spanNotEstimated' });
  expectOk(await edit(Date.parse(estimate.endsAt)), 'edit');
  await roll();
  assert.equal((await dayOf('2026-11-23'))?.estimatedWh, '900');
  const { rows } = await sql<{ method: string }>`SELECT method FROM prewatt.reading_estimates
    WHERE meter_id = ${home.meterId}::uuid ORDER BY ordinal`.execute(h.owner.directories);
  assert.deepEqual(
    rows.map((row) => row.method),
    ['average', 'edited'],
  );
});

test('the same instant with another value is kept out and flagged', async () => {
  await report(0, 49, steady);
  await report(10, 11, () => 77);
  await roll();
  const found = (await view()).findings;
  assert.deepEqual(
    found.map(({ finding, detail }) => [finding, detail]),
    [['differs', { kept: '52500', read: '77' }]],
  );
});

test('a month that nobody keeps is dropped once it is summed up; its sums stay', async () => {
  await report(0, 97, steady);
  await roll();
  // By the database's clock, so years before the readings of these tests.
  await sql`CREATE TABLE prewatt.readings_2019_03 PARTITION OF prewatt.readings
    FOR VALUES FROM ('2019-03-01Z') TO ('2019-04-01Z')`.execute(h.owner.directories);
  await sql`INSERT INTO prewatt.usage_days (bucket, meter_id, day, utility_id, connection_id, stale_at)
    VALUES (${home.bucket}, ${home.meterId}::uuid, '2019-03-01'::date, ${h.utilityId}::uuid,
      ${home.connectionId}::uuid, now())`.execute(h.owner.directories);
  const months = async () => {
    const { rows } = await sql<{ name: string }>`SELECT relname AS name FROM pg_class
      WHERE relname IN ('readings_2019_03', 'readings_2026_11') ORDER BY 1`.execute(
      h.owner.directories,
    );
    return rows.map(({ name }) => name);
  };
  const drop = () => h.database.inUtility(h.utilityId, dropOldMonths);
  await drop();
  assert.equal((await months()).length, 2, 'a day is not rolled up yet');
  await sql`UPDATE prewatt.usage_days SET stale_at = NULL WHERE day = '2019-03-01'::date`.execute(
    h.owner.directories,
  );
  await drop();
  assert.deepEqual(await months(), ['readings_2026_11'], 'kept for 36 months');
  assert.equal((await dayOf('2026-11-23'))?.measuredWh, '12000');
});
