// Money without an order: people pay to a pay-bill and write a meter's number. The rail, which
// signs nothing, is asked; then the meter gets its token by the way of every sale. A number that is
// no meter's goes to the operators' list with those that are near.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { idFromUuid } from '@prewatt/quantities';
import { hasCheckDigit } from '@prewatt/rails';
import { assertProof, createPeople, type People } from './correction-harness.ts';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';
import {
  answerLast,
  c2bBody,
  confirm,
  createPayBill,
  type Paid,
  type PayBill,
  pulledRow as row,
  tell,
} from './pay-bill-seed.ts';
import { secret } from './provider-speaker.ts';
import { waiting } from './unallocated-seed.ts';

const path = '/api/operator/unallocated-money';
let h: Harness;
let http: HttpHarness;
let people: People;
let payBill: PayBill;
before(async () => {
  payBill = createPayBill();
  h = await createHarness({
    realProvider: payBill.provider,
    currency: { code: 'KES', scale: 2 },
  });
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

const look = async (afterMs = 1_000) => {
  h.clock.nowMs += afterMs;
  await h.services.payments.checkOpen(h.utilityId);
};
const tokensOf = (connectionId: string) =>
  h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('tokens').selectAll().where('connection_id', '=', connectionId).execute(),
  );
const stateOf = (reference: string) =>
  h.database.inUtility(h.utilityId, async (tx) => {
    const row = await tx
      .selectFrom('arrivals')
      .select('state')
      .where('provider_reference', '=', reference)
      .executeTakeFirst();
    return row?.state;
  });
const listed = async (reference: string) =>
  (await waiting(h)).find((row) => row.provider_reference === reference);
/** Told, asked about and answered. */
const pay = async (paid: Paid, said: Parameters<typeof answerLast>[2] = {}) => {
  assert.deepEqual(await confirm(h, paid), { ResultCode: 0, ResultDesc: 'Success' });
  await look();
  await answerLast(h, payBill, { amount: paid.amount ?? '150.00', ...said });
};

const digits = [...'0123456789'];

test('a meter number as the account buys at once, however it was typed and however often it is told', async () => {
  const home = await h.addConnection();
  const number = home.meterPan.slice(6, 17);
  const grouped = ` ${number.slice(0, 4)}-${number.slice(4, 7)} ${number.slice(7)} `;
  // Beside another number, with which it would be one of 13 digits whose check digit holds.
  const house = digits
    .flatMap((a) => digits.map((b) => `${a}${b}`))
    .find((two) => two !== '00' && hasCheckDigit(two + number));
  const account = `${house}${grouped}`;
  await confirm(h, { id: 'TKU1', account });
  assert.equal((await tokensOf(home.connectionId)).length, 0);
  await look();
  for (let i = 0; i < 3; i += 1) await answerLast(h, payBill);
  await confirm(h, { id: 'TKU1', account });
  await look(60_000);
  assert.equal((await tokensOf(home.connectionId)).length, 1);
  assert.equal(await stateOf('TKU1'), 'placed');
});

test('nothing is sold before the rail has said so, and nothing for what it does not have', async () => {
  const home = await h.addConnection();
  await pay({ id: 'TKU2', account: home.meterPan }, { status: 'Failed' });
  assert.equal(await stateOf('TKU2'), 'dropped');
  await pay({ id: 'TKU3', account: home.meterPan }, { id: 'OTHER' });
  assert.equal(await stateOf('TKU3'), 'heard');
  const asked = new URL(payBill.questions.at(-1)?.ResultURL ?? '').pathname.split('/').slice(5);
  const name = asked[2] ?? '';
  const guessed = `${name.slice(0, -1)}${name.endsWith('0') ? '1' : '0'}`;
  const forged = [asked[0] ?? '', 'status', guessed];
  assert.equal(await tell(h, forged, { Result: { ResultCode: 0 } }), 'unknownPayment');
  assert.equal(
    await tell(h, ['a-guess', 'confirmation'], c2bBody({ id: 'X', account: '1' })),
    'wrongSecret',
  );
  assert.equal((await tokensOf(home.connectionId)).length, 0);
});

test('a number that is no meter’s goes to the list with those that are near; two people move it', async () => {
  const home = await h.addConnection({ customer: { name: 'Jane', phone: '+254712000111' } });
  const drn = home.meterPan.slice(6, 17);
  const mistyped = `${drn.slice(0, 9)}${(Number(drn[9]) + 1) % 10}${drn[10]}`;
  await pay({ id: 'TKU4', account: mistyped, amount: '200.00' });
  await pay({ id: 'TKU5', account: '0712000111' });
  const row = await listed('TKU4');
  assert.equal(row?.cause, 'unknownAccount');
  assert.equal((await listed('TKU5'))?.cause, 'unknownAccount');
  assert.equal((await tokensOf(home.connectionId)).length, 0);
  const money = idFromUuid('money', row?.id ?? '');
  const near = (await people.viewer.get(`${path}/${money}/candidates`)).json().rows;
  assert.deepEqual([near[0].meterPan, near[0].slips, near[0].samePhone], [home.meterPan, 1, true]);
  for (const [id, account] of [
    ['TKU51', `power ${mistyped} thanks`],
    ['TKU52', `house 12, ${home.meterPan.slice(0, 17)}`],
  ] as const) {
    await pay({ id, account });
    const named = idFromUuid('money', (await listed(id))?.id ?? '');
    const [first] = (await people.viewer.get(`${path}/${named}/candidates`)).json().rows;
    assert.deepEqual([first?.meterPan, first?.slips], [home.meterPan, 1], account);
  }
  const rows = (await people.viewer.get(path)).json().rows;
  const shown = rows.find((each: Record<string, string>) => each.providerReference === 'TKU4');
  assert.deepEqual([shown.account, shown.payerName], [mistyped, 'JANE']);
  // Told again: it stands there once.
  await confirm(h, { id: 'TKU4', account: home.meterPan });
  await look();
  assert.equal((await waiting(h)).filter((each) => each.provider_reference === 'TKU4').length, 1);
  assert.equal((await tokensOf(home.connectionId)).length, 0);
});

test('another amount than was told, a blocked meter and a rail that never answers end on the list', async () => {
  const home = await h.addConnection();
  await pay({ id: 'TKU6', account: home.meterPan }, { amount: '15.00' });
  const differs = await listed('TKU6');
  assert.deepEqual([differs?.cause, differs?.amount_minor], ['amountDiffers', 1_500n]);
  const blocked = await h.addConnection();
  await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .updateTable('connections')
      .set({ blocked_reason: 'closed' })
      .where('id', '=', blocked.connectionId)
      .execute(),
  );
  await pay({ id: 'TKU7', account: blocked.meterPan });
  assert.equal((await listed('TKU7'))?.cause, 'meterBlocked');
  payBill.isDown = true;
  await confirm(h, { id: 'TKU8', account: home.meterPan });
  for (let i = 0; i < 15; i += 1) await look(11 * 60_000);
  payBill.isDown = false;
  assert.equal((await listed('TKU8'))?.cause, 'notProved');
});

