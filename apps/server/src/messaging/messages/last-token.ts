// The last message with a token that a home was sent, for who lost it. A token works once, so that
// it may be said again to the phone that has the home; none from before that was somebody else's.

import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { prepared } from '../../base/rows.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';

export async function lastTokenText(
  tx: Tx,
  place: ConnectionPlace,
): Promise<{ readonly text: string; readonly atMs: number } | null> {
  const { rows } = await sql<{ text: string; created_at: number }>`${prepared}
    SELECT text, created_at FROM messages
    WHERE bucket = ${place.bucket}::smallint AND connection_id = ${place.connectionId}::uuid
      AND kind = 'tokenIssued'
      AND created_at >= coalesce((SELECT shows_from FROM occupancies
        WHERE bucket = ${place.bucket}::smallint AND connection_id = ${place.connectionId}::uuid
          AND ended_at IS NULL), '-infinity')
    ORDER BY created_at DESC LIMIT 1`.execute(tx);
  const [row] = rows;
  return row === undefined ? null : { text: row.text, atMs: row.created_at };
}
