// Somebody pays for a home that is not theirs, by the pages and without a sign-in: what they are
// shown, where the token goes, and what holds back who tries numbers.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { uuidIn } from '@prewatt/quantities';
import { sql } from 'kysely';
import { createHarness, type Harness, meterPanOf, succeeded } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';

let h: Harness;
let http: HttpHarness;
let visits = 0;
before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
});
after(async () => {
  await http.close();
  await h.close();
});

const stranger = () => {
  visits += 1;
  return new Visitor(http.app, `127.0.2.${visits}`);
};
const requestOf = (page: string): string =>
  /name="requestId" value="([^"]+)"/.exec(page)?.[1] ?? '';
const start = (visitor: Visitor, fields: Record<string, string>) =>
  visitor.post('/pay/start', { meter: h.meterPan, amount: '50', ...fields });

test('a stranger sees the initials and the street, pays, and the home alone gets the token', async () => {
  const visitor = stranger();
  const asked = await visitor.post('/pay', { meter: h.meterPan });
  assert.equal(asked.statusCode, 200, asked.body);
  assert.match(asked.body, /<b>A\. C\., Test Street<\/b>/);
  assert.doesNotMatch(asked.body, /Customer|\+27|Flat 1|>1 Test Street/);
  const requestId = requestOf(asked.body);
  const begun = await start(visitor, { requestId });
  assert.equal(begun.statusCode, 303, begun.body);
  const again = await start(visitor, { requestId });
  assert.equal(again.headers.location, begun.headers.location, 'pressed twice is one purchase');
  const reference = String(begun.headers.location).split('/').at(-1) ?? '';
  const page = `/pay/${reference}`;
  assert.match((await visitor.get(page)).body, /Waiting for the payment/);
  const before = h.sms.length;
  const none = () => undefined;
  await h.services.payments.notification('sandbox', succeeded(reference, 5_000n, 'F1'), none);
  const paid = (await stranger().get(page)).body;
  assert.match(paid, /A message went to the phone of that home, with the token/);
  await sql`UPDATE prewatt.sales SET state = 'stuck', stuck_reason = 'meterRefused'
    WHERE request_id LIKE 'friend:%'`.execute(h.owner.directories);
  assert.match((await stranger().get(page)).body, /Paid, but the token is late/);
  assert.doesNotMatch(paid, /\d{4} \d{4} \d{4} \d{4} \d{4}|A\. C\.|Test Street/);
  const { rows } = await sql<{ phone: string }>`SELECT phone FROM prewatt.messages
    WHERE kind = 'tokenIssued'`.execute(h.owner.directories);
  assert.deepEqual(
    rows.map(({ phone }) => phone),
    ['+27825550101'],
  );
  assert.equal(h.sms.length, before, 'messages go out by their job, to nobody else');
});

const textsOf = async (kind: string) => {
  const { rows } = await sql<{ phone: string; text: string }>`SELECT phone, text
    FROM prewatt.messages WHERE kind = ${kind} ORDER BY id`.execute(h.owner.directories);
  return rows;
};

test('a stranger who gives a phone is texted once that the money came, and nothing of the home', async () => {
  const { meterPan: meter } = await h.addConnection();
  const pays = async (phone: string, came: string) => {
    const begun = await start(stranger(), { meter, phone });
    assert.equal(begun.statusCode, 303, begun.body);
    const reference = String(begun.headers.location).split('/').at(-1) ?? '';
    const word = succeeded(reference, 5_000n, came);
    await h.services.payments.notification('sandbox', word, () => undefined);
  };
  const wrong = await start(stranger(), { meter, phone: '12', amount: '50' });
  assert.equal(wrong.statusCode, 422);
  assert.match(wrong.body, /We cannot text this phone number/);
  assert.equal((await start(stranger(), { meter, phone: '082 999 0000' })).statusCode, 303);
  const { tellPayers } = h.services.payments;
  assert.equal(await tellPayers(h.utilityId), 0, 'who has not paid is told nothing');
  await pays('082 555 0199', 'RECEIPT-1');
  await pays('', 'RECEIPT-2');
  await h.services.phones.speak('+27825550198', 'sw');
  await pays('+27 82 555 0198', 'RECEIPT-3');
  assert.equal((await Promise.all([tellPayers(h.utilityId), tellPayers(h.utilityId)])).length, 2);
  const end = meter.slice(-4);
  const said = (await textsOf('payerReceipt')).sort((a, b) => (a.phone > b.phone ? -1 : 1));
  assert.deepEqual(
    said.map(({ phone }) => phone),
    ['+27825550199', '+27825550198'],
  );
  assert.match(said[0]?.text ?? '', new RegExp(`ZAR 50.00 came for .* in ${end} .RECEIPT-1.`));
  assert.match(said[1]?.text ?? '', /imefika kwa mita/);
  for (const { text } of said)
    assert.doesNotMatch(text, /A\. C\.|Customer|Street|Flat|\d{4} \d{4}/);
  assert.equal(await tellPayers(h.utilityId), 0);
});

