// Where a payment that a notification names is kept, before its tenant is known. Notifications that
// come together are looked up together: one statement for all of them.

import { sql } from 'kysely';
import { createBatcher } from '../../base/batcher.ts';
import { uuidArray } from '../../base/binary-arrays.ts';
import { type Database, mayGoWellAgain } from '../../base/database.ts';
import { prepared } from '../../base/rows.ts';
import type { PaymentPlace } from './settle.ts';

type PlaceRow = {
  readonly payment_id: string;
  readonly utility_id: string;
  readonly bucket: number;
};

/** By a payment's UUID; null for one that nobody asked for. */
export function createPaymentPlaces(o: {
  readonly database: Pick<Database, 'directories'>;
  readonly batchWaitMs: number | null;
}): (paymentId: string) => Promise<PaymentPlace | null> {
  const { submit } = createBatcher<string, PaymentPlace | null>({
    run: (ids) => placesOf(o.database, ids),
    keyOf: (id) => id,
    blame: (error) => (mayGoWellAgain(error) ? 'again' : 'fault'),
    maximumOrders: 256,
    maximumFlights: 2,
    minimumBatch: 16,
    maximumWaiting: 4_000,
    batchWaitMs: o.batchWaitMs,
  });
  return submit;
}

async function placesOf(
  database: Pick<Database, 'directories'>,
  ids: readonly string[],
): Promise<readonly (PaymentPlace | null)[]> {
  const { rows } = await sql<PlaceRow>`${prepared} SELECT d.payment_id, d.utility_id, d.bucket
    FROM unnest(${uuidArray(ids)}::uuid[]) AS r (id)
    JOIN payment_directory d ON d.payment_id = r.id`.execute(database.directories);
  const found = new Map(rows.map((row) => [row.payment_id, row]));
  return ids.map((paymentId) => {
    const row = found.get(paymentId);
    return row === undefined ? null : { utilityId: row.utility_id, bucket: row.bucket, paymentId };
  });
}
