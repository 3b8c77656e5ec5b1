// What is said of the time ahead, on a real database: in energy where the meter holds energy, in
// money where the ledger does, on the pages' views and in the messages.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { AccountState } from '@prewatt/protocol';
import { energyWh, powerW } from '@prewatt/quantities';
import demoTariff from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import { sql } from 'kysely';
import { liveReading } from '../src/edge/consumer/index.ts';
import { connectionDetail } from '../src/edge/operators/connection.ts';
import { loadConnection } from '../src/registry/connections/index.ts';
import { createHarness, type Harness, startMs, testUtility } from './harness.ts';
import { buyAndPay } from './purchases.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** 20:00 in Johannesburg. */
const eveningMs = Date.UTC(2026, 10, 24, 18);
/** 11:00 the next day. */
const elevenMs = Date.UTC(2026, 10, 25, 9);
/** 300 W, day and night. */
const perHourWh = 300;

let h: Harness;
let home: Awaited<ReturnType<Harness['addConnection']>>;
let sequence = 0;
before(async () => {
  h = await createHarness();
  const rules = {
    ...testUtility.protectionRules,
    version: 2,
    friendlyHours: [{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: '16:00', to: '11:00' }],
    graceAfterConversion: { days: 5, workingDaysOnly: false, owedLimitWh: '2000' },
  };
  await sql`UPDATE prewatt.utilities SET protection_rules = ${JSON.stringify(rules)}::jsonb
    WHERE id = ${h.utilityId}::uuid`.execute(h.owner.directories);
  await h.services.utilities.list();
  await h.services.upkeep();
});
after(() => h.close());
beforeEach(async () => {
  h.clock.nowMs = eveningMs;
  home = await h.addConnection();
});

/** The register of the last days, hour by hour up to the evening. */
const live = async (days = 10) => {
  const hours = days * 24;
  for (let from = 0; from <= hours; from += 48) {
    sequence += 1;
    const entries = Array.from({ length: Math.min(48, hours + 1 - from) }, (_, i) => ({
      endsAtMs: eveningMs - (hours - from - i) * hourMs,
      importEnergyWh: energyWh(BigInt(100_000 + (from + i) * perHourWh)),
    }));
    await h.fromMeter(home.meterPan, { kind: 'profile', sequence, entries });
  }
};
const says = (o: Partial<AccountState>) =>
  h.fromMeter(home.meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: h.clock.nowMs,
      availableEnergyWh: energyWh(20_000n),
      powerW: powerW(300n),
      importEnergyWh: energyWh(172_000n),
      creditedEnergyWh: energyWh(100_000n),
      owedEnergyWh: energyWh(0n),
      loadSwitch: 'connected',
      creditStatus: 'inCredit',
      ...o,
    },
  });
const out = (owedWh: bigint, watts = 300n): Partial<AccountState> => ({
  availableEnergyWh: energyWh(0n),
  owedEnergyWh: energyWh(owedWh),
  powerW: powerW(watts),
  creditStatus: 'outOfCredit',
});

const asked = async () => {
  const utility = await h.services.utilities.get(h.utilityId);
  return h.database.inUtility(h.utilityId, async (tx) => {
    const connection = await loadConnection(tx, home);
    assert.ok(connection !== null);
    const { tariffs } = h.services;
    const o = { utility, connection, tariffs, nowMs: h.clock.nowMs };
    return { page: await liveReading(tx, o), console: await connectionDetail(tx, utility, o) };
  });
};
const texts = async (): Promise<string[]> => {
  const { rows } = await sql<{ text: string }>`SELECT text FROM prewatt.messages
    WHERE connection_id = ${home.connectionId}::uuid ORDER BY id`.execute(h.owner.directories);
  return rows.map((row) => row.text);
};
const kWhIn = (text: string | null | undefined): number =>
  Number(/(\d+\.\d) kWh/.exec(text ?? '')?.[1]);

