// SQL of money without an order.

import { type Selectable, sql } from 'kysely';
import { type Database, instant, type Tx } from '../../base/database.ts';
import type { Tables } from '../../base/tables.ts';
import type { Arrived } from './provider.ts';
import type { PaymentPlace } from './settle.ts';

export type ArrivalRow = Selectable<Tables['arrivals']>;
export type ArrivalRef = { readonly utilityId: string; readonly arrivalId: string };

export type NewArrival = {
  readonly id: string;
  readonly utilityId: string;
  readonly provider: string;
  readonly money: Arrived;
  readonly isProved: boolean;
  readonly providerRequest: string | null;
  /** The payment that it names. */
  readonly payment: PaymentPlace | null;
  readonly answerSecret: string;
  readonly at: Date;
  readonly dueAt: Date;
};

const cut = (text: string | null, longest: number): string | null =>
  text === null || text.trim() === '' ? null : text.trim().replaceAll('\0', '').slice(0, longest);

/** Phones come masked or hashed, too: those are nobody's. */
const phoneOrNull = (phone: string | null): string | null =>
  /^\+\d{7,15}$/.test(phone ?? '') ? phone : null;

/** The arrival's row: what came before stands. */
export async function keepArrival(tx: Tx, o: NewArrival): Promise<ArrivalRow> {
  const { money } = o;
  await tx
    .insertInto('arrivals')
    .values({
      id: o.id,
      utility_id: o.utilityId,
      provider: o.provider,
      provider_reference: money.providerReference,
      amount_minor: money.amountMinor,
      currency_code: money.currencyCode.slice(0, 12),
      account: cut(money.account, 200),
      payer_phone: phoneOrNull(money.payerPhone),
      payer_name: cut(money.payerName, 200),
      paid_at: money.paidAtMs === null ? null : new Date(money.paidAtMs),
      is_proved: o.isProved,
      provider_request: o.providerRequest,
      answer_secret: o.answerSecret,
      came_at: o.at,
      state: 'heard',
      next_check_at: o.dueAt,
      payment_bucket: o.payment?.bucket ?? null,
      payment_id: o.payment?.paymentId ?? null,
    })
    .onConflict((conflict) => conflict.constraint('arrivals_once').doNothing())
    .execute();
  return tx
    .selectFrom('arrivals')
    .selectAll()
    .where('utility_id', '=', o.utilityId)
    .where('provider', '=', o.provider)
    .where('provider_reference', '=', money.providerReference)
    .executeTakeFirstOrThrow();
}

export const arrivalOf = (tx: Tx, { utilityId, arrivalId }: ArrivalRef, lock = false) =>
  tx
    .selectFrom('arrivals')
    .selectAll()
    .where('utility_id', '=', utilityId)
    .where('id', '=', arrivalId)
    .$if(lock, (query) => query.forUpdate())
    .executeTakeFirst();

export const dueArrivals = (tx: Tx, utilityId: string, nowMs: number): Promise<ArrivalRow[]> =>
  tx
    .selectFrom('arrivals')
    .selectAll()
    // Of each provider the longest due: one that gives no answers keeps out no other.
    .where('id', 'in', (eb) =>
      eb
        .selectFrom((from) =>
          from
            .selectFrom('arrivals')
            .select('id')
            .select(
              sql<bigint>`row_number() OVER (PARTITION BY provider ORDER BY next_check_at)`.as(
                'turn',
              ),
            )
            .where('utility_id', '=', utilityId)
            .where('next_check_at', '<=', instant(nowMs))
            .as('due'),
        )
        .select('due.id')
        .where('turn', '<=', 50n),
    )
    .where('utility_id', '=', utilityId)
    .orderBy('next_check_at')
    .execute();

export type ArrivalChange = {
  readonly state?: ArrivalRow['state'];
  readonly decided_at?: Date;
  readonly next_check_at?: Date | null;
  readonly checks?: number;
  readonly payment_bucket?: number;
  readonly payment_id?: string;
};

export const changeArrival = (tx: Tx, row: Pick<ArrivalRow, 'id'>, to: ArrivalChange) =>
  tx.updateTable('arrivals').set(to).where('id', '=', row.id).execute();

/**
 * A payment that the rail, when it was asked, named by our request alone: the first receipt over
 * the same amount is that money under its own name, and no second payment.
 */
export async function isKnownByRequest(
  database: Pick<Database, 'inUtility'>,
  place: PaymentPlace,
  o: { readonly provider: string; readonly money: Arrived },
): Promise<boolean> {
  const { providerReference: receipt, amountMinor } = o.money;
  const named = await database.inUtility(place.utilityId, (tx) =>
    tx
      .updateTable('payments')
      .set({ hinted_reference: receipt })
      .where('bucket', '=', place.bucket)
      .where('id', '=', place.paymentId)
      .where('provider', '=', o.provider)
      .where('state', '=', 'succeeded')
      .whereRef('provider_reference', '=', 'provider_request')
      .where('received_minor', '=', amountMinor)
      .where((eb) =>
        eb.or([eb('hinted_reference', 'is', null), eb('hinted_reference', '=', receipt)]),
      )
      .executeTakeFirst(),
  );
  return named.numUpdatedRows > 0n;
}

/** The reference has paid for something already, or waits on the list. */
export async function isReferenceTaken(
  database: Pick<Database, 'directories'>,
  o: { readonly provider: string; readonly reference: string },
): Promise<boolean> {
  const row = await database.directories
    .selectFrom('provider_reference_directory')
    .select('provider')
    .where('provider', '=', o.provider)
    .where('provider_reference', '=', o.reference)
    .executeTakeFirst();
  return row !== undefined;
}
