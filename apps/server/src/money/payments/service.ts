// Payments: asks a provider for money and records once what came. A notification, a repeated one
// and our own question to the provider all end in `settle`, which changes a payment at most once.

import { err, ok, type RandomBytes, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import { type Database, instant } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Clocks } from '../../base/time.ts';
import type { Tracing } from '../../base/tracing.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import type { KeptCard } from '../kept-cards/index.ts';
import type { Judged, KeptNotifications, Password, Told } from '../kept-notifications/index.ts';
import type { OpenSaleRefusal, Vending } from '../vending/index.ts';
import { type Arrivals, createArrivals } from './arrivals.ts';
import { type AskedBefore, askedBefore } from './asked-before.ts';
import { askAbout, askSoon, type DuePayment, giveUp, letRest } from './asking.ts';
import { type Cards, createCards } from './cards.ts';
import { beginFloatPayment, type FloatRefusal, type FloatWish } from './floats.ts';
import { forgetPhones } from './forget-phones.ts';
import {
  type Heeded,
  heed,
  heedAgain,
  heedHint,
  type NotifyRefusal,
  noHint,
  toldBy,
} from './heed.ts';
import { insertPayment } from './insert-payment.ts';
import { createLanes } from './lanes.ts';
import { createListing } from './listed-arrivals.ts';
import { type CheckoutDeps, notifyUrlOf, openCheckout } from './open-checkout.ts';
import { type PayerReceiptDeps, tellPayers } from './payer-receipts.ts';
import { createPaymentPlaces } from './places.ts';
import type { AskedRefund, PaymentProvider, RawNotification, RefundWord } from './provider.ts';
import { createSettling, type PaymentPlace } from './settle.ts';

/** In the order of the checks. */
export type StartRefusal = OpenSaleRefusal | 'providerUnavailable';
export type { NotifyRefusal };

type Refunding = (
  asked: Omit<AskedRefund, 'answerUrl'>,
) => ReturnType<NonNullable<PaymentProvider['refund']>>;

export type Payments = {
  /**
   * Opens the sale of a quote and a checkout for it. The same request id again answers with the
   * same sale. A rail that asks on the phone asks `payerPhone`, or the home's own.
   */
  readonly startPurchase: (
    place: ConnectionPlace,
    o: {
      readonly quoteId: string;
      readonly requestId: string;
      readonly payerPhone?: string;
      /** Told by text that the money came: of a payer for another home. */
      readonly receiptPhone?: string;
      /** Taken from this kept card, by its own provider, once. */
      readonly card?: Pick<KeptCard, 'cardId' | 'provider'>;
      /** The customer lets us keep the card that pays. */
      readonly keepsCard?: boolean;
      /** What `payerPhone` asked for this home a moment ago stands in place of a second one. */
      readonly once?: { readonly amountMinor: bigint };
    },
  ) => Promise<
    Result<
      {
        readonly saleId: string;
        readonly checkoutUrl: string;
        /** Nobody knows yet whether the provider took it: the phone may ring, or not. */
        readonly isUnclear: boolean;
        /** Null where this purchase was begun. */
        readonly before: AskedBefore | null;
      },
      StartRefusal
    >
  >;
  /**
   * Asks a phone for money for a shop's float. The same request id again is the same payment; one
   * whose provider was away is asked for by itself as soon as it answers.
   */
  readonly startFloat: (
    wish: FloatWish,
  ) => Promise<Result<{ readonly paymentId: string }, FloatRefusal>>;
  /** A provider's notification; the answer is what the rail wants to hear, where it wants that. */
  readonly notification: (
    providerName: string,
    rawBody: Buffer,
    header: RawNotification['header'],
    from?: Pick<RawNotification, 'path' | 'address'>,
  ) => Promise<Heeded>;
  /** Judges one that was kept again, by the same code; null where its provider is gone. */
  readonly notificationAgain: (
    providerName: string,
    rawOf: (passwords: readonly Password[]) => RawNotification,
  ) => Promise<Judged | null>;
  /** What one that was kept says of its money; nothing is acted on. */
  readonly notificationTold: (
    providerName: string,
    rawOf: (passwords: readonly Password[]) => RawNotification,
  ) => Told | undefined;
  /** The first asks for new money. */
  readonly providerNames: readonly string[];
  /** How a provider sends money back; undefined where a person has to do it. */
  readonly refunding: (providerName: string) => Refunding | undefined;
  /** Money that came without an order, as a statement of an account says. */
  readonly hear: Arrivals['hear'];
  /**
   * Asks the provider about open payments that are due, and closes those that nobody paid; the rest
   * stays due once it is told to end. Returns how many were due.
   */
  readonly checkOpen: (utilityId: string, ending?: AbortSignal) => Promise<number>;
  /** Cards that customers let us keep. */
  readonly cards: Cards;
  /** Texts their receipts to those who paid for another home. Returns how many. */
  readonly tellPayers: (utilityId: string) => Promise<number>;
  /** Forgets the phones of those who did not pay, a month later. Returns of how many payments. */
  readonly forgetPhones: (utilityId: string) => Promise<number>;
  /** Of the providers that tell what they paid out. */
  readonly settlements: readonly {
    readonly name: string;
    readonly label: string;
    readonly fetch: NonNullable<PaymentProvider['settled']>;
  }[];
  /** Takes what the providers' own lists have and no notification told. */
  readonly listArrivals: (ending?: AbortSignal) => Promise<void>;
  /** Whoever pays now is asked on a phone, and on no page. */
  readonly asksOnPhone: boolean;
  /** Somebody watches this purchase: its provider is asked within seconds, if it is still open. */
  readonly askSoon: (place: ConnectionPlace, saleId: string) => Promise<void>;
};

