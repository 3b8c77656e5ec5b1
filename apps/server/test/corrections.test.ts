import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { accounts } from '@prewatt/ledger';
import { idFromUuid, uuidOf } from '@prewatt/quantities';
import { readRegister } from '../src/metering/readings/index.ts';
import { accountBalance } from '../src/money/ledger/index.ts';
import { loadConnection, type MeterPlace } from '../src/registry/connections/index.ts';
import {
  askAndAllow,
  assertProof,
  createPeople,
  creditsOf,
  nextShift,
  type People,
  readProfile,
  refuseAsOld,
  reportCredited,
  salePath,
  saleRow,
  tokensOf,
  typeAll,
} from './correction-harness.ts';
import { createHarness, type Harness, meterPanOf, succeeded } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';
import { buyAndPay } from './purchases.ts';
import { assertVendorBooks, createVendor, type TestVendor, vendorRow } from './vendor-harness.ts';

let h: Harness;
let http: HttpHarness;
let people: People;
let vendor: TestVendor;
let place: MeterPlace & { meterPan: string };
before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  people = await createPeople(http);
  vendor = await createVendor(h, 'Corner shop');
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
  place = await h.addConnection();
});

let sequence = 0;
const next = (name: string): string => {
  sequence += 1;
  // Acts of one millisecond have no order among them.
  h.clock.nowMs += 1;
  return `${name}-${String(sequence).padStart(8, '0')}`;
};
const because = 'The customer paid twice for one purchase.';
const prepaidOf = (of: MeterPlace) =>
  h.database.inUtility(h.utilityId, (tx) => accountBalance(tx, of, accounts.customerPrepaid(of)));

async function sellCash(amountMinor: bigint, to = place): Promise<string> {
  const request = { requestId: next('till'), meterPan: to.meterPan, amountMinor };
  const sold = await h.services.vendors.selling.sell(vendor.till, request);
  assert.ok(sold.ok, JSON.stringify(sold));
  return uuidOf(sold.value.saleId as never);
}

/** A sale that the meter refused for good, with a register that shows it took nothing. */
async function voided(saleId: string, of: MeterPlace & { meterPan: string } = place) {
  await refuseAsOld(h, of, saleId);
  await reportCredited(h, of.meterPan, 0n);
}

function reverse(saleId: string, moneyGoes: 'prepaid' | 'payer', register: object = {}) {
  const requestId = next('reverse');
  return askAndAllow(people, `${salePath(saleId)}/reversal`, {
    requestId,
    reason: because,
    moneyGoes,
    ...register,
  });
}

test('a token that a meter may still take cannot be reversed, nor one that it took', async () => {
  const onPaper = await buyAndPay(h, 10_000n, next('R'), place);
  assert.deepEqual(await reverse(onPaper, 'prepaid'), { status: 409, code: 'meterMayTakeIt' });
  await reportCredited(h, place.meterPan, 0n);
  assert.deepEqual(await reverse(onPaper, 'prepaid'), { status: 409, code: 'meterMayTakeIt' });
  await typeAll(h, place, onPaper);
  assert.deepEqual(await reverse(onPaper, 'prepaid'), { status: 409, code: 'tokenAccepted' });
  assert.equal((await saleRow(h, onPaper)).state, 'delivered');
});

test('refused as too old is no proof while the meter’s register was not read since', async () => {
  const saleId = await buyAndPay(h, 10_000n, next('R'), place);
  await refuseAsOld(h, place, saleId);
  assert.deepEqual(await reverse(saleId, 'prepaid'), { status: 409, code: 'meterRegisterUnknown' });
  await reportCredited(h, place.meterPan, 100n);
  assert.deepEqual(await reverse(saleId, 'prepaid'), { status: 409, code: 'meterRegisterUnknown' });
  h.clock.nowMs += 1_000;
  await reportCredited(h, place.meterPan, 0n);
  const asked = await people.asker.get(`${salePath(saleId)}/reversibility`);
  assert.deepEqual([asked.json().reversible, asked.json().code], [true, 'tidTooOld']);
});

