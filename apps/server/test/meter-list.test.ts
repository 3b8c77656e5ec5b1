// The console's list of meters on a real database: credit as energy or money, and what the list can
// be narrowed by, with the numbers of each kind.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connectionDetailSchema, type MeterListQuery } from '@prewatt/api';
import type { AccountState } from '@prewatt/protocol';
import { energyWh, powerW, uuidOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import { briefReading, creditReading, liveReading } from '../src/edge/consumer/index.ts';
import { connectionDetail } from '../src/edge/operators/connection.ts';
import { meterFacets, meterPage, overviewOf } from '../src/edge/operators/meters.ts';
import { isHeard, isSilent } from '../src/metering/readings/index.ts';
import { loadConnection } from '../src/registry/connections/index.ts';
import { createHarness, type Harness, testUtility } from './harness.ts';
import { buyAndPay } from './purchases.ts';

type Home = Awaited<ReturnType<Harness['addConnection']>>;

let h: Harness;
const homes = new Map<string, Home>();
const homeOf = (name: string): Home => {
  const home = homes.get(name);
  assert.ok(home !== undefined);
  return home;
};

const hourMs = 3_600_000;
const money = (microMinor: bigint, owedMicroMinor: bigint): AccountState['money'] => ({
  currency: { code: 'ZAR', scale: 2 },
  availableMicroMinor: microMinor,
  creditedMicroMinor: 9_000_000_000n,
  chargedMicroMinor: 9_000_000_000n - microMinor + owedMicroMinor,
  clearedMicroMinor: 0n,
  owedMicroMinor,
  tariff: { id: 'homes', version: 1 },
});
const says = (home: Home, what: Partial<AccountState> = {}) =>
  h.fromMeter(home.meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: h.clock.nowMs,
      availableEnergyWh: energyWh(5_000n),
      powerW: powerW(0n),
      importEnergyWh: energyWh(1_000n),
      creditedEnergyWh: energyWh(6_000n),
      loadSwitch: 'connected',
      creditStatus: 'inCredit',
      owedEnergyWh: energyWh(0n),
      firmware: '1.0',
      ...what,
    },
  });

before(async () => {
  h = await createHarness();
  for (const name of ['quiet', 'energy', 'money', 'owing', 'wallet', 'spent', 'never']) {
    homes.set(name, await h.addConnection());
  }
  await says(homeOf('quiet'));
  h.clock.nowMs += 30 * hourMs;
  await says(homeOf('energy'), { creditStatus: 'lowCredit', firmware: '2.1-beta' });
  await says(homeOf('money'), { money: money(4_210_900_000n, 0n) });
  await says(homeOf('owing'), {
    ...{ money: money(0n, 420_100_000n), creditStatus: 'outOfCredit' },
    ...{ availableEnergyWh: energyWh(0n), loadSwitch: 'disconnected' },
  });
  for (const [name, minor] of [
    ['wallet', 8_420],
    ['spent', -15],
  ] as const) {
    // The meter of a wallet only counts: it is always in credit, of nothing.
    await says(homeOf(name), { availableEnergyWh: energyWh(0n) });
    await sql`UPDATE prewatt.connections SET credit_mode = 'wallet', prepaid_minor = ${minor}
      WHERE id = ${homeOf(name).connectionId}::uuid`.execute(h.owner.directories);
  }
});
after(() => h.close());

const noFilter = { search: '', filter: 'all' } as const;
const nameOf = (pan: string): string =>
  [...homes].find(([, { meterPan }]) => meterPan === pan)?.[0] ?? 'of the harness';
const list = async (query: Partial<MeterListQuery> = {}) => {
  const utility = await h.services.utilities.get(h.utilityId);
  const o = { ...noFilter, ...query, cursor: null, nowMs: h.clock.nowMs };
  return h.database.inUtility(h.utilityId, async (tx) => ({
    rows: (await meterPage(tx, utility, o)).rows,
    facets: await meterFacets(tx, utility, o),
    overview: await overviewOf(tx, utility, h.clock.nowMs),
  }));
};
const namesOf = async (query: Partial<MeterListQuery>): Promise<string[]> =>
  (await list(query)).rows.map((row) => nameOf(row.meterPan)).sort();

