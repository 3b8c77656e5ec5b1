// What passes for proof that a sale's token is in no meter: a register counts only if it was read,
// by the server's clock, after the way into the meter was closed. What was stated before, and what
// a meter of a fast clock said before, proves nothing.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { energyWh, idFromUuid, powerW, uuidOf } from '@prewatt/quantities';
import {
  askAndAllow,
  assertProof,
  createPeople,
  type People,
  refuseAsOld,
  reportCredited,
  salePath,
  saleRow,
  tokensOf,
  typeAll,
} from './correction-harness.ts';
import { createHarness, type Harness, meterDefaults, meterPanOf, newTestUuid } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';
import { createVendor, type TestVendor } from './vendor-harness.ts';

const minute = 60_000;
const day = 86_400_000;

let h: Harness;
let http: HttpHarness;
let people: People;
let shop: TestVendor;
let home: Awaited<ReturnType<Harness['addConnection']>>;
let meters = 80_000;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  people = await createPeople(http);
  shop = await createVendor(h, 'The shop');
});
after(async () => {
  try {
    await assertProof(h);
  } finally {
    await http.close();
    await h.close();
  }
});
beforeEach(async () => {
  home = await h.addConnection();
});

async function sellCash(amountMinor: bigint): Promise<string> {
  const request = { requestId: newTestUuid(), meterPan: home.meterPan, amountMinor };
  const sold = await h.services.vendors.selling.sell(shop.till, request);
  assert.ok(sold.ok, JSON.stringify(sold));
  return uuidOf(sold.value.saleId as never);
}

const carriedBy = async (saleId: string): Promise<bigint> =>
  (await tokensOf(h, saleId)).reduce((sum, { energy_wh }) => sum + (energy_wh ?? 0n), 0n);

const reverse = (saleId: string, register: object = {}) =>
  askAndAllow(people, `${salePath(saleId)}/reversal`, {
    requestId: newTestUuid(),
    reason: 'The customer says that the meter was dead.',
    moneyGoes: 'prepaid',
    ...register,
  });

const unknown = { status: 409, code: 'meterRegisterUnknown' };

/** Asks for the exchange of the home's meter; `allow` is the approval by a second person. */
async function askExchange(balance: object) {
  meters += 1;
  const path = `/api/operator/connections/${idFromUuid('connection', home.connectionId)}`;
  const asked = await people.asker.postJson(`${path}/meter-exchange`, {
    requestId: newTestUuid(),
    reason: 'The display of the old meter is broken.',
    oldMeterPan: home.meterPan,
    meter: {
      meterPan: meterPanOf(meters),
      encryptionAlgorithm: 'ea07',
      supplyGroupCode: '123456',
      tariffIndex: '01',
      keyRevision: 1,
      secretSha256: null,
    },
    balance,
  });
  assert.equal(asked.statusCode, 202, asked.body);
  const { approvalId } = asked.json();
  return {
    allow: async () => {
      const path = `/api/operator/approvals/${approvalId}/approve`;
      const allowed = await people.allower.postJson(path, {});
      assert.equal(allowed.statusCode, 200, allowed.body);
      return allowed.json();
    },
  };
}

test('a register that was stated before the sale proves nothing about its token', async () => {
  const exchange = await askExchange({ from: 'stated', energyWh: '0', creditedWh: '0' });
  h.clock.nowMs += minute;
  const saleId = await sellCash(300_000n);
  // It is typed where there is no link: nobody hears of it.
  h.clock.nowMs += minute;
  assert.equal((await exchange.allow()).state, 'done');
  assert.deepEqual(await reverse(saleId), unknown, 'the energy is kept: no money goes back');
  const stuck = await saleRow(h, saleId);
  assert.deepEqual([stuck.state, stuck.stuck_reason], ['stuck', 'meterTakenAway']);
  const read = { creditedWh: (await carriedBy(saleId)).toString() };
  assert.deepEqual(await reverse(saleId, read), unknown, 'read since, it counts the token');
  const { approval } = await reverse(saleId, { creditedWh: '0' });
  assert.equal(approval?.state, 'done');
  const facts = approval?.description.facts ?? [];
  assert.ok(
    facts.some(({ value }) => value.endsWith('as read at the meter since')),
    'shown',
  );
});

test('a sale that was made before the register was stated may be typed before the exchange', async () => {
  const saleId = await sellCash(300_000n);
  h.clock.nowMs += minute;
  const exchange = await askExchange({ from: 'stated', energyWh: '0', creditedWh: '0' });
  h.clock.nowMs += minute;
  assert.equal((await exchange.allow()).state, 'done');
  assert.deepEqual(await reverse(saleId), unknown);
});

