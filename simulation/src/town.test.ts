// The first town: ten homes, thirty days, everything that can go wrong, laws held at each tick. And
// proof that the laws bite: each is broken on purpose once.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { createTownDatabase, type TownDatabase } from './database.ts';
import { faultKinds, faultsOf } from './faults.ts';
import { checkCalls } from './law-checks.ts';
import { createLaws } from './laws.ts';
import { townPlan } from './plan.ts';
import { runTown } from './run.ts';
import { createTown, type Town, type TownOptions } from './town.ts';

const optionsOf = (database: TownDatabase, o: { seed: number; homes: number }): TownOptions => ({
  seed: o.seed,
  ownerUrl: database.ownerUrl,
  appUrl: database.appUrl,
  startMs: Date.UTC(2026, 8, 1),
  tickMs: 3_600_000,
  faults: faultsOf(faultKinds),
  plan: townPlan(o.homes),
  masterKey: Buffer.alloc(32, 1),
  parallel: 32,
});

test('ten homes live sixteen days over a network that loses, repeats and reorders', {
  timeout: 900_000,
}, async (t) => {
  const database = await createTownDatabase();
  try {
    const report = await runTown({ ...optionsOf(database, { seed: 7, homes: 10 }), days: 16 });
    t.diagnostic(JSON.stringify(report));
    assert.ok(report.sales > 50, 'customers bought');
    assert.ok(report.cashSales > 10, 'some paid cash at a vendor’s');
    assert.ok(report.accepted > 50, 'meters accepted');
    assert.ok(report.cuts > 0 && report.alerts > 0, 'credit ran low and out');
    assert.ok(report.emergencies > 0 && report.freeUnits > 0, 'some were lent and given energy');
    assert.ok(report.vulnerableHomes > 0, 'somebody may not be cut');
    assert.ok(report.supplyCalls > 0, 'somebody without credit is to be called');
    assert.ok(report.moneySales > 10, 'meters that count money were sold money');
    assert.ok(report.oddities > 3, 'meters were tampered with');
    assert.ok(report.limits > 0 && report.presses > 0, 'power was limited, and came back');
    assert.ok(report.creditNotes > 1 && report.differences > 2, 'the office had work');
    assert.ok(report.exchanges > 0 && report.reversals > 0, 'a meter died and was exchanged');
    assert.ok(report.walletsOff > 0, 'a wallet was used up');
    for (const [fault, count] of Object.entries(report.faultsInjected)) {
      assert.ok(count > 0, fault);
    }
  } finally {
    await database.drop();
  }
});

test('the same seed gives the same town', async () => {
  const reports = [];
  for (const _ of [1, 2]) {
    const database = await createTownDatabase();
    try {
      const options = optionsOf(database, { seed: 11, homes: 14 });
      reports.push(await runTown({ ...options, days: 1, isLogVerified: reports.length === 0 }));
    } finally {
      await database.drop();
    }
  }
  assert.deepEqual(reports[0], reports[1]);
});

let database: TownDatabase;
let town: Town;
before(async () => {
  database = await createTownDatabase();
  town = await createTown({
    ...optionsOf(database, { seed: 3, homes: 3 }),
    // Nobody runs its jobs, so that nobody is told of a button.
    plan: { ...townPlan(3), softLanding: [] },
    faults: faultsOf([]),
  });
  for (let i = 0; i < 48; i++) await town.advance();
  await createLaws(town, { sweepTicks: 1 }).check();
  assert.ok(town.customers.observed.cashSales > 0);
});
after(async () => {
  await town.close();
  await database.drop();
});

/** Breaks something as the database's owner, expects the law to notice, and mends it. */
async function expectBroken(law: number, breakIt: string, mendIt: string): Promise<void> {
  const laws = createLaws(town, { sweepTicks: 1 });
  await laws.check();
  await alter(breakIt);
  await assert.rejects(laws.check(), new RegExp(`law ${law}:`), breakIt);
  await alter(mendIt);
  await createLaws(town, { sweepTicks: 1 }).check();
}

/** As somebody who owns the database and switches its guards off. */
async function alter(statement: string): Promise<void> {
  await town.owner.directories.transaction().execute(async (tx) => {
    await sql`SET LOCAL session_replication_role = replica`.execute(tx);
    await sql.raw(statement).execute(tx);
  });
}