test('credit is energy, or the money that a meter or the ledger holds', async () => {
  const rows = new Map((await list()).rows.map((row) => [nameOf(row.meterPan), row]));
  const credit = (name: string) => {
    const row = rows.get(name);
    assert.ok(row !== undefined, name);
    return [row.creditMode, row.availableEnergyWh, row.balanceMinor, row.creditStatus];
  };
  assert.deepEqual(credit('energy'), ['energy', '5000', null, 'lowCredit']);
  assert.deepEqual(credit('money'), ['money', '5000', '4210', 'inCredit']);
  assert.deepEqual(credit('owing'), ['money', '0', '-421', 'outOfCredit']);
  assert.deepEqual(credit('wallet'), ['wallet', null, '8420', 'inCredit']);
  assert.deepEqual(credit('spent'), ['wallet', null, '-15', 'outOfCredit']);
  assert.deepEqual(credit('never'), ['energy', null, null, null]);
});

test('a contactor that does not answer: supply is neither on nor off, for the console and the home', async () => {
  const home = homeOf('energy');
  const sinceMs = h.clock.nowMs - hourMs;
  await says(home, { firmware: '2.1-beta', switchUnknownSinceMs: sinceMs });
  for (const filter of ['connected', 'disconnected'] as const) {
    assert.ok(!(await namesOf({ filter })).includes('energy'), filter);
  }
  const utility = await h.services.utilities.get(h.utilityId);
  const { tariffs } = h.services;
  const of = () =>
    h.database.inUtility(h.utilityId, async (tx) => {
      const connection = await loadConnection(tx, home);
      assert.ok(connection !== null);
      const o = { connection, utility, nowMs: h.clock.nowMs, tariffs };
      const [live, brief] = [await liveReading(tx, o), await briefReading(tx, o)];
      return [live, brief].map((each) => [each.loadSwitch, each.switchUnknownSinceMs]);
    });
  assert.deepEqual(await of(), [
    [null, sinceMs],
    [null, sinceMs],
  ]);
  await says(home, { creditStatus: 'lowCredit', firmware: '2.1-beta' });
  assert.deepEqual(await of(), [
    ['connected', null],
    ['connected', null],
  ]);
  assert.ok((await namesOf({ filter: 'connected' })).includes('energy'));
});

test('the list is narrowed by state, credit, silence and software', async () => {
  assert.deepEqual(await namesOf({ filter: 'lowCredit' }), ['energy', 'owing', 'spent']);
  assert.deepEqual(await namesOf({ filter: 'outOfCredit' }), ['owing', 'spent']);
  assert.deepEqual(await namesOf({ filter: 'disconnected' }), ['owing']);
  assert.deepEqual(await namesOf({ credit: 'money' }), ['money', 'owing']);
  assert.deepEqual(await namesOf({ credit: 'wallet', filter: 'outOfCredit' }), ['spent']);
  assert.deepEqual(await namesOf({ firmware: '2.1-beta' }), ['energy']);
  assert.deepEqual(await namesOf({ firmware: '%' }), []);
  const never = ['never', 'of the harness'];
  assert.deepEqual(await namesOf({ silentFor: 'never' }), never);
  assert.deepEqual(await namesOf({ silentFor: 24 }), ['quiet']);
  assert.deepEqual(await namesOf({ silentFor: 48 }), []);
  assert.deepEqual(await namesOf({ silentFor: 24, search: homeOf('quiet').meterPan }), ['quiet']);
});

test('silent is who has a link and was not heard for the hours that the utility set', async () => {
  const silent = async (hours: number) => {
    await sql`UPDATE prewatt.utilities SET silent_after_hours = ${hours}`.execute(
      h.owner.directories,
    );
    const { rows } = await list();
    return rows.filter((row) => row.silent).map((row) => nameOf(row.meterPan));
  };
  assert.deepEqual(await silent(48), []);
  assert.deepEqual(await silent(24), ['quiet']);
  assert.deepEqual(await namesOf({ filter: 'silent' }), ['quiet']);
  // The sale's page and the campaigns go by the same rule.
  const heard = await h.database.inUtility(h.utilityId, async (tx) => {
    const { rows } = await sql<{ meter_pan: string; silent: boolean; heard: boolean }>`
      SELECT m.meter_pan, ${isSilent(sql`s.last_contact_at`, h.clock.nowMs)} AS silent,
        ${isHeard(sql`s.last_contact_at`, h.clock.nowMs)} AS heard
      FROM meters m LEFT JOIN meter_states s ON s.bucket = m.bucket AND s.meter_id = m.id
      WHERE m.meter_pan IN (${homeOf('quiet').meterPan}, ${homeOf('never').meterPan},
        ${homeOf('energy').meterPan})`.execute(tx);
    return rows;
  });
  assert.equal(heard.length, 3);
  assert.deepEqual(
    new Map(heard.map((row) => [nameOf(row.meter_pan), [row.silent, row.heard]])),
    new Map([
      ['quiet', [true, false]],
      ['never', [false, false]],
      ['energy', [false, true]],
    ]),
  );
});

