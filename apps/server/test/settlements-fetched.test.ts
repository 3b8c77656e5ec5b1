// What providers paid out, as their adapters fetch it: page by page, all of it or nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProviders, type ProviderConfig } from '../src/money/payments/index.ts';
import { speakers } from './provider-worlds.ts';

const day = Date.parse('2026-11-24T00:00:00Z');
const dayMs = 86_400_000;
const created = day / 1_000 + 3_600;

/** What is fetched where the provider answers so; paths that were asked for stand in `asked`. */
async function fetched(config: ProviderConfig, answer: (url: URL) => object | null) {
  const asked: string[] = [];
  const [provider] = createProviders([config], {
    nowMs: () => day,
    fetch: async (input) => {
      const url = new URL(String(input));
      asked.push(url.pathname);
      const said = answer(url);
      return said === null ? new Response('busy', { status: 503 }) : Response.json(said);
    },
  });
  const rows = await provider?.settled?.({ fromMs: day, toMs: day + 2 * dayMs });
  return { rows, asked };
}

const charge = (n: number, more: object = {}) => ({
  ...{ id: `txn_${n}`, type: 'charge', amount: 10_000, fee: 320, currency: 'zar', created },
  source: { id: `ch_${n}`, payment_intent: `pi_${n}` },
  ...more,
});

test('Stripe: payouts of the days, each with its payments; refunds and fees are no rows', async () => {
  const { rows } = await fetched(speakers.stripe.config, (url) => {
    if (url.pathname === '/v1/payouts') {
      return url.searchParams.has('starting_after')
        ? { data: [{ id: 'po_2' }], has_more: false }
        : { data: [{ id: 'po_1' }], has_more: true };
    }
    if (url.searchParams.get('payout') === 'po_2') return { data: [charge(3)], has_more: false };
    return url.searchParams.get('starting_after') === 'txn_1'
      ? { data: [charge(2), charge(9, { type: 'refund', amount: -10_000 })], has_more: false }
      : { data: [charge(1)], has_more: true };
  });
  assert.ok(rows?.ok);
  assert.deepEqual(
    rows.value.map(({ providerRef, payout }) => [providerRef, payout]),
    [
      ['pi_1', 'po_1'],
      ['pi_2', 'po_1'],
      ['pi_3', 'po_2'],
    ],
  );
  assert.deepEqual(rows.value[0], {
    ...{ providerRef: 'pi_1', amountMinor: 10_000n, feeMinor: 320n, currency: 'ZAR' },
    ...{ payout: 'po_1', paidAtMs: created * 1_000 },
  });
});

test('Paystack: settlements and their transactions by numbered pages', async () => {
  const one = {
    ...{ id: 77, reference: 'r', status: 'success', amount: 5_000, fees: 75, currency: 'NGN' },
    paid_at: '2026-11-24T01:00:00.000Z',
  };
  const { rows, asked } = await fetched(speakers.paystack.config, (url) => {
    const isFirst = url.searchParams.get('page') === '1';
    const data = url.pathname === '/settlement' ? [{ id: 4 }] : [one];
    return { status: true, data: isFirst ? data : [] };
  });
  assert.ok(rows?.ok);
  assert.deepEqual(rows.value, [
    {
      ...{ providerRef: '77', amountMinor: 5_000n, feeMinor: 75n, currency: 'NGN' },
      ...{ payout: '4', paidAtMs: day + 3_600_000 },
    },
  ]);
  assert.equal(asked.length, 4);
});

test('Razorpay: the combined report of each day, of what is settled', async () => {
  const item = {
    ...{ entity_id: 'pay_1', type: 'payment', amount: 9_000, fee: 212, tax: 32, settled: true },
    ...{ currency: 'INR', settlement_id: 'setl_1', created_at: created, credit: 8_788 },
  };
  const { rows } = await fetched(speakers.razorpay.config, (url) => {
    const isFirst = url.searchParams.get('day') === '24' && url.searchParams.get('skip') === '0';
    const others = [
      { ...item, entity_id: 'pay_2', settled: false },
      { ...item, type: 'refund' },
    ];
    return { items: isFirst ? [item, ...others] : [] };
  });
  assert.ok(rows?.ok);
  assert.deepEqual(
    rows.value.map((row) => [row.providerRef, row.amountMinor, row.feeMinor, row.payout]),
    [['pay_1', 9_000n, 212n, 'setl_1']],
  );
});

test('Flutterwave: settlements that were paid out, with what is settled of each payment', async () => {
  const one = {
    ...{ id: 984411, tx_ref: 'r', charged_amount: 101.4, app_fee: 1.9, merchant_fee: 0 },
    ...{ settlement_amount: 99.25, status: 'successful', currency: 'NGN' },
    transaction_date: '2026-11-24',
  };
  const settlement = (more: object) => (url: URL) =>
    url.pathname === '/v3/settlements'
      ? {
          data: [
            { id: Number(url.searchParams.get('page')), status: 'completed' },
            { id: 9, status: 'pending' },
          ],
          meta: {
            page_info: { current_page: Number(url.searchParams.get('page')), total_pages: 2 },
          },
        }
      : { data: { transactions: [one], ...more } };
  const { rows, asked } = await fetched(
    speakers.flutterwave.config,
    settlement({ transaction_count: 1 }),
  );
  assert.ok(rows?.ok);
  assert.deepEqual(
    rows.value.map(({ payout }) => payout),
    ['1', '2'],
  );
  assert.deepEqual(rows.value[0], {
    ...{ providerRef: '984411', amountMinor: 10_140n, feeMinor: 215n, currency: 'NGN' },
    ...{ payout: '1', paidAtMs: day },
  });
  assert.deepEqual(asked.slice(2), ['/v3/settlements/1', '/v3/settlements/2']);
  const half = await fetched(speakers.flutterwave.config, settlement({ transaction_count: 2 }));
  assert.deepEqual(half.rows, { ok: false, error: 'unreachable' });
});

test('a page that does not come leaves nothing: half a payout would be differences', async () => {
  const { rows } = await fetched(speakers.stripe.config, (url) =>
    url.pathname === '/v1/payouts' ? { data: [{ id: 'po_1' }], has_more: false } : null,
  );
  assert.deepEqual(rows, { ok: false, error: 'unreachable' });
});
