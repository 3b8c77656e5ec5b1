// Asks a provider for the result of a payment and acts on it: the payment is settled, opened after
// all, closed because nobody paid, or asked about again later. A notification that proves nothing
// only makes the payment due for asking.

import { err, idFromUuid, ok } from '@prewatt/quantities';
import { type Database, instant } from '../../base/database.ts';
import type { Clocks } from '../../base/time.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import type { Vending } from '../vending/index.ts';
import { paymentLife } from './payment-life.ts';
import type { Arrived, Notification, PaymentProvider } from './provider.ts';
import type { PaymentPlace, SettleAnswer, SettleOrder } from './settle.ts';

/**
 * Real time between questions to the provider about a payment that is open: 5 s, doubling up to 10
 * min.
 */
export const checkDelayMs = (checks: number): number =>
  Math.min(5_000 * 2 ** checks, longestCheckMs);
export const longestCheckMs = 600_000;
/**
 * The utility's time after which an unpaid sale is closed, once the provider has been asked again;
 * money that comes later still counts.
 */
const unpaidForMs = 86_400_000;
/**
 * The same of one whose provider gives no answer, or is set up no more: nobody waits for ever for a
 * rail that is gone.
 */
const unknownForMs = 3 * unpaidForMs;
/**
 * A phone that was to be asked and was not is asked no later than this: the prompt surprises, and
 * its customer may soon ask anew (`asked-before.ts`).
 */
const promptWithinMs = 240_000;
/** How often a provider that does not answer is asked about a payment that was closed already. */
const checksOfClosed = 12;

export type Hint = Extract<Notification, { kind: 'hint' }>;
export type DuePayment = {
  readonly provider: string;
  readonly state: string;
  readonly checks: number;
  readonly requested_at: number;
  readonly amount_minor: bigint;
  readonly provider_request: string | null;
  readonly checkout_url: string | null;
  readonly hinted_reference: string | null;
  readonly hinted_minor: bigint | null;
};
type PaymentUpdate = {
  readonly state?: 'pending';
  readonly next_check_at?: Date | null;
  readonly checks?: number;
  readonly provider_request?: string;
  readonly hinted_reference?: string;
  readonly hinted_minor?: bigint;
};

type Deps = {
  readonly database: Database;
  readonly utilities: Utilities;
  readonly vending: Pick<Vending, 'paymentFailed'>;
  readonly clocks: Clocks;
  readonly providerOf: (name: string) => PaymentProvider | undefined;
  readonly settle: (order: SettleOrder) => Promise<SettleAnswer>;
  /** Money beside its request. */
  readonly hear: (heard: {
    readonly provider: string;
    readonly money: Arrived;
    readonly isProved: false;
    readonly payment: PaymentPlace;
  }) => Promise<unknown>;
  /** `isUnheardOf`: the provider lost what it was asked for, and is asked again. */
  readonly openCheckout: (place: PaymentPlace, isUnheardOf: boolean) => Promise<unknown>;
};

/**
 * A request that failed, they say, and yet money was named for it: late, it may have come all the
 * same. That money is asked about by its own name, and ends on the list where it cannot be.
 */
async function hearHinted(
  o: Pick<Deps, 'hear'>,
  place: PaymentPlace,
  of: {
    readonly payment: DuePayment;
    readonly provider: PaymentProvider | undefined;
    readonly currencyCode: string;
  },
): Promise<void> {
  const { payment, provider, currencyCode } = of;
  const { hinted_reference: providerReference } = payment;
  const amountMinor = payment.hinted_minor ?? payment.amount_minor;
  if (provider?.hintsAreMoney !== true || providerReference === null) return;
  const nobody = { account: null, payerPhone: null, payerName: null, paidAtMs: null };
  const money = { providerReference, amountMinor, currencyCode, ...nobody };
  await o.hear({ provider: provider.name, money, isProved: false, payment: place });
}

type Answer = Awaited<ReturnType<PaymentProvider['askAgain']>>;

/** One question to the provider about a payment that is due; false when it gave no answer. */
export async function askAbout(
  o: Deps,
  place: PaymentPlace,
  payment: DuePayment,
): Promise<boolean> {
  const { checks } = payment;
  await update(o, place, {
    next_check_at: new Date(o.clocks.real.nowMs() + checkDelayMs(checks + 1)),
    checks: checks + 1,
  });
  const provider = o.providerOf(payment.provider);
  const askedForMs = o.clocks.business.nowMs() - payment.requested_at;
  const utility = await o.utilities.get(place.utilityId);
  const status = await whatBecameOf(provider, place, {
    ...{ payment, askedForMs, currencyCode: utility.currency.code },
  });
  const isOpen = payment.state === 'requested' || payment.state === 'pending';
  if (!isOpen && (!status.ok || status.value?.status !== 'succeeded')) {
    // A hint about a payment that was closed: asked about a few times, then let be.
    if (status.ok || checks >= checksOfClosed) {
      await update(o, place, { next_check_at: null });
      await hearHinted(o, place, { payment, provider, currencyCode: utility.currency.code });
    }
    return status.ok;
  }
  if (status.ok && status.value !== null && status.value.status !== 'pending') {
    const settled = await o.settle({ place, provider: payment.provider, status: status.value });
    if (status.value.status === 'failed') {
      await hearHinted(o, place, { payment, provider, currencyCode: utility.currency.code });
    }
    // Its money stands on the operators' list; nothing more comes of asking.
    if (!settled.ok || settled.value !== 'unallocated') return true;
    if (!isOpen) {
      await update(o, place, { next_check_at: null });
      return true;
    }
  }
  if (isTaken(payment, status)) await update(o, place, { state: 'pending' });
  if (askedForMs >= (status.ok ? unpaidForMs : unknownForMs)) await expire(o, place);
  else if (status.ok && status.value === null) {
    // The server died before the checkout was opened, or the provider lost it.
    const isPrompt = provider?.asksOnPhone === true;
    if (!isPrompt || askedForMs < promptWithinMs) await o.openCheckout(place, isPrompt);
  }
  return status.ok;
}

