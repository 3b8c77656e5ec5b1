// Automatic top-ups and fetched settlements with their process killed at every boundary: the phone
// and the kept card are asked once for a request, and what was paid out and kept is booked once.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ok } from '@prewatt/quantities';
import { sql } from 'kysely';
import { keepCard } from '../src/money/kept-cards/index.ts';
import type { PaymentProvider, ProviderStatus } from '../src/money/payments/index.ts';
import type { MeterPlace } from '../src/registry/connections/index.ts';
import { assertAllLaws } from './control-harness.ts';
import { attempt, createCutter } from './cuts.ts';
import { createHarness, type Harness, newTestUuid, succeeded } from './harness.ts';

const amountMinor = 5_000n;
const phone = '+27825550101';
const cutter = createCutter();
/** A rail that keeps cards and names what it was asked for. */
const rail = { opened: [] as string[], charged: [] as string[] };
/** A call that may be lost on its way out or back. */
const called = async <T>(work: () => T): Promise<T> => {
  cutter.pass();
  const done = work();
  cutter.pass();
  return done;
};
const provider: PaymentProvider = {
  ...{ name: 'rail', label: 'Card rail' },
  open: ({ reference }) =>
    called(() => {
      if (!rail.opened.includes(reference)) rail.opened.push(reference);
      return ok({ checkoutUrl: `http://pay.test/${reference}`, providerRequest: null });
    }),
  askAgain: ({ reference }) =>
    called(() => {
      const isAsked = [...rail.opened, ...rail.charged].includes(reference);
      return ok(isAsked ? paid(reference) : null);
    }),
  notification: ({ rawBody }) => {
    const { reference, status } = JSON.parse(rawBody.toString());
    const receivedMinor = BigInt(status.receivedMinor);
    return ok({ kind: 'word', reference, status: { ...status, receivedMinor } });
  },
  cards: {
    tokenOf: async () => ok(null),
    charge: ({ reference }) =>
      called(() => {
        rail.charged.push(reference);
        return ok({ providerRequest: null, status: paid(reference) });
      }),
  },
  settled: () =>
    called(() =>
      ok([
        {
          ...{ providerRef: `paid-${first}`, amountMinor, feeMinor: 120n, currency: 'ZAR' },
          ...{ payout: 'PO-1', paidAtMs: h.clock.nowMs - 86_400_000 },
        },
      ]),
    ),
};
const paid = (reference: string): ProviderStatus => ({
  status: 'succeeded',
  ...{ providerReference: `paid-${reference}`, receivedMinor: amountMinor, currencyCode: 'ZAR' },
});

let h: Harness;
let home: MeterPlace;
/** The payment of the first purchase, whose card was kept. */
let first = '';
const cardId = newTestUuid();
before(async () => {
  h = await createHarness({ realProvider: () => provider });
  home = await h.addConnection({ customer: { name: 'A Customer', phone } });
  const quote = await h.services.vending.makeQuote(home, amountMinor);
  assert.ok(quote.ok);
  const { quoteId } = quote.value;
  const request = { quoteId, requestId: `quote:${quoteId}` };
  assert.ok((await h.services.payments.startPurchase(home, request)).ok);
  first = rail.opened[0] ?? '';
  const word = succeeded(first, amountMinor, `paid-${first}`);
  assert.ok((await h.services.payments.notification('rail', word, () => undefined)).ok);
  await h.database.inUtility(h.utilityId, async (tx) => {
    const payment = await tx.selectFrom('payments').select('id').executeTakeFirstOrThrow();
    await keepCard(tx, home, {
      ...{ masterKey: Buffer.alloc(32, 7), cardId, paymentId: payment.id, provider: 'rail' },
      ...{ phone, token: 'AUTH', label: 'visa, ending in 4081', nowMs: h.clock.nowMs },
    });
  });
});
after(async () => {
  try {
    await assertAllLaws(h);
  } finally {
    await h.close();
  }
});

const start = () => h.secondServices({ database: cutter.database(h.database), provider });
type Server = ReturnType<typeof start>;