test('credit that ends at night: until when supply stays on, and what will be owed', async () => {
  await live();
  await says({ availableEnergyWh: energyWh(3_000n), creditStatus: 'lowCredit' });
  const { page, console } = await asked();
  assert.ok(page.forecast !== null && page.promise !== null);
  const hours = (page.forecast.expectedAtMs - eveningMs) / hourMs;
  assert.ok(hours > 8 && hours <= 10, String(hours));
  assert.equal(page.promise.startsAtMs, page.forecast.expectedAtMs);
  assert.equal(page.promise.untilMs, elevenMs);
  const owed = ((elevenMs - page.forecast.expectedAtMs) / hourMs) * 0.3;
  assert.ok(Math.abs(kWhIn(page.promise.owed) - owed) < 0.2, `${page.promise.owed} for ${owed}`);
  assert.equal(console.promise?.until, new Date(elevenMs).toISOString());
  assert.equal(console.promise?.owedMinor, null);
  const silent = { switchUnknownSinceMs: h.clock.nowMs, capturedAtMs: h.clock.nowMs + 1 };
  await says({ ...silent, availableEnergyWh: energyWh(3_000n), creditStatus: 'lowCredit' });
  const unknown = await asked();
  const { forecast, promise } = unknown.page;
  assert.deepEqual([forecast, promise, unknown.console.promise], [null, null, null]);
});

test('nothing is promised of an end that is far, nor of one in hours of cuts', async () => {
  await live();
  await says({ availableEnergyWh: energyWh(20_000n) });
  assert.equal((await asked()).page.promise, null);
  await says({ capturedAtMs: h.clock.nowMs + 1, availableEnergyWh: energyWh(5_400n) });
  const { page } = await asked();
  const endsAt = new Date(page.forecast?.expectedAtMs ?? 0).getUTCHours();
  assert.ok(endsAt >= 9 && endsAt < 14, String(endsAt));
  assert.equal(page.promise, null);
});

test('a home that has credit and still owes is promised what its credit leaves, not what it would be without', async () => {
  await live();
  const owes = { owedEnergyWh: energyWh(4_500n) };
  await says({ ...owes, availableEnergyWh: energyWh(20_000n) });
  const far = await asked();
  assert.deepEqual([far.page.promise, far.console.promise], [null, null]);
  h.clock.nowMs += 1_000;
  await says({ ...owes, availableEnergyWh: energyWh(3_000n), creditStatus: 'lowCredit' });
  const { page } = await asked();
  assert.equal(page.promise?.startsAtMs, page.forecast?.expectedAtMs);
  const used = ((elevenMs - (page.forecast?.expectedAtMs ?? 0)) / hourMs) * 0.3;
  assert.ok(Math.abs(kWhIn(page.promise?.owed) - 4.5 - used) < 0.2, page.promise?.owed ?? 'none');
  // On emergency credit nothing of the customer's own is left.
  h.clock.nowMs += 1_000;
  await says({ ...owes, availableEnergyWh: energyWh(1n) });
  assert.equal((await asked()).page.promise?.startsAtMs, null);
});

test('power that ends credit in hours of cuts: that is said, and nothing is promised', async () => {
  await live();
  // 15:00, as usual until about 19:40; at 10.5 kW it is over in eight minutes.
  h.clock.nowMs = eveningMs - 5 * hourMs;
  const state = { availableEnergyWh: energyWh(1_400n), creditStatus: 'lowCredit' } as const;
  await says({ ...state, powerW: powerW(300n) });
  assert.ok((await asked()).page.promise !== null, 'as usual it ends in friendly hours');
  h.clock.nowMs += 1_000;
  await says({ ...state, powerW: powerW(10_500n) });
  const { page, console } = await asked();
  assert.equal(page.forecast?.atPresentUseMs, h.clock.nowMs + 8 * 60_000);
  assert.equal(page.promise, null);
  assert.equal(console.promise, null);
  assert.equal(console.forecast?.atPresentUse, new Date(h.clock.nowMs + 480_000).toISOString());
  h.clock.nowMs += hourMs / 2;
  const old = (await asked()).page.forecast;
  assert.equal(old?.atPresentUseMs, null, 'a report that is old says nothing of this moment');
});

