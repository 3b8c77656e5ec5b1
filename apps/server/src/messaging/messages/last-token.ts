// The last message with a token that a home was sent, for who lost it. A token works once, so that
// it may be said again to the phone that has the home.

import type { Database } from '../../base/database.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';

export async function lastTokenText(
  database: Database,
  place: ConnectionPlace,
): Promise<{ readonly text: string; readonly atMs: number } | null> {
  const row = await database.inUtility(place.utilityId, (tx) =>
    tx
      .selectFrom('messages')
      .select(['text', 'created_at'])
      .where('bucket', '=', place.bucket)
      .where('connection_id', '=', place.connectionId)
      .where('kind', '=', 'tokenIssued')
      .orderBy('created_at', 'desc')
      .limit(1)
      .executeTakeFirst(),
  );
  return row === undefined ? null : { text: row.text, atMs: row.created_at };
}
