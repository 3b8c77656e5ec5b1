// Payments that nobody says anything about end by themselves, and money that comes after all still
// counts; what a provider lost is asked for again, while the customer still waits for it. Of one
// wish twice at once, one is told that the phone asks.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { err, ok } from '@prewatt/quantities';
import type { PaymentProvider } from '../src/money/payments/index.ts';
import { createHarness, type Harness, succeeded } from './harness.ts';
import { kes } from './provider-speaker.ts';
import { createWorld, type worldKinds } from './provider-worlds.ts';
import { createVendor } from './vendor-harness.ts';

const dayMs = 86_400_000;
let answer: Awaited<ReturnType<PaymentProvider['askAgain']>> = ok(null);
let h: Harness;
before(async () => {
  h = await createHarness({
    currency: kes,
    realProvider: () => ({
      ...{ name: 'rail', label: 'Rail', askAgain: async () => answer },
      open: async ({ reference }) =>
        ok({ checkoutUrl: `http://pay.test/${reference}`, providerRequest: null }),
      notification: ({ rawBody }) => {
        const { reference, status } = JSON.parse(rawBody.toString());
        const receivedMinor = BigInt(status.receivedMinor);
        return ok({ kind: 'word', reference, status: { ...status, receivedMinor } });
      },
    }),
  });
});
after(() => h.close());

async function begin(services: Pick<Harness['services'], 'payments'> = h.services) {
  const place = await h.addConnection();
  const quote = await h.services.vending.makeQuote(place, 5_000n);
  assert.ok(quote.ok);
  const { quoteId } = quote.value;
  const started = await services.payments.startPurchase(place, {
    ...{ quoteId, requestId: `quote:${quoteId}` },
  });
  assert.ok(started.ok);
  return { saleId: started.value.saleId, reference: started.value.checkoutUrl.slice(16) };
}
const stateAfter = async (saleId: string, ms: number) => {
  h.clock.nowMs += ms;
  await h.services.payments.checkOpen(h.utilityId);
  return h.database.inUtility(h.utilityId, async (tx) => {
    const sales = tx.selectFrom('sales').select('state').where('id', '=', saleId);
    return (await sales.executeTakeFirstOrThrow()).state;
  });
};

test('one that the provider has never heard of ends within a day', async () => {
  answer = ok(null);
  const { saleId } = await begin();
  assert.equal(await stateAfter(saleId, dayMs / 2), 'awaitingPayment');
  assert.equal(await stateAfter(saleId, dayMs / 2), 'paymentExpired');
});

test('one whose provider gives no answer ends after three days; money that comes later counts', async () => {
  answer = err('unreachable');
  const { saleId, reference } = await begin();
  assert.equal(await stateAfter(saleId, 2 * dayMs), 'awaitingPayment');
  assert.equal(await stateAfter(saleId, dayMs), 'paymentExpired');
  const word = succeeded(reference, 5_000n, 'LATE-1', kes.code);
  assert.ok((await h.services.payments.notification('rail', word, () => undefined)).ok);
  assert.equal(await stateAfter(saleId, 1_000), 'issued');
});

test('MoMo: what they lost right after they took it is asked for again under the same name', async () => {
  const world = createWorld('momo');
  const other = h.secondServices({ provider: world.provider({ nowMs: () => h.clock.nowMs }) });
  const ask = async (ms: number) => {
    h.clock.nowMs += ms;
    await other.payments.checkOpen(h.utilityId);
  };
  await begin(other);
  world.money.clear();
  await ask(60_000);
  const [[reference, times] = []] = [...world.prompts];
  assert.deepEqual([times, world.money.has(reference ?? '')], [2, true]);
  // Later a prompt would only surprise.
  world.money.clear();
  await ask(600_000);
  assert.equal(world.money.size, 0);
});