test('before money moves the rail is told which accounts and amounts are taken', async () => {
  const home = await h.addConnection();
  const ask = async (account: string, amount: string) => {
    const body = c2bBody({ id: 'V', account, amount });
    return (await tell(h, [secret, 'validation'], body)) as { ResultCode: string };
  };
  assert.equal((await ask(home.meterPan.slice(6, 17), '150.00')).ResultCode, '0');
  assert.equal((await ask('0712000111', '150.00')).ResultCode, 'C2B00012');
  assert.equal((await ask(home.meterPan, '0.50')).ResultCode, 'C2B00013');
});

test('a push to the phone that is told by the pay-bill, too, is one payment; a second one is on the list', async () => {
  const home = await h.addConnection({ customer: { name: 'Jane', phone: '+254712000111' } });
  const quote = await h.services.vending.makeQuote(home, 15_000n);
  assert.ok(quote.ok);
  const { quoteId } = quote.value;
  const started = await h.services.payments.startPurchase(home, {
    ...{ quoteId, requestId: `quote:${quoteId}` },
  });
  assert.ok(started.ok, JSON.stringify(started));
  const push = payBill.pushes.at(-1);
  const payment = push?.callback.split('/').at(-1) ?? '';
  const callback = (receipt: string, id = push?.id) =>
    tell(h, [secret, payment], {
      Body: {
        stkCallback: {
          ...{ MerchantRequestID: 'm', CheckoutRequestID: id, ResultCode: 0, ResultDesc: 'ok' },
          CallbackMetadata: {
            Item: [
              { Name: 'Amount', Value: 150 },
              { Name: 'MpesaReceiptNumber', Value: receipt },
            ],
          },
        },
      },
    });
  await confirm(h, { id: 'TKU9', account: push?.account ?? '' });
  await callback('TKU9');
  await look();
  assert.equal((await tokensOf(home.connectionId)).length, 1);
  await confirm(h, { id: 'TKU9', account: push?.account ?? '' });
  await look(60_000);
  assert.equal(await listed('TKU9'), undefined);
  // The phone was asked twice, and paid twice: only an unsigned word tells of it.
  await callback('TKV0', 'ws_CO_second');
  await look();
  assert.equal((await listed('TKV0'))?.cause, 'secondPayment');
  // Paid by hand to the same account: the rail is asked about it as about all money.
  await pay({ id: 'TKV1', account: push?.account ?? '' });
  assert.equal((await listed('TKV1'))?.cause, 'secondPayment');
  assert.equal((await tokensOf(home.connectionId)).length, 1);
});

