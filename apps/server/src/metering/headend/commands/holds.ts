// Supply that an operator holds open. It begins with the operator's command to open and ends with
// an operator's command to close or to arm; what decides by itself (a wallet, a change of mode, a
// job) closes and opens nothing meanwhile.

import type { CommandStage, SupplyHold as HoldAnswer } from '@prewatt/api';
import type { ColumnValue } from '../../../base/column-value.ts';
import type { Tx } from '../../../base/database.ts';
import { statementOfRows } from '../../../base/rows.ts';
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
  /** Of a cut for safety, and of no other. */
  readonly safety: SafetyTerms | null;
  /** The name of the second person, if it took one. */
  readonly approvedByName: string | null;
};

/** Who answers for a cut for safety, and until when it lasts. */
export type SafetyTerms = {
  /** Null for one of before operators were kept. */
  readonly operatorId: string | null;
  readonly approved: { readonly approvalId: string; readonly approvedBy: string } | null;
  /** Real time of the request; null for one that was carried over to another meter. */
  readonly askedRealMs: number | null;
  readonly endsAtMs: number;
};

/** A person's word about the supply, on the way to the meter. */
export type SupplyWord = {
  readonly place: MeterPlace;
  readonly commandId: string;
  /** Of a command to open; null closes or arms. */
  readonly cause: HoldCause | null;
  /** With the cause safety, and with no other. */
  readonly safety: SafetyTerms | null;
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
    .leftJoin('operators as second', 'second.id', 'h.approved_by')
    .select(['h.command_id', 'h.cause', 'h.of_job', 'h.held_by', 'h.reason', 'h.held_at'])
    .select(['h.operator_id', 'h.asked_at', 'h.ends_at', 'h.approval_id', 'h.approved_by'])
    .select(['c.stage', 'second.name as second_name'])
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
    safety:
      row.ends_at === null
        ? null
        : {
            operatorId: row.operator_id,
            approved:
              row.approval_id === null || row.approved_by === null
                ? null
                : { approvalId: row.approval_id, approvedBy: row.approved_by },
            askedRealMs: row.asked_at,
            endsAtMs: row.ends_at,
          },
    approvedByName: row.second_name,
  };
}

/** What a home that is held open is told: until when, of a cut for safety. */
export type HeldHome = { readonly isSafety: boolean; readonly endsAtMs: number | null };

const heldColumns = { bucket: 'smallint', connection_id: 'uuid' } as const;
const selectHeld = statementOfRows<
  typeof heldColumns,
  { readonly connection_id: string; readonly cause: HoldCause; readonly ends_at: number | null }
>(
  heldColumns,
  (recordset) => `SELECT h.connection_id, h.cause, h.ends_at FROM ${recordset('r')}
    JOIN supply_holds h ON h.bucket = r.bucket AND h.connection_id = r.connection_id
      AND h.released_at IS NULL AND NOT h.of_job
    JOIN commands c ON c.bucket = h.bucket AND c.id = h.command_id
      AND c.stage NOT IN ('refused', 'cancelled')`,
);

/** Homes of these whose supply somebody holds open, by connection. */
export async function heldHomes(
  tx: Tx,
  places: readonly ConnectionPlace[],
): Promise<ReadonlyMap<string, HeldHome>> {
  if (places.length === 0) return new Map();
  const asked = places.map(({ bucket, connectionId }) => ({ bucket, connection_id: connectionId }));
  const rows = await selectHeld(tx, asked);
  return new Map(
    rows.map((row) => [
      row.connection_id,
      { isSafety: row.cause === 'safety', endsAtMs: row.ends_at },
    ]),
  );
}

export const holdAnswer = (hold: SupplyHold | null): HoldAnswer | null =>
  hold === null
    ? null
    : {
        cause: hold.cause,
        by: hold.by,
        reason: hold.reason,
        since: new Date(hold.sinceMs).toISOString(),
        until: hold.safety === null ? null : new Date(hold.safety.endsAtMs).toISOString(),
        approvedBy: hold.approvedByName,
        stage: hold.stage,
      };

/** A hold that nothing can carry on ends; its own command stands where one that closes would. */
export async function endHold(
  tx: Tx,
  place: ConnectionPlace,
  o: {
    readonly hold: Pick<SupplyHold, 'commandId'>;
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
  const { cause, safety } = word;
  if (cause === null) return;
  if ((cause === 'safety') !== (safety !== null)) throw new Error('a cut for safety has its terms');
  await tx
    .insertInto('supply_holds')
    .values({
      bucket: place.bucket,
      command_id: commandId,
      utility_id: place.utilityId,
      connection_id: place.connectionId,
      cause,
      of_job: word.ofJob,
      held_by: by,
      reason,
      held_at: at,
      operator_id: safety?.operatorId ?? null,
      asked_at:
        safety === null || safety.askedRealMs === null ? null : new Date(safety.askedRealMs),
      ends_at: safety === null ? null : new Date(safety.endsAtMs),
      approval_id: safety?.approved?.approvalId ?? null,
      approved_by: safety?.approved?.approvedBy ?? null,
    })
    .execute();
}