test('law 1 notices a transfer that was changed', async () => {
  await expectBroken(
    1,
    `UPDATE prewatt.postings SET posted_at = posted_at + interval '1 s' WHERE payment_id IS NOT NULL`,
    `UPDATE prewatt.postings SET posted_at = posted_at - interval '1 s' WHERE payment_id IS NOT NULL`,
  );
});

test('law 1 notices a vendor whose float is not the ledger’s', async () => {
  await expectBroken(
    1,
    'UPDATE prewatt.vendors SET float_minor = float_minor + 1',
    'UPDATE prewatt.vendors SET float_minor = float_minor - 1',
  );
});

test('law 2 notices a sale that is a cent off', async () => {
  await expectBroken(
    2,
    'UPDATE prewatt.sales SET remainder_minor = remainder_minor + 1 WHERE energy_wh IS NOT NULL',
    'UPDATE prewatt.sales SET remainder_minor = remainder_minor - 1 WHERE energy_wh IS NOT NULL',
  );
});

test('law 3 notices a meter with more credit than was issued', async () => {
  await expectBroken(
    3,
    'UPDATE prewatt.tokens SET energy_wh = energy_wh - 100',
    'UPDATE prewatt.tokens SET energy_wh = energy_wh + 100',
  );
});

test('law 3 notices a token that nobody paid for', async () => {
  await expectBroken(
    3,
    `UPDATE prewatt.payments SET state = 'failed' WHERE state = 'succeeded'`,
    `UPDATE prewatt.payments SET state = 'succeeded' WHERE received_minor IS NOT NULL`,
  );
});

test('law 5 notices a second token for one payment', async () => {
  await expectBroken(
    5,
    `INSERT INTO prewatt.tokens SELECT bucket, gen_random_uuid(), utility_id, connection_id, meter_id,
      sale_id, kind, base_date, tid + 500000, digits, energy_wh, state, origin, refusal, issued_at,
      state_at FROM prewatt.tokens LIMIT 1`,
    `DELETE FROM prewatt.tokens t
      WHERE EXISTS (SELECT FROM prewatt.tokens u WHERE u.tid = t.tid - 500000)`,
  );
});

test('law 6 notices a paid sale that is on nobody’s list', async () => {
  await expectBroken(
    6,
    `UPDATE prewatt.sales SET state = 'paymentRefused' WHERE state IN ('issued', 'delivered')`,
    `UPDATE prewatt.sales s SET state = CASE WHEN EXISTS (SELECT FROM prewatt.tokens t
      WHERE t.sale_id = s.id AND t.state = 'accepted') THEN 'delivered' ELSE 'issued' END
      WHERE energy_wh IS NOT NULL`,
  );
});

test('law 7 notices a cut during friendly hours', async () => {
  const laws = createLaws(town, { sweepTicks: 1 });
  const night = Date.UTC(2026, 8, 2, 22);
  const [home] = town.homes;
  assert.ok(home !== undefined);
  const { switchOpenings } = town.customers.observed;
  switchOpenings.push({ home, atMs: night, isVulnerable: false, byWallet: false });
  await assert.rejects(laws.check(), /law 7: .*friendlyHours/);
  switchOpenings.pop();
});

test('law 7 notices a cut of a home that nobody may cut', async () => {
  const laws = createLaws(town, { sweepTicks: 1 });
  const noon = Date.UTC(2026, 8, 2, 10);
  const [home] = town.homes;
  assert.ok(home !== undefined);
  const { switchOpenings } = town.customers.observed;
  switchOpenings.push({ home, atMs: noon, isVulnerable: false, byWallet: false });
  await laws.check();
  switchOpenings.push({ home, atMs: noon, isVulnerable: true, byWallet: false });
  await assert.rejects(laws.check(), /law 7: .*vulnerable/);
  switchOpenings.length -= 2;
});

test('what a meter hears after its cut does not count for the cut', () => {
  const [home] = town.homes;
  assert.ok(home !== undefined);
  const before = home.meter;
  const { switchOpenings } = town.customers.observed;
  const atMs = Date.UTC(2026, 8, 2, 10);
  const opened = { code: 'loadSwitchOpened', cause: 'credit', atMs, sequence: 1 } as const;
  const heard = { code: 'settingChanged', setting: 'protection', atMs, sequence: 2 } as const;
  const flagged = { ...before.settings, vulnerable: true };
  const sees = (events: readonly object[]): boolean | undefined => {
    home.meter = { ...before, settings: flagged };
    const outputs = {
      ...{
        messages: [],
        flowedMilliWh: 0,
        keypadOutcome: null,
        card: null,
        promiseTaken: null,
        mustStore: true,
      },
    };
    town.customers.saw(home, { ...outputs, events: events as never }, { wasVulnerable: false });
    home.meter = before;
    return switchOpenings.pop()?.isVulnerable;
  };
  assert.equal(sees([opened, heard]), false);
  assert.equal(sees([heard, opened]), true);
});

