// Fakes of providers that have a page of their own.

import { createHmac } from 'node:crypto';
import { kenyan, kes, type Money, notifies, type Speaker, sub } from './provider-speaker.ts';

export const paystack: Speaker = {
  currency: kes,
  phone: kenyan,
  namesAmount: true,
  namesCurrency: true,
  config: {
    kind: 'paystack',
    baseUrl: 'https://paystack.test',
    secretKey: 'sk_live_of_tests',
    email: 'payments@utility.example',
    production: true,
  },
  spoken: {
    api: ({ method, url, body }, { money, add }) => {
      if (method === 'POST') {
        const sent = JSON.parse(body);
        if (money.has(sent.reference))
          return {
            status: 400,
            body: {
              status: false,
              message: 'Duplicate Transaction Reference',
              code: 'duplicate_reference',
            },
          };
        const one = add(
          sent.reference,
          sent.reference,
          String(Number(sent.amount) / 100),
          sent.currency,
        );
        return {
          status: 200,
          body: {
            status: true,
            data: {
              authorization_url: `https://checkout.paystack.com/${one.id}`,
              reference: one.id,
            },
          },
        };
      }
      const one = money.get(url.pathname.split('/').at(-1) ?? '');
      if (one === undefined)
        return {
          status: 404,
          body: { status: false, message: 'Transaction reference not found.' },
        };
      return {
        status: 200,
        body: { status: true, message: 'Verification successful', data: paystackData(one) },
      };
    },
    tell: (one, { forged }) => {
      const event = one.state === 'paid' ? 'charge.success' : 'charge.failed';
      const body = JSON.stringify({ event, data: paystackData(one) });
      const key = forged ? 'sk_live_of_others' : 'sk_live_of_tests';
      const signature = createHmac('sha512', key).update(body).digest('hex');
      return notifies(body, { headers: { 'x-paystack-signature': signature } });
    },
  },
};

function paystackData(one: Money): object {
  const status = { pending: 'ongoing', paid: 'success', failed: 'failed' }[one.state];
  return {
    id: one.providerRef,
    domain: 'live',
    status,
    reference: one.id,
    amount: sub(one.amount),
    currency: one.currency,
    fees: 10,
  };
}

export const stripe: Speaker = {
  currency: kes,
  phone: kenyan,
  namesAmount: true,
  namesCurrency: true,
  config: {
    kind: 'stripe',
    baseUrl: 'https://stripe.test',
    secretKey: 'sk_live_of_tests',
    webhookSecrets: ['whsec_old_of_tests', 'whsec_of_tests'],
    production: true,
  },
  spoken: {
    api: ({ method, url, body }, { money, add }) => {
      if (method === 'POST') {
        const form = new URLSearchParams(body);
        const asked = form.get('client_reference_id') ?? '';
        const minor = Number(form.get('line_items[0][price_data][unit_amount]'));
        const code = (form.get('line_items[0][price_data][currency]') ?? '').toUpperCase();
        const one = add(asked, `cs_${asked}`, String(minor / 100), code);
        return { status: 200, body: stripeSession(one) };
      }
      const one = [...money.values()].find(({ id }) => url.pathname.endsWith(id));
      return one === undefined
        ? { status: 404, body: { error: { type: 'invalid_request_error' } } }
        : { status: 200, body: stripeSession(one) };
    },
    tell: (one, { forged, nowMs }) => {
      const type =
        one.state === 'paid'
          ? 'checkout.session.completed'
          : 'checkout.session.async_payment_failed';
      const body = JSON.stringify({
        id: 'evt_1',
        object: 'event',
        type,
        livemode: true,
        data: { object: stripeSession(one) },
      });
      const seconds = Math.floor(nowMs / 1000);
      const key = forged ? 'whsec_of_others' : 'whsec_of_tests';
      const mac = createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex');
      return notifies(body, { headers: { 'stripe-signature': `t=${seconds},v1=${mac}` } });
    },
  },
};

function stripeSession(one: Money): object {
  return {
    ...{ id: one.id, object: 'checkout.session', client_reference_id: one.asked },
    url: `https://checkout.stripe.com/${one.id}`,
    status: { pending: 'open', paid: 'complete', failed: 'expired' }[one.state],
    payment_status: one.state === 'paid' ? 'paid' : 'unpaid',
    payment_intent: one.providerRef,
    amount_total: sub(one.amount),
    currency: one.currency.toLowerCase(),
  };
}

