// The order of commands about the same thing: each gets an instant later than any before it, which
// the meter compares, and an older one that is still open makes room for a newer one.

import { type CommandSubject, commandSubject } from '@prewatt/protocol';
import type { Tx } from '../../../base/database.ts';
import { notifyLive } from '../../../base/live.ts';
import type { MeterPlace } from '../../../registry/connections/index.ts';
import { moveCommand } from './stages.ts';

/**
 * What older commands are not taken back from: a meter that has changed its mode may have handed
 * credit over, so its answer is waited for. The meter keeps to the order of these, too.
 */
const waitedFor: readonly CommandSubject[] = ['paymentMode'];

/** Askers of one meter go one after the other: a repeat sees the first, a newer word the older. */
export async function lockMeter(tx: Tx, place: MeterPlace): Promise<void> {
  await tx
    .selectFrom('meters')
    .select('id')
    .where('bucket', '=', place.bucket)
    .where('id', '=', place.meterId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
}

/**
 * Takes back what is open for the meter about the same thing, older than the command given. One
 * that was never sent ends here; one that may have arrived ends with the meter's answer.
 */
export async function supersedeOlder(
  tx: Tx,
  o: {
    readonly place: MeterPlace;
    readonly commandId: string;
    readonly subject: CommandSubject;
    readonly by: string;
    readonly atMs: number;
  },
): Promise<void> {
  const { place, commandId, subject, atMs } = o;
  if (waitedFor.includes(subject)) return;
  const open = await tx
    .selectFrom('commands')
    .select(['id', 'kind', 'attempts'])
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId)
    .where('due_at', 'is not', null)
    .where('stage', '<>', 'cancelling')
    .where('id', '<>', commandId)
    .orderBy('id')
    .forUpdate()
    .execute();
  const cancelled = { by: o.by, reason: 'A newer command replaces it' };
  for (const { id, kind, attempts } of open) {
    if (commandSubject(kind) !== subject) continue;
    const ref = { utilityId: place.utilityId, bucket: place.bucket, commandId: id };
    const reached = attempts > 0;
    await moveCommand(
      tx,
      { ...ref, connectionId: place.connectionId },
      {
        stage: reached ? 'cancelling' : 'superseded',
        dueAtMs: reached ? atMs : null,
        cancelled: { ...cancelled, supersededBy: commandId },
        atMs,
      },
    );
    if (reached) await notifyLive(tx, { kind: 'command', ...ref, priority: 0 });
  }
}
