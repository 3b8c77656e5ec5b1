// Value does not come from one person: deposits, float limits, keys of tills, opening balances and
// refunds beyond what one may do alone wait for another one.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { controlLimitsAnswerSchema, importSchema, vendorDetailSchema } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import {
  assertProof,
  createPeople,
  type People,
  refuseAsOld,
  reportCredited,
} from './correction-harness.ts';
import { createHarness, type Harness, newTestUuid } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';
import { runJobs } from './jobs.ts';
import { buyAndPay } from './purchases.ts';
import { assertVendorBooks, createVendor, type TestVendor, vendorRow } from './vendor-harness.ts';

let h: Harness;
let http: HttpHarness;
let people: People;
let others: People;
let vendor: TestVendor;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  people = await createPeople(http);
  others = await createPeople(http, 'other ');
  vendor = await createVendor(h, 'Corner shop', { floatLimitMinor: 0n });
});
beforeEach(() => {
  // Another day: what each did alone is forgotten.
  h.clock.nowMs += 25 * 3_600_000;
});
after(async () => {
  try {
    await assertVendorBooks(h, vendor.vendorId);
    await assertProof(h);
  } finally {
    await http.close();
    await h.close();
  }
});

const vendorPath = () => `/api/operator/vendors/${idFromUuid('vendor', vendor.vendorId)}`;
const bring = (amountMinor: string, who = people.asker, requestId: string = newTestUuid()) =>
  who.postJson(`${vendorPath()}/deposits`, { requestId, amountMinor, reference: 'Slip 9' });
const approve = (approvalId: string, who = people.allower) =>
  who.postJson(`/api/operator/approvals/${approvalId}/approve`, {});
const floatOf = async () => (await vendorRow(h, vendor.vendorId)).float_minor;

test('a deposit of 999,999,999.99 by one person is no money until another one allows it', async () => {
  const before = await floatOf();
  const requestId = newTestUuid();
  const asked = await bring('99999999999', people.asker, requestId);
  assert.equal(asked.statusCode, 202, asked.body);
  const { approvalId } = asked.json();
  assert.equal(await floatOf(), before);
  assert.deepEqual((await bring('99999999999', people.asker, requestId)).json(), { approvalId });
  assert.equal((await bring('1', people.asker, requestId)).json().code, 'requestIdReused');
  const shown = await people.allower.get(`/api/operator/approvals/${approvalId}`);
  assert.match(JSON.stringify(shown.json().description.facts), /999.?999.?999\.99.*Slip 9/);
  assert.equal((await approve(approvalId, people.asker)).statusCode, 403);
  assert.equal((await approve(approvalId)).json().state, 'done');
  assert.equal(await floatOf(), before + 99_999_999_999n);
  const recorded = await bring('99999999999', people.asker, requestId);
  assert.deepEqual([recorded.statusCode, recorded.json().recordedBy], [200, 'asker']);
  assert.equal(await floatOf(), before + 99_999_999_999n, 'once');
});

test('a deposit that did not come is undone by two people, whole, once, within the float', async () => {
  const before = await floatOf();
  const brought = (await bring('700')).json();
  const path = `${vendorPath()}/deposits/${brought.vendorDepositId}/undo`;
  const wish = { requestId: newTestUuid(), reason: 'The cheque was not honoured.' };
  assert.equal((await people.viewer.postJson(path, wish)).statusCode, 403);
  const asked = await people.asker.postJson(path, wish);
  assert.equal(asked.statusCode, 202, asked.body);
  const { approvalId } = asked.json();
  assert.deepEqual((await people.asker.postJson(path, wish)).json(), { approvalId });
  assert.equal(await floatOf(), before + 700n, 'nothing moves before the second person');
  const shown = await people.allower.get(`/api/operator/approvals/${approvalId}`);
  assert.match(JSON.stringify(shown.json().description.facts), /7\.00.*Slip 9.*Float after it/);
  assert.equal((await approve(approvalId, people.asker)).statusCode, 403);
  assert.equal((await approve(approvalId)).json().state, 'done');
  assert.equal(await floatOf(), before);
  // It says by what it was decided, not that it could not be done once more.
  const decided = await people.allower.get(`/api/operator/approvals/${approvalId}`);
  assert.deepEqual(decided.json().description, shown.json().description);
  const other = { ...wish, requestId: newTestUuid() };
  assert.equal((await people.asker.postJson(path, other)).json().code, 'vendorDepositUndone');
  assert.deepEqual((await people.asker.postJson(path, wish)).json(), { approvalId });
  const { rows } = (await people.viewer.get(`${vendorPath()}/deposits`)).json();
  const { at: _, ...undone } = rows[0].undone;
  assert.deepEqual(undone, { reason: wish.reason, askedBy: 'asker', allowedBy: 'allower' });
  const statement = (await people.viewer.get(`${vendorPath()}/statement`)).json();
  const last = statement.rows.at(-1);
  assert.deepEqual([last.kind, last.amountMinor, last.reference], ['reversal', '-700', 'Slip 9']);
});

