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
    tokens: await tx
      .selectFrom('tokens')
      .innerJoin('sales', (join) =>
        join.onRef('sales.bucket', '=', 'tokens.bucket').onRef('sales.id', '=', 'tokens.sale_id'),
      )
      .select(['tokens.tid', 'tokens.sale_id', 'sales.energy_wh', 'sales.month_energy_before_wh'])
      // All at one instant: their order is what each found bought before it in this month.
      .orderBy('sales.month_energy_before_wh')
      .execute(),
    states: await tx.selectFrom('sales').select('state').distinct().execute(),
    meter: await tx.selectFrom('meters').select('last_tid').executeTakeFirstOrThrow(),
  }));
  const tids = tokens.map((token) => token.tid ?? -1);
  assert.equal(tokens.length, 200);
  assert.equal(new Set(tids).size, 200);
  let boughtWh = 0n;
  for (const [i, token] of tokens.entries()) {
    assert.equal(token.month_energy_before_wh, boughtWh, 'sales of a meter follow one another');
    boughtWh += token.energy_wh ?? 0n;
    assert.ok(i === 0 || (tids[i - 1] ?? 0) < (tids[i] ?? 0), 'TIDs in the order of the sales');
  }
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
