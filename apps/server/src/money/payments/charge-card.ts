// Takes a payment from a kept card. Before the provider is asked the payment is marked as opened,
// so that whatever happens the card is charged at most once for it; what is unclear then is only
// asked about.

import type { Database } from '../../base/database.ts';
import { openCard } from '../kept-cards/index.ts';
import type { PaymentProvider, PaymentRequest } from './provider.ts';
import type { PaymentPlace, SettleAnswer, SettleOrder } from './settle.ts';

type ChargeDeps = {
  readonly database: Database;
  readonly masterKey: Buffer;
  readonly settle: (order: SettleOrder) => Promise<SettleAnswer>;
};

/** False when the card is kept no more: nothing was asked for. */
export async function chargeCard(
  o: ChargeDeps,
  a: {
    readonly place: PaymentPlace;
    readonly cardId: string;
    readonly provider: PaymentProvider;
    readonly request: PaymentRequest;
  },
): Promise<boolean> {
  const { place, provider, request } = a;
  const token = await o.database.inUtility(place.utilityId, async (tx) => {
    const opened = await openCard(tx, o.masterKey, { ...place, cardId: a.cardId });
    if (opened === null) return null;
    const marked = await tx
      .updateTable('payments')
      .set({ checkout_url: request.returnUrl, state: 'pending' })
      .where('bucket', '=', place.bucket)
      .where('id', '=', place.paymentId)
      .where('state', '=', 'requested')
      .where('checkout_url', 'is', null)
      .executeTakeFirst();
    return marked.numUpdatedRows === 1n ? opened : '';
  });
  if (token === null) {
    // Nobody was asked: as final as a refusal.
    await o.settle({ place, provider: provider.name, status: { status: 'failed' } });
    return false;
  }
  if (token === '' || provider.cards === undefined) return true;
  const charged = await provider.cards.charge(request, token);
  if (!charged.ok) return true;
  const { providerRequest, status } = charged.value;
  if (providerRequest !== null) {
    await o.database.inUtility(place.utilityId, (tx) =>
      tx
        .updateTable('payments')
        .set({ provider_request: providerRequest })
        .where('bucket', '=', place.bucket)
        .where('id', '=', place.paymentId)
        .execute(),
    );
  }
  if (status.status !== 'pending') await o.settle({ place, provider: provider.name, status });
  return true;
}
