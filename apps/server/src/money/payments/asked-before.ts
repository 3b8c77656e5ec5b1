// A purchase that a phone asked for a moment ago and asks for again: impatience, or one text sent
// three times. A second request of money for it would be a second payment of one wish.

import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';

/** Whatever is asked for now, the phone still shows what it was asked before. */
const promptMs = 120_000;
/** The same amount: as long as the provider may still bring the first. */
const sameMs = 1_800_000;
/** Of one that the provider may have taken or not: then no prompt of it can come any more. */
export const unclearMs = 300_000;

export type AskedBefore = {
  readonly saleId: string;
  readonly paymentId: string;
  readonly amountMinor: bigint;
  readonly checkoutUrl: string | null;
  readonly isPaid: boolean;
  /** Nobody knows yet whether the provider took it. */
  readonly isUnclear: boolean;
  /** After that much of the utility's time it is asked for anew. */
  readonly againInMs: number;
};

/**
 * What this phone asked for this home and is not decided, or was paid just now; null where a new
 * purchase may begin. Two at once wait for each other until the transaction ends.
 */
export async function askedBefore(
  tx: Tx,
  place: ConnectionPlace,
  o: {
    readonly phone: string;
    readonly amountMinor: bigint;
    /** Not one of those before; null counts all. */
    readonly requestId: string | null;
    readonly nowMs: number;
  },
): Promise<AskedBefore | null> {
  const name = `purchase ${place.connectionId} ${o.phone}`;
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx);
  const rows = await tx
    .selectFrom('sales')
    .innerJoin('payments', (join) =>
      join.onRef('payments.bucket', '=', 'sales.bucket').onRef('payments.sale_id', '=', 'sales.id'),
    )
    .select(['sales.id', 'sales.request_id', 'sales.requested_at'])
    .select(['payments.id as payment_id', 'payments.amount_minor'])
    .select(['payments.checkout_url', 'payments.state'])
    .where('sales.bucket', '=', place.bucket)
    .where('sales.connection_id', '=', place.connectionId)
    .where('sales.requested_at', '>', instant(o.nowMs - sameMs))
    .where('payments.payer_phone', '=', o.phone)
    .where('payments.state', 'in', ['requested', 'pending', 'succeeded'])
    .orderBy('sales.requested_at', 'desc')
    .limit(20)
    .execute();
  // The request itself, told again, goes on with its own sale.
  if (rows.some((row) => row.request_id === o.requestId)) return null;
  for (const row of rows) {
    const isPaid = row.state === 'succeeded';
    // Of what nobody was asked for nothing stands here: it failed at once.
    const isUnclear = row.state === 'requested';
    const isSame = row.amount_minor === o.amountMinor;
    const openMs = isUnclear ? unclearMs : sameMs;
    const againInMs = row.requested_at + (isSame && !isPaid ? openMs : promptMs) - o.nowMs;
    if (againInMs <= 0 || (isPaid && !isSame)) continue;
    return {
      ...{ saleId: row.id, paymentId: row.payment_id },
      ...{ amountMinor: row.amount_minor, checkoutUrl: row.checkout_url },
      ...{ isPaid, isUnclear, againInMs },
    };
  }
  return null;
}
