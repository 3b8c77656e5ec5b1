// When tokens went out to their meters, for traces: read of the commands that carried them.

import { sql } from 'kysely';
import { int2Array, uuidArray } from '../../base/binary-arrays.ts';
import type { Tx } from '../../base/database.ts';

/** By token: when it was last sent, in business time. One that was never sent is left out. */
export async function sentAtMs(
  tx: Tx,
  tokens: readonly { readonly bucket: number; readonly id: string }[],
): Promise<ReadonlyMap<string, number>> {
  if (tokens.length === 0) return new Map();
  const { rows } = await sql<{ id: string; at: number }>`SELECT t.id, max(s.at) AS at
    FROM unnest(${int2Array(tokens.map(({ bucket }) => bucket))}::int2[],
      ${uuidArray(tokens.map(({ id }) => id))}::uuid[]) AS t (bucket, id)
    JOIN commands c ON c.bucket = t.bucket AND c.token_ref = t.id
    JOIN command_stages s ON s.bucket = c.bucket AND s.command_id = c.id AND s.stage = 'sent'
    GROUP BY t.id`.execute(tx);
  return new Map(rows.map(({ id, at }) => [id, at]));
}
