// Payments: asks a provider for money and takes its word for what came, once. A notification, a
// repeated one and our own question to the provider all end in `settle`, which changes a payment at
// most once.

import { err, idFromUuid, ok, parseId, type Result, uuidOf } from '@prewatt/quantities';
import { type Database, instant, type Tx, together, withCommit } from '../../base/database.ts';
import { eachInTurn } from '../../base/each-in-turn.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Clocks } from '../../base/time.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import type { OpenSaleRefusal, Vending } from '../vending/index.ts';
import { paymentLife } from './payment-life.ts';
import type { NotificationRefusal, PaymentProvider } from './provider.ts';
import { createSettling, type PaymentPlace, type SettleRefusal } from './settle.ts';

/** In the order of the checks. */
export type StartRefusal = OpenSaleRefusal | 'providerUnavailable';
export type NotifyRefusal = 'unknownProvider' | NotificationRefusal | SettleRefusal;

/**
 * Real time between questions to the provider about a payment that is open: 5 s, doubling up to 10
 * min.
 */
const checkDelayMs = (checks: number): number => Math.min(5_000 * 2 ** checks, 600_000);
/**
 * The utility's time after which an unpaid sale is closed, once the provider has been asked again;
 * money that comes later still counts.
 */
const unpaidForMs = 86_400_000;

export type Payments = {
  /**
   * Opens the sale of a quote and a checkout for it. The same request id again answers with the
   * same sale.
   */
  readonly startPurchase: (
    place: ConnectionPlace,
    o: { readonly quoteId: string; readonly requestId: string },
  ) => Promise<Result<{ readonly saleId: string; readonly checkoutUrl: string }, StartRefusal>>;
  /** A provider's notification. */
  readonly notification: (
    providerName: string,
    rawBody: Buffer,
    header: (name: string) => string | undefined,
  ) => Promise<Result<void, NotifyRefusal>>;
  /**
   * Asks the provider about open payments that are due, and closes those that nobody paid; the rest
   * stays due once it is told to end. Returns how many were due.
   */
  readonly checkOpen: (utilityId: string, ending?: AbortSignal) => Promise<number>;
};

