// Meters of other drivers that somebody should look at: one that says it is another, that plays
// back what was sent before, that stalls or floods. Each once a day, on the list until it is mended
// or somebody has seen it.

import type { DriverFault } from '@prewatt/protocol';
import { driverFaults } from '@prewatt/protocol';
import { dayMs } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';

/** A meter that does as it should again has mended these; of the others somebody is to know. */
const mendedBySuccess: readonly string[] = ['unreachable', 'noAnswer', 'notLetIn', 'malformed'];

export async function noticeDriverFault(
  tx: Tx,
  o: {
    readonly newUuid: NewUuid;
    readonly nowMs: number;
    readonly place: MeterPlace;
    readonly fault: DriverFault;
  },
): Promise<void> {
  const { bucket, utilityId, connectionId, meterId } = o.place;
  const at = new Date(o.nowMs);
  // Each fault once a day: the fact is the day and which it is.
  const fact = Math.floor(o.nowMs / dayMs) * 100 + driverFaults.indexOf(o.fault);
  await tx
    .insertInto('meter_alerts')
    .values({
      ...{ bucket, id: o.newUuid(), utility_id: utilityId, connection_id: connectionId },
      ...{ meter_id: meterId, kind: 'driverFault', code: o.fault, fact: BigInt(fact) },
      ...{ since_at: at, noticed_at: at },
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function endDriverFaults(
  tx: Tx,
  o: { readonly nowMs: number; readonly place: MeterPlace },
): Promise<void> {
  await tx
    .updateTable('meter_alerts')
    .set({ ended_at: new Date(o.nowMs) })
    .where('bucket', '=', o.place.bucket)
    .where('meter_id', '=', o.place.meterId)
    .where('kind', '=', 'driverFault')
    .where('code', 'in', [...mendedBySuccess])
    .where('ended_at', 'is', null)
    .execute();
}

const texts: Readonly<Record<DriverFault, string>> = {
  unreachable: 'It cannot be reached at its address',
  noAnswer: 'It takes the connection and then says nothing. Look at its modem and its power',
  notLetIn:
    'It does not let the server in. Compare client, password and keys with those of its maker',
  notProved:
    'It has not proved that it knows its keys: a wrong key, or another device at its address. ' +
    'Nothing that it says is believed',
  otherMeter:
    'At its address is a device that says it is another meter. Nothing that it says is believed. ' +
    'Look which meter hangs there, and link it anew',
  replay:
    'What it sent had been sent before: somebody on the way may play back old messages. Nothing ' +
    'of it was believed. Change its keys if it happens again',
  tooMuch:
    'It sent more, or took longer, than a meter may, and was cut off. A meter that works as it ' +
    'should does not do that. Look at the device at its address',
  malformed:
    'What it sends cannot be understood. Compare framing, client and server with its papers',
  countersUsedUp:
    'The counters under its key are used up: its keys must be changed by its maker’s tool',
};

export const driverFaultText = (code: string): string =>
  texts[driverFaults.find((each) => each === code) ?? 'malformed'];
