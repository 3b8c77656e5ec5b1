// The same purchase with its process killed at every boundary, at every provider: after each call,
// after each commit, before and after each answer. Money that was paid is sold once, and nobody is
// asked twice where the rail has no key against doubles.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import type { Services } from '../src/compose/services.ts';
import type { MeterPlace } from '../src/registry/connections/index.ts';
import { assertAllLaws } from './control-harness.ts';
import { attempt, createCutter } from './cuts.ts';
import { createHarness, type Harness } from './harness.ts';
import { answerLast, confirm, createPayBill, payBillConfig, pulledRow } from './pay-bill-seed.ts';
import { kenyan, kes } from './provider-speaker.ts';
import { createWorld, worldKinds } from './provider-worlds.ts';

const amountMinor = 5_000n;
const cutter = createCutter();
let h: Harness;
before(async () => {
  h = await createHarness({ currency: kes });
});
after(() => h.close());

const stateOf = ({ bucket, connectionId }: MeterPlace) =>
  h.database.inUtility(h.utilityId, async (tx) => {
    const { rows } = await sql<{ said: string }>`SELECT coalesce(string_agg(s.state, ' '), 'none')
        || ' ' || (SELECT count(*) FROM tokens t WHERE t.bucket = ${bucket}::smallint
          AND t.connection_id = ${connectionId}::uuid) AS said
      FROM sales s WHERE s.bucket = ${bucket}::smallint
        AND s.connection_id = ${connectionId}::uuid`.execute(tx);
    return rows[0]?.said;
  });
const unallocated = () =>
  h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('unallocated_money').select('cause').execute(),
  );

/** One that signs and one that does not at each boundary; of the others a fourth, save in soak. */
const isWhole = (kind: string): boolean =>
  process.env['PREWATT_EVERY_CUT'] === 'yes' || kind === 'daraja' || kind === 'stripe';
const unasked: { readonly place: MeterPlace; readonly server: Services }[] = [];

for (const kind of worldKinds) {
  /** One purchase, killed at the n-th boundary; false when it has none so far on. */
  const purchase = async (n: number, comesAgain: boolean): Promise<boolean> => {
    const world = createWorld(kind, cutter.wire);
    const start = () =>
      h.secondServices({
        database: cutter.database(h.database),
        provider: world.provider({ nowMs: () => h.clock.nowMs }),
      });
    let server = start();
    let cuts = 0;
    const tries = <T>(work: () => Promise<T>) =>
      attempt(cutter, work, () => {
        cuts += 1;
        server = start();
      });
    const place = await h.addConnection({ customer: { name: 'A Customer', phone: kenyan } });
    const quote = await h.services.vending.makeQuote(place, amountMinor);
    assert.ok(quote.ok);
    const { quoteId } = quote.value;
    const buy = () => server.payments.startPurchase(place, { quoteId, requestId: `q:${quoteId}` });
    cutter.arm(n);
    const begun = await tries(buy);
    const isAsked = world.money.size > 0;
    const again = begun === undefined && (comesAgain || !isAsked) ? await buy() : begun;
    assert.ok(again === undefined || again.ok, `${kind} ${n}: ${JSON.stringify(again)}`);
    if (world.money.size === 0) {
      // Killed before its push left: nobody was asked, and the sale ends by itself, below.
      assert.equal(kind, 'daraja');
      unasked.push({ place, server });
      return true;
    }
    world.decide('paid');
    const say = async () => {
      const { rawBody, header, ...from } = world.notification();
      cutter.pass();
      await server.payments.notification(kind, rawBody, header, from);
      cutter.pass();
    };
    await tries(say);
    const ask = async () => {
      h.clock.nowMs += 120_000;
      await server.payments.checkOpen(h.utilityId);
    };
    for (let i = 0; i < 3; i += 1) await tries(ask);
    const isOver = cuts === 0;
    cutter.arm(null);
    await say();
    await ask();
    assert.deepEqual(await unallocated(), [], `${kind}, killed at ${n}`);
    assert.equal(await stateOf(place), 'issued 1', `${kind}, killed at ${n}`);
    if (kind === 'daraja') assert.deepEqual([...world.prompts.values()], [1], `killed at ${n}`);
    return !isOver;
  };

  test(`${kind}: a purchase whose process is killed at any boundary is sold once`, async () => {
    const step = isWhole(kind) ? 1 : 4;
    let n = worldKinds.indexOf(kind) % step;
    while (await purchase(n, true)) n += step;
    assert.ok(n > 16, `${n} boundaries`);
  });

  if (['daraja', 'momo', 'airtel'].includes(kind)) {
    test(`${kind}: whoever pays on the phone and does not look again has it all the same`, async () => {
      for (let n = 4; n < 9; n += 1) await purchase(n, false);
    });
  }
}

test('daraja: money without an order whose process is killed at any boundary buys once', async () => {
  const walkIn = async (n: number): Promise<boolean> => {
    const payBill = createPayBill(payBillConfig, cutter.wire);
    const start = () =>
      h.secondServices({
        database: cutter.database(h.database),
        provider: payBill.provider({ nowMs: () => h.clock.nowMs }),
      });
    let services = start();
    let cuts = 0;
    const tries = (work: () => Promise<unknown>) =>
      attempt(cutter, work, () => {
        cuts += 1;
        services = start();
      });
    /** What comes in once, and is not said again. */
    const comes = (say: () => Promise<unknown>) =>
      tries(async () => {
        cutter.pass();
        await say();
        cutter.pass();
      });
    const home = await h.addConnection();
    const id = `TKC${String(n).padStart(5, '0')}`;
    const look = async () => {
      h.clock.nowMs += 60_000;
      await services.payments.checkOpen(h.utilityId);
    };
    cutter.arm(n);
    await comes(() => confirm({ services }, { id, account: home.meterPan }));
    for (let i = 0; i < 2; i += 1) {
      await tries(look);
      if (payBill.questions.length > 0) await comes(() => answerLast({ services }, payBill));
    }
    payBill.listed = [pulledRow(id, home.meterPan)];
    await tries(() => services.payments.listArrivals());
    await tries(look);
    const isOver = cuts === 0;
    cutter.arm(null);
    h.clock.nowMs += 900_000;
    await services.payments.listArrivals();
    await look();
    assert.equal(await stateOf(home), 'issued 1', `killed at ${n}`);
    assert.deepEqual(await unallocated(), [], `killed at ${n}`);
    return !isOver;
  };
  let n = 0;
  const step = process.env['PREWATT_EVERY_CUT'] === 'yes' ? 1 : 2;
  while (await walkIn(n)) n += step;
  assert.ok(n > 16, `${n} boundaries`);
});

test('all laws hold; a push that never left is nobody’s, and its sale ends within a day', async () => {
  await assertAllLaws(h);
  h.clock.nowMs += 86_400_000;
  assert.ok(unasked.length > 1);
  for (const { place, server } of unasked) {
    await server.payments.checkOpen(h.utilityId);
    assert.equal(await stateOf(place), 'paymentExpired 0');
  }
});
