// Words about payments that come together are settled together, each with an answer of its own.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { idFromUuid } from '@prewatt/quantities';
import { assertAllLaws } from './control-harness.ts';
import { createHarness, type Harness, newTestUuid, succeeded } from './harness.ts';

let h: Harness;
before(async () => {
  h = await createHarness();
});
after(() => h.close());

const amountMinor = 4_000n;
const failed = (reference: string): Buffer =>
  Buffer.from(JSON.stringify({ signed: true, reference, status: { status: 'failed' } }));

/** A purchase of a home of its own that waits for its provider's word. */
async function open() {
  const place = await h.addConnection();
  const quote = await h.services.vending.makeQuote(place, amountMinor);
  assert.ok(quote.ok);
  const { quoteId } = quote.value;
  const request = { quoteId, requestId: `quote:${quoteId}` };
  const started = await h.services.payments.startPurchase(place, request);
  assert.ok(started.ok);
  const { saleId, checkoutUrl } = started.value;
  return { place, saleId, reference: checkoutUrl.split('/').at(-1) ?? '' };
}
const say = async (body: Buffer) => {
  const answer = await h.services.payments.notification('sandbox', body, () => undefined);
  return answer.ok ? 'ok' : answer.error;
};
const saleOf = (saleId: string) =>
  h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('sales')
      .select(['state', 'stuck_reason'])
      .where('id', '=', saleId)
      .executeTakeFirstOrThrow(),
  );

test('good, repeated, refused, wrong and unknown words in one batch: each has its own end', async () => {
  const good = [];
  for (let i = 0; i < 8; i += 1) good.push(await open());
  const [refused, late, short, first, second] = [
    await open(),
    await open(),
    await open(),
    await open(),
    await open(),
  ];
  const nobody = idFromUuid('payment', newTestUuid());
  const answers = await Promise.all([
    ...good.flatMap(({ reference }, i) => [
      say(succeeded(reference, amountMinor, `GOOD-${i}`)),
      say(succeeded(reference, amountMinor, `GOOD-${i}`)),
    ]),
    say(failed(refused.reference)),
    say(failed(late.reference)),
    say(succeeded(late.reference, amountMinor, 'LATE')),
    say(succeeded(short.reference, amountMinor - 1n, 'SHORT')),
    say(succeeded(first.reference, amountMinor, 'SAME')),
    say(succeeded(second.reference, amountMinor, 'SAME')),
    say(succeeded(nobody, amountMinor, 'NOBODY')),
  ]);
  // Of the two with one reference, too: what the other cannot be given stands on a list.
  assert.deepEqual(answers.slice(0, 22), Array(22).fill('ok'));
  assert.equal(answers[22], 'unknownPayment');
  const isFirst = (await saleOf(first.saleId)).state === 'issued';
  // Whichever of the two came first has the reference.
  const [paid, unpaid] = isFirst ? [first, second] : [second, first];
  for (const { saleId } of [...good, late, paid]) {
    assert.deepEqual(await saleOf(saleId), { state: 'issued', stuck_reason: null });
  }
  assert.equal((await saleOf(refused.saleId)).state, 'paymentRefused');
  assert.equal((await saleOf(unpaid.saleId)).state, 'awaitingPayment');
  assert.deepEqual(await saleOf(short.saleId), { state: 'stuck', stuck_reason: 'amountMismatch' });
  const { tokens, postings } = await h.database.inUtility(h.utilityId, async (tx) => ({
    tokens: await tx.selectFrom('tokens').select('sale_id').execute(),
    postings: await tx
      .selectFrom('transfers')
      .select('payment_id')
      .where('reason', '=', 'payment')
      .execute(),
  }));
  assert.equal(tokens.length, 10, 'a token for each sale that was paid, none for a repeat');
  assert.equal(postings.length, 11, 'and the money that was too little is the customer’s');
  assert.equal(new Set(postings.map((each) => each.payment_id)).size, 11);
  await assertAllLaws(h);
});
