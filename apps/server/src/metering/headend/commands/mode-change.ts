// The change of credit mode that waits for its meter, with how far its command is.

import { sql } from 'kysely';
import type { ColumnValue } from '../../../base/column-value.ts';
import type { Tx } from '../../../base/database.ts';
import { type ConnectionPlace, isOpenModeChange } from '../../../registry/connections/index.ts';

export type OpenModeChange = {
  readonly id: string;
  readonly toMode: 'token' | 'wallet';
  readonly commandId: string;
  /** One by a register that was read at the meter goes on by itself. */
  readonly stage: ColumnValue<'commands', 'stage'> | null;
};

export async function openModeChange(
  tx: Tx,
  place: Pick<ConnectionPlace, 'bucket' | 'connectionId'>,
): Promise<OpenModeChange | null> {
  const { rows } = await sql<OpenModeChange>`SELECT open.id, open.to_mode AS "toMode",
      coalesce(open.command_id::text, '') AS "commandId",
      CASE WHEN open.site_read_at IS NULL THEN k.stage ELSE 'done' END AS stage
    FROM prewatt.mode_changes open
    LEFT JOIN prewatt.commands k ON k.bucket = open.bucket AND k.id = open.command_id
    WHERE open.bucket = ${place.bucket} AND open.connection_id = ${place.connectionId}::uuid
      AND ${sql.raw(isOpenModeChange)}`.execute(tx);
  return rows[0] ?? null;
}
