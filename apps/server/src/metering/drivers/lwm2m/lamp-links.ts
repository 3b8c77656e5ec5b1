// How a lamp's controller is linked by LwM2M: its name and its secret, sealed before it is stored;
// and how it was heard. The counter of its proofs outlives the link.

import type { Tx } from '../../../base/database.ts';
import type { MeterPlace } from '../../../registry/connections/index.ts';
import { claimEndpoint } from './links.ts';
import { openSecret, sealSecret } from './secrets.ts';

export type LampLinkWish = {
  readonly endpoint: string;
  readonly proof: { readonly kind: 'secret'; readonly secret: string } | { readonly kind: 'none' };
};

/** The place is the lamp's. False when another device registers by that name. */
export async function keepLampLink(
  tx: Tx,
  place: MeterPlace,
  o: { readonly masterKey: Buffer; readonly atMs: number; readonly wish: LampLinkWish },
): Promise<boolean> {
  const { masterKey, wish } = o;
  const { utilityId, bucket, connectionId, meterId: lampId } = place;
  if (!(await claimEndpoint(tx, place, wish.endpoint))) return false;
  const before = await tx
    .selectFrom('lamp_links')
    .select(['sealed', 'counter'])
    .where('bucket', '=', bucket)
    .where('lamp_id', '=', lampId)
    .executeTakeFirst();
  const { proof } = wish;
  const isSameSecret =
    proof.kind === 'secret' &&
    before?.sealed != null &&
    Buffer.from(openSecret(masterKey, place, before.sealed)).toString('hex') ===
      proof.secret.toLowerCase();
  const columns = {
    ...{ connection_id: connectionId, endpoint: wish.endpoint, proof: proof.kind },
    sealed: proof.kind === 'secret' ? sealSecret(masterKey, place, proof.secret) : null,
    counter: isSameSecret ? before.counter : -1n,
    ...{ serial: null, registered_at: null, heard_at: null, address: null, speaks: null },
    ...{ sleeps: null, objects: null, fault: null, fault_at: null, faults: 0 },
    ...{ linked_at: new Date(o.atMs), ended_at: null },
  };
  await tx
    .insertInto('lamp_links')
    .values({ ...columns, bucket, lamp_id: lampId, utility_id: utilityId })
    .onConflict((conflict) => conflict.columns(['bucket', 'lamp_id']).doUpdateSet(columns))
    .execute();
  return true;
}

/** Its name is free for another device. */
export async function endLampLink(tx: Tx, place: MeterPlace, atMs: number): Promise<void> {
  await tx
    .updateTable('lamp_links')
    .set({ ended_at: new Date(atMs) })
    .where('bucket', '=', place.bucket)
    .where('lamp_id', '=', place.meterId)
    .where('ended_at', 'is', null)
    .execute();
  await claimEndpoint(tx, place, null);
}
