// A purchase that a phone asks for: the amount, an offer, and the payment that its own phone is
// asked for, or a way to pay by text message.

import { createHash } from 'node:crypto';
import { parseTypedAmount } from '@prewatt/quantities';
import type { Database } from '../../base/database.ts';
import type { Messages } from '../../messaging/messages/index.ts';
import { type AskedBefore, type Payments, unclearMs } from '../../money/payments/index.ts';
import type { Vending } from '../../money/vending/index.ts';
import { type Home, moneyOf } from './homes.ts';
import type { PhoneLimits } from './limits.ts';
import type { Words } from './words.ts';

export type BuyingDeps = {
  readonly database: Database;
  readonly vending: Pick<Vending, 'makeQuote'>;
  readonly payments: Pick<Payments, 'startPurchase'>;
  readonly messages: Pick<Messages, 'queue'>;
  readonly limits: PhoneLimits;
  readonly publicUrl: string;
};

export type Bought =
  /** The phone asks for the money now. */
  | { readonly kind: 'asked'; readonly amount: string }
  /** Perhaps: no clear answer of the provider so far. */
  | { readonly kind: 'unclear'; readonly amount: string; readonly minutes: number }
  | { readonly kind: 'link'; readonly amount: string; readonly url: string }
  /** A moment ago, for this home: nothing new was asked for. */
  | {
      readonly kind: 'before';
      readonly amount: string;
      /** The way to pay where there is one; null where the phone asks, or it is paid. */
      readonly url: string | null;
      readonly standing: Standing;
      readonly minutes: number;
    }
  /** `away`: the provider does not answer, and nobody was asked. */
  | { readonly kind: 'badAmount' | 'busy' | 'notNow' | 'away' };

/** How a purchase of a moment ago stands; `other`: open, and of another amount. */
export type Standing = 'asked' | 'unclear' | 'other' | 'bought';

/** Within the utility's limits; null for anything else. */
export function amountOf(typed: string, { utility }: Home): bigint | null {
  const amount = parseTypedAmount(typed, utility.currency);
  if (!amount.ok || amount.value < utility.minimumPurchaseMinor) return null;
  return amount.value > utility.maximumPurchaseMinor ? null : amount.value;
}

export async function buy(
  o: BuyingDeps,
  asked: {
    readonly home: Home;
    readonly typed: string;
    readonly payerPhone: string;
    /** The home is not the payer's: they get a receipt without its token. */
    readonly isFriend: boolean;
    /** Names the request: the same again is the same purchase. */
    readonly request: string;
  },
): Promise<Bought> {
  const { home, payerPhone } = asked;
  const amountMinor = amountOf(asked.typed, home);
  if (amountMinor === null) return { kind: 'badAmount' };
  if (!(await o.limits.mayHave(payerPhone, 'purchase'))) return { kind: 'busy' };
  const quote = await o.vending.makeQuote(home.place, amountMinor);
  if (!quote.ok) return { kind: 'notNow' };
  const digest = createHash('sha256').update(asked.request).digest('hex').slice(0, 40);
  const { quoteId } = quote.value;
  const requestId = `phone:${digest}`;
  const started = await o.payments.startPurchase(home.place, {
    ...{ quoteId, requestId, payerPhone, once: { amountMinor } },
    ...(asked.isFriend ? { receiptPhone: payerPhone } : {}),
  });
  if (!started.ok) {
    if (started.error !== 'providerUnavailable') return { kind: 'notNow' };
    await o.limits.giveBack(payerPhone, 'purchase');
    return { kind: 'away' };
  }
  const { checkoutUrl, isUnclear, before } = started.value;
  const url = isOurs(o, checkoutUrl) ? null : checkoutUrl;
  if (before !== null) {
    await o.limits.giveBack(payerPhone, 'purchase');
    const standing = standingOf(before, amountMinor);
    return {
      ...{ kind: 'before', standing, url: before.isPaid ? null : url },
      amount: moneyOf(before.amountMinor, home.utility),
      minutes: Math.ceil(before.againInMs / 60_000),
    };
  }
  const amount = moneyOf(amountMinor, home.utility);
  if (isUnclear) return { kind: 'unclear', amount, minutes: Math.ceil(unclearMs / 60_000) };
  return url === null ? { kind: 'asked', amount } : { kind: 'link', amount, url };
}

function standingOf(before: AskedBefore, amountMinor: bigint): Standing {
  if (before.isPaid) return 'bought';
  if (before.isUnclear) return 'unclear';
  return before.amountMinor === amountMinor ? 'asked' : 'other';
}

/** Our own page is where a customer waits while the phone asks. */
const isOurs = (o: Pick<BuyingDeps, 'publicUrl'>, url: string): boolean =>
  url === '' || new URL(url).origin === new URL(o.publicUrl).origin;

/** The way to pay, as a text message to who asked for it. */
export const textLink = (
  o: Pick<BuyingDeps, 'database' | 'messages'>,
  bought: { readonly amount: string; readonly url: string },
  to: {
    readonly home: Home;
    readonly phone: string;
    readonly factKey: string;
    readonly words: Words;
  },
): Promise<void> =>
  o.database.inUtility(to.home.place.utilityId, (tx) =>
    o.messages.queue(tx, {
      ...{ place: to.home.place, kind: 'answer', factKey: to.factKey, phone: to.phone },
      text: to.words.sms.pay({ amount: bought.amount, home: to.home.shown, url: bought.url }),
    }),
  );
