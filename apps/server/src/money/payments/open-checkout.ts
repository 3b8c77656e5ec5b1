// The checkout of a payment: a page to pay on, or a phone that is asked. Safe to repeat, since the
// reference is the payment. What comes back says whether somebody was asked for the money.

import { pageRoutes, pathOf, paymentApi, tillPages } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { type Database, together } from '../../base/database.ts';
import type { Clocks } from '../../base/time.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import { checkDelayMs, longestCheckMs } from './asking.ts';
import { chargeCard } from './charge-card.ts';
import { paymentLife } from './payment-life.ts';
import { paymentOf } from './payment-of.ts';
import type { PaymentProvider, PaymentRequest } from './provider.ts';
import type { PaymentPlace, SettleAnswer, SettleOrder } from './settle.ts';

export type CheckoutDeps = {
  readonly database: Database;
  readonly utilities: Utilities;
  readonly clocks: Clocks;
  readonly masterKey: Buffer;
  readonly publicUrl: string;
  readonly providerOf: (name: string) => PaymentProvider | undefined;
  readonly settle: (order: SettleOrder) => Promise<SettleAnswer>;
};

export type Checkout = {
  readonly url: string;
  /** Nobody knows whether the provider took the request: the phone may ring, or not. */
  readonly isUnclear: boolean;
  /** By this call the payment came to be open, and by none beside it. */
  readonly isNew: boolean;
};

export const notifyUrlOf = (o: Pick<CheckoutDeps, 'publicUrl'>, provider: string): string =>
  new URL(pathOf(paymentApi.notify, { provider }), o.publicUrl).href;

/** From the provider if need be; null when nobody was asked for the money. */
export async function openCheckout(
  o: CheckoutDeps,
  place: PaymentPlace,
  isUnheardOf = false,
): Promise<Checkout | null> {
  const read = await o.database.inUtility(place.utilityId, (tx) => paymentOf(tx, place));
  const { payment, phone } = read;
  const provider = o.providerOf(payment.provider);
  const isUnclear = payment.state === 'requested';
  // What is unclear is asked for again by its name, where the rail knows repeats by that.
  const mayAskAgain = isUnheardOf || (isUnclear && provider?.asksOnce !== true);
  if (payment.checkout_url !== null && (!mayAskAgain || payment.card_id !== null)) {
    return { url: payment.checkout_url, isUnclear, isNew: false };
  }
  // Given up meanwhile by whoever wished it: a phone is not asked for what has failed.
  const isGivenUp = payment.state === 'failed' && payment.payer_phone !== null;
  if (provider === undefined || isGivenUp) return null;
  const utility = await o.utilities.get(place.utilityId);
  const reference = idFromUuid('payment', place.paymentId);
  const { description, path } = purposeOf(read, { reference, utilityName: utility.name });
  const request: PaymentRequest = {
    reference,
    amountMinor: payment.amount_minor,
    currency: utility.currency,
    description,
    notifyUrl: notifyUrlOf(o, provider.name),
    returnUrl: new URL(path, o.publicUrl).href,
    ...{ phone, asksPhone: payment.payer_phone !== null },
    keepsCard: payment.card_check_at !== null,
  };
  if (payment.card_id !== null) {
    const { card_id: cardId } = payment;
    const charged = await chargeCard(o, { place, cardId, provider, request });
    return charged ? { url: request.returnUrl, isUnclear: false, isNew: true } : null;
  }
  const unclear: Checkout = { url: request.returnUrl, isUnclear: true, isNew: false };
  if (provider.asksOnce === true && !(await markAsked(o, place, unclear.url))) return unclear;
  const checkout = await provider.open(request);
  if (!checkout.ok) {
    if (checkout.error === 'unreachable') {
      if (provider.asksOnce !== true) await markAsked(o, place, unclear.url);
      return unclear;
    }
    if (provider.asksOnce === true) await markAsked(o, place, null);
    return null;
  }
  const { checkoutUrl: url, providerRequest } = checkout.value;
  const opened = { url, providerRequest, askAgainAt: payment.next_check_at };
  return { url, isUnclear: false, isNew: await keepOpened(o, place, opened) };
}

/** True when it was not open before. */
async function keepOpened(
  o: Pick<CheckoutDeps, 'database' | 'clocks'>,
  place: PaymentPlace,
  opened: {
    readonly url: string;
    readonly providerRequest: string | null;
    readonly askAgainAt: number | null;
  },
): Promise<boolean> {
  const soonMs = o.clocks.real.nowMs() + checkDelayMs(0);
  // It rested while nobody was asked.
  const isResting = (opened.askAgainAt ?? 0) > soonMs + longestCheckMs;
  return o.database.inUtility(place.utilityId, async (tx) => {
    const base = tx
      .updateTable('payments')
      .where('bucket', '=', place.bucket)
      .where('id', '=', place.paymentId);
    const [, isOpenNow] = await together(
      base
        .set({
          checkout_url: opened.url,
          provider_request: opened.providerRequest,
          ...(isResting ? { next_check_at: new Date(soonMs) } : {}),
        })
        .execute(),
      base
        .set({ state: 'pending' })
        .where('state', 'in', paymentLife.sourcesOf('pending'))
        .executeTakeFirst(),
    );
    return isOpenNow.numUpdatedRows > 0n;
  });
}

/**
 * From here on the money may have been asked for, whatever becomes of this process; null takes that
 * back. False when it was so already. Marked before the rail is asked where it has no key against
 * doubles, and after no clear answer elsewhere.
 */
const markAsked = async (
  o: Pick<CheckoutDeps, 'database'>,
  place: PaymentPlace,
  checkout_url: string | null,
): Promise<boolean> => {
  const marked = await o.database.inUtility(place.utilityId, (tx) =>
    tx
      .updateTable('payments')
      .set({ checkout_url })
      .where('bucket', '=', place.bucket)
      .where('id', '=', place.paymentId)
      .where('state', '=', 'requested')
      .where('checkout_url', checkout_url === null ? 'is not' : 'is', null)
      .executeTakeFirst(),
  );
  return marked.numUpdatedRows > 0n;
};

/** What the provider says that is paid for, and our page of it. */
function purposeOf(
  { payment, connectionName, vendorName, requestId }: Awaited<ReturnType<typeof paymentOf>>,
  o: { readonly reference: string; readonly utilityName: string },
): { readonly description: string; readonly path: string } {
  const { reference, utilityName } = o;
  if (payment.sale_id === null) {
    const description = `${utilityName}: float of ${vendorName ?? 'a shop'}`;
    return { description, path: pathOf(tillPages.floatPayment, { id: reference }) };
  }
  // Who pays for somebody else is told nothing of the home.
  if (isOfFriend(requestId)) {
    const path = pathOf(pageRoutes.friendPaid, { id: reference });
    return { description: `${utilityName}: electricity`, path };
  }
  return {
    description: `${utilityName}: electricity for ${connectionName}`,
    path: pathOf(pageRoutes.sale, { id: idFromUuid('sale', payment.sale_id) }),
  };
}

/** Names a purchase of whoever pays for somebody else. */
export const friendRequest = (id: string): string => `friend:${id}`;
const isOfFriend = (requestId: string | null): boolean => requestId?.startsWith('friend:') === true;
