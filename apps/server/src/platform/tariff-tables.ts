// The tables of changes to tariffs. A part of tables.ts.

import type { ColumnType, Generated } from 'kysely';
import type { CivilDate, Instant, Json, NullableInstant, NullableJson } from './columns.ts';

export type TariffTables = {
  tariff_back_tests: {
    id: string;
    utility_id: string;
    version_id: string;
    baseline_id: string | null;
    request_id: string;
    months: number;
    from_at: Instant;
    to_at: Instant;
    requested_by: string;
    requested_at: Instant;
    connections_total: number;
    connections_done: Generated<number>;
    after_bucket: ColumnType<number | null, undefined, number>;
    after_id: ColumnType<string | null, undefined, string>;
    summary: NullableJson;
    finished_at: NullableInstant;
  };
  tariff_back_test_rows: {
    bucket: number;
    back_test_id: string;
    connection_id: string;
    utility_id: string;
    purchases: number;
    refused: number;
    energy_wh: bigint;
    before_minor: bigint;
    after_minor: bigint;
    spent_minor: bigint;
    energy_before_wh: bigint;
    energy_after_wh: bigint;
  };
  tariff_assignments: {
    bucket: number;
    id: string;
    utility_id: string;
    connection_id: string;
    request_id: string;
    tariff_id: string;
    parameters: Json;
    from_date: CivilDate;
    reason: string;
    assigned_by: string;
    assigned_at: Instant;
  };
};
