// The tables of protection: rule sets, declared days, homes that are never cut, people to call. A
// part of tables.ts.

import type { ColumnType, Generated } from 'kysely';
import type { CivilDate, Instant, Json, NullableInstant } from './columns.ts';

type NullableDate = ColumnType<Date | null, string | null | undefined, never>;
type NullableUuid = ColumnType<string | null, string | null | undefined, never>;

export type ProtectionTables = {
  protection_rule_sets: {
    utility_id: string;
    version: number;
    document: Json;
    approval_id: string;
    requested_by: string;
    approved_by: string;
    live_at: Instant;
  };
  weather_day_events: {
    id: string;
    utility_id: string;
    request_id: string;
    date: CivilDate;
    kind: 'heat' | 'cold';
    what: 'declared' | 'withdrawn';
    note: string;
    operator_id: string;
    at: Instant;
  };
  home_flag_events: {
    bucket: number;
    id: string;
    utility_id: string;
    connection_id: string;
    request_id: string;
    kind: 'medical' | 'vulnerable';
    what: 'set' | 'ended';
    evidence: string;
    expires_on: NullableDate;
    operator_id: string;
    at: Instant;
  };
  conversion_events: {
    bucket: number;
    id: string;
    utility_id: string;
    connection_id: string;
    request_id: string;
    converted_on: NullableDate;
    reason: string;
    operator_id: string;
    at: Instant;
  };
  supply_watch: {
    bucket: number;
    connection_id: string;
    utility_id: string;
    out_since: NullableInstant;
    still_since: Instant;
    import_energy_wh: bigint;
  };
  supply_calls: {
    bucket: number;
    id: string;
    utility_id: string;
    connection_id: string;
    because: 'medical' | 'vulnerable' | 'silence' | 'noPurchase';
    out_since: Instant;
    state: 'new' | 'called' | 'resolved';
    opened_at: Instant;
    state_at: Instant;
  };
  supply_call_events: {
    bucket: number;
    id: string;
    utility_id: string;
    call_id: string;
    request_id: string;
    what: 'called' | 'resolved';
    note: string;
    operator_id: NullableUuid;
    at: Instant;
  };
  protection_replays: {
    id: string;
    utility_id: string;
    request_id: string;
    document: Json;
    compared_with: Json;
    from_at: Instant;
    to_at: Instant;
    requested_by: string;
    requested_at: Instant;
    next_chunk: Generated<number>;
    last_bucket: Generated<number>;
    last_connection_id: ColumnType<string | null, string | null | undefined, string | null>;
    sums: Json;
    finished_at: NullableInstant;
  };
  protection_replay_homes: {
    bucket: number;
    replay_id: string;
    connection_id: string;
    utility_id: string;
    vulnerable: boolean;
    medical: boolean;
    now: Json;
    proposed: Json;
  };
  meter_protection: {
    bucket: number;
    meter_id: string;
    utility_id: string;
    connection_id: string;
    generation: number;
    rules_digest: string;
    rules_version: number;
    vulnerable: boolean | null;
    medical: boolean | null;
    converted_at: NullableInstant;
    queued_at: Instant;
  };
  protection_rounds: {
    utility_id: string;
    rules_digest: string;
    started_at: Instant;
    after_bucket: number;
    after_meter_id: string;
    finished_at: NullableInstant;
  };
};