/** Works in these steps, killed at the n-th boundary; whether it was. */
async function killedAt(n: number, steps: readonly ((server: Server) => Promise<unknown>)[]) {
  let server = start();
  let cuts = 0;
  cutter.arm(n);
  for (const step of steps) {
    h.clock.nowMs += 61_000;
    await attempt(
      cutter,
      () => step(server),
      () => {
        cuts += 1;
        server = start();
      },
    );
  }
  cutter.arm(null);
  return cuts > 0;
}

for (const way of ['ask', 'card'] as const) {
  /** One request, as a look at the home has begun it. */
  const topUp = async (n: number): Promise<boolean> => {
    const id = newTestUuid();
    const at = new Date(h.clock.nowMs);
    await sql`INSERT INTO prewatt.top_ups (bucket, id, utility_id, connection_id, way, card_id,
        phone, amount_minor, expected_end_at, days_ahead, begun_at)
      VALUES (${home.bucket}, ${id}, ${h.utilityId}, ${home.connectionId}, ${way},
        ${way === 'card' ? cardId : null}, ${phone}, ${amountMinor}, ${at}, 2, ${at})`.execute(
      h.owner.directories,
    );
    rail.opened.length = 0;
    rail.charged.length = 0;
    const follow = (server: Server) => server.topUps.sweep({ id: h.utilityId });
    const ask = (server: Server) => server.payments.checkOpen(h.utilityId);
    const isKilled = await killedAt(n, [follow, ask, follow, ask, follow, follow]);
    const { rows } = await sql<{ outcome: string | null; tokens: bigint }>`SELECT t.outcome,
        (SELECT count(*) FROM prewatt.tokens k WHERE k.sale_id = s.id) AS tokens
      FROM prewatt.top_ups t LEFT JOIN prewatt.sales s
        ON s.bucket = t.bucket AND s.request_id = 'top-up:' || t.id
      WHERE t.id = ${id}::uuid`.execute(h.owner.directories);
    const [row] = rows;
    const where = `${way}, killed at ${n}: ${row?.outcome}`;
    const asked = rail.opened.length + rail.charged.length;
    if (asked === 0) {
      // Killed when the card was marked and not yet charged: it ends within a day, uncharged.
      assert.ok(way === 'card' && row?.outcome === null, where);
      h.clock.nowMs += 86_400_000;
      await h.services.payments.checkOpen(h.utilityId);
      await h.services.topUps.sweep({ id: h.utilityId });
      return true;
    }
    assert.deepEqual([asked, row?.outcome, row?.tokens], [1, 'paid', 1n], where);
    const { rows: told } = await sql`SELECT FROM prewatt.messages
      WHERE kind = 'topUp' AND fact_key = ${`top-up:asked:${id}`}`.execute(h.owner.directories);
    assert.ok(told.length <= 1, where);
    return isKilled;
  };

  test(`a top-up by ${way} whose process is killed at any boundary asks once and is sold once`, async () => {
    let n = 0;
    while (await topUp(n)) n += 1;
    assert.ok(n > 10, `${n} boundaries`);
  });
}

test('settlements that are fetched by a process that is killed at any boundary are booked once', async () => {
  h.clock.nowMs += 86_400_000;
  const fetched = (server: Server) => server.fetchSettlements();
  let n = 0;
  while (await killedAt(n, [fetched, fetched])) n += 1;
  assert.ok(n > 2, `${n} boundaries`);
  const { rows } = await sql<{ fees: bigint; postings: bigint; rows: bigint }>`SELECT
    (SELECT sum(fee_minor) FROM prewatt.provider_fees)::bigint AS fees,
    (SELECT count(*) FROM prewatt.transfers WHERE reason = 'providerFee') AS postings,
    (SELECT count(DISTINCT file_id) FROM prewatt.reconciliation_rows) AS rows`.execute(
    h.owner.directories,
  );
  assert.deepEqual(rows, [{ fees: 120n, postings: 1n, rows: 1n }]);
});
