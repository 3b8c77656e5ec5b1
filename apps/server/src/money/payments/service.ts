// Payments: asks a provider for money and records once what came. A notification, a repeated one
// and our own question to the provider all end in `settle`, which changes a payment at most once.

import { pageRoutes, pathOf, paymentApi } from '@prewatt/api';
import { err, idFromUuid, ok, parseId, type Result, uuidOf } from '@prewatt/quantities';
import { type Database, instant, type Tx, together, withCommit } from '../../base/database.ts';
import { eachInTurn } from '../../base/each-in-turn.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Clocks } from '../../base/time.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import type { OpenSaleRefusal, Vending } from '../vending/index.ts';
import { askAbout, checkDelayMs, type DuePayment, takeHint } from './asking.ts';
import { paymentLife } from './payment-life.ts';
import type { NotificationRefusal, PaymentProvider, RawNotification } from './provider.ts';
import { createSettling, type PaymentPlace, type SettleRefusal } from './settle.ts';

/** In the order of the checks. */
export type StartRefusal = OpenSaleRefusal | 'providerUnavailable';
export type NotifyRefusal = 'unknownProvider' | NotificationRefusal | SettleRefusal;

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
    },
  ) => Promise<Result<{ readonly saleId: string; readonly checkoutUrl: string }, StartRefusal>>;
  /** A provider's notification. */
  readonly notification: (
    providerName: string,
    rawBody: Buffer,
    header: RawNotification['header'],
    from?: Pick<RawNotification, 'path' | 'address'>,
  ) => Promise<Result<void, NotifyRefusal>>;
  /**
   * Asks the provider about open payments that are due, and closes those that nobody paid; the rest
   * stays due once it is told to end. Returns how many were due.
   */
  readonly checkOpen: (utilityId: string, ending?: AbortSignal) => Promise<number>;
};

type PaymentsDeps = {
  readonly database: Database;
  readonly utilities: Utilities;
  readonly vending: Vending;
  /** The first asks for new money; the others still answer for theirs. */
  readonly providers: readonly [PaymentProvider, ...PaymentProvider[]];
  readonly publicUrl: string;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
  readonly batchWaitMs: number | null;
};
type Settle = ReturnType<typeof createSettling>;

const providerNamed = (o: Pick<PaymentsDeps, 'providers'>, name: string) =>
  o.providers.find((each) => each.name === name);

export function createPayments(o: PaymentsDeps): Payments {
  const startPurchase: Payments['startPurchase'] = async (place, request) => {
    const opened = await o.database.inUtility(place.utilityId, async (tx) => {
      const sale = await o.vending.openSale(tx, place, request);
      if (!sale.ok) return sale;
      const { saleId, amountMinor } = sale.value;
      const paymentId = await insertPayment(tx, o, {
        ...{ place, sale: { saleId, amountMinor } },
        payerPhone: request.payerPhone ?? null,
      });
      return ok({ saleId, paymentId });
    });
    if (!opened.ok) return opened;
    const { saleId, paymentId } = opened.value;
    const checkoutUrl = await openCheckout(o, { ...place, paymentId });
    return checkoutUrl === null ? err('providerUnavailable') : ok({ saleId, checkoutUrl });
  };

  const settle = createSettling(o);

  const checkOne = (place: PaymentPlace, payment: DuePayment) =>
    askAbout(
      {
        ...{ ...o, settle },
        providerOf: (name) => providerNamed(o, name),
        openCheckout: (of) => openCheckout(o, of),
      },
      place,
      payment,
    );

  return {
    startPurchase,
    notification: (providerName, rawBody, header, from) =>
      heed(o, settle, { providerName, raw: { rawBody, header, path: [], address: '', ...from } }),
    checkOpen: (utilityId, ending) => checkOpen(o, { utilityId, ending, checkOne }),
  };
}