test('a meter’s clock three days ahead is no reading since, and later ones are not shut out by it', async () => {
  await reportCredited(h, home.meterPan, 0n, h.clock.nowMs + 3 * day);
  h.clock.nowMs += minute;
  const saleId = await sellCash(300_000n);
  h.clock.nowMs += minute;
  await refuseAsOld(h, home, saleId);
  assert.deepEqual(await reverse(saleId), unknown);
  await reportCredited(h, home.meterPan, 0n, h.clock.nowMs + 3 * day);
  assert.deepEqual(await reverse(saleId), unknown, 'with such a clock not even now');
  h.clock.nowMs += minute;
  await reportCredited(h, home.meterPan, 0n);
  assert.equal((await reverse(saleId)).approval?.state, 'done', 'its clock was set');
});

test('a way that a slow clock says was closed long ago was closed when the server heard of it', async () => {
  const saleId = await sellCash(300_000n);
  h.clock.nowMs += day;
  await reportCredited(h, home.meterPan, 0n);
  h.clock.nowMs += minute;
  await refuseAsOld(h, home, saleId, h.clock.nowMs - 3 * day);
  assert.deepEqual(await reverse(saleId), unknown, 'the register was read before');
  h.clock.nowMs += minute;
  await reportCredited(h, home.meterPan, 0n);
  assert.equal((await reverse(saleId)).approval?.state, 'done');
});

test('what a retired meter has kept is heard for thirty days, and a token that it took is owed', async () => {
  const saleId = await sellCash(300_000n);
  const exchange = await askExchange({ from: 'stated', energyWh: '0', creditedWh: null });
  assert.equal((await exchange.allow()).state, 'done');
  assert.equal((await reverse(saleId, { creditedWh: '0' })).approval?.state, 'done');
  const claim = {
    clientId: home.meterPan,
    name: home.meterPan,
    password: Buffer.from(meterDefaults.mqttSecret),
    certificate: null,
  };
  h.clock.nowMs += 29 * day;
  assert.equal(await h.services.mayConnect(claim), true);
  const told = h.sms.length;
  await h.fromMeter(home.meterPan, {
    kind: 'events',
    sequence: 900_001,
    events: [
      {
        ...{ sequence: 900_001, atMs: h.clock.nowMs, code: 'creditLow' },
        availableEnergyWh: energyWh(1n),
      },
    ],
  });
  await h.services.upkeep();
  assert.equal(h.sms.length, told, 'it is no news of the home');
  await typeAll(h, home, saleId);
  const sale = await saleRow(h, saleId);
  assert.deepEqual([sale.state, sale.stuck_reason], ['reversed', 'acceptedAfterReversal']);
  h.clock.nowMs += 2 * day;
  assert.equal(await h.services.mayConnect(claim), false);
});

const reportLeft = (wh: bigint) =>
  h.fromMeter(home.meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: h.clock.nowMs,
      availableEnergyWh: energyWh(wh),
      powerW: powerW(0n),
      importEnergyWh: energyWh(0n),
      creditedEnergyWh: energyWh(0n),
      loadSwitch: 'connected',
      creditStatus: 'inCredit',
      owedEnergyWh: energyWh(0n),
    },
  });

test('what was stated to be left is read again when the second person approves', async () => {
  await reportLeft(60_000n);
  const reported = await askExchange({ from: 'stated', energyWh: '50000', creditedWh: null });
  h.clock.nowMs += minute;
  await reportLeft(20_000n);
  const done = await reported.allow();
  assert.equal(done.outcome?.carriedWh, '20000', JSON.stringify(done.failure));
  home = await h.addConnection();
  const sold = await askExchange({ from: 'stated', energyWh: '50000', creditedWh: null });
  h.clock.nowMs += minute;
  await sellCash(300_000n);
  assert.equal((await sold.allow()).failure?.code, 'balanceStale');
  home = await h.addConnection();
  await reportLeft(10_000n);
  h.clock.nowMs += minute;
  await typeAll(h, home, await sellCash(300_000n));
  const asked = askExchange({ from: 'lastReading' });
  await assert.rejects(asked, /balanceStale/, 'its last report is from before the token');
});

test('a clock that goes on meanwhile: the sale and its correction say one moment', async () => {
  const saleId = await sellCash(5_000n);
  await refuseAsOld(h, home, saleId);
  await reportCredited(h, home.meterPan, 0n);
  let nowMs = h.clock.nowMs;
  const runs = {
    configurable: true,
    enumerable: true,
    get: () => {
      nowMs += 5_000;
      return nowMs;
    },
  };
  Object.defineProperty(h.clock, 'nowMs', runs);
  try {
    assert.equal((await reverse(saleId)).approval?.state, 'done');
  } finally {
    const stands = { value: nowMs, writable: true, configurable: true, enumerable: true };
    Object.defineProperty(h.clock, 'nowMs', stands);
  }
  await assertProof(h);
});
