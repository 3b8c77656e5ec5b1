// The customer's pages of a home in wallet mode, over HTTP with a real sign-in: money, what it was
// charged for, what is owed, and what was paid in.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { energyWh, idFromUuid, powerW } from '@prewatt/quantities';
import { newTestUuid, startMs } from './harness.ts';
import { Visitor } from './http-harness.ts';
import { halfHour, setUpWallets } from './wallet-harness.ts';

const w = setUpWallets();
const phone = '+27825550101';
let visits = 0;

/** The customer of all homes here. */
async function customer(): Promise<Visitor> {
  visits += 1;
  const visitor = new Visitor(w.http.app, `127.0.1.${visits}`);
  await visitor.get('/sign-in');
  await visitor.post('/sign-in', { phone });
  const code = w.http.codes.at(-1)?.code ?? '';
  const answer = await visitor.post('/sign-in/code', { phone, code });
  assert.equal(answer.statusCode, 303, answer.body);
  return visitor;
}

const words = (html: string): string =>
  html
    .replace(/<[^>]+>/g, ' ')
    .replaceAll(' ', ' ')
    .replace(/\s+/g, ' ');
const pageOf = async (visitor: Visitor, path = ''): Promise<string> => {
  const id = idFromUuid('connection', w.home.connectionId);
  return words((await visitor.get(`/connections/${id}${path}`)).body);
};
const rand = (minor: bigint): string =>
  `R ${minor / 100n}.${String(minor % 100n).padStart(2, '0')}`;

test('the page of a wallet says money: the balance, what today cost and for what', async () => {
  const visitor = await customer();
  await w.read(startMs, [100_000]);
  await w.toWallet();
  await w.pay(10_000n);
  await w.read(startMs + halfHour, [101_000, 102_000]);
  const spent = 10_000n - (await w.balance());
  const page = await pageOf(visitor);
  assert.ok(page.includes(`Your balance ${rand(10_000n - spent)}`), page);
  assert.ok(page.includes(`Cost today ${rand(spent)}`), page);
  assert.ok(page.includes(`Cost this month ${rand(spent)}`), page);
  assert.match(page, /Costs count from today \d\d:\d\d on, when this home changed to a wallet/);
  assert.match(page, /Today so far Used 1\.9 kWh\. .*VAT R \d+\.\d\d/);
  assert.match(page, /Paid in R 100\.00 .* In your balance/);
  assert.doesNotMatch(page, /token/i);
  const buy = await pageOf(visitor, '/buy');
  assert.ok(buy.includes(`Your balance: ${rand(10_000n - spent)}`), buy);
  assert.match(await pageOf(visitor, '/purchases'), /All payments .*In your balance/);
  const prices = await pageOf(visitor, '/prices');
  assert.match(prices, /These prices are taken from your balance as you use electricity/);
  assert.doesNotMatch(prices, /purchase/);
});

test('the page of a wallet says how much is lent before supply stays off in protected hours, too', async () => {
  const visitor = await customer();
  await w.read(startMs, [100_000]);
  await w.toWallet();
  const friendlyHours = [{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: '18:00', to: '08:00' }];
  await w.withRules({ version: 2, friendlyHours, protectedOwedLimitWh: '6000' }, async () => {
    const lent = /Once you owe more than 6\.0 kWh, supply that has gone off stays off/;
    assert.match(await pageOf(visitor), lent);
    const again = /goes off at another time comes on again in these hours/;
    assert.match(await pageOf(visitor), again);
    assert.doesNotMatch(await pageOf(visitor), /You owe more than that now/);
    await w.read(startMs + halfHour, [102_000, 108_500]);
    assert.match(await pageOf(visitor), /You owe more than that now: about \d+\.\d kWh/);
    const { asker } = w.people;
    const flagged = await asker.postJson(`${w.path()}/protection-flags`, {
      requestId: newTestUuid(),
      ...{ kind: 'vulnerable', what: 'set', evidence: 'A letter of the clinic' },
    });
    assert.equal(flagged.statusCode, 200, flagged.body);
    assert.doesNotMatch(await pageOf(visitor), lent);
    assert.doesNotMatch(await pageOf(visitor), again, 'a marked home does not go off');
  });
});

