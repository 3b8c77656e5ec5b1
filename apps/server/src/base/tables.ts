// The tables as Kysely sees them, made from the migrated schema by `npm run schema`; the tests fail
// when it is not current. Shapes that the schema does not know: tools/src/column-types.ts.

import type {
  CommandStage,
  InstallStep,
  IntegrationScope,
  ReconciliationMapping,
  WebhookEventType,
} from '@prewatt/api';
import type { LedgerAccountKind, TransferReason } from '@prewatt/ledger';
import type {
  CivilDate,
  Fixed,
  Instant,
  Json,
  NextTariff,
  Nullable,
  WithDefault,
} from './columns.ts';

export type Tables = {
  alert_choices: {
    bucket: Fixed<number>;
    connection_id: Fixed<string>;
    utility_id: Fixed<string>;
    low: boolean;
    very_low: boolean;
    restored: boolean;
    quiet_from_minute: Nullable<number>;
    quiet_to_minute: Nullable<number>;
    changed_at: Instant;
    digest: WithDefault<boolean>;
  };
  alone_acts: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    operator_id: Fixed<string>;
    kind: Fixed<'vendorDeposit' | 'openingBalances' | 'refundPayment'>;
    subject: Fixed<string>;
    amount_minor: Fixed<bigint>;
    at: Fixed<Instant>;
    entered: Fixed<WithDefault<bigint>>;
  };
  approval_events: {
    approval_id: Fixed<string>;
    ordinal: Fixed<number>;
    utility_id: Fixed<string>;
    what: Fixed<
      'requested' | 'approved' | 'actedAlone' | 'declined' | 'withdrawn' | 'expired' | 'failed'
    >;
    operator_id: Fixed<Nullable<string>>;
    reason: Fixed<Nullable<string>>;
    shown: Fixed<Nullable<Json>>;
    at: Fixed<Instant>;
    entered: Fixed<WithDefault<bigint>>;
  };
  approvals: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    kind: Fixed<
      | 'vendingKeyLoad'
      | 'grantTokens'
      | 'reversal'
      | 'moveSale'
      | 'creditNote'
      | 'tariffChange'
      | 'tariffAssignment'
      | 'protectionRules'
      | 'debtWriteOff'
      | 'keyChangeCampaign'
      | 'meterExchange'
      | 'creditMode'
      | 'safetyCut'
      | 'controlLimits'
      | 'vendorDeposit'
      | 'vendorDepositReversal'
      | 'vendorTerms'
      | 'tillKey'
      | 'openingBalances'
      | 'refundPayment'
      | 'moveMoney'
      | 'refundMoney'
      | 'wrongClock'
      | 'bankStatement'
      | 'backBill'
      | 'budget'
      | 'operatorInvite'
      | 'operatorRole'
      | 'emergencyRules'
    >;
    request_id: Fixed<string>;
    payload: Fixed<Json>;
    reason: Fixed<string>;
    requested_by: Fixed<string>;
    requested_at: Fixed<Instant>;
    expires_at: Fixed<Instant>;
    state: 'awaiting' | 'done' | 'declined' | 'withdrawn' | 'expired' | 'failed';
    decided_by: Nullable<string>;
    decided_at: Nullable<Instant>;
    outcome: Nullable<Json>;
    seal: Nullable<Buffer>;
    unsealed: Fixed<WithDefault<boolean>>;
    entered: Fixed<WithDefault<bigint>>;
    emergency_id: Nullable<string>;
  };
  arrivals: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    provider: Fixed<string>;
    provider_reference: Fixed<string>;
    amount_minor: Fixed<bigint>;
    currency_code: Fixed<string>;
    account: Fixed<Nullable<string>>;
    payer_phone: Fixed<Nullable<string>>;
    payer_name: Fixed<Nullable<string>>;
    paid_at: Fixed<Nullable<Instant>>;
    is_proved: Fixed<boolean>;
    provider_request: Fixed<Nullable<string>>;
    answer_secret: Fixed<string>;
    came_at: Fixed<Instant>;
    state: 'heard' | 'matched' | 'placed' | 'unallocated' | 'dropped';
    decided_at: Nullable<Instant>;
    next_check_at: Nullable<Instant>;
    checks: WithDefault<number>;
    payment_bucket: Nullable<number>;
    payment_id: Nullable<string>;
  };
  bank_entries: {
    statement_id: Fixed<string>;
    ordinal: Fixed<number>;
    utility_id: Fixed<string>;
    kind: Fixed<'payment' | 'reversal'>;
    reference: Fixed<string>;
    amount_minor: Fixed<bigint>;
    currency_code: Fixed<string>;
    account: Fixed<Nullable<string>>;
    payer_name: Fixed<Nullable<string>>;
    booked_on: Fixed<Nullable<string>>;
    outcome: Nullable<'heard' | 'matched' | 'placed' | 'unallocated' | 'dropped' | 'payment'>;
  };
  bank_statements: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    name: Fixed<string>;
    sha256: Fixed<string>;
    source: Fixed<'bank' | 'daraja'>;
    format: Fixed<'camt.053' | 'camt.054' | 'mt940' | 'csv'>;
    payments_total: Fixed<number>;
    payments_minor: Fixed<bigint>;
    reversals_total: Fixed<number>;
    state: 'awaiting' | 'working' | 'done' | 'withdrawn';
    brought_at: Fixed<Instant>;
    requested_by: Fixed<string>;
    approval_id: Fixed<string>;
    approved_by: Nullable<string>;
    approval_state: Fixed<Nullable<string>>;
    done_at: Nullable<Instant>;
  };
  budget_counts: {
    utility_id: Fixed<string>;
    budget: Fixed<'engineering' | 'freeCredit' | 'homeTariffs'>;
    of_id: Fixed<string>;
    hour: bigint;
    day: bigint;
    hour_count: number;
    day_count: number;
    hour_energy_wh: bigint;
    day_energy_wh: bigint;
  };
  budgets: {
    utility_id: Fixed<string>;
    version: Fixed<number>;
    budget: Fixed<'engineering' | 'freeCredit' | 'homeTariffs'>;
    per_hour: Fixed<number>;
    per_day: Fixed<number>;
    energy_per_hour_wh: Fixed<Nullable<bigint>>;
    energy_per_day_wh: Fixed<Nullable<bigint>>;
    approval_id: Fixed<string>;
    requested_by: Fixed<string>;
    approved_by: Fixed<string>;
    approval_state: Fixed<Nullable<string>>;
    at: Fixed<Instant>;
    entered: Fixed<WithDefault<bigint>>;
  };
  command_stages: {
    bucket: Fixed<number>;
    command_id: Fixed<string>;
    ordinal: Fixed<number>;
    utility_id: Fixed<string>;
    stage: Fixed<CommandStage>;
    at: Fixed<Instant>;
  };
  commands: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    meter_id: Fixed<string>;
    request_id: Fixed<string>;
    kind: Fixed<
      | 'deliverToken'
      | 'readNow'
      | 'switchOpen'
      | 'switchClose'
      | 'switchArm'
      | 'setPowerLimit'
      | 'setEmergencyCredit'
      | 'setProtection'
      | 'setTariff'
      | 'setPaymentMode'
      | 'setControlMode'
      | 'setLights'
      | 'setClock'
      | 'setLinkSecret'
      | 'renewCertificate'
    >;
    token_ref: Fixed<Nullable<string>>;
    stage:
      | 'queued'
      | 'sent'
      | 'awaitingResult'
      | 'retry'
      | 'cancelling'
      | 'done'
      | 'refused'
      | 'cancelled'
      | 'superseded'
      | 'expired';
    attempts: WithDefault<number>;
    queued_at: Fixed<Instant>;
    stage_at: Instant;
    due_at: Nullable<Instant>;
    expires_at: Fixed<Instant>;
    result: Nullable<Json>;
    action: Fixed<Nullable<Json>>;
    priority: Fixed<WithDefault<number>>;
    requested_by: Fixed<Nullable<string>>;
    reason: Fixed<Nullable<string>>;
    cancelled_by: Nullable<string>;
    cancel_reason: Nullable<string>;
    completed_at: Nullable<Instant>;
    issued_at: Fixed<Nullable<Instant>>;
    superseded_by: Nullable<string>;
  };
  connections: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    name: Fixed<string>;
    address: Fixed<string>;
    customer_name: Fixed<Nullable<string>>;
    customer_phone: Fixed<Nullable<string>>;
    tariff_id: string;
    tariff_position: Json;
    created_at: Fixed<Instant>;
    blocked_reason: Nullable<string>;
    prepaid_minor: WithDefault<bigint>;
    tariff_parameters: WithDefault<Json<Record<string, string>>>;
    next_tariff: Nullable<Json<NextTariff>>;
    credit_mode: WithDefault<'token' | 'wallet'>;
    converted_at: Nullable<Instant>;
    closed_at: Fixed<Nullable<Instant>>;
    entered: Fixed<WithDefault<bigint>>;
  };
  control_limits: {
    utility_id: Fixed<string>;
    version: Fixed<number>;
    safety_cuts_per_hour: Fixed<number>;
    safety_cut_hours: Fixed<number>;
    alone_minor: Fixed<bigint>;
    daily_minor: Fixed<bigint>;
    approval_id: Fixed<string>;
    requested_by: Fixed<string>;
    approved_by: Fixed<string>;
    approval_state: Fixed<Nullable<string>>;
    at: Fixed<Instant>;
    entered: Fixed<WithDefault<bigint>>;
  };
  conversion_events: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    request_id: Fixed<string>;
    converted_on: Fixed<Nullable<CivilDate>>;
    reason: Fixed<string>;
    operator_id: Fixed<string>;
    at: Fixed<Instant>;
  };
  corrections: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    kind: Fixed<
      | 'reversal'
      | 'creditNote'
      | 'moveOut'
      | 'moveIn'
      | 'charge'
      | 'writeOff'
      | 'lateAcceptance'
      | 'refundPaid'
      | 'acknowledgement'
      | 'allocation'
      | 'fine'
      | 'upheldDebt'
      | 'upheldPaid'
    >;
    request_id: Fixed<string>;
    sale_id: Fixed<Nullable<string>>;
    debt_id: Fixed<Nullable<string>>;
    amount_minor: Fixed<bigint>;
    reason: Fixed<string>;
    proof: Fixed<Nullable<'noToken' | 'meterRetired' | 'keyChanged' | 'tidTooOld'>>;
    money_to: Fixed<Nullable<'prepaid' | 'refund' | 'vendor' | 'connection'>>;
    other_bucket: Fixed<Nullable<number>>;
    other_connection_id: Fixed<Nullable<string>>;
    other_sale_id: Fixed<Nullable<string>>;
    requested_by: Fixed<Nullable<string>>;
    approved_by: Fixed<Nullable<string>>;
    approval_id: Fixed<Nullable<string>>;
    at: Fixed<Instant>;
    approval_state: Fixed<Nullable<string>>;
    entered: Fixed<WithDefault<bigint>>;
  };
  customers: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    name: string;
    phone: Nullable<string>;
    email: Nullable<string>;
    note: WithDefault<string>;
    version: WithDefault<number>;
    changed_at: Instant;
    changed_by: Nullable<string>;
    merged_into: Nullable<string>;
    created_at: Fixed<Instant>;
    request_id: Fixed<Nullable<string>>;
  };
  debts: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    label: Fixed<string>;
    rule: Fixed<Json>;
    created_at: Fixed<Instant>;
    outstanding_minor: WithDefault<bigint>;
    entered: Fixed<WithDefault<bigint>>;
  };
  dim_programmes: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    name: Fixed<string>;
    document: Json;
    changed_at: Instant;
  };
  dlms_device_directory: {
    device_id: Fixed<string>;
    utility_id: Fixed<string>;
    bucket: Fixed<number>;
    meter_id: Fixed<string>;
  };
  dlms_links: {
    bucket: Fixed<number>;
    meter_id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: string;
    reach: 'called' | 'dialsIn';
    host: Nullable<string>;
    port: Nullable<number>;
    device_id: Nullable<string>;
    framing: 'wrapper' | 'hdlc';
    client_sap: number;
    server_sap: number;
    authentication: 'none' | 'low' | 'gmac' | 'ecdsa';
    sealed: Buffer;
    client_title: Buffer;
    server_title: Nullable<Buffer>;
    device_name: Nullable<string>;
    send_from: WithDefault<bigint>;
    received: WithDefault<bigint>;
    counters_known: WithDefault<boolean>;
    model_key: Nullable<string>;
    read_every_s: number;
    next_read_at: Instant;
    leased_by: Nullable<string>;
    leased_until: Nullable<Instant>;
    last_read_at: Nullable<Instant>;
    profile_read_to: Nullable<Instant>;
    credited_wh: WithDefault<bigint>;
    fault: Nullable<
      | 'unreachable'
      | 'noAnswer'
      | 'notLetIn'
      | 'notProved'
      | 'otherMeter'
      | 'replay'
      | 'tooMuch'
      | 'malformed'
      | 'countersUsedUp'
    >;
    fault_at: Nullable<Instant>;
    faults: WithDefault<number>;
    account: Nullable<Json>;
    answered: WithDefault<Json>;
    linked_at: Instant;
    ended_at: Nullable<Instant>;
    has_wrapping_key: WithDefault<boolean>;
    sealed_next: Nullable<Buffer>;
    received_next: WithDefault<bigint>;
    key_change: Nullable<Json>;
    suite: WithDefault<number>;
  };
  dlms_models: {
    utility_id: Fixed<string>;
    key: Fixed<string>;
    model: Json;
    read_at: Instant;
  };
  early_report_directory: {
    gateway: Fixed<string>;
    gateway_ids: Fixed<string[]>;
    first_id: Fixed<string>;
    outcome: Fixed<'delivered' | 'failed'>;
    reason: Fixed<Nullable<string>>;
    is_opted_out: Fixed<boolean>;
    at: Fixed<Instant>;
  };
  emergency_acts: {
    approval_id: Fixed<string>;
    utility_id: Fixed<string>;
    kind: Fixed<string>;
    operator_id: Fixed<string>;
    reason: Fixed<string>;
    rules_version: Fixed<number>;
    at: Fixed<Instant>;
    done_at: Fixed<WithDefault<Instant>>;
    entered: Fixed<WithDefault<bigint>>;
  };
  emergency_notices: {
    approval_id: Fixed<string>;
    operator_id: Fixed<string>;
    utility_id: Fixed<string>;
    address: Fixed<string>;
    tries: WithDefault<number>;
    taken_at: Nullable<Instant>;
    refused_at: Nullable<Instant>;
    reason: Nullable<string>;
  };
  emergency_reviews: {
    approval_id: Fixed<string>;
    utility_id: Fixed<string>;
    operator_id: Fixed<string>;
    reviewed_by: Fixed<string>;
    verdict: Fixed<'confirmed' | 'disputed'>;
    note: Fixed<string>;
    at: Fixed<Instant>;
    entered: Fixed<WithDefault<bigint>>;
  };
  emergency_rules: {
    utility_id: Fixed<string>;
    version: Fixed<number>;
    kinds: Fixed<string[]>;
    roles: Fixed<string[]>;
    per_day: Fixed<number>;
    approval_id: Fixed<string>;
    requested_by: Fixed<string>;
    approved_by: Fixed<string>;
    approval_state: Fixed<Nullable<string>>;
    at: Fixed<Instant>;
    entered: Fixed<WithDefault<bigint>>;
  };
  epochs: {
    id: Fixed<WithDefault<string>>;
    begun_at: Fixed<WithDefault<Instant>>;
    tids_from: Fixed<Nullable<Instant>>;
    by_name: Fixed<Nullable<string>>;
    beats: WithDefault<bigint>;
  };
  forecast_ranges: {
    utility_id: Fixed<string>;
    early_milli: number;
    late_milli: number;
    ends: number;
    ends_in_range: number;
    made_at: Instant;
  };
  free_unit_runs: {
    utility_id: Fixed<string>;
    month: Fixed<CivilDate>;
    after_bucket: WithDefault<number>;
    after_id: WithDefault<string>;
    seen: WithDefault<bigint>;
    issued: WithDefault<bigint>;
    refused: WithDefault<bigint>;
    state: 'running' | 'done';
    started_at: Fixed<Instant>;
    state_at: Instant;
    in_meter: WithDefault<bigint>;
    entered: Fixed<WithDefault<bigint>>;
  };
  gateway_message_directory: {
    gateway: Fixed<string>;
    gateway_id: Fixed<string>;
    utility_id: Fixed<string>;
    bucket: Fixed<number>;
    message_id: Fixed<string>;
    nth: Fixed<number>;
    at: Fixed<Instant>;
  };
  grant_batch_rows: {
    utility_id: Fixed<string>;
    batch_id: Fixed<string>;
    ordinal: Fixed<number>;
    bucket: Fixed<number>;
    connection_id: Fixed<string>;
    meter_pan: Fixed<string>;
    energy_wh: Fixed<Nullable<bigint>>;
    outcome: Nullable<'issued' | 'refused'>;
    refusal: Nullable<string>;
    grant_id: Nullable<string>;
    entered: Fixed<WithDefault<bigint>>;
    settled: Fixed<Nullable<bigint>>;
  };
  grant_batches: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    request_id: Fixed<string>;
    kind: Fixed<'freeCredit' | 'clearCredit'>;
    reason: Fixed<string>;
    requested_by: Fixed<string>;
    digest: Fixed<string>;
    rows_total: Fixed<number>;
    energy_total_wh: Fixed<bigint>;
    approval_id: Nullable<string>;
    state: 'awaitingApproval' | 'issuing' | 'done' | 'closed';
    created_at: Fixed<Instant>;
    state_at: Instant;
    approval_state: Fixed<Nullable<string>>;
    entered: Fixed<WithDefault<bigint>>;
    settled: Fixed<Nullable<bigint>>;
  };
  grant_views: {
    bucket: Fixed<number>;
    grant_id: Fixed<string>;
    ordinal: Fixed<number>;
    utility_id: Fixed<string>;
    operator_id: Fixed<string>;
    at: Fixed<Instant>;
  };
  grants: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    meter_id: Fixed<string>;
    request_id: Fixed<string>;
    kind: Fixed<
      | 'freeUnits'
      | 'freeCredit'
      | 'replacement'
      | 'clearCredit'
      | 'clearTamper'
      | 'setMaximumPowerLimit'
      | 'setPhaseUnbalanceLimit'
      | 'test'
      | 'keyChange'
    >;
    energy_wh: Fixed<Nullable<bigint>>;
    parameters: Fixed<Json>;
    reason: Fixed<string>;
    requested_by: Fixed<Nullable<string>>;
    approval_id: Fixed<Nullable<string>>;
    month: Fixed<Nullable<CivilDate>>;
    tariff_version_id: Fixed<Nullable<string>>;
    state: 'issued' | 'accepted' | 'refused' | 'unconfirmed';
    refusal: Nullable<string>;
    issued_at: Fixed<Instant>;
    state_at: Instant;
    seen_at: Nullable<Instant>;
    seen_by: Nullable<string>;
    seen_reason: Nullable<string>;
    amount_minor: Fixed<Nullable<bigint>>;
    transfer_id: Fixed<Nullable<string>>;
    rules_version: Fixed<Nullable<number>>;
    approval_state: Fixed<Nullable<string>>;
    entered: Fixed<WithDefault<bigint>>;
    settled: Fixed<Nullable<bigint>>;
  };
  home_flag_events: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    request_id: Fixed<string>;
    kind: Fixed<'medical' | 'vulnerable'>;
    what: Fixed<'set' | 'ended'>;
    evidence: Fixed<string>;
    expires_on: Fixed<Nullable<CivilDate>>;
    operator_id: Fixed<string>;
    at: Fixed<Instant>;
  };
  import_chunks: {
    utility_id: Fixed<string>;
    import_id: Fixed<string>;
    ordinal: Fixed<number>;
    rows: Fixed<Json>;
  };
  import_rows: {
    utility_id: Fixed<string>;
    import_id: Fixed<string>;
    line: Fixed<number>;
    row_key: Nullable<string>;
    outcome: 'created' | 'unchanged' | 'refused';
    faults: Json;
    at: Instant;
    entered: Fixed<WithDefault<bigint>>;
  };
  imports: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    kind: Fixed<
      | 'connections'
      | 'arrears'
      | 'openingBalances'
      | 'networkNodes'
      | 'networkPlacements'
      | 'networkReadings'
      | 'networkVoltages'
    >;
    dry_run: Fixed<boolean>;
    file_name: Fixed<string>;
    sha256: Fixed<string>;
    size_bytes: Fixed<number>;
    columns: Fixed<Json>;
    rows_total: Fixed<number>;
    chunks_total: Fixed<number>;
    next_chunk: WithDefault<number>;
    rows_created: WithDefault<number>;
    rows_unchanged: WithDefault<number>;
    rows_refused: WithDefault<number>;
    state: 'awaiting' | 'queued' | 'running' | 'done' | 'cancelled';
    requested_by: Fixed<string>;
    created_at: Fixed<Instant>;
    state_at: Instant;
    due_at: Nullable<Instant>;
    operator_id: Fixed<Nullable<string>>;
    value_minor: Fixed<Nullable<bigint>>;
    approval_id: Nullable<string>;
    of_before: Fixed<WithDefault<boolean>>;
    entered: Fixed<WithDefault<bigint>>;
    settled: Fixed<Nullable<bigint>>;
  };
  inbound_texts: {
    utility_id: Fixed<string>;
    id: Fixed<string>;
    gateway: Fixed<string>;
    gateway_id: Fixed<string>;
    phone: Fixed<string>;
    bucket: Fixed<Nullable<number>>;
    connection_id: Fixed<Nullable<string>>;
    text: Fixed<string>;
    answer: Nullable<string>;
    state: 'answered' | 'open' | 'done';
    at: Fixed<Instant>;
    done_at: Nullable<Instant>;
    done_by: Nullable<string>;
  };
  install_events: {
    bucket: Fixed<number>;
    job_id: Fixed<string>;
    ordinal: Fixed<number>;
    utility_id: Fixed<string>;
    what: Fixed<
      | 'opened'
      | 'assigned'
      | 'taken'
      | 'running'
      | 'passed'
      | 'failed'
      | 'skipped'
      | 'closed'
      | 'cancelled'
    >;
    step: Fixed<
      Nullable<
        | 'oldMeter'
        | 'meter'
        | 'exchange'
        | 'link'
        | 'carryOver'
        | 'testToken'
        | 'remoteRead'
        | 'switchOpen'
        | 'switchClose'
        | 'load'
        | 'startReading'
      >
    >;
    evidence: Fixed<Json>;
    words: Fixed<Nullable<string>>;
    operator_id: Fixed<Nullable<string>>;
    request_id: Fixed<Nullable<string>>;
    request_digest: Fixed<Nullable<string>>;
    at: Fixed<Instant>;
  };
  install_jobs: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    request_id: Fixed<string>;
    request_digest: Fixed<string>;
    kind: Fixed<'newConnection' | 'newMeter' | 'exchange'>;
    name: Fixed<string>;
    address: Fixed<string>;
    note: Fixed<string>;
    was_postpaid: Fixed<boolean>;
    plan: Fixed<Json>;
    expected_meter_pan: Fixed<Nullable<string>>;
    has_link: Fixed<boolean>;
    steps: Fixed<InstallStep[]>;
    old_meter_id: Fixed<Nullable<string>>;
    meter_id: Nullable<string>;
    opened_by: Fixed<string>;
    opened_at: Fixed<Instant>;
    assigned_to: Nullable<string>;
    state: WithDefault<'open' | 'closed' | 'cancelled'>;
    state_at: Instant;
    ended_by: Nullable<string>;
    end_reason: Nullable<string>;
    is_watched: WithDefault<boolean>;
  };
  integration_key_directory: {
    key_id: Fixed<string>;
    utility_id: Fixed<string>;
  };
  integration_keys: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    integration_id: Fixed<string>;
    request_id: Fixed<string>;
    secret_hash: Fixed<Buffer>;
    created_at: Fixed<Instant>;
    expires_at: Nullable<Instant>;
    last_used_at: Nullable<Instant>;
  };
  integrations: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    name: Fixed<string>;
    scopes: Fixed<IntegrationScope[]>;
    requests_per_minute: Fixed<number>;
    created_at: Fixed<Instant>;
    created_by: Fixed<string>;
    created_by_name: Fixed<string>;
    revoked_at: Nullable<Instant>;
    revoked_reason: Nullable<string>;
  };
  kept_cards: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    payment_id: Fixed<string>;
    provider: Fixed<string>;
    phone: Fixed<string>;
    label: Fixed<string>;
    sealed: Nullable<Buffer>;
    kept_at: Fixed<Instant>;
    ended_at: Nullable<Instant>;
  };
  key_change_campaigns: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    request_id: Fixed<string>;
    name: Fixed<string>;
    reason: Fixed<string>;
    from_supply_group_code: Fixed<string>;
    from_key_revision: Fixed<number>;
    to_supply_group_code: Fixed<string>;
    to_key_revision: Fixed<number>;
    to_tariff_index: Fixed<Nullable<string>>;
    requested_by: Fixed<string>;
    meters_total: Fixed<number>;
    created_at: Fixed<Instant>;
    meters_digest: Fixed<Nullable<string>>;
    entered: Fixed<WithDefault<bigint>>;
  };
  key_change_meters: {
    campaign_id: Fixed<string>;
    bucket: Fixed<number>;
    meter_id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    begun_at: Nullable<Instant>;
    entered: Fixed<WithDefault<bigint>>;
  };
  key_change_sets: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    meter_id: Fixed<string>;
    sale_id: Fixed<Nullable<string>>;
    grant_id: Fixed<Nullable<string>>;
    from_supply_group_code: Fixed<string>;
    from_tariff_index: Fixed<string>;
    from_key_revision: Fixed<number>;
    to_supply_group_code: Fixed<string>;
    to_tariff_index: Fixed<string>;
    to_key_revision: Fixed<number>;
    state: 'issued' | 'done' | 'failed';
    refusal: Nullable<string>;
    issued_at: Fixed<Instant>;
    state_at: Instant;
    heard_at: Nullable<Instant>;
    entered: Fixed<WithDefault<bigint>>;
    settled: Fixed<Nullable<bigint>>;
  };
  key_components: {
    load_id: Fixed<string>;
    ordinal: Fixed<number>;
    utility_id: Fixed<string>;
    entered_by: Fixed<string>;
    check_value: Fixed<string>;
    sealed: Nullable<Buffer>;
    entered_at: Fixed<Instant>;
    entered: Fixed<WithDefault<bigint>>;
  };
  key_loads: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    request_id: Fixed<string>;
    supply_group_code: Fixed<string>;
    key_revision: Fixed<number>;
    key_type: Fixed<number>;
    key_expiry: Fixed<number>;
    base_date: Fixed<number>;
    dkga: Fixed<'dkga02' | 'dkga04'>;
    expected_check_value: Fixed<Nullable<string>>;
    reason: Fixed<string>;
    opened_by: Fixed<string>;
    opened_at: Fixed<Instant>;
    approval_id: Nullable<string>;
    state: 'collecting' | 'awaitingApproval' | 'loaded' | 'closed';
    state_at: Instant;
    approval_state: Fixed<Nullable<string>>;
    entered: Fixed<WithDefault<bigint>>;
    settled: Fixed<Nullable<bigint>>;
  };
  lamp_faults: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    lamp_id: Fixed<string>;
    fault: Fixed<string>;
    since_at: Fixed<Instant>;
    ended_at: Nullable<Instant>;
  };
  lamp_groups: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    name: Fixed<string>;
    programme_id: string;
  };
  lamp_links: {
    bucket: Fixed<number>;
    lamp_id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: string;
    endpoint: string;
    proof: 'secret' | 'none';
    sealed: Nullable<Buffer>;
    counter: WithDefault<bigint>;
    serial: Nullable<string>;
    registered_at: Nullable<Instant>;
    heard_at: Nullable<Instant>;
    address: Nullable<string>;
    speaks: Nullable<'messages' | 'objects'>;
    sleeps: Nullable<boolean>;
    objects: Nullable<string>;
    fault: Nullable<
      | 'unreachable'
      | 'noAnswer'
      | 'notLetIn'
      | 'notProved'
      | 'otherMeter'
      | 'replay'
      | 'tooMuch'
      | 'malformed'
      | 'countersUsedUp'
    >;
    fault_at: Nullable<Instant>;
    faults: WithDefault<number>;
    linked_at: Instant;
    ended_at: Nullable<Instant>;
  };
  lamp_nights: {
    bucket: Fixed<number>;
    lamp_id: Fixed<string>;
    night: Fixed<CivilDate>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    energy_wh: bigint;
  };
  lamps: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    group_id: string;
    name: Fixed<string>;
    full_milli_w: number;
    standby_milli_w: number;
    floor_percent: Nullable<number>;
    asked_percent: Nullable<number>;
    asked_because: Nullable<'programme' | 'override' | 'lowCredit' | 'noCredit' | 'protected'>;
    asked_at: Nullable<Instant>;
    stage: WithDefault<'none' | 'asked' | 'applied' | 'late'>;
    tries: WithDefault<number>;
    level_percent: Nullable<number>;
    level_since: Nullable<Instant>;
    milli_w: Nullable<number>;
    counter_wh: Nullable<bigint>;
    counted_wh: WithDefault<bigint>;
    read_at: Nullable<Instant>;
    recent: WithDefault<Json>;
    fault: Nullable<
      'dark' | 'burnsByDay' | 'overPower' | 'underPower' | 'flickers' | 'silent' | 'leaps'
    >;
    fault_at: Nullable<Instant>;
    visit_at: Instant;
    added_at: Fixed<Instant>;
    removed_at: Nullable<Instant>;
  };
  landing_tokens: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    meter_id: Fixed<string>;
    grant_id: Fixed<string>;
    rules_version: Fixed<number>;
    spell_sale_id: Fixed<string>;
    step: Fixed<number>;
    power_w: Fixed<bigint>;
    lift_power_w: Fixed<bigint>;
    expected_at: Fixed<Instant>;
    lasts_until: Fixed<Instant>;
    sent_at: Fixed<Instant>;
    state: 'sent' | 'replaced' | 'lifted';
    state_at: Instant;
    lift_sale_id: Nullable<string>;
    lift_grant_id: Nullable<string>;
    entered: Fixed<WithDefault<bigint>>;
    settled: Fixed<Nullable<bigint>>;
  };
  late_tokens: {
    bucket: Fixed<number>;
    meter_id: Fixed<string>;
    sequence: Fixed<bigint>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    energy_wh: Fixed<bigint>;
    at: Fixed<Instant>;
    state: 'waiting' | 'carried' | 'kept';
    mode_change_id: Nullable<string>;
    amount_minor: Nullable<bigint>;
    state_at: Instant;
    entered: Fixed<WithDefault<bigint>>;
    settled: Fixed<Nullable<bigint>>;
  };
  ledger_accounts: {
    bucket: Fixed<number>;
    utility_id: Fixed<string>;
    kind: Fixed<
      | 'providerClearing'
      | 'customerPrepaid'
      | 'customerDebt'
      | 'openingBalance'
      | 'bank'
      | 'vendorFloat'
      | 'vendorCommission'
      | 'energySales'
      | 'tax'
      | 'fees'
      | 'betweenConnections'
      | 'refundsDue'
      | 'creditNotes'
      | 'otherCharges'
      | 'fines'
      | 'debtWrittenOff'
      | 'providerFees'
    >;
    subject_id: Fixed<string>;
    created_at: Fixed<Instant>;
    entered: Fixed<WithDefault<bigint>>;
  };
  light_overrides: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    request_id: Fixed<string>;
    group_id: Fixed<Nullable<string>>;
    lamp_id: Fixed<Nullable<string>>;
    level_percent: Fixed<number>;
    from_at: Fixed<Instant>;
    until_at: Fixed<Instant>;
    reason: Fixed<string>;
    asked_by: Fixed<string>;
    ended_at: Nullable<Instant>;
  };
  lighting_accounts: {
    bucket: Fixed<number>;
    connection_id: Fixed<string>;
    utility_id: Fixed<string>;
    meter_id: Fixed<string>;
    latitude_micro_deg: number;
    longitude_micro_deg: number;
    dim_below_nights: number;
    dim_to_percent: number;
    standing: 'enough' | 'low' | 'usedUp';
    standing_at: Instant;
    nights_left_tenths: Nullable<number>;
    is_open: WithDefault<boolean>;
    counted_wh: WithDefault<bigint>;
    said_until: Instant;
    answered: WithDefault<Json>;
    look_at: Instant;
    opened_at: Fixed<Instant>;
    opened_by: Fixed<string>;
    metered_by: WithDefault<'lamps' | 'meter'>;
    closed_at: Nullable<Instant>;
    circuit_group_id: Nullable<string>;
    circuit_full_w: Nullable<number>;
    circuit_on_from_percent: Nullable<number>;
    circuit_is_protected: Nullable<boolean>;
    circuit_generation: WithDefault<number>;
    circuit_told: Nullable<Json>;
  };
  link_acts: {
    bucket: Fixed<number>;
    meter_id: Fixed<string>;
    ordinal: Fixed<number>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    act: Fixed<
      | 'claimed'
      | 'paired'
      | 'rotationAsked'
      | 'rotated'
      | 'revoked'
      | 'certified'
      | 'renewed'
      | 'driverLinked'
      | 'driverEnded'
      | 'driverKeysAsked'
      | 'driverKeysChanged'
    >;
    request_id: Fixed<Nullable<string>>;
    done_by: Fixed<Nullable<string>>;
    reason: Fixed<Nullable<string>>;
    at: Fixed<Instant>;
    secret_hash: Fixed<Nullable<Buffer>>;
    serial: Fixed<Nullable<string>>;
  };
  link_refusals: {
    bucket: Fixed<number>;
    meter_id: Fixed<string>;
    reason: Fixed<
      | 'wrongSecret'
      | 'linkRevoked'
      | 'certificateNeeded'
      | 'certificateForeign'
      | 'certificateRevoked'
      | 'certificateReplaced'
      | 'certificateExpired'
      | 'certificateNotYetValid'
      | 'meterRetired'
    >;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    times: bigint;
    serial: Nullable<string>;
    first_at: Fixed<Instant>;
    last_at: Instant;
  };
  lwm2m_endpoint_directory: {
    endpoint: Fixed<string>;
    utility_id: Fixed<string>;
    bucket: Fixed<number>;
    meter_id: Fixed<string>;
  };
  lwm2m_links: {
    bucket: Fixed<number>;
    meter_id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: string;
    endpoint: string;
    proof: 'secret' | 'none';
    sealed: Nullable<Buffer>;
    counter: WithDefault<bigint>;
    read_every_s: number;
    serial: Nullable<string>;
    registered_at: Nullable<Instant>;
    heard_at: Nullable<Instant>;
    address: Nullable<string>;
    speaks: Nullable<'messages' | 'objects'>;
    sleeps: Nullable<boolean>;
    objects: Nullable<string>;
    fault: Nullable<
      | 'unreachable'
      | 'noAnswer'
      | 'notLetIn'
      | 'notProved'
      | 'otherMeter'
      | 'replay'
      | 'tooMuch'
      | 'malformed'
      | 'countersUsedUp'
    >;
    fault_at: Nullable<Instant>;
    faults: WithDefault<number>;
    answered: WithDefault<Json>;
    linked_at: Instant;
    ended_at: Nullable<Instant>;
  };
  mail_address_directory: {
    phone: Fixed<string>;
    address: string;
    proved_at: Nullable<Instant>;
    code_hash: Nullable<Buffer>;
    code_until: Nullable<Instant>;
    code_tries: WithDefault<number>;
    receipts: WithDefault<boolean>;
    warnings: WithDefault<boolean>;
    others: WithDefault<boolean>;
    refused_at: Nullable<Instant>;
    changed_at: Instant;
    wanted_address: Nullable<string>;
  };
  mails: {
    bucket: Fixed<number>;
    message_id: Fixed<string>;
    utility_id: Fixed<string>;
    tries: number;
    tried_at: Instant;
    taken_at: Nullable<Instant>;
    refused_at: Nullable<Instant>;
    reason: Nullable<string>;
  };
  message_attempts: {
    bucket: Fixed<number>;
    message_id: Fixed<string>;
    nth: Fixed<number>;
    utility_id: Fixed<string>;
    gateway: Fixed<string>;
    outcome: 'handing' | 'accepted' | 'refused' | 'later' | 'unknown' | 'delivered' | 'undelivered';
    reason: Nullable<string>;
    tries: number;
    at: Fixed<Instant>;
    outcome_at: Instant;
  };
  messages: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    kind: Fixed<string>;
    fact_key: Fixed<string>;
    phone: Fixed<string>;
    text: Fixed<string>;
    state: 'waiting' | 'queued' | 'sent' | 'delivered' | 'failed' | 'dropped';
    attempts: WithDefault<number>;
    created_at: Fixed<Instant>;
    state_at: Instant;
    due_at: Fixed<Nullable<Instant>>;
    about_at: Fixed<Nullable<Instant>>;
    check_at: Nullable<Instant>;
  };
  meter_alerts: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    meter_id: Fixed<string>;
    kind: Fixed<
      | 'silent'
      | 'tamper'
      | 'walletChange'
      | 'walletSupply'
      | 'walletReadings'
      | 'walletRating'
      | 'walletJump'
      | 'walletBalance'
      | 'certificateEnds'
      | 'certificateEnded'
      | 'renewalFailed'
      | 'tooMuchWork'
      | 'driverFault'
      | 'card'
      | 'lamps'
      | 'rulesRefused'
      | 'owesMuch'
    >;
    code: Fixed<string>;
    fact: Fixed<bigint>;
    since_at: Fixed<Instant>;
    noticed_at: Fixed<Instant>;
    ended_at: Nullable<Instant>;
    seen_at: Nullable<Instant>;
    seen_by: Nullable<string>;
    seen_reason: Nullable<string>;
  };
  meter_authorities: {
    utility_id: Fixed<string>;
    ordinal: Fixed<number>;
    certificate: Fixed<Buffer>;
    sealed: Fixed<Buffer>;
    made_at: Fixed<Instant>;
    not_after: Fixed<Instant>;
  };
  meter_certificates: {
    bucket: Fixed<number>;
    meter_id: Fixed<string>;
    serial: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    authority: Fixed<number>;
    fingerprint: Fixed<Buffer>;
    public_key_hash: Fixed<Buffer>;
    certificate: Fixed<Buffer>;
    origin: Fixed<'request' | 'made' | 'renewal'>;
    not_before: Fixed<Instant>;
    not_after: Fixed<Instant>;
    issued_at: Fixed<Instant>;
    first_used_at: Nullable<Instant>;
    ended_at: Nullable<Instant>;
    end_reason: Nullable<'replaced' | 'revoked'>;
  };
  meter_directory: {
    meter_pan: Fixed<string>;
    utility_id: Fixed<string>;
    bucket: Fixed<number>;
    connection_id: Fixed<string>;
    meter_id: Fixed<string>;
  };
  meter_events: {
    bucket: Fixed<number>;
    meter_id: Fixed<string>;
    sequence: Fixed<bigint>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    at: Fixed<Instant>;
    code: Fixed<string>;
    detail: Fixed<Json>;
    received_at: Fixed<Instant>;
  };
  meter_exchanges: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    old_meter_id: Fixed<string>;
    new_meter_id: Fixed<string>;
    balance_from: Fixed<'lastReading' | 'stated'>;
    balance_wh: Fixed<bigint>;
    carried_wh: Fixed<bigint>;
    grant_id: Fixed<Nullable<string>>;
    reason: Fixed<string>;
    requested_by: Fixed<string>;
    approved_by: Fixed<string>;
    approval_id: Fixed<string>;
    at: Fixed<Instant>;
    final_from: Fixed<Nullable<'lastReading' | 'display'>>;
    final_import_wh: Fixed<Nullable<bigint>>;
    balance_minor: Fixed<Nullable<bigint>>;
    carried_minor: Fixed<Nullable<bigint>>;
    per_kwh_micro_minor: Fixed<Nullable<bigint>>;
    approval_state: Fixed<Nullable<string>>;
    entered: Fixed<WithDefault<bigint>>;
  };
  meter_protection: {
    bucket: Fixed<number>;
    meter_id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    generation: number;
    rules_digest: string;
    rules_version: number;
    vulnerable: Nullable<boolean>;
    medical: Nullable<boolean>;
    converted_at: Nullable<Instant>;
    queued_at: Instant;
  };
  meter_states: {
    bucket: Fixed<number>;
    meter_id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    captured_at: Instant;
    last_contact_at: Instant;
    available_energy_wh: bigint;
    power_w: bigint;
    import_energy_wh: bigint;
    credited_energy_wh: bigint;
    owed_energy_wh: bigint;
    load_switch: 'connected' | 'disconnected' | 'readyForReconnection';
    credit_status: 'inCredit' | 'lowCredit' | 'outOfCredit';
    link_up: Nullable<boolean>;
    link_at: Nullable<Instant>;
    report: Nullable<Json>;
    clock_ahead_ms: Nullable<bigint>;
    link_session: Nullable<bigint>;
  };
  meter_tariffs: {
    bucket: Fixed<number>;
    meter_id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    generation: WithDefault<number>;
    digest: Nullable<string>;
    activates_at: Nullable<Instant>;
    command_id: Nullable<string>;
    told_at: Nullable<Instant>;
    held_digest: Nullable<string>;
    now_version_id: Nullable<string>;
    now_standing: Nullable<'has' | 'told' | 'waits' | 'refused' | 'noLink' | 'cannot'>;
    next_version_id: Nullable<string>;
    next_from: Nullable<CivilDate>;
    next_standing: Nullable<'has' | 'told' | 'waits' | 'refused' | 'noLink' | 'cannot'>;
  };
  meters: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    meter_pan: Fixed<string>;
    encryption_algorithm: Fixed<'ea07' | 'ea11'>;
    supply_group_code: string;
    tariff_index: string;
    key_revision: number;
    secret_hash: Buffer;
    last_tid: Nullable<number>;
    created_at: Fixed<Instant>;
    wanted_supply_group_code: Nullable<string>;
    wanted_tariff_index: Nullable<string>;
    wanted_key_revision: Nullable<number>;
    retired_at: Nullable<Instant>;
    final_credited_wh: Nullable<bigint>;
    next_secret_hash: Nullable<Buffer>;
    secret_generation: WithDefault<number>;
    link_revoked_at: Nullable<Instant>;
    commanded_at: Nullable<Instant>;
    lift_power_w: Nullable<bigint>;
    starts_in_money: Fixed<Nullable<Json>>;
    final_credited_minor: Nullable<bigint>;
    entered: Fixed<WithDefault<bigint>>;
    settled: Fixed<Nullable<bigint>>;
  };
  mode_changes: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    meter_id: Fixed<string>;
    request_id: Fixed<string>;
    to_mode: Fixed<'token' | 'wallet'>;
    state: 'awaitingMeter' | 'done' | 'failed';
    reason: Fixed<string>;
    requested_by: Fixed<string>;
    approved_by: Fixed<string>;
    approval_id: Fixed<string>;
    command_id: Nullable<string>;
    energy_wh: Nullable<bigint>;
    amount_minor: Nullable<bigint>;
    sale_id: Nullable<string>;
    problem: Nullable<string>;
    at: Fixed<Instant>;
    state_at: Instant;
    site_read_at: Fixed<Nullable<Instant>>;
    site_import_wh: Fixed<Nullable<bigint>>;
    debt_id: Nullable<string>;
    approval_state: Fixed<Nullable<string>>;
    entered: Fixed<WithDefault<bigint>>;
    settled: Fixed<Nullable<bigint>>;
  };
  network_balance_days: {
    node_id: Fixed<string>;
    day: Fixed<CivilDate>;
    utility_id: Fixed<string>;
    energy_in_wh: Nullable<bigint>;
    metered_wh: Nullable<bigint>;
    estimated_wh: Nullable<bigint>;
    technical_wh: Nullable<bigint>;
    unexplained_wh: Nullable<bigint>;
    low_wh: Nullable<bigint>;
    high_wh: Nullable<bigint>;
    half_hours_wh: number[];
  };
  network_balances: {
    node_id: Fixed<string>;
    utility_id: Fixed<string>;
    round_id: string;
    state: string;
    from_day: CivilDate;
    days: number;
    homes: number;
    outage_intervals: number;
    energy_in_wh: Nullable<bigint>;
    metered_wh: Nullable<bigint>;
    estimated_wh: Nullable<bigint>;
    technical_wh: Nullable<bigint>;
    unexplained_wh: Nullable<bigint>;
    low_wh: Nullable<bigint>;
    high_wh: Nullable<bigint>;
    technical_range_wh: Nullable<bigint>;
    own_homes: WithDefault<number>;
    buying_homes: WithDefault<number>;
    sold_wh: WithDefault<bigint>;
    sold_minor: WithDefault<bigint>;
    read_homes: WithDefault<number>;
    read_counted_wh: WithDefault<bigint>;
    read_sold_wh: WithDefault<bigint>;
  };
  network_moves: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    node_id: Fixed<string>;
    parent_id: Fixed<Nullable<string>>;
    since: Fixed<CivilDate>;
    at: Fixed<Instant>;
  };
  network_nodes: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    code: Fixed<string>;
    name: Fixed<string>;
    kind: Fixed<'substation' | 'feeder' | 'transformer' | 'phase'>;
    parent_id: Fixed<Nullable<string>>;
    created_at: Fixed<Instant>;
    latitude_micro: Nullable<number>;
    longitude_micro: Nullable<number>;
  };
  network_placements: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    node_id: Fixed<string>;
    phase: Fixed<Nullable<'L1' | 'L2' | 'L3' | 'all'>>;
    since: Fixed<Nullable<CivilDate>>;
    source: Fixed<'import' | 'confirmed'>;
    placed_by: Fixed<Nullable<string>>;
    at: Fixed<Instant>;
  };
  network_readings: {
    node_id: Fixed<string>;
    starts_at: Fixed<Instant>;
    utility_id: Fixed<string>;
    energy_wh: Fixed<bigint>;
  };
  network_voltages: {
    bucket: Fixed<number>;
    connection_id: Fixed<string>;
    starts_at: Fixed<Instant>;
    utility_id: Fixed<string>;
    deci_volts: Fixed<number>;
  };
  occupancies: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    customer_id: string;
    merged_from: Nullable<string>;
    began_at: Fixed<Instant>;
    shows_from: Fixed<Nullable<Instant>>;
    ended_at: Nullable<Instant>;
    began_by: Fixed<Nullable<string>>;
    ended_by: Nullable<string>;
    final_reading_wh: Nullable<bigint>;
  };
  operator_acts: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    operator_id: Fixed<Nullable<string>>;
    by_name: Fixed<string>;
    act: Fixed<string>;
    subject: Fixed<string>;
    details: Fixed<Json>;
    at: Fixed<Instant>;
    entered: Fixed<WithDefault<bigint>>;
    address: Fixed<Nullable<string>>;
  };
  operator_directory: {
    auth_user_id: Fixed<string>;
    utility_id: Fixed<string>;
  };
  operator_invitations: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    operator_id: Fixed<Nullable<string>>;
    name: Fixed<string>;
    email: Fixed<string>;
    role: Fixed<'administrator' | 'operator' | 'viewer' | 'technician' | 'auditor'>;
    days: Fixed<Nullable<number>>;
    approval_id: Fixed<string>;
    requested_by: Fixed<string>;
    approved_by: Fixed<string>;
    approval_state: Fixed<Nullable<string>>;
    at: Fixed<Instant>;
    expires_at: Fixed<WithDefault<Instant>>;
    joined_at: Fixed<Nullable<Instant>>;
    withdrawn_at: Nullable<Instant>;
    withdrawn_by: Nullable<string>;
    entered: Fixed<WithDefault<bigint>>;
    settled: Fixed<Nullable<bigint>>;
  };
  operator_role_changes: {
    approval_id: Fixed<string>;
    utility_id: Fixed<string>;
    operator_id: Fixed<string>;
    from_role: Fixed<string>;
    to_role: Fixed<string>;
    requested_by: Fixed<string>;
    approved_by: Fixed<string>;
    approval_state: Fixed<Nullable<string>>;
    at: Fixed<Instant>;
    entered: Fixed<WithDefault<bigint>>;
  };
  operators: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    auth_user_id: Fixed<string>;
    name: Fixed<string>;
    role: Fixed<'administrator' | 'operator' | 'viewer' | 'technician' | 'auditor'>;
    created_at: Fixed<Instant>;
    ends_at: Fixed<Nullable<Instant>>;
  };
  payment_directory: {
    payment_id: Fixed<string>;
    utility_id: Fixed<string>;
    bucket: Fixed<number>;
    entered: Fixed<WithDefault<bigint>>;
  };
  payments: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<Nullable<string>>;
    sale_id: Fixed<Nullable<string>>;
    provider: Fixed<string>;
    amount_minor: Fixed<bigint>;
    state: 'requested' | 'pending' | 'succeeded' | 'failed' | 'expired';
    checkout_url: Nullable<string>;
    provider_reference: Nullable<string>;
    received_minor: Nullable<bigint>;
    requested_at: Fixed<Instant>;
    decided_at: Nullable<Instant>;
    next_check_at: Nullable<Instant>;
    checks: WithDefault<number>;
    provider_request: Nullable<string>;
    hinted_reference: Nullable<string>;
    entered: Fixed<WithDefault<bigint>>;
    settled: Fixed<Nullable<bigint>>;
    payer_phone: Nullable<string>;
    card_id: Fixed<Nullable<string>>;
    card_check_at: Nullable<Instant>;
    vendor_id: Fixed<Nullable<string>>;
    request_id: Fixed<Nullable<string>>;
    asked_by: Fixed<Nullable<string>>;
    hinted_minor: Nullable<bigint>;
    receipt_phone: Nullable<string>;
  };
  phone_choice_directory: {
    phone: Fixed<string>;
    stopped_at: Nullable<Instant>;
    language: Nullable<string>;
    changed_at: Instant;
  };
  phone_directory: {
    phone: Fixed<string>;
    utility_id: Fixed<string>;
    bucket: Fixed<number>;
    connection_id: Fixed<string>;
  };
  placement_findings: {
    bucket: Fixed<number>;
    connection_id: Fixed<string>;
    utility_id: Fixed<string>;
    present_node_id: Nullable<string>;
    suggested_node_id: Nullable<string>;
    share_percent: number;
    strength_tenths: number;
    found_at: Instant;
    state: 'looking' | 'open' | 'confirmed' | 'dismissed';
    decided_by: Nullable<string>;
    decided_at: Nullable<Instant>;
    basis: WithDefault<'load' | 'voltage'>;
    present_phase: Nullable<'L1' | 'L2' | 'L3' | 'all'>;
    suggested_phase: Nullable<'L1' | 'L2' | 'L3'>;
    listed_percent: Nullable<number>;
    next_percent: Nullable<number>;
    meters: Nullable<number>;
    pairs: Nullable<number>;
  };
  postings: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<Nullable<string>>;
    vendor_id: Fixed<Nullable<string>>;
    sale_id: Fixed<Nullable<string>>;
    payment_id: Fixed<Nullable<string>>;
    correction_id: Fixed<Nullable<string>>;
    rating_id: Fixed<Nullable<string>>;
    mode_change_id: Fixed<Nullable<string>>;
    reverses_id: Fixed<Nullable<string>>;
    posted_at: Fixed<Instant>;
    reasons: Fixed<TransferReason[]>;
    debit_kinds: Fixed<LedgerAccountKind[]>;
    debit_subject_ids: Fixed<string[]>;
    credit_kinds: Fixed<LedgerAccountKind[]>;
    credit_subject_ids: Fixed<string[]>;
    amounts_minor: Fixed<bigint[]>;
    entered: Fixed<WithDefault<bigint>>;
  };
  proof_results: {
    run_id: Fixed<string>;
    utility_id: Fixed<string>;
    started_at: Fixed<Instant>;
    finished_at: Fixed<Instant>;
    holds: Fixed<boolean>;
    laws: Fixed<Json>;
    history_cut: Fixed<Nullable<string>>;
    history_count: Fixed<Nullable<bigint>>;
    history_digest: Fixed<Nullable<string>>;
    entered: Fixed<WithDefault<bigint>>;
    history: Fixed<WithDefault<Json>>;
  };
  proof_runs: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    request_id: Fixed<string>;
    requested_by: Fixed<Nullable<string>>;
    requested_at: Fixed<Instant>;
    buckets_done: WithDefault<number>;
  };
  protection_replay_homes: {
    bucket: Fixed<number>;
    replay_id: Fixed<string>;
    connection_id: Fixed<string>;
    utility_id: Fixed<string>;
    vulnerable: Fixed<boolean>;
    medical: Fixed<boolean>;
    now: Fixed<Json>;
    proposed: Fixed<Json>;
  };
  protection_replays: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    request_id: Fixed<string>;
    document: Fixed<Json>;
    compared_with: Fixed<Json>;
    from_at: Fixed<Instant>;
    to_at: Fixed<Instant>;
    requested_by: Fixed<string>;
    requested_at: Fixed<Instant>;
    next_chunk: WithDefault<number>;
    last_bucket: WithDefault<number>;
    last_connection_id: Nullable<string>;
    sums: Json;
    finished_at: Nullable<Instant>;
    takes_emergency: Fixed<WithDefault<boolean>>;
  };
  protection_rule_sets: {
    utility_id: Fixed<string>;
    version: Fixed<number>;
    document: Fixed<Json>;
    approval_id: Fixed<string>;
    requested_by: Fixed<string>;
    approved_by: Fixed<string>;
    live_at: Fixed<Instant>;
    approval_state: Fixed<Nullable<string>>;
    entered: Fixed<WithDefault<bigint>>;
  };
  provider_fees: {
    utility_id: Fixed<string>;
    provider: Fixed<string>;
    reference: Fixed<string>;
    ordinal: Fixed<number>;
    file_id: Fixed<string>;
    fee_minor: Fixed<bigint>;
    on_date: Fixed<CivilDate>;
    posted_bucket: Fixed<number>;
    transfer_id: Fixed<Nullable<string>>;
    reversal_id: Fixed<Nullable<string>>;
    posted_at: Fixed<Instant>;
    entered: Fixed<WithDefault<bigint>>;
  };
  provider_notifications: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    provider: Fixed<string>;
    heard_at: Fixed<Instant>;
    last_heard_at: Instant;
    times: number;
    made: Fixed<
      | 'word'
      | 'hint'
      | 'arrived'
      | 'mayArrive'
      | 'answer'
      | 'refundAnswer'
      | 'aside'
      | 'unlistedSender'
      | 'wrongSecret'
      | 'badSignature'
      | 'staleSignature'
      | 'malformed'
      | 'unknownPayment'
    >;
    failed_at: Nullable<Instant>;
    address: Fixed<string>;
    path: Fixed<string>;
    headers: Fixed<string>;
    body: Fixed<Buffer>;
    payment_bucket: Fixed<Nullable<number>>;
    payment_id: Fixed<Nullable<string>>;
    amount_minor: Nullable<bigint>;
    currency_code: Nullable<string>;
    provider_reference: Nullable<string>;
    phone_end: Nullable<string>;
    judged_at: Nullable<Instant>;
    judged_made: Nullable<
      | 'word'
      | 'hint'
      | 'arrived'
      | 'mayArrive'
      | 'answer'
      | 'refundAnswer'
      | 'aside'
      | 'unlistedSender'
      | 'wrongSecret'
      | 'badSignature'
      | 'staleSignature'
      | 'malformed'
      | 'unknownPayment'
    >;
    judged_by: Nullable<string>;
    awaits_reading: WithDefault<boolean>;
  };
  provider_reference_directory: {
    provider: Fixed<string>;
    provider_reference: Fixed<string>;
    payment_id: Fixed<Nullable<string>>;
    entered: Fixed<WithDefault<bigint>>;
  };
  push_browser_directory: {
    endpoint: Fixed<string>;
    phone: string;
    p256dh: string;
    auth: string;
    made_at: Instant;
  };
  quotes: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    amount_minor: Fixed<bigint>;
    brought_forward_minor: Fixed<bigint>;
    energy_wh: Fixed<bigint>;
    lines: Fixed<Json>;
    remainder_minor: Fixed<bigint>;
    created_at: Fixed<Instant>;
    expires_at: Fixed<Instant>;
    tariff_version_id: Fixed<Nullable<string>>;
    month_energy_before_wh: Fixed<Nullable<bigint>>;
    credit_minor: Fixed<Nullable<bigint>>;
    entered: Fixed<WithDefault<bigint>>;
  };
  ratings: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    meter_id: Fixed<string>;
    starts_at: Fixed<Instant>;
    ends_at: Fixed<Instant>;
    ordinal: Fixed<number>;
    energy_wh: Fixed<bigint>;
    charged_minor: Fixed<bigint>;
    lines: Fixed<Json>;
    tariff_version_id: Fixed<string>;
    position_before: Fixed<Json>;
    position_after: Fixed<Json>;
    replaces_id: Fixed<Nullable<string>>;
    explanation: Fixed<Nullable<string>>;
    rated_at: Fixed<Instant>;
    entered: Fixed<WithDefault<bigint>>;
  };
  reading_estimates: {
    bucket: Fixed<number>;
    meter_id: Fixed<string>;
    starts_at: Fixed<Instant>;
    ends_at: Fixed<Instant>;
    ordinal: Fixed<number>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    energy_wh: Fixed<bigint>;
    method: Fixed<'interpolated' | 'average' | 'edited'>;
    made_by: Fixed<Nullable<string>>;
    reason: Fixed<Nullable<string>>;
    made_at: Fixed<Instant>;
  };
  reading_findings: {
    bucket: Fixed<number>;
    meter_id: Fixed<string>;
    register: Fixed<number>;
    read_at: Fixed<Instant>;
    finding: Fixed<'gap' | 'spike' | 'negative' | 'reset' | 'unit' | 'clockDrift' | 'differs'>;
    ordinal: Fixed<number>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    state: Fixed<'found' | 'gone' | 'accepted' | 'rejected'>;
    detail: Fixed<Json>;
    decided_by: Fixed<Nullable<string>>;
    reason: Fixed<Nullable<string>>;
    at: Fixed<Instant>;
  };
  readings: {
    bucket: Fixed<number>;
    meter_id: Fixed<string>;
    register: Fixed<number>;
    read_at: Fixed<Instant>;
    utility_id: Fixed<string>;
    value: Fixed<bigint>;
    received_at: Fixed<Instant>;
    meter_flags: Fixed<WithDefault<number>>;
  };
  reconciliation_differences: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    kind: Fixed<'settlement' | 'bank'>;
    provider: Fixed<string>;
    what: Fixed<'missingHere' | 'missingThere' | 'amountDiffers' | 'duplicate'>;
    reference: Fixed<string>;
    ours_minor: Fixed<Nullable<bigint>>;
    theirs_minor: Fixed<Nullable<bigint>>;
    since: Fixed<CivilDate>;
    file_id: Fixed<string>;
    found_at: Fixed<Instant>;
    entered: Fixed<WithDefault<bigint>>;
  };
  reconciliation_files: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    kind: Fixed<'settlement' | 'bank'>;
    provider: Fixed<string>;
    name: Fixed<string>;
    digest: Fixed<string>;
    row_count: Fixed<number>;
    first_date: Fixed<CivilDate>;
    last_date: Fixed<CivilDate>;
    imported_by: Fixed<string>;
    imported_at: Fixed<Instant>;
    entered: Fixed<WithDefault<bigint>>;
    mapping: Fixed<Nullable<Json<ReconciliationMapping>>>;
  };
  reconciliation_notes: {
    difference_id: Fixed<string>;
    ordinal: Fixed<number>;
    utility_id: Fixed<string>;
    state: Fixed<'open' | 'explained' | 'closed'>;
    why: Fixed<string>;
    noted_by: Fixed<Nullable<string>>;
    file_id: Fixed<Nullable<string>>;
    noted_at: Fixed<Instant>;
    entered: Fixed<WithDefault<bigint>>;
  };
  reconciliation_rows: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    file_id: Fixed<string>;
    line_number: Fixed<number>;
    kind: Fixed<'settlement' | 'bank'>;
    provider: Fixed<string>;
    reference: Fixed<string>;
    amount_minor: Fixed<bigint>;
    fee_minor: Fixed<bigint>;
    batch: Fixed<Nullable<string>>;
    on_date: Fixed<CivilDate>;
    occurrence: Fixed<number>;
    entered: Fixed<WithDefault<bigint>>;
  };
  refund_orders: {
    bucket: Fixed<number>;
    refund_id: Fixed<string>;
    utility_id: Fixed<string>;
    payment_id: Fixed<string>;
    provider: Fixed<string>;
    amount_minor: Fixed<bigint>;
    state: 'asked' | 'accepted' | 'done' | 'failed';
    provider_refund: Nullable<string>;
    requested_by: Fixed<string>;
    approved_by: Fixed<Nullable<string>>;
    approval_id: Fixed<Nullable<string>>;
    asked_at: Fixed<Instant>;
    decided_at: Nullable<Instant>;
    next_check_at: Nullable<Instant>;
    checks: WithDefault<number>;
    answer_secret: Fixed<WithDefault<string>>;
  };
  refunds: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    sale_id: Fixed<string>;
    correction_id: Fixed<string>;
    amount_minor: Fixed<bigint>;
    state: 'due' | 'paid';
    due_at: Fixed<Instant>;
    paid_reference: Nullable<string>;
    paid_by: Nullable<string>;
    paid_at: Nullable<Instant>;
    entered: Fixed<WithDefault<bigint>>;
    settled: Fixed<Nullable<bigint>>;
  };
  revenue_case_events: {
    bucket: Fixed<number>;
    case_id: Fixed<string>;
    ordinal: Fixed<number>;
    utility_id: Fixed<string>;
    what: Fixed<
      | 'opened'
      | 'visit'
      | 'found'
      | 'billAsked'
      | 'billed'
      | 'billRefused'
      | 'appealed'
      | 'appealDecided'
      | 'closed'
    >;
    operator_id: Fixed<string>;
    at: Fixed<Instant>;
    details: Fixed<Json>;
  };
  revenue_case_photos: {
    bucket: Fixed<number>;
    case_id: Fixed<string>;
    sha256: Fixed<Buffer>;
    utility_id: Fixed<string>;
    jpeg: Fixed<Buffer>;
    sent_by: Fixed<string>;
    sent_at: Fixed<Instant>;
  };
  revenue_cases: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    request_id: Fixed<string>;
    state: 'planned' | 'visited' | 'billing' | 'billed' | 'appealed' | 'closed';
    visit_on: Fixed<CivilDate>;
    standing: Fixed<Nullable<'visit' | 'support' | 'held'>>;
    probability_permille: Fixed<Nullable<number>>;
    reasons: Fixed<Json>;
    guard_reason: Fixed<Nullable<string>>;
    was_flagged: Fixed<boolean>;
    tariff_name: Fixed<string>;
    opened_by: Fixed<string>;
    opened_at: Fixed<Instant>;
    visitors: Nullable<string[]>;
    check_in_with: Nullable<string>;
    finding: Nullable<'theft' | 'fault' | 'honest' | 'noAccess' | 'notSafe' | 'notVisited'>;
    found_by: Nullable<string>;
    found_at: Nullable<Instant>;
    bill: Nullable<Json>;
    billed_minor: Nullable<bigint>;
    billed_wh: Nullable<bigint>;
    approval_id: Nullable<string>;
    debt_id: Nullable<string>;
    appeal_until: Nullable<CivilDate>;
    closed_by: Nullable<string>;
    closed_at: Nullable<Instant>;
    fine_minor: Nullable<bigint>;
    fine_debt_id: Nullable<string>;
  };
  revenue_fine_rules: {
    utility_id: Fixed<string>;
    version: Fixed<number>;
    tariff_name: Fixed<Nullable<string>>;
    fixed_minor: Fixed<bigint>;
    share_percent: Fixed<number>;
    reason: Fixed<string>;
    request_id: Fixed<string>;
    set_by: Fixed<string>;
    set_at: Fixed<Instant>;
    entered: Fixed<WithDefault<bigint>>;
  };
  revenue_lines: {
    bucket: Fixed<number>;
    connection_id: Fixed<string>;
    utility_id: Fixed<string>;
    node_id: Nullable<string>;
    round_id: string;
    standing: 'visit' | 'support' | 'held' | 'quiet';
    held_state: Nullable<string>;
    held_words: Nullable<string>;
    probability_permille: number;
    recoverable_wh: bigint;
    expected_wh: bigint;
    expected_minor: Nullable<bigint>;
    reasons: Json;
    need: Json;
    chart: Json;
    doubt: Nullable<string>;
  };
  revenue_rounds: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    day: Fixed<CivilDate>;
    stage: 'nodes' | 'unplaced' | 'placing' | 'doubts' | 'done';
    after_code: WithDefault<string>;
    after_bucket: WithDefault<number>;
    after_connection: WithDefault<string>;
    step: WithDefault<number>;
    homes: WithDefault<number>;
    price_per_kwh_minor: Fixed<Nullable<bigint>>;
    town_middle_minor: Fixed<Nullable<bigint>>;
    started_at: Fixed<Instant>;
    done_at: Nullable<Instant>;
    span_days: Fixed<WithDefault<number>>;
  };
  sale_reprints: {
    bucket: Fixed<number>;
    sale_id: Fixed<string>;
    ordinal: Fixed<number>;
    utility_id: Fixed<string>;
    operator_id: Fixed<Nullable<string>>;
    reason: Fixed<Nullable<string>>;
    at: Fixed<Instant>;
    key_id: Fixed<Nullable<string>>;
    entered: Fixed<WithDefault<bigint>>;
  };
  sales: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    meter_id: string;
    request_id: Fixed<Nullable<string>>;
    amount_minor: Fixed<bigint>;
    state:
      | 'awaitingPayment'
      | 'paymentRefused'
      | 'paymentExpired'
      | 'issued'
      | 'delivered'
      | 'stuck'
      | 'reversed';
    stuck_reason: Nullable<string>;
    brought_forward_minor: Nullable<bigint>;
    energy_wh: Nullable<bigint>;
    lines: Nullable<Json>;
    remainder_minor: Nullable<bigint>;
    requested_at: Fixed<Instant>;
    paid_at: Nullable<Instant>;
    issued_at: Nullable<Instant>;
    delivered_at: Nullable<Instant>;
    stuck_at: Nullable<Instant>;
    reversed_at: Nullable<Instant>;
    tariff_version_id: Nullable<string>;
    month_energy_before_wh: Nullable<bigint>;
    credit_minor: Nullable<bigint>;
    entered: Fixed<WithDefault<bigint>>;
    settled: Fixed<Nullable<bigint>>;
    recovered_energy_wh: Nullable<bigint>;
    recovered_minor: Nullable<bigint>;
  };
  saved_views: {
    utility_id: Fixed<string>;
    operator_id: Fixed<string>;
    list: Fixed<'meters' | 'sales' | 'customers' | 'tickets'>;
    name: Fixed<string>;
    search: string;
    is_shared: boolean;
    saved_at: Instant;
  };
  server_processes: {
    id: Fixed<WithDefault<string>>;
    name: Fixed<string>;
    state: WithDefault<'working' | 'draining' | 'ended'>;
    started_at: Fixed<WithDefault<Instant>>;
    seen_at: WithDefault<Instant>;
    job_workers: WithDefault<string[]>;
  };
  setting_rounds: {
    utility_id: Fixed<string>;
    setting: Fixed<'protection' | 'tariff'>;
    going_by: string;
    started_at: Instant;
    after_bucket: number;
    after_meter_id: string;
    finished_at: Nullable<Instant>;
  };
  smart_card_directory: {
    card_number: Fixed<string>;
    utility_id: Fixed<string>;
    bucket: Fixed<number>;
    connection_id: Fixed<string>;
  };
  smart_card_loads: {
    bucket: Fixed<number>;
    card_number: Fixed<string>;
    count: Fixed<bigint>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    meter_id: Fixed<string>;
    sale_id: Fixed<string>;
    token_ids: Fixed<string[]>;
    operator_id: Fixed<Nullable<string>>;
    key_id: Fixed<Nullable<string>>;
    made_at: Fixed<Instant>;
    answered_at: Nullable<Instant>;
    outcomes: Nullable<string[]>;
    entered: Fixed<WithDefault<bigint>>;
    settled: Fixed<Nullable<bigint>>;
  };
  smart_card_reports: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    card_number: Fixed<string>;
    meter_id: Fixed<string>;
    sequence: Fixed<bigint>;
    count: Fixed<bigint>;
    outcomes: Fixed<string[]>;
    said_at: Fixed<Instant>;
    available: Fixed<bigint>;
    import_energy_wh: Fixed<bigint>;
    event_sequence: Fixed<bigint>;
    flags: Fixed<string[]>;
    came_at: Fixed<Instant>;
    entered: Fixed<WithDefault<bigint>>;
  };
  smart_cards: {
    bucket: Fixed<number>;
    card_number: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    request_id: Fixed<string>;
    medium: Fixed<'memory' | 'cpu'>;
    replaces: Fixed<Nullable<string>>;
    issued_by: Fixed<string>;
    issued_at: Fixed<Instant>;
    state: 'issued' | 'lost' | 'blocked' | 'replaced';
    state_at: Instant;
    seen_count: WithDefault<bigint>;
    seen_meter_id: Nullable<string>;
    seen_report: Nullable<bigint>;
    seen_report_digest: Nullable<string>;
    seen_key: Nullable<string>;
    seen_at: Nullable<Instant>;
    refusal: Nullable<string>;
    refused_at: Nullable<Instant>;
    entered: Fixed<WithDefault<bigint>>;
  };
  supply_call_events: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    call_id: Fixed<string>;
    request_id: Fixed<string>;
    what: Fixed<'called' | 'resolved'>;
    note: Fixed<string>;
    operator_id: Fixed<Nullable<string>>;
    at: Fixed<Instant>;
  };
  supply_calls: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    because: Fixed<'medical' | 'vulnerable' | 'silence' | 'noPurchase'>;
    out_since: Fixed<Instant>;
    state: 'new' | 'called' | 'resolved';
    opened_at: Fixed<Instant>;
    state_at: Instant;
  };
  supply_forecasts: {
    bucket: Fixed<number>;
    connection_id: Fixed<string>;
    utility_id: Fixed<string>;
    expected_at: Nullable<Instant>;
    made_at: Instant;
  };
  supply_holds: {
    bucket: Fixed<number>;
    command_id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    cause: Fixed<'operator' | 'maintenance' | 'safety'>;
    of_job: Fixed<boolean>;
    held_by: Fixed<string>;
    reason: Fixed<string>;
    held_at: Fixed<Instant>;
    released_at: Nullable<Instant>;
    released_by: Nullable<string>;
    release_reason: Nullable<string>;
    release_command_id: Nullable<string>;
    operator_id: Fixed<Nullable<string>>;
    asked_at: Fixed<Nullable<Instant>>;
    ends_at: Fixed<Nullable<Instant>>;
    approval_id: Fixed<Nullable<string>>;
    approved_by: Fixed<Nullable<string>>;
    approval_state: Fixed<Nullable<string>>;
  };
  supply_warnings: {
    bucket: Fixed<number>;
    connection_id: Fixed<string>;
    utility_id: Fixed<string>;
    credit: string;
    lasts_ms: bigint;
    told: string[];
    is_followed: boolean;
    look_at: Instant;
  };
  supply_watch: {
    bucket: Fixed<number>;
    connection_id: Fixed<string>;
    utility_id: Fixed<string>;
    out_since: Nullable<Instant>;
    still_since: Instant;
    import_energy_wh: bigint;
  };
  tariff_assignment_batches: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    request_id: Fixed<string>;
    digest: Fixed<string>;
    tariff_id: Fixed<Nullable<string>>;
    undo_of: Fixed<Nullable<string>>;
    from_date: Fixed<CivilDate>;
    chosen: Fixed<Json>;
    reason: Fixed<string>;
    requested_by: Fixed<string>;
    months: Fixed<number>;
    from_at: Fixed<Instant>;
    to_at: Fixed<Instant>;
    rows_total: Fixed<number>;
    rows_done: WithDefault<number>;
    after_bucket: Nullable<number>;
    after_id: Nullable<string>;
    summary: Nullable<Json>;
    approval_id: Nullable<string>;
    state: 'previewing' | 'ready' | 'awaitingApproval' | 'assigning' | 'done' | 'closed';
    created_at: Fixed<Instant>;
    state_at: Instant;
    approval_state: Fixed<Nullable<string>>;
    entered: Fixed<WithDefault<bigint>>;
    settled: Fixed<Nullable<bigint>>;
  };
  tariff_assignment_rows: {
    bucket: Fixed<number>;
    batch_id: Fixed<string>;
    connection_id: Fixed<string>;
    utility_id: Fixed<string>;
    before_tariff_id: Fixed<string>;
    before_parameters: Fixed<Json>;
    tariff_id: Fixed<string>;
    parameters: Fixed<Json>;
    purchases: Nullable<number>;
    refused: Nullable<number>;
    energy_wh: Nullable<bigint>;
    before_minor: Nullable<bigint>;
    after_minor: Nullable<bigint>;
    spent_minor: Nullable<bigint>;
    energy_before_wh: Nullable<bigint>;
    energy_after_wh: Nullable<bigint>;
    outcome: Nullable<'assigned' | 'refused'>;
    refusal: Nullable<string>;
    entered: Fixed<WithDefault<bigint>>;
    settled: Fixed<Nullable<bigint>>;
    use_of: Nullable<'wallet' | 'moneyMeter'>;
  };
  tariff_assignments: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    request_id: Fixed<string>;
    tariff_id: Fixed<string>;
    parameters: Fixed<Json>;
    from_date: Fixed<CivilDate>;
    reason: Fixed<string>;
    assigned_by: Fixed<string>;
    assigned_at: Fixed<Instant>;
    entered: Fixed<WithDefault<bigint>>;
  };
  tariff_back_test_rows: {
    bucket: Fixed<number>;
    back_test_id: Fixed<string>;
    connection_id: Fixed<string>;
    utility_id: Fixed<string>;
    purchases: Fixed<number>;
    refused: Fixed<number>;
    energy_wh: Fixed<bigint>;
    before_minor: Fixed<bigint>;
    after_minor: Fixed<bigint>;
    spent_minor: Fixed<bigint>;
    energy_before_wh: Fixed<bigint>;
    energy_after_wh: Fixed<bigint>;
    use_of: Fixed<Nullable<'wallet' | 'moneyMeter'>>;
  };
  tariff_back_tests: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    version_id: Fixed<string>;
    baseline_id: Fixed<Nullable<string>>;
    request_id: Fixed<string>;
    months: Fixed<number>;
    from_at: Fixed<Instant>;
    to_at: Fixed<Instant>;
    requested_by: Fixed<string>;
    requested_at: Fixed<Instant>;
    connections_total: Fixed<number>;
    connections_done: WithDefault<number>;
    after_bucket: Nullable<number>;
    after_id: Nullable<string>;
    summary: Nullable<Json>;
    finished_at: Nullable<Instant>;
    asks_by: Fixed<Nullable<string>>;
  };
  tariffs: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    name: Fixed<string>;
    version: Fixed<number>;
    document: Fixed<Json>;
    created_at: Fixed<Instant>;
    state: 'draft' | 'awaitingApproval' | 'approved' | 'withdrawn';
    effective_from: Fixed<CivilDate>;
    effective_to: Fixed<Nullable<CivilDate>>;
    reason: Fixed<Nullable<string>>;
    request_id: Fixed<Nullable<string>>;
    document_digest: Fixed<Nullable<string>>;
    requested_by: Fixed<Nullable<string>>;
    approved_by: Nullable<string>;
    approval_id: Nullable<string>;
    state_at: Instant;
    withdrawn_by: Nullable<string>;
    approval_state: Fixed<Nullable<string>>;
    entered: Fixed<WithDefault<bigint>>;
    settled: Fixed<Nullable<bigint>>;
  };
  ticket_events: {
    ticket_id: Fixed<string>;
    ordinal: Fixed<number>;
    utility_id: Fixed<string>;
    at: Fixed<Instant>;
    operator_id: Fixed<Nullable<string>>;
    event: Fixed<'opened' | 'taken' | 'given' | 'noted' | 'closed' | 'openedAgain'>;
    words: Fixed<WithDefault<string>>;
  };
  tickets: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    number: Fixed<number>;
    kind: Fixed<'complaint' | 'fault' | 'request'>;
    topic: Fixed<'noSupply' | 'meter' | 'charge' | 'other'>;
    state: 'open' | 'working' | 'closed';
    customer_id: Fixed<Nullable<string>>;
    bucket: Fixed<Nullable<number>>;
    connection_id: Fixed<Nullable<string>>;
    words: Fixed<string>;
    opened_by: Fixed<Nullable<string>>;
    request_id: Fixed<string>;
    opened_at: Fixed<Instant>;
    due_at: Fixed<Instant>;
    assigned_to: Nullable<string>;
    closed_at: Nullable<Instant>;
    answer: Nullable<string>;
    version: WithDefault<number>;
  };
  tokens: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    meter_id: Fixed<string>;
    sale_id: Fixed<Nullable<string>>;
    kind: Fixed<'credit' | 'keyChange' | 'management' | 'test'>;
    base_date: Fixed<Nullable<number>>;
    tid: Fixed<Nullable<number>>;
    digits: Fixed<string>;
    energy_wh: Fixed<Nullable<bigint>>;
    state: 'issued' | 'accepted' | 'refused';
    origin: Nullable<'keypad' | 'remote' | 'card'>;
    refusal: Nullable<string>;
    issued_at: Fixed<Instant>;
    state_at: Nullable<Instant>;
    grant_id: Fixed<Nullable<string>>;
    section: Fixed<Nullable<number>>;
    amount_e5: Fixed<Nullable<bigint>>;
    heard_at: Nullable<Instant>;
    entered: Fixed<WithDefault<bigint>>;
    settled: Fixed<Nullable<bigint>>;
  };
  top_up_rules: {
    bucket: Fixed<number>;
    connection_id: Fixed<string>;
    utility_id: Fixed<string>;
    is_on: boolean;
    way: 'ask' | 'card';
    phone: string;
    days_ahead: number;
    amount_minor: bigint;
    most_a_week_minor: bigint;
    paused_until: Nullable<Instant>;
    stopped_at: Nullable<Instant>;
    stopped_by: Nullable<string>;
    stop_reason: Nullable<string>;
    look_at: Instant;
    changed_at: Instant;
  };
  top_ups: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    way: Fixed<'ask' | 'card'>;
    card_id: Fixed<Nullable<string>>;
    phone: Fixed<string>;
    amount_minor: Fixed<bigint>;
    expected_end_at: Fixed<Instant>;
    days_ahead: Fixed<number>;
    begun_at: Fixed<Instant>;
    told_at: Nullable<Instant>;
    outcome: Nullable<'paid' | 'notPaid' | 'notPossible'>;
    ended_at: Nullable<Instant>;
  };
  transfers: {
    bucket: Fixed<number>;
    id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<Nullable<string>>;
    debit_kind: Fixed<LedgerAccountKind>;
    debit_subject_id: Fixed<string>;
    credit_kind: Fixed<LedgerAccountKind>;
    credit_subject_id: Fixed<string>;
    amount_minor: Fixed<bigint>;
    reason: Fixed<TransferReason>;
    sale_id: Fixed<Nullable<string>>;
    payment_id: Fixed<Nullable<string>>;
    reverses_id: Fixed<Nullable<string>>;
    posted_at: Fixed<Instant>;
    correction_id: Fixed<Nullable<string>>;
    rating_id: Fixed<Nullable<string>>;
    mode_change_id: Fixed<Nullable<string>>;
    posting_id: Fixed<string>;
    vendor_id: Fixed<Nullable<string>>;
  };
  unallocated_money: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    provider: Fixed<string>;
    provider_reference: Fixed<string>;
    amount_minor: Fixed<bigint>;
    currency_code: Fixed<string>;
    currency_scale: Fixed<Nullable<number>>;
    cause: Fixed<
      | 'otherCurrency'
      | 'secondPayment'
      | 'referenceReused'
      | 'unknownAccount'
      | 'meterBlocked'
      | 'amountDiffers'
      | 'notProved'
    >;
    payment_bucket: Fixed<Nullable<number>>;
    payment_id: Fixed<Nullable<string>>;
    came_at: Fixed<Instant>;
    state: WithDefault<'waiting' | 'moved' | 'refunded'>;
    decided_at: Nullable<Instant>;
    approval_id: Nullable<string>;
    requested_by: Nullable<string>;
    approved_by: Nullable<string>;
    approval_state: Fixed<Nullable<string>>;
    refund_reference: Nullable<string>;
    correction_bucket: Nullable<number>;
    correction_id: Nullable<string>;
    entered: Fixed<WithDefault<bigint>>;
    settled: Fixed<Nullable<bigint>>;
    account: Fixed<Nullable<string>>;
    payer_phone: Fixed<Nullable<string>>;
    payer_name: Fixed<Nullable<string>>;
  };
  usage_days: {
    bucket: Fixed<number>;
    meter_id: Fixed<string>;
    day: Fixed<CivilDate>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    stale_at: Nullable<Instant>;
    measured_wh: WithDefault<bigint>;
    estimated_wh: WithDefault<bigint>;
    quality: WithDefault<'measured' | 'estimated' | 'incomplete'>;
    findings: WithDefault<number>;
    rolled_at: Nullable<Instant>;
  };
  usage_months: {
    bucket: Fixed<number>;
    meter_id: Fixed<string>;
    month: Fixed<CivilDate>;
    utility_id: Fixed<string>;
    connection_id: string;
    measured_wh: bigint;
    estimated_wh: bigint;
    whole_days: number;
  };
  use_count_directory: {
    key: Fixed<string>;
    from_at: Instant;
    count: number;
  };
  ussd_session_directory: {
    phone: Fixed<string>;
    service_code: Fixed<string>;
    state: Json;
    at: Instant;
  };
  utilities: {
    id: Fixed<string>;
    name: Fixed<string>;
    zone: Fixed<string>;
    currency_code: Fixed<string>;
    currency_scale: Fixed<number>;
    minimum_purchase_minor: Fixed<bigint>;
    maximum_purchase_minor: Fixed<bigint>;
    help_phone: Fixed<Nullable<string>>;
    protection_rules: Fixed<Json>;
    created_at: Fixed<Instant>;
    readings_kept_months: Fixed<WithDefault<number>>;
    silent_after_hours: Fixed<WithDefault<number>>;
    identity_warn_days: Fixed<WithDefault<number>>;
    legal_name: Fixed<Nullable<string>>;
    tax_number: Fixed<Nullable<string>>;
    postal_address: Fixed<Nullable<string>>;
    receipt_footer: Fixed<Nullable<string>>;
    page_language: Fixed<WithDefault<string>>;
    clock_hours: Fixed<WithDefault<number>>;
    money_form: Fixed<WithDefault<'sign' | 'code'>>;
  };
  utility_setting_events: {
    utility_id: Fixed<string>;
    ordinal: Fixed<number>;
    request_id: Fixed<string>;
    setting: Fixed<'silentAfterHours' | 'identityWarnDays' | 'documentTexts' | 'pageWriting'>;
    value_before: Fixed<string>;
    value_after: Fixed<string>;
    changed_by: Fixed<string>;
    reason: Fixed<string>;
    at: Fixed<Instant>;
    entered: Fixed<WithDefault<bigint>>;
  };
  vending_keys: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    supply_group_code: Fixed<string>;
    key_revision: Fixed<number>;
    key_type: Fixed<number>;
    key_expiry: Fixed<number>;
    base_date: Fixed<number>;
    dkga: Fixed<'dkga02' | 'dkga04'>;
    sealed: Fixed<Buffer>;
    created_at: Fixed<Instant>;
    load_id: Fixed<Nullable<string>>;
    check_value: Fixed<Nullable<string>>;
    entered: Fixed<WithDefault<bigint>>;
  };
  vending_outage_homes: {
    outage_id: Fixed<string>;
    bucket: Fixed<number>;
    connection_id: Fixed<string>;
    utility_id: Fixed<string>;
    seen_at: Fixed<Instant>;
  };
  vending_outages: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    began_at: Fixed<Instant>;
    grace_until: Instant;
    declared_by: Fixed<Nullable<string>>;
    request_id: Fixed<Nullable<string>>;
    note: Fixed<Nullable<string>>;
    ended_at: Nullable<Instant>;
    end_cause: Nullable<'salesGoOn' | 'operator' | 'timeOver'>;
    ended_by: Nullable<string>;
    hours: Fixed<Nullable<number>>;
  };
  vendor_asks: {
    utility_id: Fixed<string>;
    request_id: Fixed<string>;
    asked: Fixed<Json>;
    vendor_id: Fixed<string>;
    key_id: Fixed<Nullable<string>>;
    at: Fixed<Instant>;
    entered: Fixed<WithDefault<bigint>>;
  };
  vendor_bank_batch_parts: {
    sales_batch_id: Fixed<string>;
    batch_id: Fixed<string>;
    utility_id: Fixed<string>;
  };
  vendor_batch_shifts: {
    shift_id: Fixed<string>;
    batch_id: Fixed<string>;
    utility_id: Fixed<string>;
  };
  vendor_batches: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    vendor_id: Fixed<string>;
    kind: Fixed<'sales' | 'bank'>;
    number: Fixed<number>;
    started_at: Fixed<Instant>;
    ended_at: Nullable<Instant>;
    expected_minor: Nullable<bigint>;
    counted_minor: Nullable<bigint>;
    start_request: Fixed<string>;
    end_request: Nullable<string>;
    entered: Fixed<WithDefault<bigint>>;
    settled: Fixed<Nullable<bigint>>;
  };
  vendor_clerks: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    vendor_id: Fixed<string>;
    name: Fixed<string>;
    pin_hash: string;
    pin_is_own: WithDefault<boolean>;
    created_at: Fixed<Instant>;
    removed_at: Nullable<Instant>;
  };
  vendor_deposit_reversals: {
    vendor_deposit_id: Fixed<string>;
    utility_id: Fixed<string>;
    vendor_id: Fixed<string>;
    request_id: Fixed<string>;
    reason: Fixed<string>;
    transfer_id: Fixed<string>;
    requested_by: Fixed<string>;
    approved_by: Fixed<string>;
    approval_id: Fixed<string>;
    approval_state: Fixed<Nullable<string>>;
    reversed_at: Fixed<Instant>;
    entered: Fixed<WithDefault<bigint>>;
  };
  vendor_deposits: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    vendor_id: Fixed<string>;
    request_id: Fixed<string>;
    amount_minor: Fixed<bigint>;
    reference: Fixed<string>;
    transfer_id: Fixed<string>;
    recorded_by: Fixed<string>;
    recorded_at: Fixed<Instant>;
    operator_id: Fixed<Nullable<string>>;
    approval_id: Fixed<Nullable<string>>;
    approved_by: Fixed<Nullable<string>>;
    approval_state: Fixed<Nullable<string>>;
    of_before: Fixed<WithDefault<boolean>>;
    entered: Fixed<WithDefault<bigint>>;
    payment_bucket: Fixed<Nullable<number>>;
    payment_id: Fixed<Nullable<string>>;
  };
  vendor_key_directory: {
    key_id: Fixed<string>;
    utility_id: Fixed<string>;
  };
  vendor_keys: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    vendor_id: Fixed<string>;
    label: Fixed<string>;
    secret_hash: Fixed<Buffer>;
    created_at: Fixed<Instant>;
    revoked_at: Nullable<Instant>;
    approval_id: Fixed<Nullable<string>>;
    requested_by: Fixed<Nullable<string>>;
    approved_by: Fixed<Nullable<string>>;
    approval_state: Fixed<Nullable<string>>;
    of_before: Fixed<WithDefault<boolean>>;
    entered: Fixed<WithDefault<bigint>>;
    settled: Fixed<Nullable<bigint>>;
  };
  vendor_messages: {
    vendor_id: Fixed<string>;
    client_id: Fixed<string>;
    terminal_id: Fixed<string>;
    date_time: Fixed<string>;
    unique_number: Fixed<string>;
    utility_id: Fixed<string>;
    key_id: Fixed<string>;
    element: Fixed<string>;
    fingerprint: Fixed<Nullable<string>>;
    request: Fixed<Nullable<Json>>;
    state: 'taken' | 'answered' | 'givenUp';
    taken_until: Nullable<Instant>;
    answer: Nullable<Json>;
    answered_at: Nullable<Instant>;
    confirmed_at: Nullable<Instant>;
  };
  vendor_phone_directory: {
    code_hash: Fixed<Buffer>;
    utility_id: Fixed<string>;
    key_id: Fixed<string>;
  };
  vendor_phones: {
    key_id: Fixed<string>;
    utility_id: Fixed<string>;
    vendor_id: Fixed<string>;
    code_expires_at: Fixed<Instant>;
    secret_hash: Nullable<Buffer>;
    enrolled_at: Nullable<Instant>;
    clerk_id: Nullable<string>;
    session_hash: Nullable<Buffer>;
    signed_in_at: Nullable<Instant>;
    seen_at: Nullable<Instant>;
  };
  vendor_pin_tries: {
    key_id: Fixed<string>;
    clerk_id: Fixed<string>;
    utility_id: Fixed<string>;
    wrong: number;
  };
  vendor_sales: {
    bucket: Fixed<number>;
    sale_id: Fixed<string>;
    utility_id: Fixed<string>;
    connection_id: Fixed<string>;
    vendor_id: Fixed<string>;
    shift_id: Fixed<string>;
    amount_minor: Fixed<bigint>;
    commission_minor: Fixed<bigint>;
    connection_name: Fixed<string>;
    reprints: Fixed<WithDefault<number>>;
    request_id: Fixed<string>;
    meter_pan: Fixed<string>;
    entered: Fixed<WithDefault<bigint>>;
  };
  vendor_shifts: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    vendor_id: Fixed<string>;
    key_id: Fixed<string>;
    opened_at: Fixed<Instant>;
    closed_at: Nullable<Instant>;
    expected_minor: Nullable<bigint>;
    counted_minor: Nullable<bigint>;
    entered: Fixed<WithDefault<bigint>>;
    settled: Fixed<Nullable<bigint>>;
    clerk_id: Fixed<Nullable<string>>;
    end_request: Nullable<string>;
    start_request: Fixed<Nullable<string>>;
  };
  vendor_site_sales: {
    vendor_id: Fixed<string>;
    request_id: Fixed<string>;
    utility_id: Fixed<string>;
    key_id: Fixed<string>;
    meter_pan: Fixed<string>;
    amount_minor: Fixed<bigint>;
    promised_wh: Fixed<bigint>;
    sold_at: Fixed<Instant>;
    clerk_id: Fixed<string>;
    reported_at: Fixed<Instant>;
    refusal: Nullable<string>;
    entered: Fixed<WithDefault<bigint>>;
  };
  vendor_terminal_directory: {
    certificate_sha256: Fixed<Buffer>;
    client_id: Fixed<string>;
    terminal_id: Fixed<string>;
    utility_id: Fixed<string>;
    key_id: Fixed<string>;
  };
  vendor_terminals: {
    key_id: Fixed<string>;
    utility_id: Fixed<string>;
    vendor_id: Fixed<string>;
    client_id: Fixed<string>;
    terminal_id: Fixed<string>;
    certificate_sha256: Fixed<Buffer>;
    entered: Fixed<WithDefault<bigint>>;
  };
  vendors: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    name: Fixed<string>;
    blocked_reason: Nullable<string>;
    commission_basis_points: number;
    float_limit_minor: bigint;
    float_minor: WithDefault<bigint>;
    tokens_per_hour: number;
    energy_per_hour_wh: bigint;
    budget_hour: WithDefault<bigint>;
    hour_tokens: WithDefault<bigint>;
    hour_energy_wh: WithDefault<bigint>;
    created_at: Fixed<Instant>;
    float_limit_before_minor: Fixed<WithDefault<bigint>>;
    terms_approval_id: Nullable<string>;
    terms_state: Fixed<Nullable<string>>;
    entered: Fixed<WithDefault<bigint>>;
    site_budget_minor: WithDefault<bigint>;
    site_reserved_minor: WithDefault<bigint>;
    site_key_id: Nullable<string>;
    site_asked_at: Nullable<Instant>;
  };
  wallet_periods: {
    bucket: Fixed<number>;
    connection_id: Fixed<string>;
    meter_id: Fixed<string>;
    since_at: Fixed<Instant>;
    utility_id: Fixed<string>;
    until_at: Fixed<Instant>;
    rated_until: Instant;
    stale_from: Nullable<Instant>;
    problem: Nullable<string>;
    entered: Fixed<WithDefault<bigint>>;
  };
  wallets: {
    bucket: Fixed<number>;
    connection_id: Fixed<string>;
    utility_id: Fixed<string>;
    meter_id: string;
    since_at: Nullable<Instant>;
    rated_until: Instant;
    stale_from: Nullable<Instant>;
    problem: Nullable<string>;
    supply: 'on' | 'emergency' | 'protected' | 'off';
    supply_at: Instant;
    promised_until: Nullable<Instant>;
    supply_ordinal: WithDefault<number>;
    command_id: Nullable<string>;
    check_at: Nullable<Instant>;
    is_low: WithDefault<boolean>;
    low_ordinal: WithDefault<number>;
    until_at: Nullable<Instant>;
    next_meter_id: Nullable<string>;
    entered: Fixed<WithDefault<bigint>>;
    told_least_minor: Nullable<bigint>;
    cut_power_w: Nullable<bigint>;
  };
  weather_day_events: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    request_id: Fixed<string>;
    date: Fixed<CivilDate>;
    kind: Fixed<'heat' | 'cold'>;
    what: Fixed<'declared' | 'withdrawn'>;
    note: Fixed<string>;
    operator_id: Fixed<string>;
    at: Fixed<Instant>;
  };
  webhook_deliveries: {
    id: Fixed<WithDefault<string>>;
    utility_id: Fixed<string>;
    endpoint_id: Fixed<string>;
    event_id: Fixed<string>;
    is_replay: Fixed<WithDefault<boolean>>;
    state: WithDefault<'waiting' | 'delivered' | 'failed'>;
    attempts: WithDefault<number>;
    created_at: Fixed<Instant>;
    due_at: Instant;
    answer_status: Nullable<number>;
    answer_fault: Nullable<'timeout' | 'notPublic' | 'unreachable'>;
    answer_ms: Nullable<number>;
    answered_at: Nullable<Instant>;
  };
  webhook_endpoints: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    integration_id: Fixed<string>;
    url: Fixed<string>;
    events: Fixed<WebhookEventType[]>;
    state: 'on' | 'off';
    off_reason: Nullable<'byHand' | 'gone'>;
    request_id: Fixed<string>;
    created_at: Fixed<Instant>;
  };
  webhook_events: {
    id: Fixed<string>;
    utility_id: Fixed<string>;
    type: Fixed<string>;
    fact_key: Fixed<string>;
    at: Fixed<Instant>;
    data: Fixed<Json>;
  };
  webhook_secrets: {
    endpoint_id: Fixed<string>;
    ordinal: Fixed<number>;
    utility_id: Fixed<string>;
    request_id: Fixed<string>;
    sealed: Fixed<Buffer>;
    ends_at: Nullable<Instant>;
  };
};