export function createPayments(o: {
  readonly database: Database;
  readonly utilities: Utilities;
  readonly vending: Vending;
  readonly provider: PaymentProvider;
  readonly publicUrl: string;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
  readonly batchWaitMs: number | null;
}): Payments {
  const businessNow = () => new Date(o.clocks.business.nowMs());

  const startPurchase: Payments['startPurchase'] = async (place, request) => {
    const opened = await o.database.inUtility(place.utilityId, async (tx) => {
      const sale = await o.vending.openSale(tx, place, request);
      if (!sale.ok) return sale;
      const { saleId, amountMinor } = sale.value;
      const paymentId = await insertPayment(tx, place, { saleId, amountMinor });
      return ok({ saleId, paymentId });
    });
    if (!opened.ok) return opened;
    const { saleId, paymentId } = opened.value;
    const checkoutUrl = await openCheckout({ ...place, paymentId });
    return checkoutUrl === null ? err('providerUnavailable') : ok({ saleId, checkoutUrl });
  };

  const insertPayment = async (
    tx: Tx,
    place: ConnectionPlace,
    sale: { readonly saleId: string; readonly amountMinor: bigint },
  ): Promise<string> => {
    const paymentId = o.newUuid();
    const inserted = await tx
      .insertInto('payments')
      .values({
        bucket: place.bucket,
        id: paymentId,
        utility_id: place.utilityId,
        connection_id: place.connectionId,
        sale_id: sale.saleId,
        provider: o.provider.name,
        amount_minor: sale.amountMinor,
        state: 'requested',
        requested_at: businessNow(),
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
  };

  /**
   * The checkout of a payment, from the provider if need be. Safe to repeat: the reference is the
   * payment.
   */
  const openCheckout = async (place: PaymentPlace): Promise<string | null> => {
    const { payment, connectionName } = await o.database.inUtility(place.utilityId, async (tx) => {
      const row = await tx
        .selectFrom('payments')
        .innerJoin('connections', (join) =>
          join
            .onRef('connections.bucket', '=', 'payments.bucket')
            .onRef('connections.id', '=', 'payments.connection_id'),
        )
        .selectAll('payments')
        .select('connections.name as connection_name')
        .where('payments.bucket', '=', place.bucket)
        .where('payments.id', '=', place.paymentId)
        .executeTakeFirstOrThrow();
      return { payment: row, connectionName: row.connection_name };
    });
    if (payment.checkout_url !== null) return payment.checkout_url;
    const utility = await o.utilities.get(place.utilityId);
    const checkout = await o.provider.createCheckout({
      reference: idFromUuid('payment', place.paymentId),
      amountMinor: payment.amount_minor,
      currency: utility.currency,
      description: `${utility.name}: electricity for ${connectionName}`,
      notifyUrl: new URL(`/api/payments/${o.provider.name}/notifications`, o.publicUrl).href,
      returnUrl: new URL(`/sales/${idFromUuid('sale', payment.sale_id)}`, o.publicUrl).href,
    });
    if (!checkout.ok) return null;
    await o.database.inUtility(place.utilityId, async (tx) => {
      const base = tx
        .updateTable('payments')
        .where('bucket', '=', place.bucket)
        .where('id', '=', place.paymentId);
      await together(
        base.set({ checkout_url: checkout.value.checkoutUrl }).execute(),
        base
          .set({ state: 'pending' })
          .where('state', 'in', paymentLife.sourcesOf('pending'))
          .execute(),
      );
    });
    return checkout.value.checkoutUrl;
  };

  const settle = createSettling(o);

  const checkOne = async (
    place: PaymentPlace,
    { checks, requestedAtMs }: { readonly checks: number; readonly requestedAtMs: number },
  ): Promise<void> => {
    const realNow = o.clocks.real.nowMs();
    await o.database.inUtility(place.utilityId, (tx) =>
      tx
        .updateTable('payments')
        .set({ next_check_at: new Date(realNow + checkDelayMs(checks + 1)), checks: checks + 1 })
        .where('bucket', '=', place.bucket)
        .where('id', '=', place.paymentId)
        .execute(),
    );
    const status = await o.provider.statusOf(idFromUuid('payment', place.paymentId));
    if (!status.ok) return;
    if (status.value === null) {
      // The server died before the checkout was opened.
      await openCheckout(place);
      return;
    }
    if (status.value.status !== 'pending') {
      await settle({ place, status: status.value });
      return;
    }
    if (o.clocks.business.nowMs() - requestedAtMs >= unpaidForMs) await expire(place);
  };

  const expire = (place: PaymentPlace): Promise<void> =>
    o.database.inUtility(place.utilityId, async (tx) => {
      const payment = await tx
        .updateTable('payments')
        .set({ state: 'expired', next_check_at: null, decided_at: businessNow() })
        .where('bucket', '=', place.bucket)
        .where('id', '=', place.paymentId)
        .where('state', 'in', paymentLife.sourcesOf('expired'))
        .returning(['sale_id', 'connection_id'])
        .executeTakeFirst();
      if (payment === undefined) return;
      await o.vending.paymentFailed(
        tx,
        { ...place, connectionId: payment.connection_id },
        { saleId: payment.sale_id, as: 'paymentExpired' },
      );
    });

  return {
    startPurchase,

    notification: async (providerName, rawBody, header) => {
      if (providerName !== o.provider.name) return err('unknownProvider');
      const read = o.provider.readNotification(rawBody, header);
      if (!read.ok) return read;
      const paymentId = parseId('payment', read.value.reference);
      if (!paymentId.ok) return err('unknownPayment');
      const row = await o.database.directories
        .selectFrom('payment_directory')
        .selectAll()
        .where('payment_id', '=', uuidOf(paymentId.value))
        .executeTakeFirst();
      if (row === undefined) return err('unknownPayment');
      return settle({
        place: { utilityId: row.utility_id, bucket: row.bucket, paymentId: row.payment_id },
        status: read.value.status,
      });
    },

    checkOpen: async (utilityId, ending) => {
      const due = await o.database.inUtility(utilityId, (tx) =>
        tx
          .selectFrom('payments')
          .select(['bucket', 'id', 'checks', 'requested_at'])
          .where('utility_id', '=', utilityId)
          .where('next_check_at', '<=', instant(o.clocks.real.nowMs()))
          .orderBy('next_check_at')
          .limit(50)
          .execute(),
      );
      await eachInTurn(due, [
        async (row) => {
          if (ending?.aborted === true) return;
          const place = { utilityId, bucket: row.bucket, paymentId: row.id };
          await checkOne(place, { checks: row.checks, requestedAtMs: row.requested_at });
        },
      ]);
      return due.length;
    },
  };
}
