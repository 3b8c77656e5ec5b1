// Cards that customers let us keep for automatic top-ups: the provider's token, sealed under the
// master key and bound to its row, never a number. One for a home, of the phone that gave it; once
// the consent ends the token is gone.

import { sql } from 'kysely';
import type pg from 'pg';
import type { Tx } from '../../base/database.ts';
import { open, type SealedRow, seal } from '../../base/seal.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';

export type KeptCard = {
  readonly cardId: string;
  readonly provider: string;
  readonly label: string;
  /** Of whoever gave it. */
  readonly phone: string;
};

const boundTo = (utilityId: string, cardId: string): string => `kept card ${utilityId} ${cardId}`;

/** The card of a home; null where none is kept. */
export async function cardOf(
  tx: Tx,
  { bucket, connectionId }: ConnectionPlace,
): Promise<KeptCard | null> {
  const row = await tx
    .selectFrom('kept_cards')
    .select(['id', 'provider', 'label', 'phone'])
    .where('bucket', '=', bucket)
    .where('connection_id', '=', connectionId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { cardId: row.id, provider: row.provider, label: row.label, phone: row.phone };
}

/** Ends the consent: the token is gone at once. */
export const endCards = async (
  tx: Tx,
  { bucket, connectionId }: ConnectionPlace,
  nowMs: number,
): Promise<void> => {
  await tx
    .updateTable('kept_cards')
    .set({ sealed: null, ended_at: new Date(nowMs) })
    .where('bucket', '=', bucket)
    .where('connection_id', '=', connectionId)
    .where('ended_at', 'is', null)
    .execute();
};

/** In place of the card that the home had. */
export async function keepCard(
  tx: Tx,
  place: ConnectionPlace,
  o: {
    readonly masterKey: Buffer;
    readonly cardId: string;
    readonly paymentId: string;
    readonly provider: string;
    readonly phone: string;
    readonly token: string;
    readonly label: string;
    readonly nowMs: number;
  },
): Promise<void> {
  const { bucket, connectionId, utilityId } = place;
  await endCards(tx, place, o.nowMs);
  await tx
    .insertInto('kept_cards')
    .values({
      ...{ bucket, id: o.cardId, utility_id: utilityId, connection_id: connectionId },
      ...{ payment_id: o.paymentId, provider: o.provider, phone: o.phone },
      label: o.label.slice(0, 60),
      sealed: seal(o.masterKey, boundTo(utilityId, o.cardId), Buffer.from(o.token)),
      kept_at: new Date(o.nowMs),
    })
    .execute();
}

/** The token of a card; null once its consent has ended, or the home has another phone. */
export async function openCard(
  tx: Tx,
  masterKey: Buffer,
  of: { readonly utilityId: string; readonly bucket: number; readonly cardId: string },
): Promise<string | null> {
  const { rows } = await sql<{ sealed: Buffer | null }>`SELECT k.sealed FROM kept_cards k
    JOIN connections c ON c.bucket = k.bucket AND c.id = k.connection_id
      AND c.customer_phone = k.phone
    WHERE k.bucket = ${of.bucket}::smallint AND k.id = ${of.cardId}::uuid FOR SHARE OF k`.execute(
    tx,
  );
  const sealed = rows[0]?.sealed ?? null;
  if (sealed === null) return null;
  const token = open(masterKey, boundTo(of.utilityId, of.cardId), sealed);
  if (token === null) throw new Error('a kept card does not open under the master key');
  return token.toString();
}

/** Of all utilities: the client is the database owner's. */
export async function sealedCards(client: pg.Client): Promise<SealedRow<'keptCard'>[]> {
  const { rows } = await client.query(
    'SELECT bucket, id, utility_id, sealed FROM kept_cards WHERE sealed IS NOT NULL ORDER BY id',
  );
  return rows.map((row) => ({
    kind: 'keptCard',
    name: `the token of the kept card ${row.id}`,
    utilityId: row.utility_id,
    bound: boundTo(row.utility_id, row.id),
    sealed: row.sealed,
    save: async (sealed) => {
      await client.query('UPDATE kept_cards SET sealed = $1 WHERE bucket = $2 AND id = $3', [
        ...[sealed, row.bucket, row.id],
      ]);
    },
  }));
}