test('a reversed sale gives its money back as prepaid, and the next purchase costs the same', async () => {
  const owing = await h.addConnection({
    debts: [{ label: 'Arrears', outstandingMinor: 50_000n, rule: { share: '20' } }],
  });
  const saleId = await buyAndPay(h, 10_000n, next('R'), owing);
  const { energy_wh: energyWh, remainder_minor: remainder } = await saleRow(h, saleId);
  await voided(saleId, owing);
  const { approval } = await reverse(saleId, 'prepaid');
  assert.equal(approval?.state, 'done', JSON.stringify(approval?.failure));
  const after = await saleRow(h, saleId);
  assert.deepEqual([after.state, after.stuck_reason], ['reversed', null]);
  assert.equal(await prepaidOf(owing), 10_000n);
  assert.ok((remainder ?? 0n) < 10_000n);
  const open = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('commands')
      .select('stage')
      .where('connection_id', '=', owing.connectionId)
      .where('due_at', 'is not', null)
      .execute(),
  );
  assert.deepEqual(open, [], 'nothing more is sent');
  const priced = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.vending.price(tx, owing, 10_000n),
  );
  assert.ok(priced.ok);
  assert.equal(priced.value.purchase.broughtForwardMinor, 10_000n);
  const again = await buyAndPay(h, 10_000n, next('R'), owing);
  assert.ok(((await saleRow(h, again)).energy_wh ?? 0n) > (energyWh ?? 0n));
  assert.deepEqual(await reverse(saleId, 'prepaid'), { status: 409, code: 'alreadyReversed' });
  const page = await people.viewer.get(salePath(saleId));
  assert.match(page.body, /Reversed\. .*too old.* by asker, allowed by allower/);
});

test('the same request gets the first answer, and another thing under its id is refused', async () => {
  const saleId = await buyAndPay(h, 10_000n, next('R'), place);
  await voided(saleId);
  const body = { requestId: next('same'), reason: because, moneyGoes: 'prepaid' };
  const path = `${salePath(saleId)}/reversal`;
  const first = await people.asker.postJson(path, body);
  const second = await people.asker.postJson(path, body);
  assert.deepEqual([second.statusCode, second.json()], [202, first.json()]);
  const other = await people.asker.postJson(path, { ...body, moneyGoes: 'payer' });
  assert.deepEqual([other.statusCode, other.json().code], [409, 'requestIdReused']);
  const approve = `/api/operator/approvals/${first.json().approvalId}/approve`;
  assert.equal((await people.asker.postJson(approve, {})).statusCode, 403);
  assert.equal((await people.allower.postJson(approve, {})).json().state, 'done');
  assert.equal((await people.allower.postJson(approve, {})).json().state, 'done');
  assert.equal(
    (await people.asker.postJson(path, body)).json().approvalId,
    first.json().approvalId,
  );
  assert.equal(await prepaidOf(place), 10_000n);
});

test('a viewer cannot ask for any correction', async () => {
  const saleId = await buyAndPay(h, 10_000n, next('R'), place);
  const body = { requestId: next('viewer'), reason: because };
  const connection = idFromUuid('connection', place.connectionId);
  const tries: [string, object][] = [
    [`${salePath(saleId)}/reversal`, { ...body, moneyGoes: 'prepaid' }],
    [`${salePath(saleId)}/move`, { ...body, toMeterPan: h.meterPan, by: 'creditNote' }],
    [`${salePath(saleId)}/credit-note`, { ...body, amountMinor: '100' }],
    [`${salePath(saleId)}/reprint`, { reason: because }],
    [`${salePath(saleId)}/acknowledge`, { reason: because }],
    [
      `/api/operator/connections/${connection}/debts`,
      { ...body, label: 'Seal', amountMinor: '100', rule: { share: '10' } },
    ],
  ];
  for (const [path, fields] of tries) {
    assert.equal((await people.viewer.postJson(path, fields)).statusCode, 403, path);
  }
});

