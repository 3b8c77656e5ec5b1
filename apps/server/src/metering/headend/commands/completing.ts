// Meters' answers to commands, many at once: one statement locks, one moves, one keeps the stages.

import type { CommandResult } from '@prewatt/protocol';
import { sql } from 'kysely';
import type { Tx } from '../../../base/database.ts';
import { recordset } from '../../../base/rows.ts';
import type { MeterPlace } from '../../../registry/connections/index.ts';
import { bigintAsText, type Stage, settledStages } from './stages.ts';

export type CommandAnswer = {
  readonly place: MeterPlace;
  readonly commandId: string;
  readonly result: CommandResult;
  /** When the meter carried it out, by its own clock. */
  readonly completedAtMs: number;
};

function stageOfAnswer(result: CommandResult, supersededBy: string | null): Stage {
  if (result.kind !== 'refused') return 'done';
  if (result.reason === 'superseded') return 'superseded';
  if (result.reason !== 'cancelled') return 'refused';
  return supersededBy === null ? 'cancelled' : 'superseded';
}

/**
 * Answers in the order of their coming, all of one utility; the first about a command counts. For
 * each: the token that the command carried, undefined for a command that the meter never had.
 */
export async function completeCommands(
  tx: Tx,
  answers: readonly CommandAnswer[],
  atMs: number,
): Promise<readonly (string | null | undefined)[]> {
  if (answers.length === 0) return [];
  const asked = answers.map(({ place, commandId }) => ({ bucket: place.bucket, id: commandId }));
  const columns = { bucket: 'smallint', id: 'uuid' } as const;
  // In one order for all, so that nobody waits for another in a circle.
  const { rows } = await sql<{
    id: string;
    meter_id: string;
    stage: Stage;
    token_ref: string | null;
    superseded_by: string | null;
  }>`SELECT c.id, c.meter_id, c.stage, c.token_ref, c.superseded_by FROM commands c
    WHERE (c.bucket, c.id) IN (SELECT bucket, id FROM ${recordset('a', columns, asked)})
    ORDER BY c.bucket, c.id FOR UPDATE`.execute(tx);
  const known = new Map(rows.map((row) => [row.id, row]));
  const moved = new Map<string, Moved>();
  for (const { place, commandId, result, completedAtMs } of answers) {
    const row = known.get(commandId);
    if (row === undefined || row.meter_id !== place.meterId) continue;
    if (settledStages.includes(row.stage) || moved.has(commandId)) continue;
    moved.set(commandId, {
      bucket: place.bucket,
      id: commandId,
      utility_id: place.utilityId,
      stage: stageOfAnswer(result, row.superseded_by),
      completed_at: new Date(completedAtMs),
      result: JSON.parse(JSON.stringify(result, bigintAsText)) as object,
    });
  }
  if (moved.size > 0) await move(tx, [...moved.values()], new Date(atMs));
  return answers.map(({ place, commandId }) => {
    const row = known.get(commandId);
    return row?.meter_id === place.meterId ? row.token_ref : undefined;
  });
}

type Moved = {
  readonly bucket: number;
  readonly id: string;
  readonly utility_id: string;
  readonly stage: Stage;
  readonly completed_at: Date;
  readonly result: object;
};

async function move(tx: Tx, moved: readonly Moved[], at: Date): Promise<void> {
  const columns = {
    bucket: 'smallint',
    id: 'uuid',
    utility_id: 'uuid',
    stage: 'text',
    completed_at: 'timestamptz',
    result: 'jsonb',
  } as const;
  await sql`WITH answered AS (SELECT * FROM ${recordset('a', columns, moved)}),
    moved AS (UPDATE commands c SET stage = a.stage, stage_at = ${at}::timestamptz, due_at = NULL,
        result = a.result, completed_at = a.completed_at
      FROM answered a WHERE c.bucket = a.bucket AND c.id = a.id)
    INSERT INTO command_stages (bucket, command_id, ordinal, utility_id, stage, at)
    SELECT a.bucket, a.id, (SELECT coalesce(max(s.ordinal), 0) + 1 FROM command_stages s
        WHERE s.bucket = a.bucket AND s.command_id = a.id),
      a.utility_id, a.stage, ${at}::timestamptz
    FROM answered a`.execute(tx);
}
