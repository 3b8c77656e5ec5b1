// Money that the provider took and that no sale can be given: it stands on a list with its amount,
// and two people move it to a connection, where it buys, or record that it was paid back.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accounts } from '@prewatt/ledger';
import { idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import { attentionParts } from '../src/edge/operators/attention-parts.ts';
import { accountBalance } from '../src/money/ledger/index.ts';
import {
  askAndAllow,
  assertProof,
  createPeople,
  type People,
  saleRow,
  tokensOf,
} from './correction-harness.ts';
import { createHarness, type Harness, succeeded } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';
import { beginPurchase, notify, waiting } from './unallocated-seed.ts';

const path = '/api/operator/unallocated-money';
const reason = 'The customer paid twice for one purchase.';
let h: Harness;
let http: HttpHarness;
let people: People;
before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  people = await createPeople(http);
});
after(async () => {
  try {
    await assertProof(h);
  } finally {
    await http.close();
    await h.close();
  }
});

const list = async (state = 'waiting') =>
  (await people.viewer.get(`${path}?state=${state}`)).json().rows;
const moneyOf = async (providerReference: string) => {
  const row = (await waiting(h)).find((each) => each.provider_reference === providerReference);
  assert.ok(row !== undefined, providerReference);
  return idFromUuid('money', row.id);
};
const ofDollars = (body: Buffer) => Buffer.from(body.toString().replace('ZAR', 'USD'));
const attention = async () => {
  const utility = await h.services.utilities.get(h.utilityId);
  const at = { nowMs: h.clock.nowMs, realNowMs: h.clock.nowMs, failingUpkeep: 0 };
  const parts = await h.database.inUtility(h.utilityId, (tx) => attentionParts(tx, utility, at));
  return parts.unallocated;
};

test('each sum that no sale got stands on the list once, and is acknowledged to the provider', async () => {
  const before = await attention();
  const paid = await beginPurchase(h, 3_000n);
  for (const name of ['P-1', 'P-1', 'P-2', 'P-2']) {
    assert.ok((await notify(h, succeeded(paid.reference, 3_000n, name))).ok);
  }
  const foreign = await beginPurchase(h, 3_000n);
  for (let said = 0; said < 2; said += 1) {
    assert.ok((await notify(h, ofDollars(succeeded(foreign.reference, 900n, 'P-3')))).ok);
  }
  const reused = await beginPurchase(h, 3_000n);
  assert.ok((await notify(h, succeeded(reused.reference, 3_000n, 'P-1'))).ok);
  const rows = await list();
  assert.deepEqual(
    rows.map((row: Record<string, string>) => [row.providerReference, row.amountText, row.cause]),
    [
      ['P-2', 'ZAR 30.00', 'secondPayment'],
      ['P-3', 'USD 9.00', 'otherCurrency'],
      ['P-1', 'ZAR 30.00', 'referenceReused'],
    ],
  );
  assert.equal((await attention()) - before, 3);
  assert.equal((await saleRow(h, foreign.saleId)).state, 'awaitingPayment');
});

test('money that was found by asking stands on the list, and its payment is not asked about for ever', async () => {
  const asked = await beginPurchase(h, 3_100n);
  h.provider.statuses.set(asked.reference, {
    status: 'succeeded',
    providerReference: 'P-1',
    receivedMinor: 3_100n,
    currencyCode: 'ZAR',
  });
  h.clock.nowMs += 6_000;
  await h.services.upkeep();
  const row = (await waiting(h)).find(({ amount_minor }) => amount_minor === 3_100n);
  assert.equal(row?.cause, 'referenceReused');
  h.clock.nowMs += 25 * 3_600_000;
  await h.services.upkeep();
  const sale = await saleRow(h, asked.saleId);
  assert.equal(sale.state, 'paymentExpired');
  h.clock.nowMs += 25 * 3_600_000;
  await h.services.upkeep();
  const payment = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('payments').selectAll().where('sale_id', '=', asked.saleId).executeTakeFirst(),
  );
  assert.equal(payment?.next_check_at, null);
});

test('a reference of unallocated money pays for nothing else', async () => {
  const other = await beginPurchase(h, 3_000n);
  await notify(h, succeeded(other.reference, 3_000n, 'P-2'));
  assert.equal((await saleRow(h, other.saleId)).state, 'awaitingPayment');
  await notify(h, succeeded(other.reference, 3_000n, 'P-5'));
  assert.equal((await saleRow(h, other.saleId)).state, 'issued');
});

