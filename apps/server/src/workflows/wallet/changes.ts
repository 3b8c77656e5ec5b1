// Changes of credit mode that their meters have answered, or will never answer: which ones these
// are, and when, by the meter's clock, the ledger and the meter exchanged the credit.

import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import {
  type ConnectionPlace,
  holdsSalesMs,
  type ModeChangeTimes,
  modeIsChanging,
} from '../../registry/connections/index.ts';

export type OpenChange = ModeChangeTimes & {
  readonly bucket: number;
  readonly id: string;
  readonly connection_id: string;
  readonly meter_id: string;
  readonly to_mode: 'token' | 'wallet';
  readonly state: 'awaitingMeter' | 'failed';
  readonly debt_id: string | null;
  readonly stage: string;
  readonly result: {
    readonly kind?: string;
    readonly reason?: string;
    readonly handedOverEnergyWh?: string | number;
    readonly handedOverMicroMinor?: string | number;
    readonly owedEnergyWh?: string | number;
    readonly owedMicroMinor?: string | number;
    readonly importEnergyWh?: string | number;
  } | null;
};

const ended = sql`('done', 'refused', 'cancelled', 'superseded', 'expired')`;

/**
 * Those that wait and whose command has ended or that go by a register that was read at the meter,
 * and those that were given up and that the meter has made all the same: its answer came after the
 * expiry.
 */
export async function openChanges(tx: Tx, utilityId: string): Promise<readonly OpenChange[]> {
  const { rows } = await sql<OpenChange>`
    SELECT m.bucket, m.id, m.connection_id, m.meter_id, m.to_mode, m.state, m.at, m.site_read_at,
      m.debt_id, c.stage, c.stage_at, c.completed_at, c.result
    FROM mode_changes m
    JOIN commands c ON c.bucket = m.bucket AND c.id = m.command_id
    JOIN meters t ON t.bucket = m.bucket AND t.id = m.meter_id AND t.retired_at IS NULL
    WHERE m.utility_id = ${utilityId}::uuid
      AND ((m.state = 'awaitingMeter' AND (c.stage IN ${ended} OR m.site_read_at IS NOT NULL))
        OR (m.state = 'failed' AND c.stage = 'done'))
    ORDER BY m.at LIMIT 50`.execute(tx);
  return rows;
}

/** Paid sales that were held while a change was under way, which has ended or waits for long. */
export async function salesHeld(
  tx: Tx,
  utilityId: string,
  nowMs: number,
): Promise<readonly { readonly place: ConnectionPlace; readonly saleId: string }[]> {
  const changing = modeIsChanging({ bucket: 's.bucket', connectionId: 's.connection_id' });
  const { rows } = await sql<{ bucket: number; connection_id: string; id: string }>`
    SELECT s.bucket, s.connection_id, s.id FROM sales s
    WHERE s.utility_id = ${utilityId}::uuid AND s.state = 'stuck'
      AND s.stuck_reason = 'creditModeChanging' AND s.issued_at IS NULL
      AND (NOT ${sql.raw(changing)} OR s.stuck_at < ${new Date(nowMs - holdsSalesMs)})
    ORDER BY s.stuck_at LIMIT 50`.execute(tx);
  return rows.map((row) => ({
    place: { utilityId, bucket: row.bucket, connectionId: row.connection_id },
    saleId: row.id,
  }));
}
