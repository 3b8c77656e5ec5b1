// The history of a meter's identity: who did what to it, why, and once for each request; and the
// row of the meter that it is about.

import type { ColumnValue } from '../../../base/column-value.ts';
import type { Tx } from '../../../base/database.ts';
import type { MeterPlace } from '../../../registry/connections/index.ts';
import type { Asker } from '../commands/send.ts';

export type LinkRequest = {
  readonly place: MeterPlace;
  readonly meterPan: string;
  readonly by: Asker;
  readonly requestId: string;
  readonly reason: string;
  /** The install job of this meter vouches for who asks, who need not be an administrator. */
  readonly atInstall?: boolean;
};

export const meterOf = (tx: Tx, place: MeterPlace) =>
  tx.selectFrom('meters').where('bucket', '=', place.bucket).where('id', '=', place.meterId);

/** Locks it. */
export const lockMeterRow = (tx: Tx, place: MeterPlace) =>
  meterOf(tx, place)
    .select(['next_secret_hash', 'link_revoked_at', 'retired_at'])
    .forUpdate()
    .executeTakeFirstOrThrow();

/** What was done before under this request id. */
export const linkChangeOf = (tx: Tx, place: MeterPlace, requestId: string) =>
  tx
    .selectFrom('link_acts')
    .select(['act', 'secret_hash', 'serial'])
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId)
    .where('request_id', '=', requestId)
    .executeTakeFirst();

/** One row more of the meter's history; the meter is locked. */
export async function recordLinkChange(
  tx: Tx,
  place: MeterPlace,
  o: {
    readonly act: ColumnValue<'link_acts', 'act'>;
    readonly at: Date;
    /** Of a pairing: what the secret's hash became. */
    readonly secretHash?: Buffer | null;
    readonly serial?: string | null;
    readonly asked: {
      readonly requestId: string;
      readonly by: string;
      readonly reason: string;
    } | null;
  },
): Promise<void> {
  const last = await tx
    .selectFrom('link_acts')
    .select((eb) => eb.fn.max('ordinal').as('ordinal'))
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId)
    .executeTakeFirst();
  await tx
    .insertInto('link_acts')
    .values({
      bucket: place.bucket,
      meter_id: place.meterId,
      ordinal: (last?.ordinal ?? 0) + 1,
      utility_id: place.utilityId,
      connection_id: place.connectionId,
      act: o.act,
      request_id: o.asked?.requestId ?? null,
      done_by: o.asked?.by ?? null,
      reason: o.asked?.reason ?? null,
      secret_hash: o.secretHash ?? null,
      serial: o.serial ?? null,
      at: o.at,
    })
    .execute();
}