test('a vendor’s reversed sale gives float and commission back, and its shift expects less', async () => {
  const before = await vendorRow(h, vendor.vendorId);
  const vendorPage = `/api/operator/vendors/${idFromUuid('vendor', vendor.vendorId)}`;
  const inList = async () => (await people.viewer.get(vendorPage)).json().shifts[0];
  const listed = await inList();
  const saleId = await sellCash(20_000n);
  assert.notEqual((await vendorRow(h, vendor.vendorId)).float_minor, before.float_minor);
  await voided(saleId);
  const { approval } = await reverse(saleId, 'payer');
  assert.equal(approval?.state, 'done', JSON.stringify(approval?.failure));
  assert.equal((await vendorRow(h, vendor.vendorId)).float_minor, before.float_minor);
  await assertVendorBooks(h, vendor.vendorId);
  assert.equal(await prepaidOf(place), 0n);
  assert.deepEqual(await inList(), listed);
  assert.equal((await nextShift(h, vendor.till)).expectedMinor, listed.expectedMinor);
  const statement = await people.viewer.get(`${vendorPage}/statement`);
  const rows: { kind: string; amountMinor: string }[] = statement.json().rows.slice(-4);
  assert.deepEqual(rows.map((row) => `${row.kind} ${row.amountMinor}`).sort(), [
    'commission 300',
    'reversal -300',
    'reversal 20000',
    'sale -20000',
  ]);
});

test('a provider’s payer is owed a refund, on a list until the bank has paid it', async () => {
  const saleId = await buyAndPay(h, 30_000n, next('R'), place);
  await voided(saleId);
  const owedBefore = await creditsOf(h, 'refundsDue');
  assert.equal((await reverse(saleId, 'payer')).approval?.state, 'done');
  assert.equal((await creditsOf(h, 'refundsDue')) - owedBefore, 30_000n);
  assert.equal(await prepaidOf(place), 0n);
  const due = await people.viewer.get('/api/operator/refunds');
  const row = due
    .json()
    .rows.find((each: { saleId: string }) => salePath(saleId).endsWith(each.saleId));
  assert.equal(row.amountMinor, '30000');
  const path = `/api/operator/refunds/${row.refundId}/paid`;
  assert.equal((await people.viewer.postJson(path, { reference: 'EFT 1' })).statusCode, 403);
  const paid = await people.asker.postJson(path, { reference: 'EFT 1' });
  assert.deepEqual([paid.json().state, paid.json().paidBy], ['paid', 'asker']);
  assert.equal((await people.asker.postJson(path, { reference: 'EFT 1' })).statusCode, 200);
  const other = await people.asker.postJson(path, { reference: 'EFT 2' });
  assert.deepEqual([other.statusCode, other.json().code], [409, 'refundPaidAlready']);
  assert.equal(await creditsOf(h, 'refundsDue'), owedBefore);
});

test('money that a later purchase used cannot go back to the payer', async () => {
  const first = await buyAndPay(h, 10_001n, next('R'), place);
  const remainder = await prepaidOf(place);
  assert.ok(remainder > 0n);
  for (let more = 9_990n; (await prepaidOf(place)) >= remainder; more += 7n) {
    assert.ok(more < 10_200n, 'the rest of the first purchase is never used');
    await buyAndPay(h, more, next('R'), place);
  }
  await voided(first);
  const { approval } = await reverse(first, 'payer');
  assert.deepEqual([approval?.state, approval?.failure?.code], ['failed', 'moneySpentSince']);
  assert.equal((await saleRow(h, first)).state, 'stuck');
});