test('the range is measured on the homes of the utility, once a week', async () => {
  const range = async () => {
    const { rows } = await sql<{ ends: number; early: number; made_at: Date }>`
      SELECT ends, early_milli AS early, made_at FROM prewatt.forecast_ranges`.execute(
      h.owner.directories,
    );
    return rows[0];
  };
  await live(24);
  h.clock.nowMs += 8 * dayMs;
  const utility = await h.services.utilities.get(h.utilityId);
  await h.services.forecasts.sweep(utility);
  const first = await range();
  assert.ok(first !== undefined && first.ends > 5, String(first?.ends));
  assert.ok(first.early < 1_000, 'steady homes have a narrow range');
  h.clock.nowMs += dayMs;
  await h.services.forecasts.sweep(utility);
  assert.deepEqual((await range())?.made_at, first.made_at);
});

test('what is owed as usual stays so under load, and what flows now is said beside it', async () => {
  await live();
  await says(out(100n));
  const usual = (await asked()).page.promise;
  assert.deepEqual([usual?.startsAtMs, usual?.untilMs], [null, elevenMs]);
  assert.ok(Math.abs(kWhIn(usual?.owed) - 4.6) < 0.3, usual?.owed ?? 'none');
  await says({ ...out(100n, 2_300n), capturedAtMs: h.clock.nowMs + 1 });
  const oven = (await asked()).page.promise;
  assert.ok(Math.abs(kWhIn(oven?.owed) - kWhIn(usual?.owed)) < 0.3, oven?.owed ?? 'none');
  assert.match(oven?.owed ?? '', /\(34\.6 kWh at present use\)$/);
  // As usual 3 kWh last until six; who is told so is not told of use that would end them now.
  const credit = { availableEnergyWh: energyWh(3_000n), creditStatus: 'lowCredit' } as const;
  await says({ ...out(0n, 11_000n), ...credit, capturedAtMs: h.clock.nowMs + 2 });
  const surge = (await asked()).page;
  const usualMs = elevenMs - (surge.forecast?.expectedAtMs ?? 0);
  assert.ok(Math.abs(kWhIn(surge.promise?.owed) - (usualMs / hourMs) * 0.3) < 0.2);
  assert.match(surge.promise?.owed ?? '', /\(162\.0 kWh at present use\)$/);
});

test('what will be owed if power stays is said beside the usual, on the page and by message', async () => {
  await live();
  await says({ ...out(100n, 2_300n), capturedAtMs: h.clock.nowMs + 1 });
  const { page, console } = await asked();
  assert.match(page.promise?.owed ?? '', /^\d\.\d kWh \(34\.6 kWh at present use\)$/);
  assert.equal(console.promise?.atPresentUse?.owedEnergyWh, '34600');
  const event = { sequence: 1, atMs: h.clock.nowMs, code: 'protectedSupply' } as const;
  sequence += 1;
  await h.fromMeter(home.meterPan, { kind: 'events', sequence, events: [event] });
  const [text = ''] = await texts();
  assert.match(text, /until Wed 11:00; about \d\.\d kWh \(34\.6 kWh at present use\) will be owed/);
});

test('supply that is off already is not promised to stay on when protected hours begin', async () => {
  await live();
  await says({ ...out(100n, 0n), loadSwitch: 'disconnected' });
  const { page, console } = await asked();
  assert.equal(page.promise, null);
  assert.equal(console.promise, null);
  await says({ ...out(100n), capturedAtMs: h.clock.nowMs + 1 });
  assert.equal((await asked()).page.promise?.untilMs, elevenMs);
});

test('a home of which nothing is known yet is told by its power, never “0.0 kWh”', async () => {
  await says(out(0n, 1_000n));
  assert.equal(kWhIn((await asked()).page.promise?.owed), 15);
  sequence += 1;
  const event = { sequence: 1, atMs: h.clock.nowMs, code: 'protectedSupply' } as const;
  await h.fromMeter(home.meterPan, { kind: 'events', sequence, events: [event] });
  const [text = ''] = await texts();
  assert.match(text, /Supply stays on until Wed 11:00; about 15\.0 kWh will be owed;/);
});

