// What meters said of themselves last; part of `Tables`.

import type { ColumnType } from 'kysely';
import type { Instant, NullableBigint, NullableInstant, NullableJson } from './columns.ts';

type OfConnection = { bucket: number; utility_id: string; connection_id: string };

export type MeterTables = {
  meter_states: OfConnection & {
    meter_id: string;
    captured_at: Instant;
    last_contact_at: Instant;
    available_energy_wh: bigint;
    power_w: bigint;
    import_energy_wh: bigint;
    credited_energy_wh: bigint;
    owed_energy_wh: bigint;
    load_switch: 'connected' | 'disconnected' | 'readyForReconnection';
    credit_status: 'inCredit' | 'lowCredit' | 'outOfCredit';
    link_up: ColumnType<boolean | null, undefined, boolean | null>;
    link_at: NullableInstant;
    report: NullableJson;
    clock_ahead_ms: NullableBigint;
  };
};
