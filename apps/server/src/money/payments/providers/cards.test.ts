// Kept cards at each rail that has them, against answers as the rails write them: which token is
// kept, what is charged, and that nothing unclear counts as a refusal.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idFromUuid } from '@prewatt/quantities';
import type { PaymentProvider, PaymentRequest } from '../provider.ts';
import { createFlutterwave } from './flutterwave/index.ts';
import type { ProviderCall } from './http.ts';
import { createPaystack } from './paystack/index.ts';
import { createStripe } from './stripe/index.ts';

const uuid = '0190c1d2-0000-7000-8000-000000000001';
const reference = idFromUuid('payment', uuid);
const request: PaymentRequest = {
  ...{ reference, amountMinor: 5_000n, currency: { code: 'KES', scale: 2 }, description: 'Flat 1' },
  ...{ notifyUrl: 'https://u.test/n', returnUrl: 'https://u.test/s', phone: '+254712000111' },
  ...{ asksPhone: true, keepsCard: false },
};
const asked = {
  ...{ reference, amountMinor: 5_000n, currencyCode: 'KES', hintedReference: null, askedForMs: 0 },
  providerRequest: 'cs_1',
};

type Sent = Parameters<ProviderCall>[0];
/** A rail that answers once, and keeps what it was asked. */
function railThat(httpStatus: number | null, body: unknown) {
  const sent: Sent[] = [];
  const call: ProviderCall = async (o) => {
    sent.push(o);
    return { call: o.call, httpStatus, raw: Buffer.from(JSON.stringify(body)) };
  };
  return { call, sent };
}
const paystack = (call: ProviderCall) =>
  createPaystack({
    call,
    config: {
      ...{ baseUrl: 'https://paystack.test', secretKey: 'sk_of_tests', email: 'pay@u.test' },
      production: false,
    },
  });
const flutterwave = (call: ProviderCall) =>
  createFlutterwave({
    call,
    config: {
      ...{ baseUrl: 'https://flw.test', secretKey: 'sk_of_tests', webhookHash: 'hash of tests' },
      email: 'pay@u.test',
    },
  });
const stripe = (call: ProviderCall) =>
  createStripe({
    ...{ call, nowMs: () => 0 },
    config: {
      ...{ baseUrl: 'https://stripe.test', secretKey: 'sk_of_tests', production: false },
      webhookSecrets: ['whsec_of_tests'],
    },
  });
const cardsOf = ({ cards }: PaymentProvider) => {
  assert.ok(cards !== undefined);
  return cards;
};

const paidAtPaystack = (reusable: boolean) => ({
  status: true,
  data: {
    ...{ id: 1, status: 'success', reference: uuid, amount: 5000, currency: 'KES' },
    authorization: { authorization_code: 'AUTH_x', reusable, last4: '4081', brand: 'Visa' },
  },
});

test('Paystack: a reusable authorization is kept, another one is not', async () => {
  const kept = await cardsOf(paystack(railThat(200, paidAtPaystack(true)).call)).tokenOf(asked);
  assert.deepEqual(kept, { ok: true, value: { token: 'AUTH_x', label: 'visa, ending in 4081' } });
  const once = await cardsOf(paystack(railThat(200, paidAtPaystack(false)).call)).tokenOf(asked);
  assert.deepEqual(once, { ok: true, value: null });
  const away = await cardsOf(paystack(railThat(null, {}).call)).tokenOf(asked);
  assert.equal(away.ok, false);
});

