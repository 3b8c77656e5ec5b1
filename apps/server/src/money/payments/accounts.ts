// What people write where a rail asks for an account: a meter's number, or the name that a payment
// of ours has on their statement. Exact or nobody's: a number that is nearly a meter's is for an
// operator.

import { idFromUuid, parseId, uuidOf } from '@prewatt/quantities';
import { hasCheckDigit, metersNamed, plainMeter } from '@prewatt/rails';
import { meterPanFromDrn } from '@prewatt/sts/keys';
import { sql } from 'kysely';
import type { Database } from '../../base/database.ts';
import { findMeters, type MeterPlace } from '../../registry/connections/index.ts';
import type { PaymentPlace } from './settle.ts';

/** Twelve characters that name a payment on a customer's statement; never a meter's number. */
export function accountOfPayment(reference: string): string {
  const id = parseId('payment', reference);
  return (id.ok ? uuidOf(id.value) : reference).slice(-12).toUpperCase();
}

/** The meter's full number of what was typed; null without a check digit that holds. */
export function meterPanOfAccount(typed: string): string | null {
  const meter = plainMeter(typed);
  if (!hasCheckDigit(meter)) return null;
  if (meter.length === 18) return meter;
  const pan = meterPanFromDrn(meter);
  return pan.ok ? pan.value : null;
}

/** Full numbers that stand in what was written, the whole of it first. */
export function meterPansIn(account: string | null): readonly string[] {
  const named = metersNamed(account ?? '');
  return [...new Set(named.flatMap((number) => meterPanOfAccount(number) ?? []))].slice(0, 10);
}

/** The meter that an account names exactly; in a sentence, the only number in it that is one. */
export async function meterOfAccount(
  database: Pick<Database, 'directories'>,
  account: string | null,
): Promise<MeterPlace | null> {
  const found = await findMeters(database, meterPansIn(account));
  const [only] = found.values();
  return only === undefined || found.size > 1 ? null : only;
}

/** The payment whose name on the statement an account is. */
export async function paymentOfAccount(
  database: Pick<Database, 'directories'>,
  account: string | null,
): Promise<PaymentPlace | null> {
  const tail = /(?<![0-9A-Z])[0-9A-F]{12}(?![0-9A-Z])/.exec((account ?? '').toUpperCase())?.[0];
  if (tail === undefined) return null;
  const rows = await database.directories
    .selectFrom('payment_directory')
    .select(['utility_id', 'bucket', 'payment_id'])
    .where(sql`right(payment_id::text, 12)`, '=', tail.toLowerCase())
    .limit(2)
    .execute();
  const [row] = rows;
  if (row === undefined || rows.length > 1) return null;
  return { utilityId: row.utility_id, bucket: row.bucket, paymentId: row.payment_id };
}

/** Our reference of a payment, as adapters know it. */
export const referenceOf = ({ paymentId }: PaymentPlace): string =>
  idFromUuid('payment', paymentId);
