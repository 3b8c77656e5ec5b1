import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createHarness, type Harness, succeeded } from './harness.ts';
import { createVendor, type TestVendor } from './vendor-harness.ts';

let h: Harness;
let vendor: TestVendor;
before(async () => {
  h = await createHarness();
  vendor = await createVendor(h, 'Corner shop');
});
after(() => h.close());

/** A purchase that waits for its provider's word. */
async function open(amountMinor: bigint): Promise<string> {
  const quote = await h.services.vending.makeQuote(h.place, amountMinor);
  assert.ok(quote.ok);
  const { quoteId } = quote.value;
  const request = { quoteId, requestId: `quote:${quoteId}` };
  const started = await h.services.payments.startPurchase(h.place, request);
  assert.ok(started.ok);
  return started.value.checkoutUrl.split('/').at(-1) ?? '';
}

test('200 sales for one meter at once, at a till and by a provider: 200 TIDs, none twice', async () => {
  const amountMinor = 3_500n;
  const references: string[] = [];
  for (let i = 0; i < 100; i += 1) references.push(await open(amountMinor));
  const { selling } = h.services.vendors;
  const sales = references.flatMap((reference, i) => [
    h.services.payments.notification(
      'sandbox',
      succeeded(reference, amountMinor, `R-${i}`),
      () => undefined,
    ),
    selling.sell(vendor.till, {
      requestId: `till-sale-${String(i).padStart(3, '0')}`,
      meterPan: h.meterPan,
      amountMinor,
    }),
  ]);
  for (const outcome of await Promise.all(sales)) assert.ok(outcome.ok, JSON.stringify(outcome));
  const { tokens, states, meter } = await h.database.inUtility(h.utilityId, async (tx) => ({
    tokens: await tx.selectFrom('tokens').select(['tid', 'sale_id']).orderBy('id').execute(),
    states: await tx.selectFrom('sales').select('state').distinct().execute(),
    meter: await tx.selectFrom('meters').select('last_tid').executeTakeFirstOrThrow(),
  }));
  const tids = tokens.map((token) => token.tid ?? -1);
  assert.equal(tokens.length, 200);
  assert.equal(new Set(tids).size, 200);
  assert.equal(new Set(tokens.map((token) => token.sale_id)).size, 200);
  assert.equal(Math.max(...tids), meter.last_tid);
  assert.deepEqual(states, [{ state: 'issued' }]);
  const vendorTids = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('tokens')
      .innerJoin('vendor_sales', 'vendor_sales.sale_id', 'tokens.sale_id')
      .select('tokens.tid')
      .execute(),
  );
  assert.equal(vendorTids.length, 100);
});
