// A home that a job made and that is given up before it is in use: closed, its meter retired and
// the number free for another home. What is in use (a sale, money, a debt) stays.

import { notifyLive } from '../../base/live.ts';
import { endCertificates } from '../../metering/headend/index.ts';
import { closeUnusedConnection } from '../../registry/connections/index.ts';
import { meterPlaceOf, type Scene } from './job-context.ts';

export type Undone = 'nothing' | 'closed' | 'inUse';

/** In the transaction of the cancellation, under the job's lock. */
export async function undoConnection(scene: Scene): Promise<Undone> {
  const { tx, deps, job, by, nowMs } = scene;
  if (job.kind !== 'newConnection' || job.meter_id === null) return 'nothing';
  const place = meterPlaceOf(job);
  const meter = await tx
    .selectFrom('meters')
    .select('meter_pan')
    .where('bucket', '=', place.bucket)
    .where('id', '=', place.meterId)
    .executeTakeFirstOrThrow();
  const at = new Date(nowMs);
  if (!(await closeUnusedConnection(tx, place, at))) return 'inUse';
  const open = await tx
    .selectFrom('commands')
    .select('id')
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId)
    .where('due_at', 'is not', null)
    .orderBy('id')
    .execute();
  const asked = { by: by.name, reason: 'The install job was cancelled' };
  for (const { id } of open) await deps.commands.cancel(tx, { ...place, commandId: id }, asked);
  await endCertificates(tx, place, { why: 'revoked', at });
  const { utilityId, connectionId } = place;
  await notifyLive(tx, {
    kind: 'linkRevoked',
    utilityId,
    connectionId,
    meterPan: meter.meter_pan,
  });
  return 'closed';
}

/** What the job's page says of it; the meter's number stands there already. */
export const undoneLabels: Record<Undone, string | null> = {
  nothing: null,
  closed:
    'The connection that the job made is closed, and the meter’s number is free for another job.',
  inUse:
    'The connection that the job made stays: something was sold, charged or given to it already.',
};
