// A shop pays its float in from its phone: every outcome of the payment, by HTTP as the till and
// the provider send it, and what the ledger, the operators and the second person see of it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type ClerkPin,
  differencePageSchema,
  floatPaymentListSchema,
  vendorDepositPageSchema,
} from '@prewatt/api';
import { idFromUuid, uuidOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import { seedApproval } from './approval-seed.ts';
import { assertAllLaws } from './control-harness.ts';
import { createHarness, type Harness, succeeded } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { addClerk, ownPin, phoneOfClerk, signIn } from './till-harness.ts';
import { assertVendorBooks, createVendor, type TestVendor, vendorRow } from './vendor-harness.ts';

let h: Harness;
let http: HttpHarness;
let vendor: TestVendor;
let phone: Visitor;
let operator: Visitor;
let clerk: ClerkPin;
let nth = 0;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  vendor = await createVendor(h, 'Corner shop');
  clerk = await addClerk(h, vendor.vendorId, 'Amina');
  phone = await phoneOfClerk(h, http, { vendorId: vendor.vendorId, label: 'Phone 1', clerk });
  const [email, password] = ['one@test.example', 'a long enough password'];
  await http.createOperator({ email, password, role: 'administrator' });
  operator = new Visitor(http.app);
  await operator.postJson('/api/auth/sign-in/email', { email, password });
});
after(async () => {
  await http.close();
  await h.close();
});

type Asked = { readonly page: string; readonly id: string; readonly reference: string };
const form = (more: object = {}) => {
  nth += 1;
  return { requestId: `float-test-${nth}`, amount: '500', phone: `082555${1000 + nth}`, ...more };
};
async function ask(fields = form()): Promise<Asked> {
  const answer = await phone.post('/till/float', fields);
  const page = String(answer.headers.location);
  assert.match(page, /^\/till\/float\/payment_/, answer.body);
  const reference = page.split('/').at(-1) ?? '';
  return { page, reference, id: uuidOf(reference as never) };
}
async function pageOf(path: string): Promise<string> {
  const answer = await phone.get(path);
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.body;
}
const refusal = async (fields: object): Promise<string> => {
  const answer = await phone.post('/till/float', { ...form(), ...fields });
  assert.equal(answer.statusCode, 422, answer.body);
  return answer.body;
};
/** The provider's word, as it comes to the door. */
async function tell(payload: Buffer): Promise<number> {
  const answer = await http.app.inject({
    ...{ method: 'POST', url: '/api/payments/sandbox/notifications', payload },
    headers: { 'content-type': 'application/json' },
  });
  return answer.statusCode;
}
const failed = (reference: string) =>
  Buffer.from(JSON.stringify({ signed: true, reference, status: { status: 'failed' } }));
const float = async () => (await vendorRow(h, vendor.vendorId)).float_minor;
const vendorPath = () => `/api/operator/vendors/${idFromUuid('vendor', vendor.vendorId)}`;
/** Time goes on, after which the clerk signs in again. */
async function upkeep(afterMs: number): Promise<void> {
  h.clock.nowMs += afterMs;
  await h.services.payments.checkOpen(h.utilityId);
  if (afterMs > 60_000) await signIn(phone, clerk, ownPin);
}

test('asked, waiting, paid: the float grows once, by whatever is repeated', async () => {
  const fields = form();
  const asked = await ask(fields);
  assert.equal((await ask(fields)).page, asked.page, 'the form again is the same payment');
  assert.match(await refusal({ ...fields, amount: '501' }), /asked for another amount/);
  assert.match(await pageOf(asked.page), /Waiting for the phone[\s\S]*http:\/\/pay\.test/);
  assert.match(await pageOf('/till'), /Waiting for the phone that is asked for R\s500\.00/);
  const before = await float();
  const word = succeeded(asked.reference, 50_000n, 'FLT-1');
  assert.deepEqual(await Promise.all([tell(word), tell(word)]), [200, 200]);
  assert.equal(await tell(failed(asked.reference)), 200);
  await upkeep(60_000);
  assert.equal((await float()) - before, 50_000n);
  assert.match(await pageOf(asked.page), /R\s500\.00 is paid into the float\./);
  assert.match(await pageOf('/till'), /R\s500\.00 is paid into the float\./);
  const brought = await operator.get(`${vendorPath()}/deposits`, 'application/json');
  const [paidIn] = vendorDepositPageSchema.parse(brought.json()).rows;
  assert.equal(paidIn?.reference, 'sandbox FLT-1');
  assert.equal(paidIn?.recordedBy, 'Amina, Phone 1');
  await assertVendorBooks(h, vendor.vendorId);
});