export const flutterwave: Speaker = {
  currency: kes,
  phone: kenyan,
  namesAmount: true,
  namesCurrency: true,
  config: {
    kind: 'flutterwave',
    baseUrl: 'https://flutterwave.test',
    secretKey: 'flw_secret_of_tests',
    webhookHash: 'hash of tests',
    email: 'payments@utility.example',
  },
  spoken: {
    api: ({ method, url, body }, { money, add }) => {
      if (method === 'POST') {
        const sent = JSON.parse(body);
        const one = add(sent.tx_ref, sent.tx_ref, sent.amount, sent.currency);
        return {
          status: 200,
          body: { status: 'success', data: { link: `https://checkout.flutterwave.com/${one.id}` } },
        };
      }
      const one = money.get(url.searchParams.get('tx_ref') ?? '');
      if (one === undefined)
        return {
          status: 404,
          body: { status: 'error', message: 'No transaction was found for this id' },
        };
      return { status: 200, body: { status: 'success', data: flutterwaveData(one) } };
    },
    tell: (one, { forged }) =>
      notifies(
        { event: 'charge.completed', data: flutterwaveData(one) },
        { headers: { 'verif-hash': forged ? 'a guess' : 'hash of tests' } },
      ),
  },
};

function flutterwaveData(one: Money): object {
  const status = { pending: 'pending', paid: 'successful', failed: 'failed' }[one.state];
  return {
    id: one.providerRef,
    tx_ref: one.id,
    amount: Number(one.amount),
    currency: one.currency,
    status,
  };
}

export const razorpay: Speaker = {
  currency: kes,
  phone: kenyan,
  namesAmount: true,
  namesCurrency: true,
  config: {
    kind: 'razorpay',
    baseUrl: 'https://razorpay.test',
    keyId: 'rzp_live',
    keySecret: 'key_secret_of_tests',
    webhookSecret: 'hook_secret_of_tests',
  },
  spoken: {
    api: ({ method, url, body }, { money, add }) => {
      if (method === 'POST') {
        const sent = JSON.parse(body);
        if (money.has(sent.reference_id)) return { status: 400, body: { error: {} } };
        const amount = String(sent.amount / 100);
        const one = add(sent.reference_id, `plink_${sent.reference_id}`, amount, sent.currency);
        return { status: 200, body: razorpayLink(one) };
      }
      const byOurs = money.get(url.searchParams.get('reference_id') ?? '');
      if (byOurs !== undefined) {
        return { status: 200, body: { payment_links: [razorpayLink(byOurs)] } };
      }
      const one = [...money.values()].find(({ id }) => url.pathname.endsWith(id));
      return one === undefined
        ? { status: 404, body: { error: {} } }
        : { status: 200, body: razorpayLink(one) };
    },
    tell: (one, { forged }) => {
      const told = { pending: 'issued', paid: 'paid', failed: 'cancelled' }[one.state];
      const payment = {
        ...{ id: one.providerRef, entity: 'payment', status: 'captured', fee: 10 },
        ...{ amount: sub(one.amount), currency: one.currency },
      };
      const body = JSON.stringify({
        entity: 'event',
        event: `payment_link.${told}`,
        payload: {
          payment_link: { entity: razorpayLink(one) },
          ...(one.state === 'paid' ? { payment: { entity: payment } } : {}),
        },
      });
      const key = forged ? 'hook_secret_of_others' : 'hook_secret_of_tests';
      const signature = createHmac('sha256', key).update(body).digest('hex');
      return notifies(body, { headers: { 'x-razorpay-signature': signature } });
    },
  },
};

function razorpayLink(one: Money): object {
  const payment = {
    ...{ payment_id: one.providerRef, amount: sub(one.amount), status: 'captured' },
  };
  return {
    ...{ id: one.id, reference_id: one.asked, currency: one.currency, amount: sub(one.amount) },
    short_url: `https://rzp.io/i/${one.id}`,
    status: { pending: 'created', paid: 'paid', failed: 'cancelled' }[one.state],
    payments: one.state === 'paid' ? [payment] : [],
  };
}