test('a phone that was never asked is asked when its customer comes again, and not before', async () => {
  for (const kind of ['momo', 'daraja'] as const) {
    const world = createWorld(kind);
    const { payments } = h.secondServices({
      provider: world.provider({ nowMs: () => h.clock.nowMs }),
    });
    const ask = async (ms: number) => {
      h.clock.nowMs += ms;
      await payments.checkOpen(h.utilityId);
    };
    const place = await h.addConnection({ customer: { name: 'C', phone: world.phone } });
    const quote = await h.services.vending.makeQuote(place, 5_000n);
    assert.ok(quote.ok);
    const { quoteId } = quote.value;
    const press = () => payments.startPurchase(place, { quoteId, requestId: `quote:${quoteId}` });
    world.fault = 'nameless';
    assert.deepEqual(await press(), { ok: false, error: 'providerUnavailable' });
    world.fault = null;
    await ask(60_000);
    assert.equal(world.prompts.size, 0, 'no prompt out of the blue');
    const again = await press();
    assert.ok(again.ok && !again.value.isUnclear);
    assert.deepEqual([...world.prompts.values()], [1]);
    if (kind === 'daraja') continue;
    world.decide('paid');
    await ask(30_000);
    assert.equal(await stateAfter(again.value.saleId, 0), 'issued', 'asked about again');
  }
});

test('Daraja: a shop’s float that nobody heard of is asked for as soon as they answer', async () => {
  const world = createWorld('daraja');
  const { payments } = h.secondServices({
    provider: world.provider({ nowMs: () => h.clock.nowMs }),
  });
  const { vendorId } = await createVendor(h, 'Shop');
  world.fault = 'nameless';
  const wish = {
    utilityId: h.utilityId,
    vendorId,
    requestId: 'float-of-a-shop',
    phone: world.phone,
  };
  assert.ok((await payments.startFloat({ ...wish, amountMinor: 5_000n, askedBy: 'Amina' })).ok);
  world.fault = null;
  for (let i = 0; i < 3; i += 1) {
    h.clock.nowMs += 20_000;
    await payments.checkOpen(h.utilityId);
  }
  assert.deepEqual([...world.prompts.values()], [1]);
});

for (const isBehind of [true, false]) {
  const which = isBehind ? 'which is answered while the second looks' : 'whose second is quicker';
  test(`the same wish twice at once, ${which}, is one request and is told as one`, async () => {
    // A prompt without a key against doubles, prompts with one, a page.
    for (const kind of ['daraja', 'momo', 'airtel', 'paystack'] as const) {
      await wishTwice(kind, isBehind);
    }
  });
}

async function wishTwice(kind: (typeof worldKinds)[number], isBehind: boolean): Promise<void> {
  const looking = gate();
  let transactions = 0;
  /** Comes to a stop when its wish is written, or it has seen that the other's is. */
  const database: Harness['database'] = {
    ...h.database,
    inUtility: async (utilityId, work) => {
      if (transactions === 1) await looking.wait();
      transactions += 1;
      return h.database.inUtility(utilityId, work);
    },
  };
  const asking = gate();
  const world = createWorld(kind, (provider) => async (input, init) => {
    const asks = init?.method === 'POST' && !String(input).includes('token');
    if (isBehind && asks) await asking.wait();
    return provider(input, init);
  });
  const provider = world.provider({ nowMs: () => h.clock.nowMs });
  const quick = h.secondServices({ provider }).payments;
  const slow = h.secondServices({ provider, database }).payments;
  const place = await h.addConnection({ customer: { name: 'C', phone: world.phone } });
  const wish = async ({ startPurchase }: typeof quick, requestId: string) => {
    const quote = await h.services.vending.makeQuote(place, 5_000n);
    assert.ok(quote.ok);
    const once = { amountMinor: 5_000n };
    const { quoteId } = quote.value;
    return startPurchase(place, { quoteId, requestId, payerPhone: world.phone, once });
  };
  const early = isBehind ? wish(quick, 'phone:quick') : null;
  if (early !== null) await asking.reached;
  const late = wish(slow, 'phone:slow');
  await looking.reached;
  asking.open();
  const one = await (early ?? wish(quick, 'phone:quick'));
  assert.ok(one.ok && !one.value.isUnclear && one.value.before === null);
  looking.open();
  const two = await late;
  assert.ok(two.ok && two.value.before !== null, 'it did not ask');
  const { saleId, isUnclear, againInMs } = two.value.before;
  assert.deepEqual([saleId, isUnclear, againInMs], [one.value.saleId, false, 1_800_000]);
  assert.deepEqual([...world.prompts.values()], [1]);
}

/** Who comes to it waits until it is opened. */
function gate() {
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const { promise, resolve: open } = Promise.withResolvers<void>();
  const wait = (): Promise<void> => {
    reach();
    return promise;
  };
  return { reached, open, wait };
}
