// A sale whose payment came with another amount than was asked for: everybody reads what was paid.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { renderSale } from '@prewatt/web/consumer';
import { saleView } from '../src/edge/consumer/views.ts';
import { attentionPage, saleDetail, salePage } from '../src/edge/operators/sales.ts';
import { loadConnection } from '../src/registry/connections/index.ts';
import { createHarness, type Harness, succeeded } from './harness.ts';

let h: Harness;
before(async () => {
  h = await createHarness();
});
after(() => h.close());

async function buy(amountMinor: bigint) {
  const quote = await h.services.vending.makeQuote(h.place, amountMinor);
  assert.ok(quote.ok, JSON.stringify(quote));
  const { quoteId } = quote.value;
  const requestId = `quote:${quoteId}`;
  const started = await h.services.payments.startPurchase(h.place, { quoteId, requestId });
  assert.ok(started.ok, JSON.stringify(started));
  return { ...started.value, reference: started.value.checkoutUrl.split('/').at(-1) ?? '' };
}
const notify = (body: Buffer) => h.services.payments.notification('sandbox', body, () => undefined);

/** What the console's lists and the customer's page say of a sale. */
const seen = (saleId: string) =>
  h.database.inUtility(h.utilityId, async (tx) => {
    const utility = await h.services.utilities.get(h.utilityId);
    const connection = await loadConnection(tx, h.place);
    assert.ok(connection !== null);
    const { nowMs } = h.clock;
    const view = await saleView(tx, { ...h.services, utility, nowMs, connection, saleId });
    assert.ok(view !== null);
    return {
      view,
      page: renderSale(frameOf(utility), view)
        .replace(/<[^>]*>|\s/g, ' ')
        .replace(/\s+/g, ' '),
      row: (await salePage(tx, utility, { cursor: null })).rows[0],
      attention: (await attentionPage(tx, utility, nowMs)).rows[0],
      detail: await saleDetail(tx, utility, saleId),
    };
  });

const frameOf = (utility: {
  readonly name: string;
  readonly zone: string;
  readonly currency: { readonly code: string; readonly scale: number };
}) =>
  ({
    ...{ utilityName: utility.name, zone: utility.zone, currency: utility.currency },
    documents: {
      ...{ legalName: null, address: null, taxNumber: null, receiptFooter: null },
    },
    ...{ helpPhone: null, language: 'en', nowMs: h.clock.nowMs },
  }) as unknown as Parameters<typeof renderSale>[0];

test('R 40 asked, R 20 came: told before the retry, and the sum everywhere after it', async () => {
  const first = await buy(5_000n);
  await notify(succeeded(first.reference, 5_000n, 'P-1'));
  h.clock.nowMs += 60_000;
  const sale = await buy(4_000n);
  await notify(succeeded(sale.reference, 2_000n, 'P-2'));

  const stuck = await seen(sale.saleId);
  assert.equal(stuck.attention?.amountMinor, '2000');
  assert.match(stuck.attention?.reason ?? '', /(R|ZAR) 20\.00 came, (R|ZAR) 40\.00 was asked for/);
  assert.match(stuck.page, /(R|ZAR) 20\.00 came, (R|ZAR) 40\.00 was asked for/);

  assert.ok((await h.services.vending.retry(h.place, sale.saleId)).ok);
  const { view, row, detail, page } = await seen(sale.saleId);
  assert.deepEqual([view.amountMinor, view.askedMinor], ['2000', '4000']);
  assert.deepEqual([row?.amountMinor, detail?.amountMinor], ['2000', '2000']);
  assert.match(view.why.join(' '), /you paid (R|ZAR) 30\.00 less/);
  assert.ok(detail?.timeline.some(({ text }) => /(R|ZAR) 20\.00 came/.test(text)));
  assert.match(page, /Amount (R|ZAR) 20\.00/);
});

test('what came as it was asked for says nothing of another amount', async () => {
  const sale = await buy(3_000n);
  await notify(succeeded(sale.reference, 3_000n, 'P-3'));
  const { view, detail, page } = await seen(sale.saleId);
  assert.deepEqual([view.amountMinor, view.askedMinor], ['3000', undefined]);
  assert.ok(!detail?.timeline.some(({ text }) => /was asked for/.test(text)));
  assert.doesNotMatch(page, /was asked for/);
});