test('what no confirmation told is found in the list of the rail, once; its own payments are known', async () => {
  const [first, second, third] = [
    await h.addConnection(),
    await h.addConnection(),
    await h.addConnection({ customer: { name: 'Jane', phone: '+254712000111' } }),
  ];
  const quote = await h.services.vending.makeQuote(third, 15_000n);
  assert.ok(quote.ok);
  const { quoteId } = quote.value;
  const request = { quoteId, requestId: `quote:${quoteId}` };
  assert.ok((await h.services.payments.startPurchase(third, request)).ok);
  // Its callback was lost, too: by the question it is known by the push alone, a little later.
  await look(60_000);
  assert.equal((await tokensOf(third.connectionId)).length, 0);
  await look(60_000);
  assert.equal((await tokensOf(third.connectionId)).length, 1);
  payBill.listed = [
    row('TKX1', first.meterPan),
    row('TKX2', second.meterPan),
    row('TKX3', payBill.pushes.at(-1)?.account ?? ''),
    row('TKX4', first.meterPan, { transactiontype: 'c2b-reversal' }),
    row('TKX5', '0712000111'),
  ];
  for (let i = 0; i < 2; i += 1) {
    await h.services.payments.listArrivals();
    h.clock.nowMs += 900_000;
  }
  for (const home of [first, second, third]) {
    assert.equal((await tokensOf(home.connectionId)).length, 1);
  }
  assert.deepEqual([await stateOf('TKX1'), await stateOf('TKX2')], ['placed', 'placed']);
  assert.deepEqual([await stateOf('TKX3'), await stateOf('TKX4')], [undefined, undefined]);
  assert.equal((await listed('TKX5'))?.cause, 'unknownAccount');
  // The confirmation came after all; and another payment to the push's account is a second one.
  await confirm(h, { id: 'TKX1', account: first.meterPan });
  payBill.listed = [row('TKX6', payBill.pushes.at(-1)?.account ?? '')];
  await h.services.payments.listArrivals();
  assert.equal((await tokensOf(first.connectionId)).length, 1);
  assert.equal((await listed('TKX6'))?.cause, 'secondPayment');
  h.clock.nowMs += 900_000;
  payBill.isDown = true;
  await assert.rejects(h.services.payments.listArrivals(), /no list of payments from M-Pesa/);
  payBill.isDown = false;
});

test('a push that failed and was paid late: its confirmation is asked about by its own name', async () => {
  const home = await h.addConnection({ customer: { name: 'Jane', phone: '+254712000111' } });
  const quote = await h.services.vending.makeQuote(home, 15_000n);
  assert.ok(quote.ok);
  const { quoteId } = quote.value;
  const request = { quoteId, requestId: `quote:${quoteId}` };
  assert.ok((await h.services.payments.startPurchase(home, request)).ok);
  const account = payBill.pushes.at(-1)?.account ?? '';
  payBill.pushCode = '1037';
  await look(120_000);
  await confirm(h, { id: 'TKL1', account });
  await look();
  await look();
  payBill.pushCode = '0';
  assert.equal((await tokensOf(home.connectionId)).length, 0);
  assert.equal(payBill.questions.at(-1)?.TransactionID, 'TKL1');
  for (let i = 0; i < 2; i += 1) await answerLast(h, payBill);
  await confirm(h, { id: 'TKL1', account });
  await look();
  assert.equal((await tokensOf(home.connectionId)).length, 1);
  assert.equal(await listed('TKL1'), undefined);
});

test('a process that ends between the match and the sale loses nothing', async () => {
  const home = await h.addConnection();
  await confirm(h, { id: 'TKV2', account: home.meterPan });
  await look();
  await h.owner.directories.updateTable('arrivals').set({ checks: 3 }).execute();
  await answerLast(h, payBill);
  // As a crash leaves it: matched, and the sale not yet paid.
  const other = await h.addConnection();
  await confirm(h, { id: 'TKV3', account: other.meterPan });
  await h.database.inUtility(h.utilityId, async (tx) => {
    const sale = await h.services.vending.openSaleOfMoney(tx, other, {
      ...{ amountMinor: 15_000n, requestId: 'money:crashed' },
    });
    assert.ok(sale.ok);
    const payment = await tx
      .insertInto('payments')
      .values({
        ...{ bucket: other.bucket, id: sale.value.saleId, utility_id: h.utilityId },
        ...{ connection_id: other.connectionId, sale_id: sale.value.saleId, provider: 'daraja' },
        ...{ amount_minor: 15_000n, state: 'requested', requested_at: new Date(h.clock.nowMs) },
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await tx
      .insertInto('payment_directory')
      .values({ payment_id: payment.id, utility_id: h.utilityId, bucket: other.bucket })
      .execute();
    await tx
      .updateTable('arrivals')
      .set({ payment_bucket: other.bucket, payment_id: payment.id, state: 'matched' })
      .set({ decided_at: new Date(h.clock.nowMs) })
      .where('provider_reference', '=', 'TKV3')
      .execute();
  });
  await look();
  assert.equal(await stateOf('TKV3'), 'placed');
  assert.equal((await tokensOf(other.connectionId)).length, 1);
  assert.equal((await tokensOf(home.connectionId)).length, 1);
});