test('not paid, and paid after all; closed after a day, and paid later still', async () => {
  const refused = await ask();
  await tell(failed(refused.reference));
  assert.match(await pageOf(refused.page), /was not paid into the float/);
  const before = await float();
  await upkeep(31 * 60_000);
  await tell(succeeded(refused.reference, 50_000n, 'FLT-2'));
  assert.match(await pageOf(refused.page), /later than usual/);
  const late = await ask();
  await upkeep(25 * 3_600_000);
  assert.match(await pageOf(late.page), /Nobody paid/);
  await tell(succeeded(late.reference, 50_000n, 'FLT-3'));
  assert.match(await pageOf(late.page), /later than usual/);
  assert.equal((await float()) - before, 100_000n);
});

test('another amount, or money of a payment that is paid: not in the float, on the list', async () => {
  const asked = await ask();
  const before = await float();
  await tell(succeeded(asked.reference, 40_000n, 'FLT-4'));
  assert.equal(await float(), before);
  assert.match(await pageOf(asked.page), /Another amount came: R\s400\.00, not R\s500\.00/);
  const payer = await new Visitor(http.app).get(asked.page);
  assert.equal(payer.statusCode, 200);
  assert.match(payer.body, /stands on the shop’s own phone/);
  assert.doesNotMatch(payer.body, /Set up this phone|R\s\d/, 'told nothing of the shop');
  const list = await operator.get('/api/operator/unallocated-money', 'application/json');
  const row = list
    .json()
    .rows.find((each: { providerReference: string }) => each.providerReference === 'FLT-4');
  assert.equal(row?.cause, 'amountDiffers', list.body);
  await tell(succeeded(asked.reference, 50_000n, 'FLT-5'));
  assert.equal((await float()) - before, 50_000n, 'the right amount still counts');
  await tell(succeeded(asked.reference, 50_000n, 'FLT-6'));
  assert.equal((await float()) - before, 50_000n, 'a second payment does not');
  const floats = await operator.get(`${vendorPath()}/float-payments`, 'application/json');
  const [last] = floatPaymentListSchema.parse(floats.json()).rows;
  assert.deepEqual([last?.paymentId, last?.state], [asked.reference, 'paid']);
});

test('a provider that is away is asked by itself later; a notification that was lost costs time', async () => {
  h.provider.down = true;
  const asked = await ask();
  assert.match(await pageOf(asked.page), /The provider does not answer yet/);
  h.provider.down = false;
  await upkeep(60_000);
  assert.match(await pageOf(asked.page), /Waiting for the phone/);
  const before = await float();
  h.provider.statuses.set(asked.reference, {
    ...{ status: 'succeeded', providerReference: 'FLT-7' },
    ...{ receivedMinor: 50_000n, currencyCode: 'ZAR' },
  });
  await upkeep(60_000);
  assert.equal((await float()) - before, 50_000n);
});

test('a deposit that the provider took back is undone by two, against the money that it holds', async () => {
  const before = await float();
  const { id } = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('vendor_deposits')
      .select('id')
      .where('reference', '=', 'sandbox FLT-7')
      .executeTakeFirstOrThrow(),
  );
  const wish = { vendorId: vendor.vendorId, vendorDepositId: id };
  const reason = 'The provider took it back.';
  const allowed = await seedApproval(h, {
    kind: 'vendorDepositReversal',
    payload: { ...wish, reason },
    reason,
  });
  const undone = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.vendors.managing.undoDeposit(tx, {
      ...wish,
      requestId: 'undo-float-1',
      reason,
      allowed,
    }),
  );
  assert.ok(undone.ok);
  assert.equal(before - (await float()), 50_000n);
  const { rows } = await sql<{ balance: bigint }>`SELECT sum(CASE WHEN debit_kind =
      'providerClearing' THEN amount_minor ELSE -amount_minor END)::bigint AS balance
    FROM prewatt.transfers WHERE 'providerClearing' IN (debit_kind, credit_kind)
      AND vendor_id IS NOT NULL`.execute(h.owner.directories);
  assert.equal(rows[0]?.balance, await float());
});

