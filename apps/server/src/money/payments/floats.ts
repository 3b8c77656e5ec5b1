// Payments of shops into their floats: asked for at a till, on a phone, and settled as every other
// payment. The float grows in the transaction that settles one, by the amount that was asked for.

import type { FloatPaymentState } from '@prewatt/api';
import { dayMs, err, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Database, Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Clocks } from '../../base/time.ts';
import { limitsNow } from '../../registry/limits/index.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import { homeOfVendor, lockVendor, openProviderAccounts } from '../vendors/index.ts';
import { insertFloatPayment } from './insert-payment.ts';
import type { PaymentState } from './payment-life.ts';
import type { PaymentPlace } from './settle.ts';

/** In the order of the checks. */
export type FloatRefusal =
  | 'vendorBlocked'
  | 'requestIdReused'
  | 'amountTooSmall'
  | 'amountTooLarge'
  | 'askIsOpen'
  | 'tooOftenToday'
  | 'tooMuchToday';

export type FloatWish = {
  readonly utilityId: string;
  readonly vendorId: string;
  /** The form's name of what it asks for: the same again is the same payment. */
  readonly requestId: string;
  readonly amountMinor: bigint;
  /** E.164, of whoever pays. */
  readonly phone: string;
  /** The clerk and the till, for people. */
  readonly askedBy: string;
};

/** A phone that was asked a moment ago is not asked again beside it. */
const openForMs = 10 * 60_000;
/** Of one vendor: mistyped numbers are phones of strangers. */
const mostADay = 20;

type Deps = {
  readonly database: Database;
  readonly utilities: Utilities;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
  readonly provider: string;
};

/** The payment that a shop wishes for; the provider is not asked here. */
export async function beginFloatPayment(
  o: Deps,
  wish: FloatWish,
): Promise<Result<PaymentPlace, FloatRefusal>> {
  const { utilityId, vendorId } = wish;
  const { bucket } = homeOfVendor(wish);
  const nowMs = o.clocks.business.nowMs();
  return o.database.inUtility(utilityId, async (tx) => {
    // Before the vendor's lock, as whatever opens accounts of this bucket.
    await openProviderAccounts(tx, wish, nowMs);
    const vendor = await lockVendor(tx, vendorId);
    if (vendor === undefined || vendor.blocked_reason !== null) return err('vendorBlocked');
    const first = await tx
      .selectFrom('payments')
      .select(['id', 'amount_minor', 'payer_phone'])
      .where('vendor_id', '=', vendorId)
      .where('request_id', '=', wish.requestId)
      .executeTakeFirst();
    if (first !== undefined) {
      const isSame = first.amount_minor === wish.amountMinor && first.payer_phone === wish.phone;
      return isSame ? ok({ utilityId, bucket, paymentId: first.id }) : err('requestIdReused');
    }
    const refusal = await whyNotAsk(tx, o, { wish, nowMs });
    if (refusal !== null) return err(refusal);
    const paymentId = await insertFloatPayment(tx, o, { ...wish, bucket, provider: o.provider });
    return ok({ utilityId, bucket, paymentId });
  });
}

/** In a day a shop pays in what one operator may record alone, as one action and in all. */
async function whyNotAsk(
  tx: Tx,
  o: Deps,
  { wish, nowMs }: { readonly wish: FloatWish; readonly nowMs: number },
): Promise<FloatRefusal | null> {
  const utility = await o.utilities.get(wish.utilityId);
  const limits = await limitsNow(tx, utility);
  if (wish.amountMinor < utility.minimumPurchaseMinor) return 'amountTooSmall';
  if (wish.amountMinor > BigInt(limits.aloneMinor)) return 'amountTooLarge';
  const since = new Date(nowMs - dayMs);
  const young = new Date(nowMs - openForMs);
  const { rows } = await sql<{ open: boolean; asks: bigint; sum: bigint }>`SELECT
      coalesce(bool_or(p.state IN ('requested', 'pending') AND p.payer_phone = ${wish.phone}
        AND p.requested_at > ${young}::timestamptz), false) AS open,
      count(*) AS asks,
      coalesce(sum(p.amount_minor)
        FILTER (WHERE p.state IN ('requested', 'pending', 'succeeded')), 0)::bigint AS sum
    FROM payments p WHERE p.vendor_id = ${wish.vendorId}::uuid
      AND p.requested_at > ${since}::timestamptz`.execute(tx);
  const [today = { open: false, asks: 0n, sum: 0n }] = rows;
  if (today.open) return 'askIsOpen';
  if (today.asks >= BigInt(mostADay)) return 'tooOftenToday';
  return today.sum + wish.amountMinor > BigInt(limits.dailyMinor) ? 'tooMuchToday' : null;
}

/** A payment into a float, as the till and the operators see it. */
export type FloatPayment = {
  readonly paymentId: string;
  readonly amountMinor: bigint;
  readonly state: PaymentState;
  /** Another amount came than was asked for: it stands on the operators' list. */
  readonly otherAmountMinor: bigint | null;
  readonly phone: string;
  readonly askedBy: string;
  readonly askedAtMs: number;
  readonly decidedAtMs: number | null;
  readonly provider: string;
  readonly providerReference: string | null;
  readonly checkoutUrl: string | null;
};

/** Later than this a payment is told with how long it took. */
const lateAfterMs = 10 * 60_000;

/** How it stands, as people are told. */
export function floatState(
  paid: Pick<FloatPayment, 'state' | 'otherAmountMinor' | 'askedAtMs' | 'decidedAtMs'>,
): FloatPaymentState {
  switch (paid.state) {
    case 'succeeded':
      return (paid.decidedAtMs ?? 0) - paid.askedAtMs > lateAfterMs ? 'paidLate' : 'paid';
    case 'requested':
    case 'pending':
      if (paid.otherAmountMinor !== null) return 'otherAmount';
      return paid.state === 'requested' ? 'asked' : 'waiting';
    default:
      return paid.otherAmountMinor === null ? paid.state : 'otherAmount';
  }
}

/** Newest first; one by its id. */
export async function floatPayments(
  tx: Tx,
  o: { readonly vendorId: string; readonly paymentId?: string; readonly limit: number },
): Promise<readonly FloatPayment[]> {
  const rows = await tx
    .selectFrom('payments as p')
    .selectAll('p')
    .select((eb) =>
      eb
        .selectFrom('unallocated_money as u')
        .select('u.amount_minor')
        .whereRef('u.payment_bucket', '=', 'p.bucket')
        .whereRef('u.payment_id', '=', 'p.id')
        .where('u.cause', '=', 'amountDiffers')
        .orderBy('u.id', 'desc')
        .limit(1)
        .as('other_minor'),
    )
    .where('p.vendor_id', '=', o.vendorId)
    .$if(o.paymentId !== undefined, (query) => query.where('p.id', '=', o.paymentId ?? ''))
    .orderBy('p.requested_at', 'desc')
    .orderBy('p.id', 'desc')
    .limit(o.limit)
    .execute();
  return rows.map((row) => ({
    paymentId: row.id,
    amountMinor: row.amount_minor,
    state: row.state,
    otherAmountMinor: row.other_minor,
    phone: row.payer_phone ?? '',
    askedBy: row.asked_by ?? '',
    askedAtMs: row.requested_at,
    decidedAtMs: row.decided_at,
    provider: row.provider,
    providerReference: row.provider_reference,
    checkoutUrl: row.checkout_url,
  }));
}