test('law 7 notices a flagged home without credit that is not on the list of calls', async () => {
  const place = town.homes.findIndex(({ meter }) => !meter.exhausted && !meter.emergencySelected);
  const home = town.homes[place];
  assert.ok(home !== undefined);
  const before = home.meter;
  const flagged = { ...home, isVulnerable: true, meter: { ...before, exhausted: true } };
  const asIf = { ...town, homes: town.homes.with(place, flagged) };
  await assert.rejects(checkCalls(asIf), /law 7: .*nobody is told to call/);
  await alter(`INSERT INTO prewatt.supply_watch SELECT bucket, id, utility_id, now(), now(), 0
    FROM prewatt.connections WHERE id = '${home.connectionId}'
    ON CONFLICT (bucket, connection_id) DO UPDATE SET out_since = now()`);
  await alter(`INSERT INTO prewatt.supply_calls SELECT bucket, gen_random_uuid(), utility_id, id,
    'vulnerable', now(), 'new', now(), now() FROM prewatt.connections
    WHERE id = '${home.connectionId}'`);
  await checkCalls(asIf);
  await assert.rejects(checkCalls(town), /law 7: .*waits for a call/);
  await alter(`DELETE FROM prewatt.supply_calls WHERE connection_id = '${home.connectionId}'`);
});

test('law 8 notices a second alert for one crossing', async () => {
  await expectBroken(
    8,
    `INSERT INTO prewatt.messages SELECT bucket, gen_random_uuid(), utility_id, id, 'creditLow',
      'again', '+27000000000', 'x', 'sent', 0, now(), now() FROM prewatt.connections`,
    `DELETE FROM prewatt.messages WHERE fact_key = 'again'`,
  );
});

test('what is no longer new at a home is looked at when its turn comes', async () => {
  const laws = createLaws(town, { sweepTicks: 24, homesEveryTicks: 6 });
  const turns = async (count: number) => {
    for (let i = 0; i < count; i++) await laws.check();
  };
  await turns(24);
  const [home] = town.homes.filter(({ bucket }) => bucket >= 512);
  assert.ok(home !== undefined, 'its part comes last');
  await town.customers.buy(home, town.services(), { ...faultsOf([]).customers, cash: 1 });
  await laws.check();
  const cent = `WHERE connection_id = '${home.connectionId}' AND energy_wh IS NOT NULL`;
  const change = (by: string) =>
    sql
      .raw(`UPDATE prewatt.sales SET remainder_minor = remainder_minor ${by} ${cent}`)
      .execute(town.owner.directories);
  await change('+ 1');
  await turns(4);
  await assert.rejects(turns(1), /law 2:/);
  await change('- 1');
  await createLaws(town, { sweepTicks: 1 }).check();
});

test('in parts, what is new at a home is looked at at once, and all else within a day', async () => {
  const sweepTicks = 24;
  const laws = createLaws(town, { sweepTicks });
  const aDay = async () => {
    for (let i = 0; i < sweepTicks; i++) await laws.check();
  };
  await aDay();
  const [home] = town.homes.filter(({ bucket }) => bucket >= 1024 / sweepTicks);
  assert.ok(home !== undefined, 'its turn is not the first');
  const spoilt = async (breakIt: string, find: () => Promise<unknown>) => {
    await sql.raw(`${breakIt} + 1`).execute(town.owner.directories);
    await assert.rejects(find, /law [12]:/, breakIt);
    await sql.raw(`${breakIt} - 1`).execute(town.owner.directories);
  };
  const sale = `UPDATE prewatt.sales SET remainder_minor = remainder_minor`;
  await spoilt(sale, aDay);
  await spoilt('UPDATE prewatt.vendors SET float_minor = float_minor', aDay);
  await aDay();
  const begun = createLaws(town, { sweepTicks });
  await town.customers.buy(home, town.services(), faultsOf([]).customers);
  await spoilt(sale, begun.check);
});
