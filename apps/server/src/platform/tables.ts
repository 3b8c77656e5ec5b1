// The tables as Kysely sees them. apps/server/schema.sql is the truth; this follows it by hand, and
// the store tests hold it. bigint columns are read as bigint, timestamptz as epoch milliseconds,
// and instants are written as Date.

import type { ColumnType, Generated, JSONColumnType } from 'kysely';

type Instant = ColumnType<number, Date, Date>;
type NullableInstant = ColumnType<number | null, Date | null | undefined, Date | null>;
type Json = JSONColumnType<object, string, string>;
type NullableJson = ColumnType<object | null, string | null | undefined, string | null>;
type NullableBigint = ColumnType<bigint | null, bigint | null | undefined, bigint | null>;
type NullableText = ColumnType<string | null, string | null | undefined, string | null>;

/** What every row of a connection begins with. */
type OfConnection = { bucket: number; utility_id: string; connection_id: string };

export type LedgerAccountKind =
  | 'providerClearing'
  | 'customerPrepaid'
  | 'customerDebt'
  | 'openingBalance'
  | 'energySales'
  | 'tax'
  | 'fees';

export type Tables = {
  utilities: {
    id: string;
    name: string;
    zone: string;
    currency_code: string;
    currency_scale: number;
    minimum_purchase_minor: bigint;
    maximum_purchase_minor: bigint;
    help_phone: NullableText;
    protection_rules: Json;
    created_at: Instant;
  };
  tariffs: {
    id: string;
    utility_id: string;
    name: string;
    version: number;
    document: Json;
    created_at: Instant;
  };
  vending_keys: {
    id: string;
    utility_id: string;
    supply_group_code: string;
    key_revision: number;
    key_type: number;
    key_expiry: number;
    base_date: number;
    dkga: 'dkga02' | 'dkga04';
    sealed: Buffer;
    created_at: Instant;
  };
  operators: {
    id: string;
    utility_id: string;
    auth_user_id: string;
    name: string;
    role: 'administrator' | 'operator' | 'viewer';
    created_at: Instant;
  };
  meter_directory: OfConnection & { meter_pan: string; meter_id: string };
  phone_directory: OfConnection & { phone: string };
  payment_directory: { payment_id: string; utility_id: string; bucket: number };
  provider_reference_directory: {
    provider: string;
    provider_reference: string;
    payment_id: string;
  };
  operator_directory: { auth_user_id: string; utility_id: string };
  connections: {
    bucket: number;
    id: string;
    utility_id: string;
    name: string;
    address: string;
    customer_name: NullableText;
    customer_phone: NullableText;
    tariff_id: string;
    tariff_position: Json;
    created_at: Instant;
  };
  meters: OfConnection & {
    id: string;
    meter_pan: string;
    encryption_algorithm: 'ea07' | 'ea11';
    supply_group_code: string;
    tariff_index: string;
    key_revision: number;
    secret_hash: Buffer;
    last_tid: ColumnType<number | null, number | null, number>;
    created_at: Instant;
  };
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
  };
  ledger_accounts: {
    bucket: number;
    utility_id: string;
    kind: LedgerAccountKind;
    subject_id: string;
    created_at: Instant;
  };
  transfers: OfConnection & {
    id: string;
    debit_kind: LedgerAccountKind;
    debit_subject_id: string;
    credit_kind: LedgerAccountKind;
    credit_subject_id: string;
    amount_minor: bigint;
    reason:
      | 'payment'
      | 'energy'
      | 'tax'
      | 'fee'
      | 'debt'
      | 'openingDebt'
      | 'openingBalance'
      | 'reversal';
    sale_id: NullableText;
    payment_id: NullableText;
    reverses_id: NullableText;
    posted_at: Instant;
  };
  debts: OfConnection & { id: string; label: string; rule: Json; created_at: Instant };
  quotes: OfConnection & {
    id: string;
    amount_minor: bigint;
    brought_forward_minor: bigint;
    energy_wh: bigint;
    lines: Json;
    remainder_minor: bigint;
    created_at: Instant;
    expires_at: Instant;
  };
  sales: OfConnection & {
    id: string;
    meter_id: string;
    request_id: string;
    amount_minor: bigint;
    state:
      | 'awaitingPayment'
      | 'paymentRefused'
      | 'paymentExpired'
      | 'issued'
      | 'delivered'
      | 'stuck';
    stuck_reason: NullableText;
    brought_forward_minor: NullableBigint;
    energy_wh: NullableBigint;
    lines: NullableJson;
    remainder_minor: NullableBigint;
    requested_at: Instant;
    paid_at: NullableInstant;
    issued_at: NullableInstant;
    delivered_at: NullableInstant;
    stuck_at: NullableInstant;
  };
  payments: OfConnection & {
    id: string;
    sale_id: string;
    provider: string;
    amount_minor: bigint;
    state: 'requested' | 'pending' | 'succeeded' | 'failed' | 'expired';
    checkout_url: NullableText;
    provider_reference: NullableText;
    received_minor: NullableBigint;
    requested_at: Instant;
    decided_at: NullableInstant;
    next_check_at: NullableInstant;
    checks: Generated<number>;
  };
  tokens: OfConnection & {
    id: string;
    meter_id: string;
    sale_id: string;
    kind: 'credit';
    base_date: number;
    tid: number;
    digits: string;
    energy_wh: bigint;
    state: 'issued' | 'accepted' | 'refused';
    origin: ColumnType<'keypad' | 'remote' | null, undefined, 'keypad' | 'remote' | null>;
    refusal: NullableText;
    issued_at: Instant;
    state_at: NullableInstant;
  };
  commands: OfConnection & {
    id: string;
    meter_id: string;
    request_id: string;
    kind: 'deliverToken' | 'readNow';
    token_ref: NullableText;
    stage: 'queued' | 'sent' | 'awaitingResult' | 'retry' | 'done' | 'refused' | 'expired';
    attempts: Generated<number>;
    queued_at: Instant;
    stage_at: Instant;
    due_at: NullableInstant;
    expires_at: Instant;
    result: NullableJson;
  };
  command_stages: {
    bucket: number;
    command_id: string;
    ordinal: number;
    utility_id: string;
    stage: Tables['commands']['stage'];
    at: Instant;
  };
  meter_events: OfConnection & {
    meter_id: string;
    sequence: bigint;
    at: Instant;
    code: string;
    detail: Json;
    received_at: Instant;
  };
  readings: {
    bucket: number;
    meter_id: string;
    register: 'importEnergyWh';
    read_at: Instant;
    utility_id: string;
    value: bigint;
    received_at: Instant;
  };
  messages: OfConnection & {
    id: string;
    kind: string;
    fact_key: string;
    phone: string;
    text: string;
    state: 'queued' | 'sent' | 'failed';
    attempts: Generated<number>;
    created_at: Instant;
    state_at: Instant;
  };
  imports: {
    id: string;
    utility_id: string;
    kind: 'connections' | 'arrears' | 'openingBalances';
    dry_run: boolean;
    file_name: string;
    sha256: string;
    size_bytes: number;
    columns: Json;
    rows_total: number;
    chunks_total: number;
    next_chunk: Generated<number>;
    rows_created: Generated<number>;
    rows_unchanged: Generated<number>;
    rows_refused: Generated<number>;
    state: 'queued' | 'running' | 'done' | 'cancelled';
    requested_by: string;
    created_at: Instant;
    state_at: Instant;
    due_at: NullableInstant;
  };
  import_chunks: { utility_id: string; import_id: string; ordinal: number; rows: Json };
  import_rows: {
    utility_id: string;
    import_id: string;
    line: number;
    row_key: NullableText;
    outcome: 'created' | 'unchanged' | 'refused';
    faults: Json;
    at: Instant;
  };
};