test('low credit is told in days with a range, and very low with what comes after', async () => {
  await live();
  sequence += 1;
  const at = { atMs: h.clock.nowMs, sequence: 1 };
  const low = { ...at, code: 'creditLow', availableEnergyWh: energyWh(15_000n) } as const;
  await h.fromMeter(home.meterPan, { kind: 'events', sequence, events: [low] });
  sequence += 1;
  const veryLow = {
    sequence: 2,
    atMs: h.clock.nowMs + 1,
    code: 'creditVeryLow',
    availableEnergyWh: energyWh(1_500n),
  } as const;
  await h.fromMeter(home.meterPan, { kind: 'events', sequence, events: [veryLow] });
  const [first = '', second = ''] = await texts();
  assert.match(first, /is low: 15\.0 kWh left, enough for 1 to \d days as you use it\. Buy more/);
  assert.match(second, /is very low: 1\.5 kWh left, enough for \d to \d+ hours as you use it\./);
  assert.match(second, /Then supply stays on until Wed 11:00; about \d\.\d kWh will be owed\. Buy/);
});

test('grace is shown, and promised no longer than what may be owed', async () => {
  home = await h.addConnection({ convertedAtMs: eveningMs - 20 * hourMs });
  await live();
  h.clock.nowMs = Date.UTC(2026, 10, 25, 9, 30);
  await says(out(1_000n));
  const { page } = await asked();
  assert.equal(page.graceUntilMs, Date.UTC(2026, 10, 28, 22) + dayMs);
  const hours = ((page.promise?.untilMs ?? 0) - h.clock.nowMs) / hourMs;
  assert.ok(hours > 2.5 && hours <= 3.5, `1 kWh more at 300 W: ${hours} h`);
});

const turnToWallet = async (paidMinor: bigint) => {
  const of = sql`bucket = ${home.bucket} AND id = ${home.connectionId}::uuid`;
  await sql`UPDATE prewatt.connections SET credit_mode = 'wallet' WHERE ${of}`.execute(
    h.owner.directories,
  );
  const since = new Date(eveningMs);
  await sql`INSERT INTO prewatt.wallets (bucket, connection_id, utility_id, meter_id, since_at,
      rated_until, supply, supply_at, check_at)
    VALUES (${home.bucket}, ${home.connectionId}::uuid, ${home.utilityId}::uuid,
      ${home.meterId}::uuid, ${since}, ${since}, 'on', ${since}, NULL)`.execute(
    h.owner.directories,
  );
  if (paidMinor > 0n) await buyAndPay(h, paidMinor, `outlook-${paidMinor}`, home);
};

test('money is forecast at the prices to come: the next month’s charge is met when due', async () => {
  await live();
  await says({});
  await turnToWallet(12_000n);
  // 28.75 of this month's charge at once, 13.66 a day: on 1 December 7 are left of 28.75 due.
  const december = Temporal.PlainDate.from('2026-12-01').toZonedDateTime(testUtility.zone);
  const { page } = await asked();
  assert.ok(page.forecast !== null);
  const { earliestAtMs, expectedAtMs, latestAtMs } = page.forecast;
  assert.ok(
    expectedAtMs <= december.epochMilliseconds + hourMs,
    new Date(expectedAtMs).toISOString(),
  );
  assert.ok(
    expectedAtMs > december.epochMilliseconds - dayMs,
    new Date(expectedAtMs).toISOString(),
  );
  assert.ok(earliestAtMs < expectedAtMs && expectedAtMs <= latestAtMs);
});

test('without money the promise says what will be owed in money', async () => {
  await live();
  await says({});
  await turnToWallet(0n);
  const { page, console } = await asked();
  // The month's charge, and 15 hours of 0.3 kWh at 1.65 with tax.
  const owed = 28.75 + 15 * 0.3 * 1.65 * 1.15;
  const said = Number(/^R\s(\d+\.\d\d)$/.exec(page.promise?.owed ?? '')?.[1]);
  assert.ok(Math.abs(said - owed) < 1, `${said} for ${owed}`);
  assert.equal(page.promise?.untilMs, elevenMs);
  assert.equal(console.promise?.owedEnergyWh, null);
  h.clock.nowMs = startMs;
});

