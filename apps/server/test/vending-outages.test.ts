// When electricity cannot be bought, no home is cut: noticed by the server where sales are usual,
// or declared by an operator; with an end, and with the homes that it kept on.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { vendingOutageHomesAnswerSchema, vendingOutagesAnswerSchema } from '@prewatt/api';
import { energyWh, idFromUuid, powerW } from '@prewatt/quantities';
import { sql } from 'kysely';
import { checkRule } from '../src/reports/proof/check-rule.ts';
import { rules } from '../src/reports/proof/rules.ts';
import { createPeople, type People } from './correction-harness.ts';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { buyAndPay } from './purchases.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const root = '/api/operator/protection/outages';
let h: Harness;
let http: HttpHarness;
let people: People;
before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  people = await createPeople(http);
  const stops = { afterMinutes: 60, graceHours: 12, owedLimitWh: '5000' };
  await sql`UPDATE prewatt.utilities SET protection_rules
    = protection_rules || jsonb_build_object('version', 2, 'whenVendingStops', ${JSON.stringify(stops)}::jsonb)`.execute(
    h.owner.directories,
  );
});
after(async () => {
  await http.close();
  await h.close();
});

const utilityNow = async () => {
  await h.services.utilities.list();
  return h.services.utilities.get(h.utilityId);
};
const sweep = async () => h.services.protection.sweep(await utilityNow());
const outages = async () =>
  vendingOutagesAnswerSchema.parse((await people.viewer.get(root)).json()).rows;
const inForce = async () => (await utilityNow()).protectionRules.vendingOutages ?? [];
let bought = 0;
const sell = async (times: number) => {
  for (let n = 0; n < times; n += 1) {
    bought += 1;
    await buyAndPay(h, 10_000n, `outage-${bought}`);
  }
};
const noCredit = (meterPan: string, owedWh: number) =>
  h.fromMeter(meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: h.clock.nowMs,
      availableEnergyWh: energyWh(0),
      powerW: powerW(100),
      importEnergyWh: energyWh(900),
      creditedEnergyWh: energyWh(0),
      loadSwitch: 'connected',
      creditStatus: 'outOfCredit',
      owedEnergyWh: energyWh(owedWh),
    },
  });

test('where nothing is sold although it usually is, no home is cut until sales go on', async () => {
  for (let week = 0; week < 3; week += 1) {
    await sell(3);
    h.clock.nowMs += 30 * 60_000;
    await sweep();
    assert.deepEqual(await outages(), [], 'sales go on, or too little is known of other weeks');
    h.clock.nowMs += 7 * dayMs - 30 * 60_000;
  }
  // Three hours earlier nobody ever bought: a quiet hour is no outage.
  h.clock.nowMs -= 3 * hourMs;
  await sweep();
  assert.deepEqual(await outages(), []);
  h.clock.nowMs += 3 * hourMs + 30 * 60_000;
  await sweep();
  const beganAt = new Date(h.clock.nowMs).toISOString();
  const [noticed, ...others] = await outages();
  assert.deepEqual(others, []);
  assert.deepEqual([noticed?.beganAt, noticed?.declaredBy, noticed?.homes], [beganAt, null, 0]);
  const until = new Date(h.clock.nowMs + 12 * hourMs).toISOString();
  assert.deepEqual(await inForce(), [{ from: beganAt, until }]);
  // Two homes run out meanwhile; the marked one would have been kept on anyway.
  const kept = await h.addConnection();
  const marked = await h.addConnection();
  await people.asker.postJson(
    `/api/operator/connections/${idFromUuid('connection', marked.connectionId)}/protection-flags`,
    { requestId: 'outage-flag', kind: 'medical', what: 'set', evidence: 'letter of the clinic' },
  );
  h.clock.nowMs += 10 * 60_000;
  for (const { meterPan } of [kept, marked]) await noCredit(meterPan, 200);
  await sweep();
  await sweep();
  h.clock.nowMs += 2 * 60_000;
  await sweep();
  const homes = vendingOutageHomesAnswerSchema.parse(
    (await people.asker.get(`${root}/${noticed?.id}/homes`)).json(),
  );
  assert.deepEqual(
    homes.rows.map(({ connectionId }) => connectionId),
    [idFromUuid('connection', kept.connectionId)],
  );
  // Sales go on: homes have two hours in which to buy.
  h.clock.nowMs += hourMs;
  await sell(1);
  h.clock.nowMs += 60_000;
  await sweep();
  const [over] = await outages();
  assert.deepEqual([over?.endCause, over?.homes], ['salesGoOn', 1]);
  assert.equal(over?.graceUntil, new Date(h.clock.nowMs + 2 * hourMs).toISOString());
  assert.equal((await inForce())[0]?.until, over?.graceUntil);
});