test('below zero the page says what is owed, and paying in what becomes of the money', async () => {
  const visitor = await customer();
  await w.read(startMs, [100_000]);
  await w.toWallet();
  await w.read(startMs + halfHour, [101_000, 103_000]);
  const owed = -(await w.balance());
  assert.ok(owed > 0n);
  const page = await pageOf(visitor);
  assert.ok(page.includes(`You owe ${rand(owed)} Your money is used up.`), page);
  const id = idFromUuid('connection', w.home.connectionId);
  const asked = await visitor.post(`/connections/${id}/buy`, { amount: '100' });
  assert.equal(asked.statusCode, 303, asked.body);
  const offer = words((await visitor.get(String(asked.headers['location']))).body);
  assert.match(
    offer,
    /Pay in R 100\.00 R 100\.00 for the balance of .* enough for about [\d.]+ kWh/,
  );
  const saleId = await w.pay(10_000n);
  const sale = words((await visitor.get(`/sales/${idFromUuid('sale', saleId)}`)).body);
  assert.match(sale, /The money is in your balance/);
  assert.ok(sale.includes(`Owed before ${rand(owed)}`), sale);
  assert.ok(sale.includes(`Balance after ${rand(10_000n - owed)}`), sale);
  assert.doesNotMatch(sale, /token|0\.0 kWh/i);
});

test('the page about the meter says what it said, and of credit only where the meter holds it', async () => {
  const visitor = await customer();
  assert.match(await pageOf(visitor, '/meter'), /Your meter has not reported to us/);
  w.h.clock.nowMs += 60_000;
  await w.h.fromMeter(w.home.meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: w.h.clock.nowMs,
      availableEnergyWh: energyWh(0n),
      powerW: powerW(0n),
      importEnergyWh: energyWh(100_000n),
      creditedEnergyWh: energyWh(100_000n),
      loadSwitch: 'disconnected',
      creditStatus: 'outOfCredit',
      owedEnergyWh: energyWh(400n),
      account: {
        paymentMode: 'prepayment',
        creditUnit: 'energy',
        reconnection: 'manual',
        creditInUse: null,
        veryLow: true,
        emergency: {
          status: 'selectable',
          leftEnergyWh: energyWh(2_000n),
          usedEnergyWh: energyWh(0n),
        },
        reservedEnergyWh: energyWh(0n),
        openReasons: ['credit'],
        protectedUntilMs: null,
        powerLimitW: null,
        tamper: [],
      },
    },
  });
  const page = await pageOf(visitor, '/meter');
  assert.match(page, /Supply Because credit is used up Off/);
  assert.match(page, /When supply comes back You press its button/);
  assert.match(page, /Emergency credit You can take it now, at your meter 2\.0 kWh/);
  assert.match(page, /pays it 0\.4 kWh/);
  await w.read(startMs, [100_000]);
  await w.toWallet();
  const counted = await pageOf(visitor, '/meter');
  assert.doesNotMatch(counted, /Emergency credit|To be paid back|Credit in use/);
  const id = idFromUuid('connection', w.home.connectionId);
  const stranger = new Visitor(w.http.app, '127.0.9.9');
  const sent = await stranger.get(`/connections/${id}/meter`);
  assert.equal(sent.headers['location'], '/sign-in', 'who is not signed in sees nothing');
});

test('what turns supply on again counts use that no reading has told yet', async () => {
  const visitor = await customer();
  await w.read(startMs, [100_000]);
  await w.toWallet();
  await w.read(startMs + halfHour, [101_000, 103_000]);
  await w.h.fromMeter(w.home.meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: w.h.clock.nowMs,
      availableEnergyWh: energyWh(0),
      powerW: powerW(0),
      importEnergyWh: energyWh(103_500),
      creditedEnergyWh: energyWh(0),
      owedEnergyWh: energyWh(0),
      loadSwitch: 'disconnected',
      creditStatus: 'outOfCredit',
    },
  });
  const page = await pageOf(visitor);
  const [, units = '', cents = ''] = /Pay in at least R (\d+)\.(\d\d)/.exec(page) ?? [];
  const least = BigInt(`${units}${cents}`);
  const payIn = `/connections/${idFromUuid('connection', w.home.connectionId)}/buy`;
  const sums = (await visitor.get(payIn)).body.match(/<button name="amount" value="[\d.]+"/g);
  assert.ok(sums?.includes(`<button name="amount" value="${units}.${cents}"`), String(sums));
  const before = -(await w.balance());
  // A payment of what was charged alone does not promise supply.
  const id = idFromUuid('connection', w.home.connectionId);
  const amount = `${(before + 5n) / 100n}.${String((before + 5n) % 100n).padStart(2, '0')}`;
  const asked = await visitor.post(`/connections/${id}/buy`, { amount });
  const offer = words((await visitor.get(String(asked.headers['location']))).body);
  assert.match(offer, /You will still owe R \d\.\d\d \. Supply stays off then/);
  await w.read(startMs + 3 * halfHour, [103_500]);
  const owed = -(await w.balance());
  assert.ok(owed > before + 50n, `${owed} after ${before}`);
  assert.ok(least > owed && least * 100n <= owed * 103n, `${least} of ${owed}`);
});

