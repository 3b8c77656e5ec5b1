// When a connection changed from post-paid to prepaid, and who recorded it: the grace after
// conversion counts from that civil day of the utility, and begins with its first instant.

import { err, ok, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import { type ActRefusal, type ConnectionChange, columnsOfChange, wasDone } from './once.ts';
import type { ConnectionPlace } from './store.ts';
import { setConvertedAt } from './write-connections.ts';

export type Conversion = Omit<ConnectionChange, 'at'> & {
  /** Null takes an earlier word back. */
  readonly convertedOn: string | null;
  readonly reason: string;
  readonly zone: string;
  readonly nowMs: number;
};

export type ConversionRefusal = ActRefusal | 'conversionAhead';

/** The first instant of a civil day: what `connections.converted_at` holds. */
export const convertedAtMsOf = (date: string, zone: string): number =>
  Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds;

/** Writes the day, once for a request id. A day that has not begun is refused. */
export async function recordConversion(
  tx: Tx,
  place: ConnectionPlace,
  o: Conversion,
): Promise<Result<void, ConversionRefusal>> {
  const { requestId, reason } = o;
  const values = { converted_on: o.convertedOn, reason };
  const done = await wasDone(tx, place, { table: 'conversion_events', requestId, values });
  if (!done.ok) return done;
  if (done.value) return ok(undefined);
  const atMs = o.convertedOn === null ? null : convertedAtMsOf(o.convertedOn, o.zone);
  if (atMs !== null && atMs > o.nowMs) return err('conversionAhead');
  await tx
    .insertInto('conversion_events')
    .values({ ...columnsOfChange(place, { ...o, at: new Date(o.nowMs) }), ...values })
    .execute();
  await setConvertedAt(tx, place, atMs === null ? null : new Date(atMs));
  return ok(undefined);
}
