// How a limit of the soft landing ends in the books: with the token of the next sale, or with a
// power limit that was granted by itself. The caller holds the meter's row lock.

import { sql } from 'kysely';
import { int2Array, uuidArray } from '../../base/binary-arrays.ts';
import { type Tx, together } from '../../base/database.ts';
import { forgetPowerToAllow, type MeterPlace } from '../../registry/connections/index.ts';

/** These sales carry the token that lifts; few, and all of them of landed meters. */
export async function liftBySales(
  tx: Tx,
  o: { readonly sales: readonly (MeterPlace & { readonly saleId: string })[]; readonly at: Date },
): Promise<void> {
  const lifted = sql`unnest(${int2Array(o.sales.map(({ bucket }) => bucket))}::int2[],
    ${uuidArray(o.sales.map(({ meterId }) => meterId))}::uuid[],
    ${uuidArray(o.sales.map(({ saleId }) => saleId))}::uuid[]) AS r (bucket, meter_id, sale_id)`;
  await together(
    forgetPowerToAllow(
      tx,
      o.sales.map(({ bucket, meterId }) => ({ bucket, id: meterId })),
    ),
    sql`UPDATE landing_tokens l
      SET state = 'lifted', state_at = ${o.at}, lift_sale_id = r.sale_id FROM ${lifted}
      WHERE l.bucket = r.bucket AND l.meter_id = r.meter_id AND l.state = 'sent'`.execute(tx),
  );
}

/** A person has set the meter's power limit, or the home was flagged. Nothing where none holds. */
export async function liftByGrant(
  tx: Tx,
  place: MeterPlace,
  o: { readonly grantId: string; readonly at: Date },
): Promise<void> {
  await forgetPowerToAllow(tx, [{ bucket: place.bucket, id: place.meterId }]);
  await sql`UPDATE landing_tokens
    SET state = 'lifted', state_at = ${o.at}, lift_grant_id = ${o.grantId}::uuid
    WHERE bucket = ${place.bucket} AND meter_id = ${place.meterId}::uuid
      AND state = 'sent'`.execute(tx);
}