test('each number is that of the list behind it', async () => {
  const { facets, overview } = await list();
  assert.equal(facets.matching, 8);
  for (const filter of ['all', 'connected', 'disconnected', 'lowCredit', 'silent'] as const) {
    const { rows, facets: narrowed } = await list({ filter });
    assert.equal(facets.states[filter], rows.length, filter);
    assert.equal(narrowed.matching, rows.length, filter);
    assert.equal(overview.meters[filter === 'all' ? 'total' : filter], rows.length, filter);
  }
  for (const credit of ['energy', 'money', 'wallet'] as const) {
    assert.equal(facets.credit[credit], (await list({ credit })).rows.length, credit);
  }
  assert.deepEqual(facets.firmware, [
    { version: '1.0', meters: 5 },
    { version: '2.1-beta', meters: 1 },
  ]);
});

test('customers read their credit in what it is held in', async () => {
  const utility = await h.services.utilities.get(h.utilityId);
  const liveOf = (name: string) =>
    h.database.inUtility(h.utilityId, async (tx) => {
      const connection = await loadConnection(tx, homeOf(name));
      assert.ok(connection !== null);
      const { tariffs } = h.services;
      return liveReading(tx, { connection, utility, nowMs: h.clock.nowMs, tariffs });
    });
  assert.equal((await liveOf('money')).moneyOnMeter, 'R\u00a042.10');
  assert.equal((await liveOf('owing')).moneyOnMeter, 'R\u00a00.00');
  assert.equal((await liveOf('energy')).moneyOnMeter, null);
  assert.equal((await liveOf('wallet')).moneyOnMeter, null);
  assert.equal((await liveOf('wallet')).wallet?.amount, 'R\u00a084.20');
});

test('a small screen says of credit and supply what the page says', async () => {
  const utility = await h.services.utilities.get(h.utilityId);
  for (const [name, place] of homes) {
    const { live, brief, left } = await h.database.inUtility(h.utilityId, async (tx) => {
      const connection = await loadConnection(tx, place);
      assert.ok(connection !== null);
      const { tariffs } = h.services;
      const o = { connection, utility, nowMs: h.clock.nowMs, tariffs };
      const live = await liveReading(tx, o);
      return { live, brief: await briefReading(tx, o), left: await creditReading(tx, o) };
    });
    const of = (keys: readonly string[]) =>
      Object.fromEntries(Object.entries(live).filter(([key]) => keys.includes(key)));
    assert.deepEqual(brief, of(Object.keys(brief)), name);
    const { isHeld, ...credit } = left;
    assert.deepEqual({ ...credit, isHeld }, { ...of(Object.keys(credit)), isHeld: false }, name);
  }
});

test('the page of a home is written as JSON, whatever its credit is held in', async () => {
  const utility = await h.services.utilities.get(h.utilityId);
  for (const [name, place] of homes) {
    const detail = await h.database.inUtility(h.utilityId, async (tx) => {
      const connection = await loadConnection(tx, place);
      assert.ok(connection !== null);
      const { tariffs } = h.services;
      return connectionDetail(tx, utility, { connection, nowMs: h.clock.nowMs, tariffs });
    });
    const read = connectionDetailSchema.parse(JSON.parse(JSON.stringify(detail)));
    assert.equal(read.state.meterPan, place.meterPan, name);
  }
});

test('the tenant next door counts none of them', async () => {
  const otherId = await h.onboarding.createUtility({ ...testUtility, name: 'Next door' });
  const utility = await h.services.utilities.get(h.utilityId);
  const o = { ...noFilter, nowMs: h.clock.nowMs };
  const facets = await h.database.inUtility(otherId, (tx) => meterFacets(tx, utility, o));
  assert.equal(facets.matching, 0);
  assert.deepEqual(facets.firmware, []);
});

