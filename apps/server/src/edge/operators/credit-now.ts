// What is left in one home, in one light question: a part of what `meterRowsOf` says, for who asks
// for nothing else.

import type { MeterCreditMode, MeterRow } from '@prewatt/api';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { prepared } from '../../base/rows.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import { balanceNow, creditModeNow, creditStatusNow, switchUnknownNow } from './meter-filters.ts';

export type CreditNow = Pick<
  MeterRow,
  'creditMode' | 'balanceMinor' | 'availableEnergyWh' | 'creditStatus' | 'loadSwitch'
> & {
  readonly owedEnergyWh: string | null;
  /** Since when what switches does not answer; null while it does. */
  readonly switchUnknownSinceMs: number | null;
  /** Somebody has held supply open and not let go; the command may have been refused. */
  readonly isHeld: boolean;
};

type Row = {
  readonly credit_mode: MeterCreditMode;
  readonly balance_minor: bigint | null;
  readonly available_energy_wh: bigint | null;
  readonly owed_energy_wh: bigint | null;
  readonly credit_status: MeterRow['creditStatus'];
  readonly load_switch: MeterRow['loadSwitch'];
  readonly switch_unknown_ms: string | null;
  readonly is_held: boolean;
};

/** Null where no meter is in use. */
export async function creditNow(tx: Tx, place: ConnectionPlace): Promise<CreditNow | null> {
  const { rows } = await sql<Row>`${prepared}
    SELECT ${creditModeNow} AS credit_mode, ${balanceNow} AS balance_minor,
      state.available_energy_wh, state.owed_energy_wh, state.load_switch,
      ${switchUnknownNow} AS switch_unknown_ms,
      ${creditStatusNow} AS credit_status, EXISTS (SELECT FROM supply_holds h
        WHERE h.bucket = connections.bucket AND h.connection_id = connections.id
          AND h.released_at IS NULL) AS is_held
    FROM connections
    JOIN meters ON meters.bucket = connections.bucket AND meters.retired_at IS NULL
      AND meters.connection_id = connections.id
    LEFT JOIN meter_states AS state ON state.bucket = meters.bucket AND state.meter_id = meters.id
    LEFT JOIN wallets ON wallets.bucket = connections.bucket
      AND wallets.connection_id = connections.id
    WHERE connections.bucket = ${place.bucket}::smallint
      AND connections.id = ${place.connectionId}::uuid`.execute(tx);
  const [row] = rows;
  if (row === undefined) return null;
  return {
    creditMode: row.credit_mode,
    balanceMinor: row.balance_minor?.toString() ?? null,
    // What a wallet's meter counts besides is nobody's credit.
    availableEnergyWh:
      row.credit_mode === 'wallet' ? null : (row.available_energy_wh?.toString() ?? null),
    owedEnergyWh: row.owed_energy_wh?.toString() ?? null,
    creditStatus: row.credit_status,
    loadSwitch: row.load_switch,
    switchUnknownSinceMs: row.switch_unknown_ms === null ? null : Number(row.switch_unknown_ms),
    isHeld: row.is_held,
  };
}
