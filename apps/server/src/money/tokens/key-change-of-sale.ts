// The key-change tokens that a sale carried and that its meter has not taken yet, for whoever lost
// them: they change the meter from the key that it holds to the one that it should hold.

import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';

/** In the order in which they are entered; null where no sale carried a set that still fits. */
export async function keyChangeOfSale(
  tx: Tx,
  { bucket, meterId }: MeterPlace,
): Promise<readonly string[] | null> {
  const { rows } = await sql<{ digits: string[] | null }>`SELECT
      (SELECT array_agg(t.digits ORDER BY t.section) FROM prewatt.tokens t
        WHERE t.bucket = s.bucket AND t.sale_id = s.sale_id AND t.kind = 'keyChange') AS digits
    FROM prewatt.key_change_sets s
    JOIN prewatt.meters m ON m.bucket = s.bucket AND m.id = s.meter_id
    WHERE s.bucket = ${bucket} AND s.meter_id = ${meterId}::uuid AND s.state = 'issued'
      AND s.sale_id IS NOT NULL
      AND s.from_supply_group_code = m.supply_group_code
      AND s.from_tariff_index = m.tariff_index AND s.from_key_revision = m.key_revision
      AND s.to_supply_group_code = m.wanted_supply_group_code
      AND s.to_tariff_index = m.wanted_tariff_index AND s.to_key_revision = m.wanted_key_revision
    ORDER BY s.id DESC LIMIT 1`.execute(tx);
  return rows[0]?.digits ?? null;
}