test('Paystack: a charge names the payment; its word is taken, silence is not', async () => {
  const data = { id: 7, status: 'success', reference: uuid, amount: 5000, currency: 'KES' };
  const rail = railThat(200, { status: true, data });
  const charged = await cardsOf(paystack(rail.call)).charge(request, 'AUTH_x');
  assert.ok(charged.ok);
  assert.equal(charged.value.status.status, 'succeeded');
  assert.deepEqual(rail.sent[0]?.body, {
    ...{ authorization_code: 'AUTH_x', email: 'pay@u.test', amount: '5000', currency: 'KES' },
    reference: uuid,
  });
  const failed = railThat(200, { status: true, data: { ...data, status: 'failed' } });
  const refused = await cardsOf(paystack(failed.call)).charge(request, 'AUTH_x');
  assert.deepEqual(refused.ok && refused.value.status, { status: 'failed' });
  for (const status of [null, 500, 502]) {
    const unclear = await cardsOf(paystack(railThat(status, {}).call)).charge(request, 'AUTH_x');
    assert.equal(unclear.ok, false, String(status));
  }
});

test('Flutterwave: the card of a verified payment; a charge’s first answer settles nothing', async () => {
  const data = { id: 9, status: 'successful', tx_ref: uuid, amount: 50, currency: 'KES' };
  const card = { token: 'flw-t1nf-x', last_4digits: '4081', type: 'VISA' };
  const paid = railThat(200, { status: 'success', data: { ...data, card } });
  assert.deepEqual(await cardsOf(flutterwave(paid.call)).tokenOf(asked), {
    ok: true,
    value: { token: 'flw-t1nf-x', label: 'visa, ending in 4081' },
  });
  const byPhone = railThat(200, { status: 'success', data });
  assert.deepEqual(await cardsOf(flutterwave(byPhone.call)).tokenOf(asked), {
    ok: true,
    value: null,
  });
  const rail = railThat(200, { status: 'success', data });
  const charged = await cardsOf(flutterwave(rail.call)).charge(request, 'flw-t1nf-x');
  assert.deepEqual(charged.ok && charged.value.status, { status: 'pending' });
  assert.equal(rail.sent[0]?.url, 'https://flw.test/v3/tokenized-charges');
});

test('Stripe: customer and method are kept; a declined card is final, asking is by the intent', async () => {
  const session = {
    ...{ object: 'checkout.session', id: 'cs_1', payment_status: 'paid', amount_total: 5000 },
    ...{ currency: 'kes', client_reference_id: uuid, customer: 'cus_1' },
    payment_intent: {
      ...{ id: 'pi_1', payment_method: { id: 'pm_1', card: { brand: 'visa', last4: '4081' } } },
    },
  };
  const kept = await cardsOf(stripe(railThat(200, session).call)).tokenOf(asked);
  assert.ok(kept.ok && kept.value !== null);
  const { token, label } = kept.value;
  assert.equal(label, 'visa, ending in 4081');
  const intent = { object: 'payment_intent', id: 'pi_2', status: 'processing', currency: 'kes' };
  const rail = railThat(200, { ...intent, amount: 5000, metadata: { ourRef: uuid } });
  const charged = await cardsOf(stripe(rail.call)).charge(request, token);
  assert.deepEqual(charged, {
    ok: true,
    value: { providerRequest: 'pi_2', status: { status: 'pending' } },
  });
  const form = new URLSearchParams(String(rail.sent[0]?.body));
  assert.deepEqual(
    ['customer', 'payment_method', 'off_session', 'metadata[ourRef]'].map((name) => form.get(name)),
    ['cus_1', 'pm_1', 'true', uuid],
  );
  const declined = { error: { type: 'card_error', payment_intent: { id: 'pi_3' } } };
  const refused = await cardsOf(stripe(railThat(402, declined).call)).charge(request, token);
  assert.deepEqual(refused, {
    ok: true,
    value: { providerRequest: 'pi_3', status: { status: 'failed' } },
  });
  const paid = railThat(200, {
    ...{ ...intent, status: 'succeeded', amount: 5000, amount_received: 5000 },
    metadata: { ourRef: uuid },
  });
  const status = await stripe(paid.call).askAgain({ ...asked, providerRequest: 'pi_2' });
  assert.equal(status.ok && status.value?.status, 'succeeded');
  assert.equal(paid.sent[0]?.url, 'https://stripe.test/v1/payment_intents/pi_2');
});