test('a settlement of the provider has a float’s payment as every other, and its fee is booked', async () => {
  for (const name of ['FLT-S', 'FLT-T']) {
    const asked = await ask(form());
    assert.equal(await tell(succeeded(asked.reference, 50_000n, name)), 200);
  }
  const day = new Date(h.clock.nowMs).toISOString().slice(0, 10);
  const columns = { reference: 'ref', amount: 'gross', date: 'day', fee: 'fee' };
  const answer = await operator.postJson('/api/operator/reconciliation/files', {
    ...{ kind: 'settlement', name: 'settled.csv', mapping: { provider: 'sandbox', columns } },
    content: `ref,gross,fee,day\nFLT-S,500.00,7.50,${day}\nFLT-T,499.00,7.50,${day}`,
  });
  assert.equal(answer.statusCode, 201, answer.body);
  const open = '/api/operator/reconciliation/differences?state=open';
  const listed = await operator.get(open, 'application/json');
  const told = differencePageSchema
    .parse(listed.json())
    .rows.filter(({ reference }) => ['FLT-S', 'FLT-T'].includes(reference))
    .map((row) => `${row.reference} ${row.what} ${row.oursMinor}/${row.theirsMinor}`);
  assert.deepEqual(told, ['FLT-T amountDiffers 50000/49900']);
  const { rows } = await sql<{ reference: string; minor: bigint }>`SELECT f.reference,
      t.amount_minor AS minor FROM prewatt.provider_fees f
      JOIN prewatt.transfers t ON t.id = f.transfer_id ORDER BY f.reference`.execute(
    h.owner.directories,
  );
  assert.deepEqual(rows, [
    { reference: 'FLT-S', minor: 750n },
    { reference: 'FLT-T', minor: 750n },
  ]);
});

test('how much and how often a shop may ask is bounded; a blocked one asks nobody', async () => {
  assert.match(await refusal({ amount: '0.50' }), /smallest payment/);
  assert.match(await refusal({ amount: '50000.01' }), /more than one payment may bring/);
  assert.match(await refusal({ phone: '12' }), /with all its digits/);
  assert.match(await refusal({ amount: 'ten' }), /in digits/);
  const open = form();
  await ask(open);
  assert.match(await refusal({ phone: open.phone }), /asked a few minutes ago/);
  await ask(form({ amount: '50000' }));
  assert.match(await refusal({ amount: '50000' }), /more than a shop may pay in/);
  await sql`INSERT INTO prewatt.payments (bucket, id, utility_id, vendor_id, request_id, asked_by,
      provider, amount_minor, state, requested_at)
    SELECT bucket, gen_random_uuid(), utility_id, vendor_id, 'many ' || n || ' times', asked_by,
      provider, 1, 'requested', requested_at FROM prewatt.payments, generate_series(1, 20) n
    WHERE vendor_id IS NOT NULL AND request_id = ${open.requestId}`.execute(h.owner.directories);
  assert.match(await refusal({}), /asked too often today/);
  await sql`DELETE FROM prewatt.payments WHERE request_id LIKE 'many %'`.execute(
    h.owner.directories,
  );
  const block = (reason: string | null) =>
    h.database.inUtility(h.utilityId, (tx) =>
      h.services.vendors.managing.block(tx, vendor.vendorId, reason),
    );
  await block('The books do not fit.');
  assert.match(await refusal({}), /may not sell at present/);
  await block(null);
  const other = '/till/float/payment_019d0000-0000-7000-8000-000000000001';
  assert.equal((await phone.get(other)).statusCode, 404);
  await h.services.vending.makeQuote(h.place, 5_000n);
});

test('and all laws hold', async () => {
  const sold = await h.services.vendors.selling.sell(vendor.till, {
    ...{ requestId: 'one-sale-1', meterPan: h.meterPan, amountMinor: 5_000n },
  });
  assert.ok(sold.ok);
  await assertAllLaws(h);
  await assertVendorBooks(h, vendor.vendorId);
});