test('a stuck sale without a token is reversed without any meter’s word', async () => {
  const stuck = await h.addConnection();
  const quote = await h.services.vending.makeQuote(stuck, 10_000n);
  assert.ok(quote.ok);
  const { quoteId } = quote.value;
  const requestId = `quote:${quoteId}`;
  const started = await h.services.payments.startPurchase(stuck, { quoteId, requestId });
  assert.ok(started.ok);
  const reference = started.value.checkoutUrl.split('/').at(-1) ?? '';
  await h.services.payments.notification(
    'sandbox',
    succeeded(reference, 9_000n, next('R')),
    () => undefined,
  );
  assert.equal((await saleRow(h, started.value.saleId)).stuck_reason, 'amountMismatch');
  const { approval } = await reverse(started.value.saleId, 'payer');
  assert.deepEqual(
    [approval?.state, (approval?.outcome as { proof: string })?.proof],
    ['done', 'noToken'],
  );
  assert.equal(await prepaidOf(stuck), 0n);
});

test('a token of a reversed sale that is taken all the same is owed, and stands on the list', async () => {
  const saleId = await buyAndPay(h, 10_000n, next('R'), place);
  await voided(saleId);
  assert.equal((await reverse(saleId, 'prepaid')).approval?.state, 'done');
  await typeAll(h, place, saleId);
  await typeAll(h, place, saleId);
  await assertProof(h);
  const connection = `/api/operator/connections/${idFromUuid('connection', place.connectionId)}`;
  const debts = (await people.viewer.get(`${connection}/debts`)).json().rows;
  assert.equal(debts.length, 1);
  assert.ok(BigInt(debts[0].outstandingMinor) > 9_000n);
  const isListed = async () =>
    (await people.viewer.get('/api/operator/attention'))
      .json()
      .rows.some((row: { saleId: string }) => salePath(saleId).endsWith(row.saleId));
  assert.ok(await isListed());
  assert.equal((await saleRow(h, saleId)).state, 'reversed');
  const path = `${salePath(saleId)}/acknowledge`;
  assert.equal((await people.asker.postJson(path, { reason: because })).statusCode, 200);
  assert.equal(await isListed(), false);
  const again = await people.asker.postJson(path, { reason: because });
  assert.deepEqual([again.statusCode, again.json().code], [409, 'nothingToAcknowledge']);
});

test('a sale for the wrong meter moves with the same money, and both sides name each other', async () => {
  const right = await h.addConnection();
  const saleId = await sellCash(15_000n);
  await voided(saleId);
  const body = {
    requestId: next('move'),
    reason: 'The customer read the neighbour’s number.',
    toMeterPan: right.meterPan,
    by: 'reversal',
  };
  const { approval } = await askAndAllow(people, `${salePath(saleId)}/move`, body);
  assert.equal(approval?.state, 'done', JSON.stringify(approval?.failure));
  const { newSaleId } = (approval?.outcome ?? {}) as { newSaleId: string };
  const moved = await saleRow(h, uuidOf(newSaleId as never));
  assert.deepEqual([moved.state, moved.amount_minor], ['issued', 15_000n]);
  assert.equal((await tokensOf(h, moved.id)).length, 1);
  assert.equal((await saleRow(h, saleId)).state, 'reversed');
  assert.equal(await creditsOf(h, 'betweenConnections'), 0n);
  assert.match(
    (await people.viewer.get(salePath(saleId))).body,
    new RegExp(`Moved to ${newSaleId}`),
  );
  const copy = await people.asker.postJson(`${salePath(moved.id)}/reprint`, { reason: because });
  assert.equal(copy.json().copy, 1);
  assert.deepEqual(
    [copy.json().moved.direction, copy.json().moved.saleId],
    ['from', idFromUuid('sale', saleId)],
  );
  const second = await people.asker.postJson(`${salePath(moved.id)}/reprint`, { reason: because });
  assert.equal(second.json().copy, 2);
  const void_ = await people.asker.postJson(`${salePath(saleId)}/reprint`, { reason: because });
  assert.deepEqual([void_.statusCode, void_.json().code], [409, 'noTokens']);
  await assertProof(h);
});

