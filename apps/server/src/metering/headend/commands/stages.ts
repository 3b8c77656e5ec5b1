// Moves commands along their life (`command-life.ts`), and says how long a stage may last. Every
// move is kept.

import type { CommandStage } from '@prewatt/api';
import type { CommandResult } from '@prewatt/protocol';
import { minuteMs } from '@prewatt/quantities';
import { sql } from 'kysely';
import { int2Array, uuidArray } from '../../../base/binary-arrays.ts';
import { type Tx, together } from '../../../base/database.ts';
import { notifyLive } from '../../../base/live.ts';
import { prepared } from '../../../base/rows.ts';
import { commandLife } from './command-life.ts';

export type Stage = CommandStage;

/** Stages that nothing moves any more. */
export const settledStages: readonly Stage[] = commandLife.states.filter(commandLife.isFinal);
/** Stages that nothing but an answer moves. */
export const closedStages: readonly Stage[] = [...settledStages, 'expired'];

/** Business time until an open stage is looked at again: soon, then doubling up to an hour. */
export const waitMs = (attempts: number): number =>
  Math.min(minuteMs * 2 ** Math.min(attempts, 10), 60 * minuteMs);
/** Between the claim and the broker's word: a process may have died there. */
export const sentWaitMs = minuteMs;

export type CommandRef = {
  readonly utilityId: string;
  readonly bucket: number;
  readonly commandId: string;
};

export type Move = {
  readonly stage: Stage;
  readonly attempts?: number;
  /** Null: nothing happens by itself any more. */
  readonly dueAtMs: number | null;
  readonly result?: CommandResult;
  readonly cancelled?: {
    readonly by: string;
    readonly reason: string;
    /** The newer command that takes its place. */
    readonly supersededBy?: string;
  };
};

/** Moves a command that the caller has locked, keeps the move and tells pages. */
export async function moveCommand(
  tx: Tx,
  ref: CommandRef & { readonly connectionId: string },
  { atMs, ...to }: Move & { readonly atMs: number },
): Promise<void> {
  const at = new Date(atMs);
  await tx
    .updateTable('commands')
    .set({
      stage: to.stage,
      stage_at: at,
      due_at: to.dueAtMs === null ? null : new Date(to.dueAtMs),
      ...(to.attempts === undefined ? {} : { attempts: to.attempts }),
      ...(to.result === undefined ? {} : { result: JSON.stringify(to.result, bigintAsText) }),
      ...(to.cancelled === undefined
        ? {}
        : {
            cancelled_by: to.cancelled.by,
            cancel_reason: to.cancelled.reason,
            superseded_by: to.cancelled.supersededBy ?? null,
          }),
    })
    .where('bucket', '=', ref.bucket)
    .where('id', '=', ref.commandId)
    .execute();
  await recordStage(tx, ref, { stage: to.stage, at });
  await notifyLive(tx, {
    kind: 'connection',
    utilityId: ref.utilityId,
    connectionId: ref.connectionId,
  });
}

export type MoveOfMany = {
  readonly bucket: number;
  readonly id: string;
  /** Gone through at this moment, the last one is where it stands. */
  readonly stages: readonly Stage[];
  readonly attempts: number;
  readonly dueAtMs: number | null;
};

/** Moves many commands that the caller has locked; the caller tells pages. */
export async function moveManyCommands(
  tx: Tx,
  o: { readonly utilityId: string; readonly atMs: number },
  moves: readonly MoveOfMany[],
): Promise<void> {
  if (moves.length === 0) return;
  const at = new Date(o.atMs);
  const kept = moves.flatMap(({ bucket, id, stages }) =>
    stages.map((stage, i) => ({ bucket, id, nth: i + 1, stage })),
  );
  const dueAt = ({ dueAtMs }: MoveOfMany) =>
    dueAtMs === null ? null : new Date(dueAtMs).toISOString();
  await together(
    sql`${prepared} UPDATE commands c
      SET stage = r.stage, stage_at = ${at}::timestamptz, due_at = r.due_at, attempts = r.attempts
      FROM unnest(${int2Array(moves.map(({ bucket }) => bucket))}::int2[],
        ${uuidArray(moves.map(({ id }) => id))}::uuid[],
        ${moves.map(({ stages }) => stages.at(-1))}::text[], ${moves.map(dueAt)}::timestamptz[],
        ${moves.map(({ attempts }) => attempts)}::int[]) AS r (bucket, id, stage, due_at, attempts)
      WHERE c.bucket = r.bucket AND c.id = r.id`.execute(tx),
    sql`${prepared} INSERT INTO command_stages
        (bucket, command_id, ordinal, utility_id, stage, at)
      SELECT r.bucket, r.id, r.nth + coalesce((SELECT max(s.ordinal) FROM command_stages s
        WHERE s.bucket = r.bucket AND s.command_id = r.id), 0), ${o.utilityId}::uuid, r.stage,
        ${at}::timestamptz
      FROM unnest(${int2Array(kept.map(({ bucket }) => bucket))}::int2[],
        ${uuidArray(kept.map(({ id }) => id))}::uuid[], ${kept.map(({ nth }) => nth)}::int[],
        ${kept.map(({ stage }) => stage)}::text[]) AS r (bucket, id, nth, stage)`.execute(tx),
  );
}

export async function recordStage(
  tx: Tx,
  ref: CommandRef,
  { stage, at }: { readonly stage: Stage; readonly at: Date },
): Promise<void> {
  await sql`INSERT INTO command_stages (bucket, command_id, ordinal, utility_id, stage, at)
    SELECT ${ref.bucket}::int2, ${ref.commandId}::uuid, coalesce(max(ordinal), 0) + 1,
      ${ref.utilityId}::uuid, ${stage}, ${at}::timestamptz
    FROM command_stages WHERE bucket = ${ref.bucket} AND command_id = ${ref.commandId}`.execute(tx);
}

export const bigintAsText = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;
