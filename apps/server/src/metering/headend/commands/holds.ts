// Supply that an operator holds open. It begins with the operator's command to open and ends with
// an operator's command to close or to arm; what decides by itself (a wallet, a change of mode, a
// job) closes and opens nothing meanwhile.

import type { CommandStage, SupplyHold as HoldAnswer } from '@prewatt/api';
import type { ColumnValue } from '../../../base/columns.ts';
import type { Tx } from '../../../base/database.ts';
import type { ConnectionPlace, MeterPlace } from '../../../registry/connections/index.ts';

type HoldCause = ColumnValue<'supply_holds', 'cause'>;

export type SupplyHold = {
  /** The command that opens the switch, and how far it is. */
  readonly commandId: string;
  readonly stage: CommandStage;
  readonly cause: HoldCause;
  /** An install job's own, for its test of the switch. */
  readonly ofJob: boolean;
  readonly by: string;
  readonly reason: string;
  readonly sinceMs: number;
};

/** A person's word about the supply, on the way to the meter. */
export type SupplyWord = {
  readonly place: MeterPlace;
  readonly commandId: string;
  /** Of a command to open; null closes or arms. */
  readonly cause: HoldCause | null;
  readonly ofJob: boolean;
  readonly by: string;
  readonly reason: string;
  readonly atMs: number;
};

/**
 * Null when nobody holds the supply open. A hold whose command ended without the meter's doing it
 * (refused, or taken back) is none; one that the meter has not answered is one.
 */
export async function supplyHoldOf(tx: Tx, place: ConnectionPlace): Promise<SupplyHold | null> {
  const row = await tx
    .selectFrom('supply_holds as h')
    .innerJoin('commands as c', (join) =>
      join.onRef('c.bucket', '=', 'h.bucket').onRef('c.id', '=', 'h.command_id'),
    )
    .select(['h.command_id', 'h.cause', 'h.of_job', 'h.held_by', 'h.reason', 'h.held_at'])
    .select('c.stage')
    .where('h.bucket', '=', place.bucket)
    .where('h.connection_id', '=', place.connectionId)
    .where('h.released_at', 'is', null)
    .where('c.stage', 'not in', ['refused', 'cancelled'])
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    commandId: row.command_id,
    stage: row.stage,
    cause: row.cause,
    ofJob: row.of_job,
    by: row.held_by,
    reason: row.reason,
    sinceMs: row.held_at,
  };
}

export const holdAnswer = (hold: SupplyHold | null): HoldAnswer | null =>
  hold === null
    ? null
    : {
        cause: hold.cause,
        by: hold.by,
        reason: hold.reason,
        since: new Date(hold.sinceMs).toISOString(),
        stage: hold.stage,
      };

/** A hold that nothing can carry on ends; its own command stands where one that closes would. */
export async function endHold(
  tx: Tx,
  place: ConnectionPlace,
  o: {
    readonly hold: SupplyHold;
    readonly by: string;
    readonly reason: string;
    readonly atMs: number;
  },
): Promise<void> {
  await tx
    .updateTable('supply_holds')
    .set({
      released_at: new Date(o.atMs),
      released_by: o.by,
      release_reason: o.reason,
      release_command_id: o.hold.commandId,
    })
    .where('bucket', '=', place.bucket)
    .where('command_id', '=', o.hold.commandId)
    .where('released_at', 'is', null)
    .execute();
}

/** Begins or ends a hold with the command that was just queued. */
export async function heedSupplyWord(tx: Tx, word: SupplyWord): Promise<void> {
  const { place, commandId, by, reason } = word;
  const at = new Date(word.atMs);
  await tx
    .updateTable('supply_holds')
    .set({
      released_at: at,
      released_by: by,
      release_reason: reason,
      release_command_id: commandId,
    })
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where('released_at', 'is', null)
    .execute();
  if (word.cause === null) return;
  await tx
    .insertInto('supply_holds')
    .values({
      bucket: place.bucket,
      command_id: commandId,
      utility_id: place.utilityId,
      connection_id: place.connectionId,
      cause: word.cause,
      of_job: word.ofJob,
      held_by: by,
      reason,
      held_at: at,
    })
    .execute();
}