test('money that the vendor has sold for is not taken back: the float keeps to its limit', async () => {
  const lone = await createVendor(h, 'Lone shop', { floatLimitMinor: 0n });
  const path = `/api/operator/vendors/${idFromUuid('vendor', lone.vendorId)}/deposits`;
  const undo = async (vendorDepositId: string) =>
    people.asker.postJson(`${path}/${vendorDepositId}/undo`, {
      ...{ requestId: newTestUuid(), reason: 'The cheque was not honoured.' },
    });
  const money = { amountMinor: '6000', reference: 'Cheque 1', requestId: newTestUuid() };
  const { vendorDepositId } = (await people.asker.postJson(path, money)).json();
  const waiting = (await undo(vendorDepositId)).json();
  const order = { requestId: 'lone-sale-1', meterPan: h.meterPan, amountMinor: 5_000n };
  assert.ok((await h.services.vendors.selling.sell(lone.till, order)).ok);
  assert.equal((await undo(vendorDepositId)).json().code, 'floatBelowDeposit');
  const failed = await approve(waiting.approvalId);
  assert.equal(failed.json().state, 'failed', failed.body);
  await assertVendorBooks(h, lone.vendorId);
  assert.equal((await undo(idFromUuid('deposit', newTestUuid()))).json().code, 'unknownDeposit');
});

test('of many deposits at once only those within the day’s budget are recorded', async () => {
  const before = await floatOf();
  // One may bring 50,000.00 by itself, and 100,000.00 in 24 hours.
  const answers = await Promise.all(Array.from({ length: 6 }, () => bring('4000000')));
  const waiting = answers.filter(({ statusCode }) => statusCode === 202);
  assert.equal(waiting.length, 4);
  assert.equal(await floatOf(), before + 8_000_000n);
  assert.equal((await bring('4000000', others.asker)).statusCode, 200, 'another one has their own');
  const limits = await people.asker.get('/api/operator/control-limits');
  const { own } = controlLimitsAnswerSchema.parse(limits.json());
  assert.equal(own.valueMinor, '8000000');
  h.clock.nowMs += 25 * 3_600_000;
  assert.equal((await bring('4000000')).statusCode, 200);
});

test('a float limit and every rise wait; what takes from a vendor is done at once', async () => {
  const made = await people.allower.postJson('/api/operator/vendors', {
    ...{ requestId: 'a-new-shop', name: 'New shop', commissionBasisPoints: 100 },
    ...{ floatLimitMinor: '500000', tokensPerHour: 10, energyPerHourWh: '100000' },
  });
  const { vendorId, waitsFor, floatLimitMinor } = made.json();
  assert.equal(floatLimitMinor, '0');
  const path = `/api/operator/vendors/${vendorId}`;
  const now = async () =>
    vendorDetailSchema.parse((await people.viewer.get(path)).json()).floatLimitMinor;
  assert.equal((await approve(waitsFor, people.allower)).statusCode, 403, 'asked for it');
  assert.equal((await approve(waitsFor, others.allower)).json().state, 'done');
  assert.equal(await now(), '500000');
  const set = (settings: object) => people.allower.postJson(`${path}/settings`, settings);
  const rise = await set({ floatLimitMinor: '500001', commissionBasisPoints: 50 });
  assert.notEqual(rise.json().waitsFor, null);
  assert.equal(rise.json().commissionBasisPoints, 100, 'the whole change waits');
  for (const raised of [
    { commissionBasisPoints: 10_000 },
    { tokensPerHour: 11 },
    { energyPerHourWh: '100001' },
  ]) {
    assert.notEqual((await set(raised)).json().waitsFor, null, JSON.stringify(raised));
  }
  const lower = await set({ floatLimitMinor: '100', tokensPerHour: 5 });
  assert.deepEqual([lower.json().waitsFor, lower.json().floatLimitMinor], [null, '100']);
  assert.equal(await now(), '100');
});

test('a till’s key is made once another person allows it, and shown to who asked alone', async () => {
  const keys = `${vendorPath()}/keys`;
  const body = { requestId: newTestUuid(), label: 'Till 7' };
  const asked = await people.allower.postJson(keys, body);
  assert.equal(asked.statusCode, 202, asked.body);
  const { approvalId } = asked.json();
  const stolen = await others.allower.postJson(keys, body);
  assert.equal(stolen.json().code, 'keyOfAnother');
  assert.equal((await approve(approvalId, others.allower)).json().state, 'done');
  assert.equal((await others.allower.postJson(keys, body)).json().code, 'keyOfAnother');
  const mine = await people.allower.postJson(keys, body);
  assert.match(mine.json().key, /^pwv_/);
  const repeat = await people.allower.postJson(keys, body);
  assert.deepEqual([repeat.statusCode, repeat.json().code], [409, 'keyShownBefore']);
  assert.equal(JSON.stringify(repeat.json()).includes('pwv_'), false);
  const late = { requestId: newTestUuid(), label: 'Till 8' };
  const other = (await people.allower.postJson(keys, late)).json();
  assert.equal((await approve(other.approvalId, others.allower)).json().state, 'done');
  h.clock.nowMs += 25 * 3_600_000;
  assert.equal((await people.allower.postJson(keys, late)).json().code, 'keyNotCollected');
});

