// A change of credit mode taken back while it waits for its meter: at once, whether or not anybody
// hears the meter. Should its answer come all the same, the change is carried out, as after expiry.

import { err, ok, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import { notifyLive } from '../../base/live.ts';
import { openModeChange } from '../../metering/headend/index.ts';
import {
  type ConnectionPlace,
  loadConnectionForUpdate,
  updateModeChange,
  withdrawnBy,
} from '../../registry/connections/index.ts';
import type { ModeRefusal } from './errors.ts';
import type { ModeDeps } from './modes.ts';

/** Nothing of the money has moved yet: the home goes on in its mode, and sells by it. */
export async function withdrawChange(
  tx: Tx,
  deps: Pick<ModeDeps, 'commands' | 'nowMs' | 'onMode'>,
  o: { readonly place: ConnectionPlace; readonly by: string; readonly reason: string },
): Promise<Result<void, ModeRefusal & ('noChangeWaits' | 'changeAnswered')>> {
  const { place, by, reason } = o;
  await loadConnectionForUpdate(tx, place);
  const open = await openModeChange(tx, place);
  if (open === null) return err('noChangeWaits');
  if (open.stage === 'done') return err('changeAnswered');
  if (open.commandId !== '') {
    await deps.commands.cancel(tx, { ...place, commandId: open.commandId }, { by, reason });
  }
  await updateModeChange(
    tx,
    { bucket: place.bucket, id: open.id },
    {
      state: 'failed',
      problem: `${withdrawnBy}${by}: ${reason}`,
      state_at: new Date(deps.nowMs()),
    },
  ).execute();
  const { id: modeChangeId, toMode } = open;
  await deps.onMode(tx, { place, modeChangeId, toMode, what: 'calledOff' });
  const { utilityId, connectionId } = place;
  await notifyLive(tx, { kind: 'connection', utilityId, connectionId });
  return ok(undefined);
}