const textsOf = async (
  kind: 'supplyOff' | 'walletCredited' | 'emergencyCredit',
): Promise<readonly string[]> => {
  const rows = await w.h.database.inUtility(w.h.utilityId, (tx) =>
    tx
      .selectFrom('messages')
      .select('text')
      .where('connection_id', '=', w.home.connectionId)
      .where('kind', '=', kind)
      .orderBy('created_at')
      .orderBy('id')
      .execute(),
  );
  return rows.map(({ text }) => text);
};

/** The meter's register, power and switch, as it says them now. */
const say = (importWh: number, loadW: number, isOn: boolean) =>
  w.h.fromMeter(w.home.meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: w.h.clock.nowMs,
      availableEnergyWh: energyWh(0),
      powerW: powerW(loadW),
      importEnergyWh: energyWh(importWh),
      creditedEnergyWh: energyWh(0),
      owedEnergyWh: energyWh(0),
      loadSwitch: isOn ? 'connected' : 'disconnected',
      creditStatus: 'outOfCredit',
    },
  });
const sumIn = (text: string): string => /at least (?:R|ZAR) (\d+\.\d\d)/.exec(text)?.[1] ?? text;
const centsIn = (text: string): bigint => BigInt(sumIn(text).replace('.', ''));

test('text, page and offer name one round sum, and whoever pays it has supply', async () => {
  const visitor = await customer();
  await w.read(startMs, [100_000]);
  await w.toWallet();
  await w.pay(3_000n);
  await w.answer('switchClose', { kind: 'switchClose', loadSwitch: 'connected' });
  // Ten kilowatts go on until the switch is open: no reading has told of it.
  w.h.clock.nowMs = startMs + 3 * halfHour + 60_000;
  await say(108_300, 10_000, true);
  await w.read(startMs + halfHour, [101_000, 104_000, 108_000]);
  const off = (await textsOf('supplyOff')).at(-1) ?? '';
  assert.match(
    off,
    /the money for .* is used up .* Pay in at least ZAR [\d.]+ to turn it on again/,
  );
  assert.doesNotMatch(off, /Buy|kWh/);
  const sum = sumIn(off);
  await w.answer('switchOpen', { kind: 'switchOpen', loadSwitch: 'disconnected' });
  w.h.clock.nowMs += 60_000;
  await say(108_400, 0, false);
  assert.equal(sumIn(await pageOf(visitor)), sum);
  await w.read(startMs + 4 * halfHour, [108_400]);
  w.h.clock.nowMs += 6 * 60_000;
  await w.h.services.upkeep();
  assert.equal(sumIn(await pageOf(visitor)), sum);
  const id = idFromUuid('connection', w.home.connectionId);
  const offer = async (amount: string): Promise<string> => {
    const asked = await visitor.post(`/connections/${id}/buy`, { amount });
    return words((await visitor.get(String(asked.headers['location']))).body);
  };
  assert.equal(sumIn(await offer('10')), sum);
  assert.match(await offer(sum), /Supply comes back on with it/);
  const leastMinor = BigInt(sum.replace('.', ''));
  assert.equal(leastMinor % 10n, 0n);
  const saleId = await w.pay(200n);
  await w.h.services.upkeep();
  const sale = words((await visitor.get(`/sales/${idFromUuid('sale', saleId)}`)).body);
  const still = /You still owe R 1\d\.\d\d ?\. Supply stays off\. Pay in at least/;
  assert.match(sale, still);
  const [credited] = (await textsOf('walletCredited')).slice(-1);
  assert.match(
    credited ?? '',
    /paid ZAR 2\.00 for .* ZAR 1\d\.\d\d still owed\. Supply stays off\..* An hour at 10\.0 kW costs ZAR 18\.97/,
  );
  w.h.clock.nowMs += 6 * 60_000;
  await w.h.services.upkeep();
  const paidAndOff = async () =>
    JSON.stringify((await w.people.viewer.get('/api/operator/meter-alerts')).json()).includes(
      'The customer has paid in, and supply is still off',
    );
  assert.ok(await paidAndOff());
  const restMinor = BigInt(sumIn(sale).replace('.', ''));
  assert.ok(restMinor < leastMinor && sumIn(sale) === sumIn(credited ?? ''), sale);
  assert.equal(sumIn(await pageOf(visitor)), sumIn(sale));
  await w.pay(restMinor);
  const enough = (await textsOf('walletCredited')).at(-1) ?? '';
  assert.match(enough, /Balance now ZAR \d\.\d\d\. An hour at 10\.0 kW costs ZAR 18\.97/);
  const paid = words((await visitor.get(`/sales/${idFromUuid('sale', saleId)}`)).body);
  assert.doesNotMatch(paid, /Supply stays off/);
  await w.answer('switchClose', { kind: 'switchClose', loadSwitch: 'connected' });
  assert.equal((await w.wallet()).wallet?.supply, 'on');
  w.h.clock.nowMs += 6 * 60_000;
  await w.h.services.upkeep();
  assert.ok(!(await paidAndOff()));
});

