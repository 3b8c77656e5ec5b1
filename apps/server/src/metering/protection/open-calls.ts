// Calls that the watch opens about a home, and closes by itself when there is no need any more.

import type { ColumnValue } from '../../base/column-value.ts';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';

/** Nothing happens when another process has opened it. */
export async function openCall(
  tx: Tx,
  o: {
    readonly newUuid: NewUuid;
    readonly place: {
      readonly bucket: number;
      readonly utilityId: string;
      readonly connectionId: string;
    };
    readonly because: ColumnValue<'supply_calls', 'because'>;
    readonly outSince: Date;
    readonly now: Date;
  },
): Promise<void> {
  await tx
    .insertInto('supply_calls')
    .values({
      bucket: o.place.bucket,
      id: o.newUuid(),
      utility_id: o.place.utilityId,
      connection_id: o.place.connectionId,
      because: o.because,
      out_since: o.outSince,
      state: 'new',
      opened_at: o.now,
      state_at: o.now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Keeps why calls that were just resolved are. */
export async function recordResolved(
  tx: Tx,
  calls: readonly { readonly bucket: number; readonly id: string }[],
  o: {
    readonly newUuid: NewUuid;
    readonly utilityId: string;
    readonly why: { readonly requestId: string; readonly note: string };
    readonly now: Date;
  },
): Promise<void> {
  for (const { bucket, id } of calls) {
    await tx
      .insertInto('supply_call_events')
      .values({
        bucket,
        id: o.newUuid(),
        utility_id: o.utilityId,
        call_id: id,
        request_id: o.why.requestId,
        what: 'resolved',
        note: o.why.note,
        at: o.now,
      })
      .execute();
  }
}