test('what was used today is said from the first reading of a new meter, and about after a silence', async () => {
  const home = await h.addConnection();
  let sequence = 0;
  const read = async (atMs: number, wh: number) => {
    sequence += 1;
    const entries = [{ endsAtMs: atMs, importEnergyWh: energyWh(wh) }];
    await h.fromMeter(home.meterPan, { kind: 'profile', sequence, entries });
  };
  const seen = () =>
    h.database.inUtility(h.utilityId, async (tx) => {
      const utility = await h.services.utilities.get(h.utilityId);
      const connection = await loadConnection(tx, home);
      assert.ok(connection !== null);
      const { tariffs } = h.services;
      const nowMs = h.clock.nowMs;
      const live = await liveReading(tx, { utility, connection, tariffs, nowMs });
      return live.usedToday;
    });
  assert.equal(await seen(), null);
  const firstMs = h.clock.nowMs;
  await read(firstMs, 10_000);
  h.clock.nowMs += 60_000;
  await says(home, { importEnergyWh: energyWh(10_400n) });
  assert.match((await seen()) ?? '', /^0\.4 kWh since \d\d:\d\d$/);
  // Silent over the next midnight: cut by time between the readings around it.
  h.clock.nowMs = firstMs + 48 * hourMs;
  await read(h.clock.nowMs, 58_000);
  h.clock.nowMs += 60_000;
  await says(home, { importEnergyWh: energyWh(58_000n) });
  const sinceMidnightMs = (firstMs + 48 * hourMs + 2 * hourMs) % (24 * hourMs);
  const kwh = (Math.floor(sinceMidnightMs / 360_000) / 10).toFixed(1);
  assert.equal(await seen(), `about ${kwh} kWh`, 'a kilowatt-hour an hour');
});

test('the list in the order of days left has who runs out first first, page by page', async () => {
  const hours = { energy: 30, wallet: 12, money: 12, owing: null };
  for (const [name, left] of Object.entries(hours)) {
    const { bucket, connectionId } = homeOf(name);
    await h.owner.directories
      .insertInto('supply_forecasts')
      .values({
        ...{ bucket, connection_id: connectionId, utility_id: h.utilityId },
        expected_at: left === null ? null : new Date(h.clock.nowMs + left * hourMs),
        made_at: new Date(h.clock.nowMs),
      })
      .execute();
  }
  const { rows } = await list({ sort: 'creditEnd' });
  const names = rows.map((row) => nameOf(row.meterPan));
  assert.deepEqual(names.slice(0, 2).sort(), ['money', 'wallet']);
  assert.deepEqual(names.slice(2), ['energy']);
  assert.equal(rows[2]?.creditEndsAt, new Date(h.clock.nowMs + 30 * hourMs).toISOString());
  const utility = await h.services.utilities.get(h.utilityId);
  const cursor = Buffer.from(
    JSON.stringify({ name: rows[0]?.creditEndsAt, id: uuidOf(rows[0]?.connectionId as never) }),
  ).toString('base64url');
  const next = await h.database.inUtility(h.utilityId, (tx) =>
    meterPage(tx, utility, { ...noFilter, sort: 'creditEnd', cursor, nowMs: h.clock.nowMs }),
  );
  assert.deepEqual(
    next.rows.map((row) => nameOf(row.meterPan)),
    names.slice(1),
  );
  const ends = async (what: Partial<AccountState>) => {
    h.clock.nowMs += 60_000;
    await says(homeOf('energy'), what);
    const row = (await list({})).rows.find((one) => nameOf(one.meterPan) === 'energy');
    return [row?.creditEndsAt ?? null, row?.creditEndsAtPresentUse ?? null];
  };
  const usual = rows[2]?.creditEndsAt ?? null;
  assert.deepEqual(await ends({ powerW: powerW(300n) }), [usual, null]);
  const oven = await ends({ powerW: powerW(10_000n) });
  assert.deepEqual(oven, [usual, new Date(h.clock.nowMs + 30 * 60_000).toISOString()]);
  const out = { availableEnergyWh: energyWh(0n), creditStatus: 'outOfCredit' } as const;
  assert.deepEqual(await ends(out), [null, null], 'a forecast from before its end says nothing');
  h.clock.nowMs += 60_000;
  await buyAndPay(h, 5_000n, 'PAY-AFTER-THE-FORECAST', homeOf('energy'));
  const after = (await list({ sort: 'creditEnd' })).rows.find(
    (row) => nameOf(row.meterPan) === 'energy',
  );
  assert.equal(after?.creditEndsAt, null, 'a purchase since: nobody can say until the next round');
});
