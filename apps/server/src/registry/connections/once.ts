// A change of a connection that a request id names: made under the connection's lock, so that a
// repeat finds the first and changes nothing.

import { err, ok, type Result } from '@prewatt/quantities';
import { type SqlBool, sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { answerAgain } from '../../base/request-ids.ts';
import type { ConnectionPlace } from './store.ts';

export type ConnectionChange = {
  readonly id: string;
  readonly requestId: string;
  readonly operatorId: string;
  readonly at: Date;
};

export type ActRefusal = 'unknownConnection' | 'requestIdReused';

type ActTable = 'home_flag_events' | 'conversion_events';

/** Whether the change was made before; a request id with other values is refused. */
export async function wasDone(
  tx: Tx,
  place: ConnectionPlace,
  o: {
    readonly table: ActTable;
    readonly requestId: string;
    /** Columns as text, as they are written. */
    readonly values: Readonly<Record<string, string | null>>;
  },
): Promise<Result<boolean, ActRefusal>> {
  const connection = await tx
    .selectFrom('connections')
    .select('id')
    .where('bucket', '=', place.bucket)
    .where('id', '=', place.connectionId)
    .forUpdate()
    .executeTakeFirst();
  if (connection === undefined) return err('unknownConnection');
  const same = Object.entries(o.values).map(
    ([column, value]) => sql<SqlBool>`${sql.ref(column)}::text IS NOT DISTINCT FROM ${value}`,
  );
  const { rows } = await sql<{ same: boolean }>`
    SELECT ${sql.join(same, sql` AND `)} AS same FROM prewatt.${sql.ref(o.table)}
    WHERE bucket = ${place.bucket} AND connection_id = ${place.connectionId}::uuid
      AND request_id = ${o.requestId}`.execute(tx);
  const [first] = rows;
  if (first === undefined) return ok(false);
  return answerAgain(first.same, true, true);
}

/** The columns that every such change has. */
export const columnsOfChange = (place: ConnectionPlace, change: ConnectionChange) => ({
  bucket: place.bucket,
  id: change.id,
  utility_id: place.utilityId,
  connection_id: place.connectionId,
  request_id: change.requestId,
  operator_id: change.operatorId,
  at: change.at,
});