const micro = (minor: number) => BigInt(minor) * 1_000_000n;
const money = (minor: number) => ({
  currency: { code: 'ZAR', scale: 2 },
  availableMicroMinor: micro(minor),
  creditedMicroMinor: micro(minor),
  chargedMicroMinor: 0n,
  clearedMicroMinor: 0n,
  owedMicroMinor: 0n,
  tariff: { id: 'demo-domestic', version: 1 },
});

test('a meter with money credit: its money at the prices ahead, with this month’s use known', async () => {
  await live();
  // 72 kWh this month: beyond the first block, 2.25 with tax 2.59; 7.2 kWh a day are 18.63.
  await says({ availableEnergyWh: energyWh(36_000n), money: money(9_315) });
  const { forecast } = (await asked()).page;
  const days = ((forecast?.expectedAtMs ?? 0) - eveningMs) / dayMs;
  assert.ok(days > 4.2 && days <= 5, `${days} days`);
  // Six more days reach December: its charge falls due, and its first block is cheap.
  await says({ capturedAtMs: h.clock.nowMs + 1, money: money(9_315 + 1_863 * 2) });
  const later = (await asked()).page.forecast;
  const december = Temporal.PlainDate.from('2026-12-01').toZonedDateTime(testUtility.zone);
  assert.ok((later?.expectedAtMs ?? 0) <= december.epochMilliseconds + hourMs);
  sequence += 1;
  const low = {
    sequence: 1,
    atMs: h.clock.nowMs,
    code: 'creditLow',
    availableEnergyWh: energyWh(2_000n),
    availableMicroMinor: micro(512),
  } as const;
  await h.fromMeter(home.meterPan, { kind: 'events', sequence, events: [low] });
  assert.match((await texts())[0] ?? '', /is low: ZAR 5\.12 left, enough for \d/);
});

test('what the till takes of a purchase a meter with money does not charge again', async () => {
  const lastsUntil = async (more: object) => {
    const tariffId = await h.database.inUtility(h.utilityId, (tx) =>
      h.onboarding.createTariff(tx, h.utilityId, {
        name: `Homes that pay at a till, ${sequence}`,
        document: { ...demoTariff, id: `till-${sequence}`, examples: [], charges: [], ...more },
      }),
    );
    home = await h.addConnection({ tariffId });
    await live();
    await says({ availableEnergyWh: energyWh(36_000n), money: money(9_315) });
    return (await asked()).page.forecast;
  };
  const without = await lastsUntil({});
  assert.ok(without !== null);
  const till = { code: 'till', label: 'Till', per: 'purchase', amount: '10' };
  assert.deepEqual(await lastsUntil({ charges: [till] }), without);
  const perKwh = { code: 'of-use', label: 'Of use', per: 'purchase', amount: '10' };
  const unsplit = { ...perKwh, recovery: { perKwh: '0.5' } };
  assert.equal(await lastsUntil({ charges: [unsplit] }), null, 'no meter can hold such a tariff');
});

test('when credit ends is kept for each connection, and forecast anew in each round', async () => {
  const kept = async () => {
    const { rows } = await sql<{ expected_at: number | null }>`
      SELECT expected_at FROM prewatt.supply_forecasts
      WHERE connection_id = ${home.connectionId}::uuid`.execute(h.owner.directories);
    return rows[0]?.expected_at;
  };
  await live();
  h.clock.nowMs += 6 * hourMs;
  await says({ availableEnergyWh: energyWh(3_000n), creditStatus: 'lowCredit' });
  await h.services.upkeep();
  const { page } = await asked();
  assert.ok(page.forecast !== null);
  assert.equal(await kept(), page.forecast.expectedAtMs);
  await says({ availableEnergyWh: energyWh(30_000n) });
  await h.services.upkeep();
  assert.equal(await kept(), page.forecast.expectedAtMs, 'the round is through');
  h.clock.nowMs += 6 * hourMs;
  await says({ availableEnergyWh: energyWh(30_000n) });
  await h.services.upkeep();
  assert.equal(await kept(), (await asked()).page.forecast?.expectedAtMs);
  assert.ok(Number(await kept()) > page.forecast.expectedAtMs + dayMs);
});
