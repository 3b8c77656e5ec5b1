// When a connection turned from post-paid to prepaid, on whose word: what grace after conversion
// counts from. A civil day of the utility; grace begins with its first instant.

import { err, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { ConnectionPlace } from '../connections/index.ts';
import type { Tx } from '../platform/database.ts';

export type Conversion = {
  readonly id: string;
  readonly requestId: string;
  /** Null takes an earlier word back. */
  readonly convertedOn: string | null;
  readonly reason: string;
  readonly operatorId: string;
  readonly zone: string;
  readonly nowMs: number;
};

export type ConversionRefusal = 'unknownConnection' | 'requestIdReused' | 'conversionAhead';

/** The first instant of a civil day: what `connections.converted_at` holds. */
export const convertedAtMsOf = (date: string, zone: string): number =>
  Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds;

/** Writes the day, once for a request id. A day that has not begun is refused. */
export async function recordConversion(
  tx: Tx,
  place: ConnectionPlace,
  o: Conversion,
): Promise<Result<void, ConversionRefusal>> {
  const connection = await tx
    .selectFrom('connections')
    .select('id')
    .where('bucket', '=', place.bucket)
    .where('id', '=', place.connectionId)
    .forUpdate()
    .executeTakeFirst();
  if (connection === undefined) return err('unknownConnection');
  const first = await tx
    .selectFrom('conversion_events')
    .select(['reason', sql<string | null>`converted_on::text`.as('converted_on')])
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where('request_id', '=', o.requestId)
    .executeTakeFirst();
  if (first !== undefined) {
    const same = first.converted_on === o.convertedOn && first.reason === o.reason;
    return same ? ok(undefined) : err('requestIdReused');
  }
  const atMs = o.convertedOn === null ? null : convertedAtMsOf(o.convertedOn, o.zone);
  if (atMs !== null && atMs > o.nowMs) return err('conversionAhead');
  await tx
    .insertInto('conversion_events')
    .values({
      bucket: place.bucket,
      id: o.id,
      utility_id: place.utilityId,
      connection_id: place.connectionId,
      request_id: o.requestId,
      converted_on: o.convertedOn,
      reason: o.reason,
      operator_id: o.operatorId,
      at: new Date(o.nowMs),
    })
    .execute();
  await tx
    .updateTable('connections')
    .set({ converted_at: atMs === null ? null : new Date(atMs) })
    .where('bucket', '=', place.bucket)
    .where('id', '=', place.connectionId)
    .execute();
  return ok(undefined);
}
