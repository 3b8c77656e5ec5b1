// Soft landing by token, on a real database: who is sent a limit token and when, once for each step
// and spell, and the token of the next sale that lifts it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { formatTokenDigits } from '@prewatt/sts/codec';
import { sql } from 'kysely';
import { loadConnection } from '../src/registry/connections/index.ts';
import { saveChoices } from '../src/workflows/alerts/index.ts';
import { limitShown } from '../src/workflows/soft-landing/index.ts';
import { assertAllLaws, operatorNamed, testMeter } from './control-harness.ts';
import { createHarness, type Harness, testUtility } from './harness.ts';
import {
  approveLanding,
  buy,
  buySteadily,
  digitsIn,
  flatTariff,
  type Home,
  hourMs,
  landingsOf,
  liftPowerW,
  limitMessagesOf,
  lookAfter,
  meanWOf,
  unlinkedHome,
} from './soft-landing-harness.ts';

let h: Harness;
let meanW: number;
let home: Home;
const others = new Map<string, Home>();
const other = (name: string): Home => {
  const place = others.get(name);
  assert.ok(place !== undefined);
  return place;
};
before(async () => {
  h = await createHarness();
  // 08:00 on the utility's wall.
  h.clock.nowMs += 22 * hourMs;
  const tariffId = await flatTariff(h);
  home = await unlinkedHome(h, { tariffId });
  for (const name of ['quiet', 'frail', 'unwilling', 'blocked', 'personal']) {
    others.set(name, await unlinkedHome(h, { tariffId }));
  }
  others.set('silent', await unlinkedHome(h, { tariffId, customer: null }));
  others.set('linked', await h.addConnection({ tariffId }));
  await buySteadily(h, [home, ...others.values()]);
  meanW = await meanWOf(h, home);
  for (const [name, low, quiet] of [
    ['quiet', true, { fromMinute: 17 * 60, toMinute: 9 * 60 }],
    ['unwilling', false, null],
  ] as const) {
    const choices = { wanted: { low, veryLow: true, restored: true }, digest: false, quiet };
    await h.database.inUtility(h.utilityId, (tx) =>
      saveChoices(tx, { place: other(name), choices, nowMs: h.clock.nowMs }),
    );
  }
  await sql`UPDATE prewatt.connections SET blocked_reason = 'moved out'
    WHERE id = ${other('blocked').connectionId}::uuid`.execute(h.owner.directories);
  await flag(other('frail'), 'flag-frail-1');
});
after(() => h.close());

const flag = async (place: Home, requestId: string): Promise<void> => {
  const utility = await h.services.utilities.get(h.utilityId);
  const operator = await operatorNamed(h, `Flags ${requestId}`, 'operator');
  const set = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.protection.changeFlag(tx, place, {
      utility,
      change: {
        requestId,
        kind: 'vulnerable',
        what: 'set',
        evidence: 'social worker, by phone',
        expiresOn: null,
        operatorId: operator.operatorId,
      },
    }),
  );
  assert.ok(set.ok, JSON.stringify(set));
};
const limitAt = async (place: Home): Promise<bigint | null> => {
  const row = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('meters')
      .select('lift_power_w')
      .where('id', '=', place.meterId)
      .executeTakeFirstOrThrow(),
  );
  return row.lift_power_w;
};
const stepsOf = async (place: Home) =>
  (await landingsOf(h, place)).map(({ step, state }) => `${step} ${state}`);
const tokensOf = (saleId: string) =>
  h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('tokens')
      .select(['kind', 'digits', 'tid', 'energy_wh'])
      .where('sale_id', '=', saleId)
      .orderBy('section')
      .orderBy('tid')
      .execute(),
  );

/** What the customer's page about the limit is made of. */
const shownTo = (place: Home) =>
  h.database.inUtility(h.utilityId, async (tx) => {
    const connection = await loadConnection(tx, place);
    assert.ok(connection !== null);
    return limitShown(tx, { connection, nowMs: h.clock.nowMs });
  });

test('without the rule, or before a second person approved it, nobody is sent a limit', async () => {
  await lookAfter(h, 58.5);
  assert.deepEqual(await stepsOf(home), []);
  await sql`UPDATE prewatt.utilities SET protection_rules = jsonb_build_object('version', 2,
    'debt', jsonb_build_object('maximumSharePercent', 0, 'floorEnergyWh', '0'),
    'softLanding', jsonb_build_array(jsonb_build_object('belowWh', '90000', 'powerLimitW', 10)),
    'softLandingByToken', jsonb_build_object('aheadHours', 96, 'liftPowerW', 9200))
    WHERE id = ${h.utilityId}::uuid`.execute(h.owner.directories);
  await lookAfter(h, 0);
  h.clock.nowMs -= 58.5 * hourMs;
  assert.deepEqual(await stepsOf(home), []);
  await approveLanding(h, meanW);
});