test('a moved sale that the right meter cannot get leaves everything as it was', async () => {
  const right = await h.addConnection();
  const saleId = await sellCash(15_000n);
  await voided(saleId);
  await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .updateTable('connections')
      .set({ blocked_reason: 'Bypassed' })
      .where('id', '=', right.connectionId)
      .execute(),
  );
  const body = { requestId: next('move'), reason: because, toMeterPan: right.meterPan };
  const { approval } = await askAndAllow(people, `${salePath(saleId)}/move`, {
    ...body,
    by: 'reversal',
  });
  assert.deepEqual([approval?.state, approval?.failure?.code], ['failed', 'meterBlocked']);
  assert.equal((await saleRow(h, saleId)).state, 'stuck');
});

test('without proof a moved sale is paid by credit note, up to what was paid for the first', async () => {
  const right = await h.addConnection();
  const saleId = await sellCash(15_000n);
  const body = { reason: because, toMeterPan: right.meterPan };
  const refused = await askAndAllow(people, `${salePath(saleId)}/move`, {
    ...body,
    requestId: next('move'),
    by: 'reversal',
  });
  assert.deepEqual(refused, { status: 409, code: 'meterMayTakeIt' });
  const done = await askAndAllow(people, `${salePath(saleId)}/move`, {
    ...body,
    requestId: next('move'),
    by: 'creditNote',
  });
  assert.equal(done.approval?.state, 'done', JSON.stringify(done.approval?.failure));
  assert.equal((await saleRow(h, saleId)).state, 'issued');
  const more = await askAndAllow(people, `${salePath(saleId)}/credit-note`, {
    requestId: next('note'),
    reason: because,
    amountMinor: '1',
  });
  // Nobody is asked to allow what cannot be.
  assert.deepEqual(more, { status: 409, code: 'creditNoteTooHigh' });
  await assertProof(h);
});

test('a debt is charged with a reason and given up with a second person; both are on the statement', async () => {
  const connection = `/api/operator/connections/${idFromUuid('connection', place.connectionId)}`;
  const charge = {
    requestId: next('charge'),
    reason: 'The seal of the meter was broken.',
    label: 'Broken seal',
    amountMinor: '25000',
    rule: { share: '10' },
  };
  const charged = await people.asker.postJson(`${connection}/debts`, charge);
  assert.equal(charged.statusCode, 201, charged.body);
  const { debtId } = charged.json();
  assert.equal((await people.asker.postJson(`${connection}/debts`, charge)).json().debtId, debtId);
  const reused = await people.asker.postJson(`${connection}/debts`, {
    ...charge,
    amountMinor: '1',
  });
  assert.equal(reused.json().code, 'requestIdReused');
  const wrong = { ...charge, requestId: next('charge'), rule: { share: 'all' } };
  assert.equal(
    (await people.asker.postJson(`${connection}/debts`, wrong)).json().code,
    'debtRuleFormat',
  );
  const off = (amountMinor: string) =>
    askAndAllow(people, `${connection}/debts/${debtId}/write-off`, {
      requestId: next('off'),
      reason: 'The inspector found that the wind broke it.',
      amountMinor,
    });
  assert.deepEqual(await off('25001'), { status: 409, code: 'debtBelowAmount' });
  assert.equal((await off('20000')).approval?.state, 'done');
  const { rows, closingOwedMinor } = (await people.viewer.get(`${connection}/statement`)).json();
  assert.equal(closingOwedMinor, '5000');
  assert.deepEqual(
    rows.map((row: { kind: string; text: string }) => [row.kind, row.text]),
    [
      ['charge', 'Charged: Broken seal. Reason: The seal of the meter was broken.'],
      [
        'writeOff',
        'No longer owed: Broken seal. Reason: The inspector found that the wind broke it.',
      ],
    ],
  );
});

test('a credit note is prepaid money with its reason; the sale stands', async () => {
  const saleId = await buyAndPay(h, 10_000n, next('R'), place);
  await typeAll(h, place, saleId);
  const before = await prepaidOf(place);
  const note = (amountMinor: string) =>
    askAndAllow(people, `${salePath(saleId)}/credit-note`, {
      ...{ requestId: next('note'), reason: because, amountMinor },
    });
  assert.deepEqual(await note('10001'), { status: 409, code: 'creditNoteTooHigh' });
  const { approval } = await note('2500');
  assert.equal(approval?.state, 'done');
  assert.equal((await prepaidOf(place)) - before, 2_500n);
  assert.equal((await saleRow(h, saleId)).state, 'delivered');
});

