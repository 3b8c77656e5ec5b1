// The fault of a lamp begins, changes or ends; and how many lamps of an account somebody should
// look at.

import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { ConnectionPlace, MeterPlace } from '../../registry/connections/index.ts';
import { countToLookAt, type Lamp, writeFault } from './lamp-store.ts';

export async function changeFault(
  tx: Tx,
  { newUuid }: { readonly newUuid: NewUuid },
  o: {
    readonly place: ConnectionPlace;
    readonly lamp: Pick<Lamp, 'lampId' | 'fault'>;
    readonly fault: Lamp['fault'];
    readonly nowMs: number;
  },
): Promise<void> {
  const { place, lamp, fault, nowMs } = o;
  if (lamp.fault === fault) return;
  await writeFault(tx, place, { lampId: lamp.lampId, faultId: newUuid(), fault, nowMs });
}

export type FaultDeps = {
  /** How many lamps of the account somebody should look at; 0: none any more. */
  readonly onLampFaults: (tx: Tx, place: MeterPlace, lamps: number) => Promise<void>;
};

export async function tellFaults(
  tx: Tx,
  { onLampFaults }: FaultDeps,
  place: MeterPlace,
): Promise<void> {
  await onLampFaults(tx, place, await countToLookAt(tx, place));
}