test('two people move it to a connection, and it buys there', async () => {
  const to = await h.addConnection();
  // As it stands on the meter: what payers write, too.
  const onMeter = to.meterPan.slice(6, 17);
  const body = { requestId: 'move-0001', reason, toMeterPan: onMeter };
  const money = await moneyOf('P-2');
  assert.equal((await people.viewer.postJson(`${path}/${money}/move`, body)).statusCode, 403);
  const wrong = { ...body, amountMinor: '2000' };
  const known = await people.asker.postJson(`${path}/${money}/move`, wrong);
  assert.deepEqual([known.statusCode, known.json().code], [400, 'amountKnown']);
  const moved = await askAndAllow(people, `${path}/${money}/move`, body);
  assert.equal(moved.approval?.state, 'done', JSON.stringify(moved));
  assert.doesNotMatch(JSON.stringify(moved.approval), /moved or paid back before/);
  const rows = await list('decided');
  assert.deepEqual(
    rows.map((row: Record<string, string>) => [row.state, row.creditedMinor, row.approvedBy]),
    [['moved', '3000', 'allower']],
  );
  const saleId = rows[0].newSaleId.slice('sale_'.length);
  assert.equal((await saleRow(h, saleId)).state, 'issued');
  assert.equal((await tokensOf(h, saleId)).length, 1);
  const again = await people.asker.postJson(`${path}/${money}/move`, body);
  assert.equal(again.json().approvalId, moved.approval?.approvalId);
  const twice = await askAndAllow(people, `${path}/${money}/move`, {
    ...body,
    requestId: 'move-0002',
  });
  assert.deepEqual([twice.status, twice.code], [409, 'moneyDecided']);
});

test('of another currency somebody says what it came to, and that much is credited', async () => {
  const to = await h.addConnection();
  const body = { requestId: 'move-0003', reason, toMeterPan: to.meterPan };
  const money = await moneyOf('P-3');
  const silent = await people.asker.postJson(`${path}/${money}/move`, body);
  assert.deepEqual([silent.statusCode, silent.json().code], [400, 'amountNeeded']);
  const said = { ...body, amountMinor: '16000' };
  const moved = await askAndAllow(people, `${path}/${money}/move`, said);
  assert.equal(moved.approval?.state, 'done', JSON.stringify(moved));
  const [row] = await list('decided');
  assert.deepEqual([row.amountText, row.creditedMinor], ['USD 9.00', '16000']);
});

test('two people record that it was paid back; what was asked for besides comes to nothing', async () => {
  const money = await moneyOf('P-1');
  const to = await h.addConnection();
  const move = { requestId: 'move-0004', reason, toMeterPan: to.meterPan };
  const first = (await people.asker.postJson(`${path}/${money}/move`, move)).json();
  const back = await askAndAllow(people, `${path}/${money}/refund`, {
    ...{ requestId: 'back-0001', reason, reference: 'EFT 12' },
  });
  assert.equal(back.approval?.state, 'done', JSON.stringify(back));
  const late = await people.allower.postJson(
    `/api/operator/approvals/${first.approvalId}/approve`,
    {},
  );
  assert.equal(late.json().state, 'failed', late.body);
  const prepaid = await h.database.inUtility(h.utilityId, (tx) =>
    accountBalance(tx, to, accounts.customerPrepaid(to)),
  );
  assert.equal(prepaid, 0n);
});

test('who decided is on the audit log, by the name of the money', async () => {
  const log = (await people.viewer.get('/api/operator/acts?about=books')).json();
  assert.deepEqual(
    log.rows.map((row: Record<string, string>) => [row.act, row.by]),
    [
      ['moneyRefunded', 'allower'],
      ['moneyMoved', 'allower'],
      ['moneyMoved', 'allower'],
    ],
  );
});

test('money of another currency is never credited as if it were ours, whatever else is the matter', async () => {
  const to = await h.addConnection();
  const money = { providerReference: 'NOBODY-KES', amountMinor: 10_000n, currencyCode: 'KES' };
  const nobody = { account: 'nobody', payerPhone: null, payerName: null, paidAtMs: null };
  // As of a rail that could not be asked: why it is there is not its currency.
  const heard = { provider: 'bank', money: { ...money, ...nobody }, isProved: true };
  await h.services.payments.hear(heard);
  await sql`UPDATE prewatt.unallocated_money SET cause = 'notProved'
    WHERE provider_reference = 'NOBODY-KES'`.execute(h.owner.directories);
  const name = await moneyOf('NOBODY-KES');
  const [row] = (await list()).filter((each: Record<string, string>) => each.moneyId === name);
  assert.deepEqual(
    [row.amountText, row.isInCurrency, row.cause],
    ['KES 100.00', false, 'notProved'],
  );
  const body = { requestId: 'move-0009', reason, toMeterPan: to.meterPan };
  const silent = await people.asker.postJson(`${path}/${name}/move`, body);
  assert.deepEqual([silent.statusCode, silent.json().code], [400, 'amountNeeded']);
  const said = { ...body, amountMinor: '1420' };
  const moved = await askAndAllow(people, `${path}/${name}/move`, said);
  assert.equal(moved.approval?.state, 'done', JSON.stringify(moved));
  const decided = (await list('decided')).find(
    (each: Record<string, string>) => each.moneyId === name,
  );
  assert.equal(decided.creditedMinor, '1420');
});
