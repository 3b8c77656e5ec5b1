// Money that a provider took and that no sale got, for tests: how it comes, and one of each
// decision about it, made without sign-ins.

import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Tx } from '../src/base/database.ts';
import type { MeterPlace } from '../src/registry/connections/index.ts';
import { moveMoney, refundMoney } from '../src/workflows/corrections/unallocated.ts';
import { seedApproval } from './approval-seed.ts';
import { type Harness, newTestUuid, succeeded } from './harness.ts';

/** A purchase that is begun; the provider's name of it. */
export async function beginPurchase(h: Harness, amountMinor: bigint, place: MeterPlace = h.place) {
  const quote = await h.services.vending.makeQuote(place, amountMinor);
  assert.ok(quote.ok, inspect(quote));
  const { quoteId } = quote.value;
  const requestId = `quote:${quoteId}`;
  const started = await h.services.payments.startPurchase(place, { quoteId, requestId });
  assert.ok(started.ok, inspect(started));
  const { saleId, checkoutUrl } = started.value;
  return { saleId, reference: checkoutUrl.split('/').at(-1) ?? '' };
}

/** The provider says in a signed word that the money came. */
export const notify = (h: Harness, body: Buffer) =>
  h.services.payments.notification('sandbox', body, () => undefined);

export const waiting = (h: Harness) =>
  h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('unallocated_money')
      .select(['id', 'provider_reference', 'amount_minor', 'currency_code', 'cause'])
      .where('state', '=', 'waiting')
      .orderBy('entered')
      .execute(),
  );

/** Paid twice over, three times: one sum is moved, one paid back, one waits. */
export async function seedUnallocated(h: Harness): Promise<void> {
  const paid = await beginPurchase(h, 6_000n);
  for (const name of ['U-1', 'U-2', 'U-3', 'U-4']) {
    await notify(h, succeeded(paid.reference, 6_000n, name));
  }
  const [moved, refunded] = await waiting(h);
  assert.ok(moved !== undefined && refunded !== undefined);
  const reason = 'Seeded by a test, for the rules.';
  const requestId = 'seeded-money-1';
  const deps = { ...h.services, newUuid: newTestUuid, nowMs: () => h.clock.nowMs };
  const { utilityId } = h;
  const two = async (kind: string, payload: object) => {
    const by = await seedApproval(h, { kind, reason, payload: { requestId, reason, ...payload } });
    const named = (operatorId: string) => ({ operatorId, name: 'Somebody' });
    return {
      approvalId: by.approvalId,
      requestedBy: named(by.requestedBy),
      approvedBy: named(by.approvedBy),
    };
  };
  const act = async (work: (tx: Tx) => Promise<{ readonly ok: boolean }>): Promise<void> => {
    const done = await h.database.inUtility(utilityId, work);
    assert.ok(done.ok, inspect(done));
  };
  const to = h.place;
  const by = await two('moveMoney', {
    ...{ moneyId: moved.id, toConnectionId: to.connectionId, amountMinor: '6000' },
  });
  const common = { utilityId, requestId, reason };
  await act((tx) =>
    moveMoney(tx, deps, { ...common, moneyId: moved.id, to, amountMinor: 6_000n, by }),
  );
  const back = await two('refundMoney', { moneyId: refunded.id, reference: 'EFT 7' });
  await act((tx) =>
    refundMoney(tx, deps, { ...common, moneyId: refunded.id, reference: 'EFT 7', by: back }),
  );
}
