// Which tokens go onto a card: those of the sale, after what earlier purchases of the home's cards
// still bring.

import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';
import type { CardPlace } from './store.ts';

export type CardToken = { readonly id: string; readonly digits: string };

/** Of what was reversed, or is in the meter, nothing is loaded. */
const waits = sql`t.state = 'issued' AND (s.state = 'issued'
  OR (s.state = 'stuck' AND s.stuck_reason = 'notConfirmed'))`;

/** In the order in which they are entered: a change of key before what is sold under it. */
export async function tokensOfSale(
  tx: Tx,
  place: MeterPlace,
  saleId: string,
): Promise<readonly CardToken[]> {
  const { rows } = await sql<CardToken>`SELECT t.id, t.digits FROM tokens t
    JOIN sales s ON s.bucket = t.bucket AND s.id = t.sale_id
    WHERE t.bucket = ${place.bucket}::smallint AND t.sale_id = ${saleId}::uuid
      AND t.connection_id = ${place.connectionId}::uuid AND t.meter_id = ${place.meterId}::uuid
      AND ${waits} ORDER BY t.section, t.tid`.execute(tx);
  return rows;
}

/**
 * Of purchases that the meter has not had: on this card, or on one of the home that is used no
 * more. What another card in use brings stays there.
 */
export async function tokensOnTheWay(
  tx: Tx,
  place: MeterPlace & CardPlace,
): Promise<readonly CardToken[]> {
  const { rows } = await sql<CardToken>`SELECT t.id, t.digits FROM smart_card_loads l
    JOIN smart_cards c ON c.bucket = l.bucket AND c.card_number = l.card_number
    CROSS JOIN LATERAL unnest(l.token_ids) WITH ORDINALITY AS given (id, nth)
    JOIN tokens t ON t.bucket = l.bucket AND t.id = given.id
    JOIN sales s ON s.bucket = t.bucket AND s.id = t.sale_id
    WHERE l.bucket = ${place.bucket}::smallint AND l.connection_id = ${place.connectionId}::uuid
      AND l.meter_id = ${place.meterId}::uuid AND l.answered_at IS NULL
      AND (l.card_number = ${place.cardNumber} OR c.state <> 'issued') AND ${waits}
    ORDER BY l.made_at, l.count, given.nth`.execute(tx);
  return rows;
}

/** Each once: a change of key is sold with the same digits again. */
export const eachOnce = (tokens: readonly CardToken[]): readonly CardToken[] =>
  [...new Map(tokens.toReversed().map((token) => [token.digits, token])).values()].toReversed();

export type LoadedToken = CardToken & {
  readonly kind: 'credit' | 'keyChange' | 'management' | 'test';
  readonly tid: number | null;
  readonly energyWh: bigint | null;
};

/** In the order of `ids`. */
export async function tokensById(
  tx: Tx,
  bucket: number,
  ids: readonly string[],
): Promise<readonly LoadedToken[]> {
  if (ids.length === 0) return [];
  const rows = await tx
    .selectFrom('tokens')
    .select(['id', 'digits', 'kind', 'tid', 'energy_wh'])
    .where('bucket', '=', bucket)
    .where('id', 'in', [...ids])
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    if (row === undefined) return [];
    const { kind, tid, digits, energy_wh: energyWh } = row;
    return [{ id, digits, kind, tid, energyWh }];
  });
}