test('an exchanged meter is retired, its balance goes with the customer, and its sale is void', async () => {
  const held = await sellCash(10_000n);
  const undelivered = await sellCash(8_000n);
  await typeAll(h, place, held);
  const taken = (await tokensOf(h, held)).reduce((sum, each) => sum + (each.energy_wh ?? 0n), 0n);
  const connection = `/api/operator/connections/${idFromUuid('connection', place.connectionId)}`;
  const newPan = meterPanOf(90_000 + sequence);
  const meter = {
    meterPan: newPan,
    encryptionAlgorithm: 'ea07',
    supplyGroupCode: '123456',
    tariffIndex: '01',
    keyRevision: 1,
    secretSha256: null,
  };
  const body = (balance: object, oldMeterPan = place.meterPan) => ({
    requestId: next('exchange'),
    reason: 'The display of the old meter is broken.',
    oldMeterPan,
    meter,
    balance,
  });
  const path = `${connection}/meter-exchange`;
  const never = await people.asker.postJson(path, body({ from: 'lastReading' }));
  assert.deepEqual([never.statusCode, never.json().code], [409, 'balanceUnknown']);
  const other = await people.asker.postJson(path, body({ from: 'lastReading' }, newPan));
  assert.equal(other.json().code, 'meterChanged');
  const stated = { from: 'stated', energyWh: '12345', creditedWh: taken.toString() };
  assert.equal((await people.viewer.postJson(path, body(stated))).statusCode, 403);
  const { approval } = await askAndAllow(people, path, body(stated));
  assert.equal(approval?.state, 'done', JSON.stringify(approval?.failure));
  assert.equal((approval?.outcome as { carriedWh: string } | null)?.carriedWh, '12300');
  const now = (await people.viewer.get(connection)).json();
  assert.equal(now.meter.meterPan, newPan);
  const byOld = { requestId: next('till'), meterPan: place.meterPan, amountMinor: 5_000n };
  const refused = await h.services.vendors.selling.sell(vendor.till, byOld);
  assert.deepEqual(refused, { ok: false, error: 'meterExchanged' });
  await sellCash(5_000n, { ...place, meterPan: newPan });
  assert.equal((await reverse(held, 'payer')).code, 'tokenAccepted');
  assert.equal((await reverse(undelivered, 'prepaid')).code, 'meterRegisterUnknown');
  const register = { creditedWh: taken.toString() };
  const reversed = await reverse(undelivered, 'prepaid', register);
  assert.deepEqual(
    [reversed.approval?.state, (reversed.approval?.outcome as { proof: string } | null)?.proof],
    ['done', 'meterRetired'],
  );
  // Readings go on, as the new meter counts: 4 kWh before it, and 0.7 kWh of its own.
  const at = (minutes: number) => h.clock.nowMs + minutes * 60_000;
  await readProfile(h, place.meterPan, [
    [at(-120), 1_000n],
    [at(-60), 5_000n],
  ]);
  await readProfile(h, newPan, [
    [at(60), 0n],
    [at(120), 700n],
  ]);
  const points = await h.database.inUtility(h.utilityId, async (tx) => {
    const { meter: held } = (await loadConnection(tx, place)) ?? {};
    assert.ok(held !== undefined);
    const range = { fromMs: at(-180), toMs: at(180) };
    return readRegister(tx, { bucket: place.bucket, meterId: held.meterId }, range);
  });
  assert.deepEqual(
    points.map((point) => point.value),
    [-4_000n, 0n, 0n, 700n],
  );
  const again = await people.asker.postJson(path, body(stated, newPan));
  assert.equal(again.json().code, 'meterExists');
});