/** The proof's rule about sets of rules that a second person has to allow. */
const notAllowed = async () => {
  const rule = rules.find(({ name }) => name === 'rulesAreAllowed');
  assert.ok(rule !== undefined);
  const range = { fromBucket: 0, toBucket: 1023, nowMs: h.clock.nowMs };
  return (await checkRule(h.owner.directories, rule, range)).findings;
};

test('an operator declares an outage and ends it; the rules approved by two stay as they are', async () => {
  h.clock.nowMs += 48 * hourMs;
  const other = { email: 'other@test.example', password: 'a long enough password' };
  await http.createOperator({ ...other, role: 'administrator' });
  const administrator = new Visitor(http.app);
  await administrator.postJson('/api/auth/sign-in/email', other);
  const stops = { afterMinutes: 45, graceHours: 10 };
  const debt = { maximumSharePercent: 40, floorEnergyWh: '1000' };
  const document = { version: 2, debt, whenVendingStops: stops };
  const proposal = { document, reason: 'tried for a year' };
  const asked = await administrator.postJson('/api/operator/protection/rules', {
    ...{ ...proposal, requestId: 'outage-rules' },
  });
  assert.equal(asked.statusCode, 202, asked.body);
  const approval = `/api/operator/approvals/${asked.json().approvalId}`;
  assert.match((await people.allower.get(approval)).body, /after 45 minutes without a sale/);
  assert.equal((await people.allower.postJson(`${approval}/approve`, {})).statusCode, 200);
  const body = {
    requestId: 'outage-declared',
    hours: 6,
    note: 'the mobile money provider is down',
  };
  assert.equal((await people.viewer.postJson(root, body)).statusCode, 403);
  const tooLong = await people.asker.postJson(root, { ...body, hours: 73 });
  assert.equal(tooLong.statusCode, 400);
  const first = await people.asker.postJson(root, body);
  assert.equal(first.statusCode, 200, first.body);
  assert.equal((await people.asker.postJson(root, body)).statusCode, 200, 'the same again');
  const longer = await people.asker.postJson(root, { ...body, hours: 7 });
  assert.deepEqual([longer.statusCode, longer.json().code], [409, 'requestIdReused']);
  const second = await people.asker.postJson(root, { ...body, requestId: 'outage-second' });
  assert.deepEqual([second.statusCode, second.json().code], [409, 'outageOpen']);
  const [open] = await outages();
  assert.deepEqual([open?.note, open?.endedAt], [body.note, null]);
  // A sale over the counter does not end what an operator has declared.
  await sell(1);
  h.clock.nowMs += hourMs;
  await sweep();
  assert.equal((await outages())[0]?.endedAt, null);
  assert.equal((await inForce()).length, 1);
  assert.deepEqual(await notAllowed(), []);
  const end = `${root}/${open?.id}/end`;
  assert.equal((await people.viewer.postJson(end, {})).statusCode, 403);
  const ended = await people.asker.postJson(end, {});
  assert.equal(ended.json().rows[0].endCause, 'operator');
  const again = await people.asker.postJson(end, {});
  assert.deepEqual([again.statusCode, again.json().code], [409, 'outageOver']);
});

test('what nobody ends is over after its hours', async () => {
  const body = { requestId: 'outage-hours', hours: 1, note: 'the bank is closed' };
  await people.asker.postJson(root, body);
  h.clock.nowMs += 2 * hourMs;
  await sweep();
  assert.equal((await outages())[0]?.endCause, 'timeOver');
});

test('one that the server noticed is not noticed again before something is sold', async () => {
  // In each week something is sold at the same three times of a day.
  const slots = [0, 2 * hourMs, 13 * hourMs];
  let firstMs = h.clock.nowMs + 3 * dayMs;
  for (let week = 0; week < 4; week += 1) {
    for (const slot of slots) {
      h.clock.nowMs = firstMs + slot;
      await sell(3);
    }
    firstMs += 7 * dayMs;
  }
  h.clock.nowMs = firstMs + 30 * 60_000;
  await sweep();
  const [noticed] = await outages();
  assert.deepEqual([noticed?.declaredBy, noticed?.endedAt], [null, null]);
  await people.asker.postJson(`${root}/${noticed?.id}/end`, {});
  h.clock.nowMs += 5 * 60_000;
  await sweep();
  assert.equal((await outages())[0]?.endCause, 'operator', 'an operator’s end holds');
  await sell(1);
  h.clock.nowMs += 2 * hourMs;
  await sweep();
  assert.equal((await outages())[0]?.endedAt, null, 'nothing is sold again');
  h.clock.nowMs += 11 * hourMs;
  await sweep();
  assert.equal((await outages())[0]?.endCause, 'timeOver');
  h.clock.nowMs += 5 * 60_000;
  await sweep();
  assert.equal((await outages())[0]?.endCause, 'timeOver', 'its hours are over');
});