test('readings that are not charged yet are in the sum to pay, and an hour at the power of before the cut stands beside it', async () => {
  const visitor = await customer();
  await w.read(startMs, [100_000]);
  await w.toWallet();
  await w.pay(1_000n);
  await w.answer('switchClose', { kind: 'switchClose', loadSwitch: 'connected' });
  w.h.clock.nowMs = startMs + halfHour + 60_000;
  await say(102_550, 5_000, true);
  await w.read(startMs + halfHour, [102_500]);
  const off = (await textsOf('supplyOff')).at(-1) ?? '';
  const hour = /An hour at 5\.0 kW costs ZAR (\d+\.\d\d)\./.exec(off)?.[1] ?? off;
  // The meter was slow to hear: a whole half hour more, which nobody has looked at.
  w.h.clock.nowMs = startMs + 2 * halfHour + 1_000;
  await w.late(startMs + 2 * halfHour, 105_000);
  const owed = -(await w.balance());
  const costs = `An hour at 5.00 kW costs R ${hour}`;
  const id = idFromUuid('connection', w.home.connectionId);
  const asked = await visitor.post(`/connections/${id}/buy`, { amount: '10' });
  const offer = words((await visitor.get(String(asked.headers['location']))).body);
  const halfCents = BigInt(hour.replace('.', '')) / 2n;
  assert.ok(centsIn(offer) > owed + halfCents, `${offer} ${owed} ${halfCents}`);
  assert.ok(offer.includes('Supply stays off then.') && offer.includes(costs), offer);
  w.h.clock.nowMs += 21_000;
  await w.h.services.upkeep();
  await w.answer('switchOpen', { kind: 'switchOpen', loadSwitch: 'disconnected' });
  await say(105_000, 0, false);
  const dark = await pageOf(visitor);
  assert.ok(dark.includes(`and it comes back on. ${costs}`), dark);
  await w.pay(centsIn(offer));
  await w.answer('switchClose', { kind: 'switchClose', loadSwitch: 'connected' });
  assert.equal((await w.wallet()).wallet?.supply, 'on');
});

test('money that present use has spent already is not said to last until the evening', async () => {
  const visitor = await customer();
  const days = 2;
  const fromMs = startMs - days * 48 * halfHour;
  await w.read(
    fromMs,
    Array.from({ length: days * 48 + 1 }, (_, i) => 80_000 + i * 50),
  );
  await w.toWallet();
  await w.pay(4_000n);
  const register = 80_000 + days * 48 * 50;
  await w.read(startMs + halfHour, [register + 50]);
  const left = await w.balance();
  assert.ok(left > 500n && left < 4_000n, `${left}`);
  w.h.clock.nowMs = startMs + halfHour + 10 * 60_000;
  await say(register + 1_000, 6_000, true);
  const soon = await pageOf(visitor);
  assert.match(soon, /At present use: \d+ (minutes?|hours?)\. As usual: until/);
  // Much more than is left pays for, and no reading of it yet.
  w.h.clock.nowMs = startMs + halfHour + 29 * 60_000;
  await say(register + 50 + Number(left) * 10, 6_000, true);
  assert.equal(await w.balance(), left);
  const spent = await pageOf(visitor);
  assert.match(spent, /May run out at any moment\./);
  assert.doesNotMatch(spent, /Lasts until/);
});

test('emergency credit is said in money, once, and not when more is owed than is lent', async () => {
  await w.withRules({ emergencyCreditWh: '2000' }, async () => {
    const visitor = await customer();
    await w.read(startMs, [100_000]);
    await w.toWallet();
    await w.pay(3_400n);
    // The month's charge and 2.9 kWh: a little is owed.
    await w.read(startMs + halfHour, [103_200]);
    const lent = /supply stays on until you owe about R \d+\.\d\d, for 2\.0 kWh/;
    assert.match(await pageOf(visitor), lent);
    const before = (await textsOf('emergencyCredit')).length;
    assert.ok(before > 0);
    for (const [nth, register] of [103_900, 104_600].entries()) {
      await w.pay(200n);
      await w.h.services.upkeep();
      await w.read(startMs + (nth + 2) * halfHour, [register]);
    }
    const told = await textsOf('emergencyCredit');
    assert.equal(told.length, before, told.join('\n'));
    await w.read(startMs + 5 * halfHour, [115_000]);
    const dark = await pageOf(visitor);
    assert.match(dark, /Your emergency credit is used up/);
    assert.doesNotMatch(dark, lent);
  });
});
