// The tables of changes to tariffs. A part of tables.ts.

import type { AssignmentState, MeterTariffStanding } from '@prewatt/api';
import type { ColumnType, Generated } from 'kysely';
import type {
  CivilDate,
  Instant,
  Json,
  NullableBigint,
  NullableInstant,
  NullableJson,
  NullableText,
} from './columns.ts';

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
  tariff_assignment_batches: {
    id: string;
    utility_id: string;
    request_id: string;
    digest: string;
    tariff_id: string | null;
    undo_of: string | null;
    from_date: CivilDate;
    chosen: Json;
    reason: string;
    requested_by: string;
    months: number;
    from_at: Instant;
    to_at: Instant;
    rows_total: number;
    rows_done: Generated<number>;
    after_bucket: ColumnType<number | null, undefined, number | null>;
    after_id: ColumnType<string | null, undefined, string | null>;
    summary: NullableJson;
    approval_id: ColumnType<string | null, undefined, string>;
    state: AssignmentState;
    created_at: Instant;
    state_at: Instant;
  };
  tariff_assignment_rows: {
    bucket: number;
    batch_id: string;
    connection_id: string;
    utility_id: string;
    before_tariff_id: string;
    before_parameters: Json;
    tariff_id: string;
    parameters: Json;
    purchases: number | null;
    refused: number | null;
    energy_wh: NullableBigint;
    before_minor: NullableBigint;
    after_minor: NullableBigint;
    spent_minor: NullableBigint;
    energy_before_wh: NullableBigint;
    energy_after_wh: NullableBigint;
    outcome: 'assigned' | 'refused' | null;
    refusal: string | null;
  };
  operator_acts: {
    id: string;
    utility_id: string;
    operator_id: string | null;
    by_name: string;
    act: string;
    subject: string;
    details: Json;
    at: Instant;
  };
  meter_tariffs: {
    bucket: number;
    meter_id: string;
    utility_id: string;
    connection_id: string;
    generation: Generated<number>;
    digest: NullableText;
    activates_at: NullableInstant;
    command_id: NullableText;
    told_at: NullableInstant;
    held_digest: NullableText;
    now_version_id: NullableText;
    now_standing: ColumnType<
      MeterTariffStanding | null,
      MeterTariffStanding | null | undefined,
      MeterTariffStanding | null
    >;
    next_version_id: NullableText;
    next_from: ColumnType<Date | null, string | null | undefined, string | null>;
    next_standing: ColumnType<
      MeterTariffStanding | null,
      MeterTariffStanding | null | undefined,
      MeterTariffStanding | null
    >;
  };
  tariff_rounds: {
    utility_id: string;
    of_date: ColumnType<Date, string, string>;
    started_at: Instant;
    after_bucket: number;
    after_meter_id: string;
    finished_at: NullableInstant;
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