async function whatBecameOf(
  provider: PaymentProvider | undefined,
  place: PaymentPlace,
  of: {
    readonly payment: DuePayment;
    readonly askedForMs: number;
    readonly currencyCode: string;
  },
): Promise<Answer> {
  const { payment, askedForMs, currencyCode } = of;
  // Its mark comes before its push: without one they cannot have heard of it.
  const isUnsent = payment.state === 'requested' && payment.checkout_url === null;
  if (isUnsent && provider?.asksOnce === true && payment.hinted_reference === null) return ok(null);
  const answer = await provider?.askAgain({
    reference: idFromUuid('payment', place.paymentId),
    amountMinor: payment.amount_minor,
    currencyCode,
    providerRequest: payment.provider_request,
    hintedReference: payment.hinted_reference,
    hintedMinor: payment.hinted_minor,
    askedForMs,
  });
  return answer ?? err('unreachable');
}

/** What was unclear is clear now: they have it. */
const isTaken = (payment: DuePayment, status: Answer): boolean =>
  payment.state === 'requested' &&
  status.ok &&
  status.value?.status === 'pending' &&
  status.value.isGuess !== true;

/**
 * Nobody was asked for it, and nobody is until its customer comes again, or a day is over. Not one
 * that another process has opened meanwhile.
 */
export const letRest = (
  o: Pick<Deps, 'database' | 'clocks'>,
  place: PaymentPlace,
): Promise<unknown> =>
  o.database.inUtility(place.utilityId, (tx) =>
    tx
      .updateTable('payments')
      .set({ next_check_at: new Date(o.clocks.real.nowMs() + unpaidForMs) })
      .where('bucket', '=', place.bucket)
      .where('id', '=', place.paymentId)
      .where('state', '=', 'requested')
      .where('checkout_url', 'is', null)
      .execute(),
  );

/** The same, and whoever wants it wishes it anew. */
export const giveUp = (
  o: Pick<Deps, 'database' | 'clocks' | 'vending'>,
  place: PaymentPlace,
): Promise<void> => close(o, place, 'notAsked');

/** A notification that proves nothing: what it says is kept, and the provider is asked soon. */
export const takeHint = (
  o: Pick<Deps, 'database' | 'clocks'>,
  place: PaymentPlace & { readonly provider: string },
  hint: Hint,
): Promise<unknown> =>
  update(o, place, {
    next_check_at: new Date(o.clocks.real.nowMs()),
    checks: 0,
    ...(hint.providerRequest === null ? {} : { provider_request: hint.providerRequest }),
    ...(hint.hintedReference === null ? {} : { hinted_reference: hint.hintedReference }),
    ...(isAmount(hint.hintedMinor) ? { hinted_minor: hint.hintedMinor } : {}),
  });

const isAmount = (minor: bigint | null | undefined): minor is bigint =>
  minor !== null && minor !== undefined && minor > 0n;

/** No sooner than the first question comes: a page that is looked at again asks no faster. */
export const askSoon = async (
  o: Pick<Deps, 'database' | 'clocks'>,
  place: ConnectionPlace,
  saleId: string,
): Promise<void> => {
  const soon = new Date(o.clocks.real.nowMs() + checkDelayMs(0));
  await o.database.inUtility(place.utilityId, (tx) =>
    tx
      .updateTable('payments')
      .set({ next_check_at: soon })
      .where('bucket', '=', place.bucket)
      .where('sale_id', '=', saleId)
      .where('state', 'in', ['requested', 'pending'])
      .where('next_check_at', '>', instant(soon.getTime()))
      .execute(),
  );
};

const update = (
  o: Pick<Deps, 'database'>,
  place: PaymentPlace & { readonly provider?: string },
  to: PaymentUpdate,
): Promise<unknown> =>
  o.database.inUtility(place.utilityId, (tx) =>
    tx
      .updateTable('payments')
      .set(to)
      .where('bucket', '=', place.bucket)
      .where('id', '=', place.paymentId)
      .where('state', '<>', 'succeeded')
      .$if(place.provider !== undefined, (query) =>
        query.where('provider', '=', place.provider ?? ''),
      )
      .execute(),
  );

const expire = (o: Deps, place: PaymentPlace): Promise<void> => close(o, place, 'expired');

const close = (
  o: Pick<Deps, 'database' | 'clocks' | 'vending'>,
  place: PaymentPlace,
  why: 'expired' | 'notAsked',
): Promise<void> =>
  o.database.inUtility(place.utilityId, async (tx) => {
    const [state, as] =
      why === 'expired'
        ? (['expired', 'paymentExpired'] as const)
        : (['failed', 'paymentRefused'] as const);
    const payment = await tx
      .updateTable('payments')
      .set({ state, next_check_at: null, decided_at: new Date(o.clocks.business.nowMs()) })
      .where('bucket', '=', place.bucket)
      .where('id', '=', place.paymentId)
      .where('state', 'in', why === 'expired' ? paymentLife.sourcesOf(state) : ['requested'])
      .$if(why === 'notAsked', (query) => query.where('checkout_url', 'is', null))
      .returning(['sale_id', 'connection_id'])
      .executeTakeFirst();
    if (payment === undefined) return;
    const { connection_id: connectionId, sale_id: saleId } = payment;
    if (connectionId === null || saleId === null) return;
    await o.vending.paymentFailed(tx, { ...place, connectionId }, { saleId, as });
  });
