// One suite for every payment provider: what gets lost, comes late, twice, in another order, from
// somebody else or with other money; and a provider that is slow, down, busy or talks HTML. The
// adapter, the payments and the database are real; the provider is a fake of the outside.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { idFromUuid } from '@prewatt/quantities';
import type { RawNotification } from '../src/money/payments/provider.ts';
import { assertAllLaws } from './control-harness.ts';
import { createHarness, type Harness, succeeded } from './harness.ts';
import { createWorld, faults, type World, worldKinds } from './provider-worlds.ts';
import { createVendor, vendorRow } from './vendor-harness.ts';

const amountMinor = 5_000n;
const dayMs = 86_400_000;

for (const kind of worldKinds) {
  describe(kind, () => {
    let h: Harness;
    let world: World;
    before(async () => {
      world = createWorld(kind);
      h = await createHarness({ realProvider: world.provider, currency: world.currency });
    });
    after(() => h.close());

    const say = async (came: RawNotification) => {
      const { rawBody, header, path, address } = came;
      const taken = await h.services.payments.notification(kind, rawBody, header, {
        path,
        address,
      });
      return taken.ok ? 'ok' : taken.error;
    };
    /** Time goes on, and the provider is asked about what is due. */
    const ask = async (afterMs = 20 * 60_000) => {
      h.clock.nowMs += afterMs;
      await h.services.payments.checkOpen(h.utilityId);
    };
    const buy = async () => {
      world.fault = null;
      const customer = { name: 'A Customer', phone: world.phone };
      const place = await h.addConnection({ customer });
      const quote = await h.services.vending.makeQuote(place, amountMinor);
      assert.ok(quote.ok);
      const { quoteId } = quote.value;
      const start = () =>
        h.services.payments.startPurchase(place, { quoteId, requestId: `quote:${quoteId}` });
      return { place, start };
    };
    const bought = async () => {
      const { start } = await buy();
      const started = await start();
      assert.ok(started.ok, JSON.stringify(started));
      return started.value;
    };
    /** What a stranger does not know of rails that sign nothing; Airtel’s have a hash. */
    const namesSecret = ['daraja', 'momo'].includes(kind);
    const state = (saleId: string) =>
      h.database.inUtility(h.utilityId, async (tx) => {
        const sale = await tx
          .selectFrom('sales')
          .select(['state', 'stuck_reason'])
          .where('id', '=', saleId)
          .executeTakeFirstOrThrow();
        const tokens = await tx
          .selectFrom('tokens')
          .select('id')
          .where('sale_id', '=', saleId)
          .execute();
        return `${sale.state}${sale.stuck_reason === null ? '' : ` ${sale.stuck_reason}`} ${tokens.length}`;
      });

    test('paid and told: one token, however often it is told', async () => {
      const { saleId } = await bought();
      assert.equal(await state(saleId), 'awaitingPayment 0');
      world.decide('paid');
      for (let i = 0; i < 3; i += 1) assert.equal(await say(world.notification()), 'ok');
      await ask(1_000);
      assert.equal(await say(world.notification()), 'ok');
      await ask();
      assert.equal(await state(saleId), 'issued 1');
    });

    test('paid and never told: the provider is asked', async () => {
      const { saleId } = await bought();
      world.decide('paid');
      await ask();
      assert.equal(await state(saleId), 'issued 1');
    });

    test('still open: nothing is sold, and nothing let go', async () => {
      const { saleId } = await bought();
      await ask();
      await ask();
      assert.equal(await state(saleId), 'awaitingPayment 0');
      world.decide('failed');
      await ask();
      assert.equal(await state(saleId), 'paymentRefused 0');
    });

    test('refused, and paid after all: the money counts', async () => {
      const { saleId } = await bought();
      world.decide('failed');
      await say(world.notification());
      await ask(1_000);
      assert.equal(await state(saleId), 'paymentRefused 0');
      world.decide('paid');
      assert.equal(await say(world.notification()), 'ok');
      await ask(1_000);
      assert.equal(await state(saleId), 'issued 1');
    });

    test('paid, and then said to have failed: what was sold stays sold', async () => {
      const { saleId } = await bought();
      world.decide('paid');
      await say(world.notification());
      await ask(1_000);
      world.decide('failed');
      assert.equal(await say(world.notification()), 'ok');
      await ask();
      assert.equal(await state(saleId), 'issued 1');
    });

    test('in another order: the failure that was sent first comes last', async () => {
      const { saleId } = await bought();
      world.decide('failed');
      const failure = world.notification();
      world.decide('paid');
      const success = world.notification();
      assert.equal(await say(success), 'ok');
      assert.equal(await say(failure), 'ok');
      await ask(1_000);
      assert.equal(await state(saleId), 'issued 1');
    });

    test('paid after the sale was closed because nobody paid', async () => {
      const { saleId } = await bought();
      await ask(dayMs + 1_000);
      assert.equal(await state(saleId), 'paymentExpired 0');
      world.decide('paid');
      assert.equal(await say(world.notification()), 'ok');
      await ask(1_000);
      assert.equal(await state(saleId), 'issued 1');
    });

    test('people see its reference, its amount where it says one, and three digits at most', async () => {
      await bought();
      world.decide('paid');
      const provider = world.provider({ nowMs: () => h.clock.nowMs });
      const read = provider.notification(world.notification());
      assert.ok(read.ok && (read.value.kind === 'word' || read.value.kind === 'hint'));
      const { providerReference, amountMinor: said, phoneEnd } = read.value.told ?? {};
      const { status } = read.value.kind === 'word' ? read.value : { status: null };
      const hinted = read.value.kind === 'hint' ? read.value.hintedReference : null;
      const known = status?.status === 'succeeded' ? status.providerReference : hinted;
      assert.equal(providerReference, known);
      assert.ok(said === amountMinor || (said === null && read.value.kind === 'hint'), `${said}`);
      assert.match(phoneEnd ?? '000', /^\d{3}$/);
      assert.equal(await say(world.notification()), 'ok');
      await ask();
    });

    test('from somebody else: refused, and nothing changes', async () => {
      const { saleId } = await bought();
      world.decide('paid');
      const forged = world.forged();
      world.decide('pending');
      assert.equal(await say(forged), namesSecret ? 'wrongSecret' : 'badSignature');
      await ask();
      assert.equal(await state(saleId), 'awaitingPayment 0');
      world.decide('failed');
      await ask();
    });

    test('any bytes are an answer, never a fault', async () => {
      const texts = ['', '{', 'null', '[]', '{"event":1}', '<x/>', '\u0000', '{"a":{"b":[1e999]}}'];
      for (const text of texts) {
        const { header, path, address } = world.notification();
        const answer = await say({ rawBody: Buffer.from(text), header, path, address });
        assert.ok(['ok', 'badSignature', 'malformed'].includes(answer), answer);
      }
    });

    for (const fault of faults) {
      test(`the provider is ${fault} while money is asked for: the customer is told`, async () => {
        // A token of theirs is at hand, so that it is the request itself that goes wrong.
        await bought();
        world.decide('failed');
        const { start } = await buy();
        world.fault = fault;
        const started = await start();
        // A phone that may ring is another thing than a page that nobody saw.
        const isPhone = ['daraja', 'momo', 'airtel'].includes(kind);
        const mayRing = isPhone && !['busy', 'nameless'].includes(fault);
        const said = started.ok ? started.value.isUnclear : started.error;
        assert.equal(said, mayRing ? true : 'providerUnavailable');
        world.fault = null;
        const again = await start();
        // Daraja has no key against doubles: a push that may have gone out is not sent again.
        assert.equal(again.ok && again.value.isUnclear, mayRing && kind === 'daraja');
      });

      test(`the provider is ${fault} when it is asked: it is asked again`, async () => {
        const { saleId } = await bought();
        world.decide('paid');
        world.fault = fault;
        await ask();
        await ask();
        assert.equal(await state(saleId), 'awaitingPayment 0');
        world.fault = null;
        await ask();
        assert.equal(await state(saleId), 'issued 1');
      });
    }

    test('other money than was asked for: kept, and for an operator', async () => {
      if (!world.namesAmount) return;
      const { saleId } = await bought();
      world.decide('paid', { amount: '49' });
      await say(world.notification());
      await ask(1_000);
      assert.equal(await state(saleId), 'stuck amountMismatch 0');
    });

    test('money of another currency: nothing is sold', async () => {
      if (!world.namesCurrency) return;
      const { saleId } = await bought();
      world.decide('paid', { currency: 'USD' });
      await say(world.notification());
      await ask(1_000);
      assert.equal(await state(saleId), 'awaitingPayment 0');
      world.decide('failed');
      await ask();
    });

    test('a shop’s float: asked once, paid once, and by the amount that was asked for', async () => {
      const { vendorId } = await createVendor(h, 'Shop');
      const askFor = async (requestId: string) => {
        const wish = { utilityId: h.utilityId, vendorId, requestId, amountMinor };
        const phone = world.phone;
        const { payments } = h.services;
        const started = await payments.startFloat({ ...wish, phone, askedBy: 'Amina, Phone 1' });
        assert.ok(started.ok, JSON.stringify(started));
        return started.value.paymentId;
      };
      const float = async () => (await vendorRow(h, vendorId)).float_minor;
      const first = await askFor('float-of-the-suite-1');
      assert.equal(await askFor('float-of-the-suite-1'), first);
      world.decide('failed');
      await say(world.notification());
      await ask(1_000);
      assert.equal(await float(), 0n);
      world.decide('paid');
      for (let i = 0; i < 3; i += 1) assert.equal(await say(world.notification()), 'ok');
      await ask();
      assert.equal(await float(), amountMinor);
      if (!world.namesAmount) return;
      await askFor('float-of-the-suite-2');
      world.decide('paid', { amount: '49' });
      await say(world.notification());
      await ask();
      assert.equal(await float(), amountMinor);
    });

    test('another provider’s word about this payment counts for nothing', async () => {
      const { saleId } = await bought();
      const { id } = await h.database.inUtility(h.utilityId, (tx) =>
        tx
          .selectFrom('payments')
          .select('id')
          .where('sale_id', '=', saleId)
          .executeTakeFirstOrThrow(),
      );
      const word = succeeded(idFromUuid('payment', id), amountMinor, 'NOT-THEIRS');
      const { payments } = h.services;
      const taken = await payments.notification('sandbox', word, () => undefined);
      assert.deepEqual(taken, { ok: false, error: 'unknownPayment' });
      assert.equal(await state(saleId), 'awaitingPayment 0');
      world.decide('failed');
      await ask();
    });

    test('and all laws hold', () => assertAllLaws(h));
  });
}
