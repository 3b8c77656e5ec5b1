// An operator has seen that a grant was not delivered: it leaves the attention list, and the name
// and remark are kept. When the meter reports more about it, it is on the list again.

import { err, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';

/** Grants of the attention list: g is a row of prewatt.grants. */
export const needsSomebody = sql<boolean>`(g.state IN ('refused', 'unconfirmed')
  AND g.seen_at IS NULL)`;

/** How many grants wait for somebody. */
export async function grantsOpen(tx: Tx, utilityId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM prewatt.grants g
    WHERE g.utility_id = ${utilityId}::uuid AND ${needsSomebody}`.execute(tx);
  return rows[0]?.n ?? 0;
}

/** Again by the same operator with the same words: the first answer. */
export async function acknowledgeGrant(
  tx: Tx,
  o: {
    readonly grantId: string;
    readonly operatorId: string;
    readonly reason: string;
    readonly at: Date;
  },
): Promise<Result<void, 'unknownGrant' | 'nothingToAcknowledge'>> {
  const row = await tx
    .selectFrom('grants')
    .select(['bucket', 'state', 'seen_by', 'seen_reason'])
    .where('id', '=', o.grantId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) return err('unknownGrant');
  if (row.seen_by === o.operatorId && row.seen_reason === o.reason) return ok(undefined);
  const waits = row.state === 'refused' || row.state === 'unconfirmed';
  if (!waits || row.seen_by !== null) return err('nothingToAcknowledge');
  await tx
    .updateTable('grants')
    .set({ seen_at: o.at, seen_by: o.operatorId, seen_reason: o.reason })
    .where('bucket', '=', row.bucket)
    .where('id', '=', o.grantId)
    .execute();
  return ok(undefined);
}
