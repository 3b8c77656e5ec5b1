// The tables of what operators control together: approvals, grants, keys and key changes. A part of
// tables.ts.

import type { ApprovalKind, ApprovalState } from '@prewatt/api';
import type { ColumnType, Generated } from 'kysely';
import type {
  CivilDate,
  Instant,
  Json,
  NullableBigint,
  NullableInstant,
  NullableJson,
  NullableNumber,
  NullableText,
} from './columns.ts';

export type GrantKind =
  | 'freeUnits'
  | 'freeCredit'
  | 'replacement'
  | 'clearCredit'
  | 'clearTamper'
  | 'setMaximumPowerLimit'
  | 'setPhaseUnbalanceLimit'
  | 'test'
  | 'keyChange';
export type GrantState = 'issued' | 'accepted' | 'refused' | 'unconfirmed';

type NullableUuid = ColumnType<string | null, string | null | undefined, string | null>;

export type ControlTables = {
  approvals: {
    id: string;
    utility_id: string;
    kind: ApprovalKind;
    request_id: string;
    payload: Json;
    reason: string;
    requested_by: string;
    requested_at: Instant;
    expires_at: Instant;
    state: ApprovalState;
    decided_by: NullableUuid;
    decided_at: NullableInstant;
    outcome: NullableJson;
    seal: ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>;
    unsealed: Generated<boolean>;
  };
  approval_events: {
    approval_id: string;
    ordinal: number;
    utility_id: string;
    what: 'requested' | 'approved' | 'declined' | 'withdrawn' | 'expired' | 'failed';
    operator_id: NullableUuid;
    reason: NullableText;
    shown: NullableJson;
    at: Instant;
  };
  grant_batches: {
    id: string;
    utility_id: string;
    request_id: string;
    kind: 'freeCredit' | 'clearCredit';
    reason: string;
    requested_by: string;
    digest: string;
    rows_total: number;
    energy_total_wh: bigint;
    approval_id: NullableUuid;
    state: 'awaitingApproval' | 'issuing' | 'done' | 'closed';
    created_at: Instant;
    state_at: Instant;
  };
  grant_batch_rows: {
    utility_id: string;
    batch_id: string;
    ordinal: number;
    bucket: number;
    connection_id: string;
    meter_pan: string;
    energy_wh: NullableBigint;
    outcome: ColumnType<'issued' | 'refused' | null, never, 'issued' | 'refused'>;
    refusal: NullableText;
    grant_id: NullableUuid;
  };
  grants: {
    bucket: number;
    id: string;
    utility_id: string;
    connection_id: string;
    meter_id: string;
    request_id: string;
    kind: GrantKind;
    energy_wh: NullableBigint;
    parameters: Json;
    reason: string;
    requested_by: NullableUuid;
    approval_id: NullableUuid;
    month: ColumnType<Date | null, string | null | undefined, never>;
    tariff_version_id: NullableUuid;
    rules_version: NullableNumber;
    /** In money: into a wallet by the transfer, or on a meter that counts it by its tokens. */
    amount_minor: NullableBigint;
    transfer_id: NullableUuid;
    state: GrantState;
    refusal: NullableText;
    issued_at: Instant;
    state_at: Instant;
    seen_at: NullableInstant;
    seen_by: NullableUuid;
    seen_reason: NullableText;
  };
  grant_views: {
    bucket: number;
    grant_id: string;
    ordinal: number;
    utility_id: string;
    operator_id: string;
    at: Instant;
  };
  free_unit_runs: {
    utility_id: string;
    month: CivilDate;
    after_bucket: Generated<number>;
    after_id: Generated<string>;
    seen: Generated<bigint>;
    issued: Generated<bigint>;
    refused: Generated<bigint>;
    in_meter: Generated<bigint>;
    state: 'running' | 'done';
    started_at: Instant;
    state_at: Instant;
  };
  key_change_campaigns: {
    id: string;
    utility_id: string;
    request_id: string;
    name: string;
    reason: string;
    from_supply_group_code: string;
    from_key_revision: number;
    to_supply_group_code: string;
    to_key_revision: number;
    to_tariff_index: NullableText;
    requested_by: string;
    meters_digest: NullableText;
    meters_total: number;
    created_at: Instant;
  };
  key_change_meters: {
    campaign_id: string;
    bucket: number;
    meter_id: string;
    utility_id: string;
    connection_id: string;
    begun_at: NullableInstant;
  };
  key_change_sets: {
    bucket: number;
    id: string;
    utility_id: string;
    connection_id: string;
    meter_id: string;
    sale_id: NullableUuid;
    grant_id: NullableUuid;
    from_supply_group_code: string;
    from_tariff_index: string;
    from_key_revision: number;
    to_supply_group_code: string;
    to_tariff_index: string;
    to_key_revision: number;
    state: 'issued' | 'done' | 'failed';
    refusal: NullableText;
    issued_at: Instant;
    state_at: Instant;
  };
  key_loads: {
    id: string;
    utility_id: string;
    request_id: string;
    supply_group_code: string;
    key_revision: number;
    key_type: number;
    key_expiry: number;
    base_date: number;
    dkga: 'dkga02' | 'dkga04';
    expected_check_value: NullableText;
    reason: string;
    opened_by: string;
    opened_at: Instant;
    approval_id: NullableUuid;
    state: 'collecting' | 'awaitingApproval' | 'loaded' | 'closed';
    state_at: Instant;
  };
  key_components: {
    load_id: string;
    ordinal: number;
    utility_id: string;
    entered_by: string;
    check_value: string;
    sealed: ColumnType<Buffer | null, Buffer, null>;
    entered_at: Instant;
  };
  vendor_asks: {
    utility_id: string;
    vendor_id: string;
    request_id: string;
    asked: ColumnType<object, string, never>;
    key_id: string | null;
    at: Instant;
  };
};