type PurchaseRequest = Parameters<Payments['startPurchase']>[1];

type PaymentsDeps = PayerReceiptDeps & {
  readonly database: Database;
  readonly utilities: Utilities;
  readonly vending: Vending;
  /** The first asks for new money; the others still answer for theirs. */
  readonly providers: readonly [PaymentProvider, ...PaymentProvider[]];
  readonly publicUrl: string;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
  readonly random: RandomBytes;
  readonly masterKey: Buffer;
  readonly batchWaitMs: number | null;
  readonly keptNotifications: KeptNotifications;
  readonly tracing: Tracing;
  /** A round of questions waits no longer for one provider; its lane goes on. */
  readonly providerPatienceMs: number;
  /** A rail says later what became of money that it was asked to send back. */
  readonly refundAnswered: (
    answerTo: string,
    said: RefundWord,
  ) => Promise<Result<void, 'unknownPayment'>>;
};
const providerNamed = (o: Pick<PaymentsDeps, 'providers'>, name: string) =>
  o.providers.find((each) => each.name === name);

/** Of the providers whose settlements can be fetched. */
const settlementsOf = ({ providers }: Pick<PaymentsDeps, 'providers'>): Payments['settlements'] =>
  providers.flatMap(({ name, label, settled }) =>
    settled === undefined ? [] : [{ name, label, fetch: settled }],
  );