const file = (meterPan: string, amount: string) => `meter_number,amount\n${meterPan},${amount}\n`;
const sendFile = (text: string, who = people.allower) =>
  http.app.inject({
    method: 'POST',
    url: '/api/operator/imports?kind=openingBalances&dryRun=false&fileName=balances.csv',
    headers: { cookie: who.cookieHeader(), 'content-type': 'text/csv' },
    payload: text,
  });

test('opening balances beyond the limit wait, and go on once they are allowed', async () => {
  const [small, large, declined] = [
    await h.addConnection(),
    await h.addConnection(),
    await h.addConnection(),
  ];
  const first = importSchema.parse((await sendFile(file(small.meterPan, '100.00'))).json());
  assert.equal(first.state, 'queued');
  const sent = importSchema.parse((await sendFile(file(large.meterPan, '60000.00'))).json());
  assert.equal(sent.state, 'awaiting');
  await runJobs(h);
  const stateOf = async (id: string) =>
    importSchema.parse((await people.viewer.get(`/api/operator/imports/${id}`)).json());
  assert.deepEqual([(await stateOf(sent.importId)).rows.created, await waitingOnes()], [0, 1]);
  const [{ approvalId }] = await waiting();
  const shown = await others.allower.get(`/api/operator/approvals/${approvalId}`);
  assert.match(JSON.stringify(shown.json().description.facts), /60.?000\.00.*balances\.csv/);
  assert.equal((await approve(approvalId, others.allower)).json().state, 'done');
  await runJobs(h);
  const done = await stateOf(sent.importId);
  assert.deepEqual([done.state, done.rows.created], ['done', 1]);

  const again = importSchema.parse((await sendFile(file(declined.meterPan, '70000.00'))).json());
  const [{ approvalId: second }] = await waiting();
  const reason = 'nobody knows of this file';
  await others.allower.postJson(`/api/operator/approvals/${second}/decline`, { reason });
  assert.equal((await stateOf(again.importId)).state, 'cancelled');
  const resume = `/api/operator/imports/${again.importId}/resume`;
  assert.equal((await people.allower.postJson(resume, {})).json().state, 'awaiting');
  await runJobs(h);
  assert.equal((await stateOf(again.importId)).rows.created, 0);
});

type Row = { readonly approvalId: string };
const waiting = async (): Promise<[Row, ...Row[]]> =>
  (await others.allower.get('/api/operator/approvals?state=awaiting'))
    .json()
    .rows.filter(({ kind }: { kind: string }) => kind === 'openingBalances');
const waitingOnes = async () => (await waiting()).length;

test('a refund beyond the limit is paid in two names', async () => {
  const limits = {
    ...{ safetyCutsPerHour: 5, safetyCutHours: 4 },
    ...{ aloneMinor: '5000', dailyMinor: '100000' },
  };
  const body = { requestId: newTestUuid(), reason: 'refunds are few here', limits };
  const asked = await people.allower.postJson('/api/operator/control-limits', body);
  assert.equal((await approve(asked.json().approvalId, others.allower)).json().state, 'done');
  const paidBack = async (amountMinor: bigint) => {
    const place = await h.addConnection();
    const saleId = await buyAndPay(h, amountMinor, `R-${amountMinor}`, place);
    await refuseAsOld(h, place, saleId);
    await reportCredited(h, place.meterPan, 0n);
    const path = `/api/operator/sales/${idFromUuid('sale', saleId)}/reversal`;
    const reversal = await people.asker.postJson(path, {
      ...{ requestId: newTestUuid(), moneyGoes: 'payer', reason: 'paid twice by mistake' },
    });
    assert.equal((await approve(reversal.json().approvalId)).json().state, 'done');
    const { rows } = (await people.viewer.get('/api/operator/refunds')).json();
    const refund = rows.find((row: { saleId: string }) => row.saleId.endsWith(saleId));
    return `/api/operator/refunds/${refund.refundId}/paid`;
  };
  const small = await people.asker.postJson(await paidBack(4_000n), { reference: 'EFT 1' });
  assert.deepEqual([small.statusCode, small.json().state], [200, 'paid']);
  const path = await paidBack(9_000n);
  const large = await people.asker.postJson(path, { reference: 'EFT 2' });
  assert.equal(large.statusCode, 202, large.body);
  assert.equal((await approve(large.json().approvalId)).json().state, 'done');
  const paid = await people.asker.postJson(path, { reference: 'EFT 2' });
  assert.deepEqual([paid.statusCode, paid.json().paidReference], [200, 'EFT 2']);
});