test('the first step goes out once, in the day, to homes that it may reach', async () => {
  await lookAfter(h, 57);
  assert.deepEqual(await stepsOf(home), [], 'not due yet');
  await lookAfter(h, 1.2);
  await lookAfter(h, 1);
  await h.secondServices().landings.sweep(await h.services.utilities.get(h.utilityId));
  const [landing, ...more] = await landingsOf(h, home);
  assert.ok(landing !== undefined && more.length === 0);
  assert.deepEqual(
    [landing.step, landing.state, landing.powerW, landing.liftPowerW],
    [1, 'sent', String(Math.floor(meanW)), String(liftPowerW)],
  );
  assert.ok(landing.lastsUntil > landing.expectedAt);
  assert.deepEqual([landing.token, landing.tokenAt], ['unknown', null]);
  assert.equal(await limitAt(home), BigInt(liftPowerW));
  const [text, ...again] = await limitMessagesOf(h, home);
  assert.deepEqual(again, []);
  const shown = await shownTo(home);
  assert.deepEqual(
    [shown?.what, shown?.powerW, shown?.token, shown?.said],
    ['limit', landing.powerW, digitsIn(text ?? ''), 'unknown'],
  );
  assert.match(text ?? '', /credit for Flat \d+ ends about Fri 11 Dec, 08:00/);
  assert.match(text ?? '', /To make it last until about \w+ \d+ Dec, \d\d:00, type/);
  assert.match(text ?? '', /press the button on the meter\. Your next purchase lifts the limit/);
  for (const name of ['frail', 'unwilling', 'blocked', 'silent', 'linked', 'quiet']) {
    assert.deepEqual(await stepsOf(other(name)), [], name);
    assert.equal(await limitAt(other(name)), null, name);
    assert.equal(await shownTo(other(name)), null, name);
  }
  // Nothing is sent by wire, and nobody waits for an answer.
  const { rows } = await sql`SELECT FROM prewatt.commands k JOIN prewatt.tokens t
    ON t.bucket = k.bucket AND t.id = k.token_ref WHERE t.kind = 'management'`.execute(
    h.owner.directories,
  );
  assert.equal(rows.length, 0);
});

test('the next step replaces it, not at night; who was quiet gets the lower one at once', async () => {
  await lookAfter(h, 12);
  assert.deepEqual(await stepsOf(home), ['1 sent'], 'it is 07:12');
  await lookAfter(h, 1.2);
  assert.deepEqual(await stepsOf(home), ['1 replaced', '2 sent']);
  assert.deepEqual(await stepsOf(other('quiet')), [], 'quiet until nine');
  await lookAfter(h, 1);
  assert.deepEqual(await stepsOf(other('quiet')), ['2 sent']);
  assert.equal((await limitMessagesOf(h, other('quiet'))).length, 1);
  await lookAfter(h, 3);
  assert.deepEqual(await stepsOf(home), ['1 replaced', '2 sent']);
});

test('the meter takes the limit, and the next sale lifts it before the credit', async () => {
  const meter = testMeter(h, home.meterPan);
  for (const text of await limitMessagesOf(h, home)) {
    assert.equal(await meter.type(digitsIn(text)), 'management');
  }
  const saleId = await buy(h, home);
  const tokens = await tokensOf(saleId);
  assert.deepEqual(
    tokens.map(({ kind }) => kind),
    ['management', 'credit'],
  );
  const [lift, credit] = tokens;
  assert.ok((lift?.tid ?? 0) < (credit?.tid ?? 0));
  assert.equal(await limitAt(home), null);
  assert.equal(await shownTo(home), null, 'the purchase has the token that lifts it');
  const landings = await landingsOf(h, home);
  assert.deepEqual(
    landings.map(({ state, liftSaleId }) => [state, liftSaleId !== null]),
    [
      ['replaced', false],
      ['lifted', true],
    ],
  );
  const message = h.sms.at(-1)?.text ?? (await lastMessage(home));
  const digits = tokens.map((token) => formatTokenDigits(token.digits)).join(', ');
  assert.ok(message.includes(digits), message);
  assert.match(message, /in this order; they lift the power limit, too\./);
  for (const token of tokens) {
    assert.equal(await meter.type(token.digits), token.kind === 'credit' ? 'credit' : 'management');
  }
  const next = await buy(h, home);
  assert.deepEqual(
    (await tokensOf(next)).map(({ kind }) => kind),
    ['credit'],
  );
});
const lastMessage = async (place: Home): Promise<string> => {
  const row = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('messages')
      .select('text')
      .where('connection_id', '=', place.connectionId)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow(),
  );
  return row.text;
};