export function createPayments(o: PaymentsDeps): Payments {
  const settle = createSettling(o);
  const providerOf = (name: string) => providerNamed(o, name);
  const opening = { ...o, settle, providerOf };
  const lanes = createLanes({ patienceMs: o.providerPatienceMs });
  const placeOf = createPaymentPlaces(o);
  const checkOne = (place: PaymentPlace, payment: DuePayment): Promise<boolean> =>
    askAbout(
      {
        ...opening,
        hear: (heard) => arrivals.hear(heard),
        openCheckout: (of, isUnheardOf) => openCheckout(opening, of, isUnheardOf),
      },
      place,
      payment,
    );

  const arrivals = createArrivals({
    ...{ ...opening, lanes },
    notifyUrlOf: (provider) => notifyUrlOf(o, provider),
    hint: (place, provider, { providerReference: hintedReference, amountMinor: hintedMinor }) =>
      heedHint(o, arrivals, { ...place, provider }, { ...noHint, hintedReference, hintedMinor }),
  });

  const heeding = { ...opening, arrivals, placeOf };

  return {
    startPurchase: (place, request) => startPurchase(opening, place, request),
    startFloat: (wish) => startFloat(opening, wish),
    notification: (providerName, rawBody, header, from) =>
      heed(heeding, {
        providerName,
        raw: { rawBody, header, path: [], address: '', ...from },
      }),
    notificationAgain: async (providerName, rawOf) => {
      const provider = heeding.providerOf(providerName);
      if (provider === undefined) return null;
      return heedAgain(heeding, provider, rawOf(provider.passwords ?? []));
    },
    notificationTold: (providerName, rawOf) => {
      const provider = heeding.providerOf(providerName);
      return provider === undefined ? undefined : toldBy(provider, rawOf(provider.passwords ?? []));
    },
    providerNames: o.providers.map(({ name }) => name),
    ...{ hear: arrivals.hear, settlements: settlementsOf(o) },
    listArrivals: createListing({
      ...{ providers: o.providers, hear: arrivals.hear, realNowMs: o.clocks.real.nowMs },
    }),
    refunding: (name) => {
      const refund = providerNamed(o, name)?.refund;
      const answerUrl = notifyUrlOf(o, name);
      return refund === undefined ? undefined : (asked) => refund({ ...asked, answerUrl });
    },
    checkOpen: async (utilityId, ending) =>
      (await arrivals.check(utilityId, ending)) +
      (await checkOpen({ ...o, lanes }, { utilityId, ending, checkOne })),
    asksOnPhone: o.providers[0].asksOnPhone === true,
    cards: createCards(opening),
    askSoon: (place, saleId) => askSoon(o, place, saleId),
    tellPayers: (utilityId) => tellPayers(o, utilityId),
    forgetPhones: (utilityId) => forgetPhones(o, utilityId),
  };
}

async function startPurchase(
  o: PaymentsDeps & CheckoutDeps,
  place: ConnectionPlace,
  request: PurchaseRequest,
): ReturnType<Payments['startPurchase']> {
  const { once, payerPhone: phone, requestId } = request;
  const opened = await o.database.inUtility(place.utilityId, async (tx) => {
    if (once !== undefined && phone !== undefined) {
      const nowMs = o.clocks.business.nowMs();
      const before = await askedBefore(tx, place, { ...once, phone, requestId, nowMs });
      if (before !== null) return ok({ before });
    }
    const sale = await o.vending.openSale(tx, place, request);
    if (!sale.ok) return sale;
    const { saleId, amountMinor, isNew } = sale.value;
    const paymentId = await insertPayment(tx, o, {
      ...{ place, sale: { saleId, amountMinor } },
      provider: request.card?.provider ?? o.providers[0].name,
      cardId: request.card?.cardId ?? null,
      keepsCard: request.keepsCard === true && o.providers[0].cards !== undefined,
      ...{ isAskedFor: true, payerPhone: request.payerPhone ?? null },
      receiptPhone: request.receiptPhone ?? null,
    });
    return ok({ saleId, paymentId, isNew });
  });
  if (!opened.ok) return opened;
  if ('before' in opened.value) return goOn(o, place, { ...opened.value, request });
  const { saleId } = opened.value;
  const payment = { ...place, paymentId: opened.value.paymentId };
  const checkout = await openCheckout(o, payment);
  if (checkout === null) {
    // Nobody was asked, and whoever wants it comes again: a phone with another purchase, a page
    // with this one. No prompt comes out of the blue meanwhile.
    await (once === undefined ? letRest(o, payment) : giveUp(o, payment));
    return err('providerUnavailable');
  }
  const { url: checkoutUrl, isUnclear } = checkout;
  // The same wish beside it was quicker: of the two one says that the phone is asked.
  const isBehind = opened.value.isNew && !checkout.isNew && !isUnclear;
  if (isBehind && once !== undefined) return standing(o, place, request);
  return ok({ saleId, checkoutUrl, isUnclear, before: null });
}

