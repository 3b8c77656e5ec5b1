// Commands queued many at a time: what a batch of sales hands to the head-end, in its transaction.

import { type Tx, together } from '../../../base/database.ts';
import type { NewUuid } from '../../../base/ids.ts';
import type { LiveNotice } from '../../../base/live.ts';
import { insertOfRows } from '../../../base/rows.ts';
import type { NewCommand } from './command-types.ts';

const commandColumns = {
  bucket: 'smallint',
  id: 'uuid',
  utility_id: 'uuid',
  connection_id: 'uuid',
  meter_id: 'uuid',
  request_id: 'text',
  kind: 'text',
  token_ref: 'uuid',
  stage: 'text',
  queued_at: 'timestamptz',
  stage_at: 'timestamptz',
  due_at: 'timestamptz',
  expires_at: 'timestamptz',
} as const;

const stageColumns = {
  bucket: 'smallint',
  command_id: 'uuid',
  ordinal: 'integer',
  utility_id: 'uuid',
  stage: 'text',
  at: 'timestamptz',
} as const;

const insertCommands = insertOfRows('commands', commandColumns, { same: {} });
const insertStages = insertOfRows('command_stages', stageColumns, { same: {} });

/**
 * Queues commands whose request ids are new (an id that is not is a bug and rolls back). Answers
 * with the notices that the caller sends in the same transaction.
 */
export async function enqueueCommands(
  tx: Tx,
  o: { readonly newUuid: NewUuid; readonly nowMs: number },
  commands: readonly NewCommand[],
): Promise<readonly LiveNotice[]> {
  if (commands.length === 0) return [];
  const at = new Date(o.nowMs);
  const rows = commands.map((command) => ({
    bucket: command.place.bucket,
    id: o.newUuid(),
    utility_id: command.place.utilityId,
    connection_id: command.place.connectionId,
    meter_id: command.place.meterId,
    request_id: command.requestId,
    kind: command.kind,
    token_ref: command.kind === 'deliverToken' ? command.tokenRef : null,
    stage: 'queued',
    queued_at: at,
    stage_at: at,
    due_at: at,
    expires_at: new Date(command.expiresAtMs),
  }));
  const stages = rows.map(({ bucket, id, utility_id, stage }) => ({
    bucket,
    command_id: id,
    ordinal: 1,
    utility_id,
    stage,
    at,
  }));
  await together(insertCommands(tx, rows), insertStages(tx, stages));
  return rows.map((row) => ({
    kind: 'command',
    utilityId: row.utility_id,
    bucket: row.bucket,
    commandId: row.id,
  }));
}
