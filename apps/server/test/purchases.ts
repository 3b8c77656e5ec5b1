// Purchases over a harness, for tests that need sales more than they test them.

import assert from 'node:assert/strict';
import type { MeterPlace } from '../src/registry/connections/index.ts';
import { type Harness, succeeded } from './harness.ts';

/** Buys, pays and gives the sale's id; its token is issued. */
export async function buyAndPay(
  h: Harness,
  amountMinor: bigint,
  providerReference: string,
  place: MeterPlace = h.place,
): Promise<string> {
  const purchase = await startPurchase(h, amountMinor, place);
  await purchase.pay(providerReference);
  return purchase.saleId;
}

/** Buys; the money comes when `pay` is called. */
export async function startPurchase(h: Harness, amountMinor: bigint, place: MeterPlace) {
  const quote = await h.services.vending.makeQuote(place, amountMinor);
  assert.ok(quote.ok, JSON.stringify(quote));
  const { quoteId } = quote.value;
  const started = await h.services.payments.startPurchase(place, {
    quoteId,
    requestId: `quote:${quoteId}`,
  });
  assert.ok(started.ok, JSON.stringify(started));
  const reference = started.value.checkoutUrl.split('/').at(-1) ?? '';
  const pay = async (providerReference: string): Promise<void> => {
    const paid = succeeded(reference, amountMinor, providerReference);
    const taken = await h.services.payments.notification('sandbox', paid, () => undefined);
    assert.ok(taken.ok, JSON.stringify(taken));
  };
  return { saleId: started.value.saleId, pay };
}

let sequence = 0;

/** The harness's first meter says that the sale's token was typed and accepted. */
export async function typeToken(h: Harness, saleId: string): Promise<void> {
  const token = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('tokens').selectAll().where('sale_id', '=', saleId).executeTakeFirstOrThrow(),
  );
  sequence += 1;
  await h.fromMeter(h.meterPan, {
    kind: 'events',
    sequence,
    events: [
      {
        sequence,
        atMs: h.clock.nowMs,
        code: 'token',
        origin: 'keypad',
        lastFour: token.digits.slice(-4),
        outcome: {
          result: 'accepted',
          effect: 'credit',
          tid: token.tid,
          creditedEnergyWh: token.energy_wh as never,
        },
      },
    ],
  });
}