/** What was asked for before stands; where that is unclear, its own payment is gone on with. */
async function goOn(
  o: PaymentsDeps & CheckoutDeps,
  place: ConnectionPlace,
  a: { readonly before: AskedBefore; readonly request: PurchaseRequest },
): ReturnType<Payments['startPurchase']> {
  const { before, request } = a;
  if (!before.isUnclear || before.amountMinor !== request.once?.amountMinor) return stands(before);
  const { saleId, paymentId } = before;
  const found = await openCheckout(o, { ...place, paymentId });
  if (found?.isNew !== true) return standing(o, place, request);
  return ok({ saleId, checkoutUrl: found.url, isUnclear: false, before: null });
}

/** By what became meanwhile of the wish that is the same. */
async function standing(
  o: PaymentsDeps,
  place: ConnectionPlace,
  { once, payerPhone: phone }: PurchaseRequest,
): ReturnType<Payments['startPurchase']> {
  if (once === undefined || phone === undefined) throw new Error('a wish of nobody');
  const now = { nowMs: o.clocks.business.nowMs(), requestId: null };
  const before = await o.database.inUtility(place.utilityId, (tx) =>
    askedBefore(tx, place, { ...once, ...now, phone }),
  );
  // It failed: nobody was asked.
  return before === null ? err('providerUnavailable') : stands(before);
}

const stands = (before: AskedBefore) => {
  const { saleId, checkoutUrl, isUnclear } = before;
  return ok({ saleId, checkoutUrl: checkoutUrl ?? '', isUnclear, before });
};

async function startFloat(
  o: PaymentsDeps & CheckoutDeps,
  wish: FloatWish,
): ReturnType<Payments['startFloat']> {
  const begun = await beginFloatPayment({ ...o, provider: o.providers[0].name }, wish);
  if (!begun.ok) return begun;
  await openCheckout(o, begun.value);
  return ok({ paymentId: begun.value.paymentId });
}

/** Payments that are due, of each provider the longest due: a full lane keeps out no other. */
async function checkOpen(
  o: PaymentsDeps & { readonly lanes: ReturnType<typeof createLanes> },
  a: {
    readonly utilityId: string;
    readonly ending: AbortSignal | undefined;
    readonly checkOne: (place: PaymentPlace, payment: DuePayment) => Promise<boolean>;
  },
): Promise<number> {
  const { utilityId, ending, checkOne } = a;
  const due = await o.database.inUtility(utilityId, (tx) =>
    tx
      .selectFrom((from) =>
        from
          .selectFrom('payments')
          .select(['bucket', 'id', 'checks', 'requested_at', 'provider', 'state'])
          .select(['amount_minor', 'provider_request', 'hinted_reference', 'hinted_minor'])
          .select(['next_check_at', 'checkout_url'])
          .select(
            sql<bigint>`row_number() OVER (PARTITION BY provider ORDER BY next_check_at)`.as(
              'turn',
            ),
          )
          .where('utility_id', '=', utilityId)
          .where('next_check_at', '<=', instant(o.clocks.real.nowMs()))
          .as('due'),
      )
      .selectAll()
      .where('turn', '<=', 50n)
      .orderBy('next_check_at')
      .execute(),
  );
  const lanes = Map.groupBy(due, ({ provider }) => provider);
  await o.lanes.run(
    [...lanes].map(([provider, rows]) => ({
      name: `${utilityId} ${provider}`,
      steps: rows.map(
        (row) => () => checkOne({ utilityId, bucket: row.bucket, paymentId: row.id }, row),
      ),
    })),
    ending,
  );
  return due.length;
}