test('the phone of a stranger who did not pay is forgotten a month after that was known', async () => {
  const { meterPan: meter } = await h.addConnection();
  const begins = async (phone: string) => {
    const begun = await start(stranger(), { meter, phone });
    const reference = String(begun.headers.location).split('/').at(-1) ?? '';
    return { reference, id: uuidIn(reference) };
  };
  const paid = await begins('082 555 0301');
  const open = await begins('082 555 0302');
  const failed = await begins('082 555 0303');
  const none = () => undefined;
  const { payments } = h.services;
  await payments.notification('sandbox', succeeded(paid.reference, 5_000n, 'LATE-1'), none);
  await sql`UPDATE prewatt.payments SET state = 'failed', decided_at = ${new Date(h.clock.nowMs)},
    payer_phone = receipt_phone WHERE id = ${failed.id}::uuid`.execute(h.owner.directories);
  const kept = async () => {
    const all = [paid.id, open.id, failed.id];
    const { rows } = await sql<{ id: string; payer: string | null; receipt: string | null }>`
      SELECT id, payer_phone AS payer, receipt_phone AS receipt FROM prewatt.payments
      WHERE id = ANY(${all}::uuid[])`.execute(h.owner.directories);
    return all.map((id) => {
      const row = rows.find((each) => each.id === id);
      return [row?.payer, row?.receipt];
    });
  };
  const month = 30 * 86_400_000;
  h.clock.nowMs += month;
  await payments.forgetPhones(h.utilityId);
  const before = await kept();
  assert.deepEqual(before[2], ['+27825550303', '+27825550303']);
  h.clock.nowMs += 1_000;
  assert.equal(await payments.forgetPhones(h.utilityId), 1);
  assert.deepEqual(await kept(), [before[0], before[1], [null, null]]);
  assert.equal(await payments.forgetPhones(h.utilityId), 0);
  h.clock.nowMs -= month + 1_000;
});

test('the page of a payment is there for payments of strangers alone', async () => {
  const quote = await h.services.vending.makeQuote(h.place, 1_000n);
  assert.ok(quote.ok);
  const own = await h.services.payments.startPurchase(h.place, {
    ...{ quoteId: quote.value.quoteId, requestId: 'a purchase of its own' },
  });
  assert.ok(own.ok);
  const reference = own.value.checkoutUrl.split('/').at(-1) ?? '';
  assert.equal((await stranger().get(`/pay/${reference}`)).statusCode, 404);
});

test('a wrong digit, an unknown meter and a home without a phone get the same answer', async () => {
  const { meterPan: silent } = await h.addConnection({ customer: null });
  const wrong = h.meterPan.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10));
  const answers = [];
  for (const meter of [wrong, meterPanOf(99_000), silent, "'; --"]) {
    const { statusCode, body } = await stranger().post('/pay', { meter });
    answers.push(`${statusCode} ${/class="problem"[^>]*>([^<]*)</.exec(body)?.[1]}`);
  }
  assert.equal(new Set(answers).size, 1, answers.join('\n'));
  assert.match(answers[0] ?? '', /^422 We cannot take a payment for this number/);
});

test('who tries numbers is held back, also for a meter that is there', async () => {
  const visitor = stranger();
  for (let i = 0; i < 15; i += 1) await visitor.post('/pay', { meter: meterPanOf(90_000 + i) });
  assert.equal((await visitor.post('/pay', { meter: h.meterPan })).statusCode, 429);
  assert.equal((await start(visitor, {})).statusCode, 429);
  assert.equal((await stranger().post('/pay', { meter: h.meterPan })).statusCode, 200);
});

test('strangers pay five times a day for a home at most; amounts have the limits of the house', async () => {
  const { meterPan: meter } = await h.addConnection();
  const visitor = stranger();
  for (const amount of ['0.50', '10000.01', 'x']) {
    assert.equal((await start(visitor, { meter, amount })).statusCode, 422, amount);
  }
  for (let i = 0; i < 5; i += 1) {
    const { statusCode, body } = await start(visitor, { meter });
    assert.equal(statusCode, 303, body);
  }
  assert.match((await start(visitor, { meter })).body, /Others have paid for this home today/);
});