test('two sales of one batch carry one lift', async () => {
  const place = other('quiet');
  const states = await h.database.inUtility(h.utilityId, async (tx) => {
    const all = await h.services.vending.lockForSales(tx, h.utilityId, [place]);
    const state = all.get(place.connectionId);
    assert.ok(state !== undefined);
    const order = { amountMinor: 5_000n, origin: 'cash' as const };
    const first = h.services.vending.decide(state, { ...order, saleId: 'first' });
    assert.ok(first.ok);
    const second = h.services.vending.decide(first.value.after, { ...order, saleId: 'second' });
    assert.ok(second.ok);
    return [first.value.sale, second.value.sale];
  });
  assert.deepEqual(
    states.map(({ lift }) => lift !== null),
    [true, false],
  );
});

test('a limit that a person sets takes its place: the next sale lifts nothing', async () => {
  const place = other('personal');
  assert.deepEqual(await stepsOf(place), ['1 replaced', '2 sent']);
  const operator = await operatorNamed(h, 'Sets limits', 'operator');
  const issued = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.grants.issue(tx, {
      place,
      requestId: 'personal-limit-1',
      what: { kind: 'setMaximumPowerLimit', powerW: 4_600n },
      reason: 'the customer asked for it by phone',
      requestedBy: operator.operatorId,
      approvalId: null,
    }),
  );
  assert.ok(issued.ok, JSON.stringify(issued));
  assert.deepEqual(await stepsOf(place), ['1 replaced', '2 lifted']);
  assert.equal(await shownTo(place), null, 'what a person grants is not the rules’');
  const saleId = await buy(h, place);
  assert.deepEqual(
    (await tokensOf(saleId)).map(({ kind }) => kind),
    ['credit'],
  );
  // Later landings of this home go back to the person's limit.
  for (let n = 0; n < 3; n += 1) {
    h.clock.nowMs += 96 * hourMs;
    await buy(h, place);
  }
  await lookAfter(h, 72);
  assert.equal(await limitAt(place), 4_600n);
});

test('a home that is flagged under a limit is sent the token that lifts it, once', async () => {
  const place = other('personal');
  await flag(place, 'flag-later-1');
  await lookAfter(h, 14);
  await lookAfter(h, 1);
  const texts = await limitMessagesOf(h, place);
  assert.match(texts.at(-1) ?? '', /no need of a power limit any more/);
  assert.equal(texts.filter((text) => /no need of a power limit/.test(text)).length, 1);
  assert.equal(await limitAt(place), null);
  assert.equal((await landingsOf(h, place)).at(-1)?.state, 'lifted');
  const shown = await shownTo(place);
  assert.deepEqual([shown?.what, shown?.token], ['lift', digitsIn(texts.at(-1) ?? '')]);
});

test('a key change goes before the lift, the lift before the credit, all under the new key', async () => {
  const place = other('quiet');
  await sql`UPDATE prewatt.meters SET wanted_supply_group_code = supply_group_code,
    wanted_tariff_index = '02', wanted_key_revision = key_revision
    WHERE id = ${place.meterId}::uuid`.execute(h.owner.directories);
  const tokens = await tokensOf(await buy(h, place));
  assert.deepEqual(
    tokens.map(({ kind }) => kind),
    ['keyChange', 'keyChange', 'management', 'credit'],
  );
  const meter = testMeter(h, place.meterPan);
  assert.deepEqual(await Promise.all(tokens.map(({ digits }) => meter.type(digits))), [
    'keyChangePart',
    'keyChanged',
    'management',
    'credit',
  ]);
});

test('the tenant next door sees none of it, and every law holds', async () => {
  const otherId = await h.onboarding.createUtility({ ...testUtility, name: 'Next door' });
  const page = await h.database.inUtility(otherId, (tx) =>
    h.services.landings.page(tx, { utilityId: h.utilityId, state: 'all', cursor: null }),
  );
  assert.deepEqual(page.rows, []);
  assert.deepEqual(page.counts, { sent: 0, replaced: 0, lifted: 0, expired: 0 });
  const own = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.landings.page(tx, { utilityId: h.utilityId, state: 'lifted', cursor: null }),
  );
  assert.ok(own.rows.length >= 3);
  assert.equal(own.counts.lifted, own.rows.length);
  assert.ok(own.counts.replaced >= 2);
  // What was sent by wire to the linked home is on the list by now.
  await h.services.commands.sweep(h.utilityId);
  await assertAllLaws(h);
});