async function insertPayment(
  tx: Tx,
  o: PaymentsDeps,
  of: {
    readonly place: ConnectionPlace;
    readonly sale: { readonly saleId: string; readonly amountMinor: bigint };
    readonly payerPhone: string | null;
  },
): Promise<string> {
  const { place, sale, payerPhone } = of;
  const [newest] = o.providers;
  const paymentId = o.newUuid();
  const inserted = await tx
    .insertInto('payments')
    .values({
      bucket: place.bucket,
      id: paymentId,
      utility_id: place.utilityId,
      connection_id: place.connectionId,
      sale_id: sale.saleId,
      provider: newest.name,
      amount_minor: sale.amountMinor,
      payer_phone: payerPhone,
      state: 'requested',
      requested_at: new Date(o.clocks.business.nowMs()),
      next_check_at: new Date(o.clocks.real.nowMs() + checkDelayMs(0)),
    })
    .onConflict((conflict) => conflict.columns(['bucket', 'sale_id']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted === undefined) {
    const first = await tx
      .selectFrom('payments')
      .select('id')
      .where('bucket', '=', place.bucket)
      .where('sale_id', '=', sale.saleId)
      .executeTakeFirstOrThrow();
    return first.id;
  }
  withCommit(
    tx,
    tx
      .insertInto('payment_directory')
      .values({ payment_id: paymentId, utility_id: place.utilityId, bucket: place.bucket })
      .execute(),
  );
  return paymentId;
}

/**
 * The checkout of a payment, from the provider if need be. Safe to repeat: the reference is the
 * payment.
 */
async function openCheckout(o: PaymentsDeps, place: PaymentPlace): Promise<string | null> {
  const read = await o.database.inUtility(place.utilityId, (tx) => paymentOf(tx, place));
  const { payment, connectionName, phone } = read;
  if (payment.checkout_url !== null) return payment.checkout_url;
  const provider = providerNamed(o, payment.provider);
  if (provider === undefined) return null;
  const utility = await o.utilities.get(place.utilityId);
  const checkout = await provider.open({
    reference: idFromUuid('payment', place.paymentId),
    amountMinor: payment.amount_minor,
    currency: utility.currency,
    description: `${utility.name}: electricity for ${connectionName}`,
    notifyUrl: new URL(pathOf(paymentApi.notify, { provider: provider.name }), o.publicUrl).href,
    returnUrl: new URL(
      pathOf(pageRoutes.sale, { id: idFromUuid('sale', payment.sale_id) }),
      o.publicUrl,
    ).href,
    phone,
  });
  if (!checkout.ok) return null;
  await o.database.inUtility(place.utilityId, async (tx) => {
    const base = tx
      .updateTable('payments')
      .where('bucket', '=', place.bucket)
      .where('id', '=', place.paymentId);
    await together(
      base
        .set({
          checkout_url: checkout.value.checkoutUrl,
          provider_request: checkout.value.providerRequest,
        })
        .execute(),
      base
        .set({ state: 'pending' })
        .where('state', 'in', paymentLife.sourcesOf('pending'))
        .execute(),
    );
  });
  return checkout.value.checkoutUrl;
}

async function paymentOf(tx: Tx, place: PaymentPlace) {
  const row = await tx
    .selectFrom('payments')
    .innerJoin('connections', (join) =>
      join
        .onRef('connections.bucket', '=', 'payments.bucket')
        .onRef('connections.id', '=', 'payments.connection_id'),
    )
    .selectAll('payments')
    .select(['connections.name as connection_name', 'connections.customer_phone'])
    .where('payments.bucket', '=', place.bucket)
    .where('payments.id', '=', place.paymentId)
    .executeTakeFirstOrThrow();
  const { connection_name: connectionName } = row;
  const phone = row.payer_phone ?? row.customer_phone;
  return { payment: row, connectionName, phone };
}

/** A provider's notification. */
async function heed(
  o: PaymentsDeps,
  settle: Settle,
  heard: { readonly providerName: string; readonly raw: RawNotification },
): Promise<Result<void, NotifyRefusal>> {
  const provider = providerNamed(o, heard.providerName);
  if (provider === undefined) return err('unknownProvider');
  const read = provider.notification(heard.raw);
  if (!read.ok) return read;
  if (read.value.kind === 'aside') return ok(undefined);
  const paymentId = parseId('payment', read.value.reference);
  if (!paymentId.ok) return err('unknownPayment');
  const row = await o.database.directories
    .selectFrom('payment_directory')
    .selectAll()
    .where('payment_id', '=', uuidOf(paymentId.value))
    .executeTakeFirst();
  if (row === undefined) return err('unknownPayment');
  const place = { utilityId: row.utility_id, bucket: row.bucket, paymentId: row.payment_id };
  if (read.value.kind === 'word') {
    const settled = await settle({ place, provider: provider.name, status: read.value.status });
    return settled.ok ? ok(undefined) : settled;
  }
  await takeHint(o, { ...place, provider: provider.name }, read.value);
  return ok(undefined);
}

async function checkOpen(
  o: PaymentsDeps,
  a: {
    readonly utilityId: string;
    readonly ending: AbortSignal | undefined;
    readonly checkOne: (place: PaymentPlace, payment: DuePayment) => Promise<void>;
  },
): Promise<number> {
  const { utilityId, ending, checkOne } = a;
  const due = await o.database.inUtility(utilityId, (tx) =>
    tx
      .selectFrom('payments')
      .select(['bucket', 'id', 'checks', 'requested_at', 'provider', 'state'])
      .select(['amount_minor', 'provider_request', 'hinted_reference'])
      .where('utility_id', '=', utilityId)
      .where('next_check_at', '<=', instant(o.clocks.real.nowMs()))
      .orderBy('next_check_at')
      .limit(50)
      .execute(),
  );
  await eachInTurn(due, [
    async (row) => {
      if (ending?.aborted === true) return;
      await checkOne({ utilityId, bucket: row.bucket, paymentId: row.id }, row);
    },
  ]);
  return due.length;
}
