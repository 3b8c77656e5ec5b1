// What the head-end and protection read of tokens. They stand below, so the functions are handed to
// them.

import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';

/** The digits of the token that row `c` (`bucket`, `token_ref`) names; null for none. */
export const digitsOfToken = sql<string | null>`(SELECT t.digits FROM tokens t
  WHERE t.bucket = c.bucket AND t.id = c.token_ref)`;

/** The same: the sale of that token; null of another's. */
export const saleOfToken = sql<string | null>`(SELECT t.sale_id FROM tokens t
  WHERE t.bucket = c.bucket AND t.id = c.token_ref)`;

/**
 * What meters of a connection took by token, from an instant until before another: energy, or money
 * in hundred-thousandths of the currency. Not what the home had before: the balance of its wallet,
 * or what was left in a meter that was taken away.
 */
export async function topUpsBetween(
  tx: Tx,
  place: { readonly bucket: number; readonly connectionId: string },
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<
  { readonly atMs: number; readonly energyWh: bigint; readonly amountE5: bigint | null }[]
> {
  const rows = await tx
    .selectFrom('tokens')
    .select(['energy_wh', 'amount_e5', 'issued_at', 'state_at'])
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where('kind', '=', 'credit')
    .where('state', '=', 'accepted')
    .where('state_at', '>=', instant(fromMs))
    .where('state_at', '<', instant(toMs))
    .where(
      sql<boolean>`NOT EXISTS (SELECT FROM mode_changes m WHERE m.bucket = tokens.bucket
          AND m.connection_id = tokens.connection_id AND m.sale_id = tokens.sale_id)
        AND NOT EXISTS (SELECT FROM grants g WHERE g.bucket = tokens.bucket
          AND g.id = tokens.grant_id AND g.kind = 'replacement')`,
    )
    .execute();
  return rows.map((row) => ({
    atMs: row.state_at ?? row.issued_at,
    energyWh: row.energy_wh ?? 0n,
    amountE5: row.amount_e5,
  }));
}
