// The tables as Kysely sees them. apps/server/schema.sql is the truth; this follows it by hand, and
// the store tests hold it. bigint columns are read as bigint, timestamptz as epoch milliseconds,
// and instants are written as Date.

import type { CommandStage } from '@prewatt/api';
import type { LedgerAccountKind } from '@prewatt/ledger';
import type { CommandKind } from '@prewatt/protocol';
import type { ColumnType, Generated } from 'kysely';
import type { AlertTables } from './alert-tables.ts';
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
import type { ControlTables } from './control-tables.ts';
import type { CorrectionTables } from './correction-tables.ts';
import type { InstallTables } from './install-tables.ts';
import type { LandingTables } from './landing-tables.ts';
import type { MeterTables } from './meter-tables.ts';
import type { PostingTables } from './posting-tables.ts';
import type { ProtectionTables } from './protection-tables.ts';
import type { ReadingTables } from './reading-tables.ts';
import type { SupplyTables } from './supply-tables.ts';
import type { TariffTables } from './tariff-tables.ts';
import type { MoneyCredit, MoneyToken, WalletTables } from './wallet-tables.ts';

/** What every row of a connection begins with. */
type OfConnection = { bucket: number; utility_id: string; connection_id: string };

type OfVendor = { utility_id: string; vendor_id: string };

export type Tables = AlertTables &
  ControlTables &
  CorrectionTables &
  MeterTables &
  InstallTables &
  LandingTables &
  PostingTables &
  ProtectionTables &
  ReadingTables &
  SupplyTables &
  TariffTables &
  WalletTables & {
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
      state: 'draft' | 'awaitingApproval' | 'approved' | 'withdrawn';
      state_at: Instant;
      effective_from: CivilDate;
      effective_to: ColumnType<Date | null, string | null | undefined, never>;
      reason: NullableText;
      request_id: NullableText;
      document_digest: NullableText;
      requested_by: NullableText;
      approved_by: NullableText;
      approval_id: NullableText;
      withdrawn_by: NullableText;
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
      load_id: NullableText;
      check_value: NullableText;
      created_at: Instant;
    };
    operators: {
      id: string;
      utility_id: string;
      auth_user_id: string;
      name: string;
      role: 'administrator' | 'operator' | 'viewer' | 'technician';
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
      blocked_reason: NullableText;
      tariff_id: string;
      tariff_position: Json;
      tariff_parameters: ColumnType<Record<string, string>, string | undefined, string>;
      next_tariff: ColumnType<
        { from: string; tariffId: string; parameters: Record<string, string> } | null,
        string | null | undefined,
        string | null
      >;
      /** The derived balance as a cache; kept by accounting. */
      prepaid_minor: Generated<bigint>;
      /** Who holds the credit: the meter, or the ledger. */
      credit_mode: Generated<'token' | 'wallet'>;
      converted_at: NullableInstant;
      created_at: Instant;
      /** Given up before it was in use; it has no meter any more. */
      closed_at: NullableInstant;
    };
    meters: OfConnection & {
      id: string;
      meter_pan: string;
      encryption_algorithm: 'ea07' | 'ea11';
      supply_group_code: string;
      tariff_index: string;
      key_revision: number;
      secret_hash: Buffer;
      next_secret_hash: ColumnType<Buffer | null, undefined, Buffer | null>;
      secret_generation: Generated<number>;
      link_revoked_at: NullableInstant;
      last_tid: ColumnType<number | null, number | null, number | null>;
      lift_power_w: NullableBigint;
      wanted_supply_group_code: NullableText;
      wanted_tariff_index: NullableText;
      wanted_key_revision: NullableNumber;
      created_at: Instant;
      retired_at: NullableInstant;
      final_credited_wh: NullableBigint;
      final_credited_minor: NullableBigint;
      starts_in_money: NullableJson;
      commanded_at: NullableInstant;
    };
    ledger_accounts: {
      bucket: number;
      utility_id: string;
      kind: LedgerAccountKind;
      subject_id: string;
      created_at: Instant;
    };
    debts: OfConnection & {
      id: string;
      label: string;
      rule: Json;
      /** The derived balance as a cache; kept by accounting. */
      outstanding_minor: Generated<bigint>;
      created_at: Instant;
    };
    quotes: OfConnection &
      MoneyCredit & {
        id: string;
        amount_minor: bigint;
        brought_forward_minor: bigint;
        energy_wh: bigint;
        lines: Json;
        remainder_minor: bigint;
        tariff_version_id: NullableText;
        month_energy_before_wh: NullableBigint;
        created_at: Instant;
        expires_at: Instant;
      };
    sales: OfConnection &
      MoneyCredit & {
        id: string;
        meter_id: string;
        /** Null for a sale for cash, whose request id is its vendor's. */
        request_id: NullableText;
        amount_minor: bigint;
        state:
          | 'awaitingPayment'
          | 'paymentRefused'
          | 'paymentExpired'
          | 'issued'
          | 'delivered'
          | 'stuck'
          | 'reversed';
        stuck_reason: NullableText;
        brought_forward_minor: NullableBigint;
        energy_wh: NullableBigint;
        lines: NullableJson;
        remainder_minor: NullableBigint;
        tariff_version_id: NullableText;
        month_energy_before_wh: NullableBigint;
        requested_at: Instant;
        paid_at: NullableInstant;
        issued_at: NullableInstant;
        delivered_at: NullableInstant;
        stuck_at: NullableInstant;
        reversed_at: NullableInstant;
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
    tokens: OfConnection &
      MoneyToken & {
        id: string;
        meter_id: string;
        sale_id: NullableText;
        grant_id: NullableText;
        kind: 'credit' | 'keyChange' | 'management' | 'test';
        base_date: NullableNumber;
        tid: NullableNumber;
        section: NullableNumber;
        digits: string;
        energy_wh: NullableBigint;
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
      kind: CommandKind;
      token_ref: NullableText;
      stage: CommandStage;
      attempts: Generated<number>;
      queued_at: Instant;
      stage_at: Instant;
      due_at: NullableInstant;
      expires_at: Instant;
      result: NullableJson;
      action: NullableJson;
      priority: Generated<number>;
      requested_by: NullableText;
      reason: NullableText;
      cancelled_by: NullableText;
      cancel_reason: NullableText;
      superseded_by: NullableText;
      issued_at: NullableInstant;
      completed_at: NullableInstant;
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
    vendors: {
      id: string;
      utility_id: string;
      name: string;
      blocked_reason: NullableText;
      commission_basis_points: number;
      float_limit_minor: bigint;
      float_minor: ColumnType<bigint, undefined, bigint>;
      tokens_per_hour: number;
      energy_per_hour_wh: bigint;
      budget_hour: ColumnType<bigint, undefined, bigint>;
      hour_tokens: ColumnType<bigint, undefined, bigint>;
      hour_energy_wh: ColumnType<bigint, undefined, bigint>;
      created_at: Instant;
    };
    vendor_key_directory: { key_id: string; utility_id: string };
    vendor_keys: OfVendor & {
      id: string;
      label: string;
      secret_hash: Buffer;
      created_at: Instant;
      revoked_at: NullableInstant;
    };
    vendor_shifts: OfVendor & {
      id: string;
      key_id: string;
      opened_at: Instant;
      closed_at: NullableInstant;
      expected_minor: NullableBigint;
      counted_minor: NullableBigint;
    };
    vendor_sales: OfConnection &
      OfVendor & {
        sale_id: string;
        shift_id: string;
        request_id: string;
        meter_pan: string;
        amount_minor: bigint;
        commission_minor: bigint;
        connection_name: string;
        reprints: Generated<number>;
      };
    vendor_deposits: OfVendor & {
      id: string;
      request_id: string;
      amount_minor: bigint;
      reference: string;
      transfer_id: string;
      recorded_by: string;
      recorded_at: Instant;
    };
    proof_runs: {
      id: string;
      utility_id: string;
      request_id: string;
      requested_by: string | null;
      requested_at: Instant;
      buckets_done: Generated<number>;
    };
    proof_results: {
      run_id: string;
      utility_id: string;
      started_at: Instant;
      finished_at: Instant;
      holds: boolean;
      laws: Json;
      history_cut: string;
      history_count: bigint;
      history_digest: string;
    };
    reconciliation_files: {
      id: string;
      utility_id: string;
      kind: 'settlement' | 'bank';
      provider: string;
      name: string;
      digest: string;
      row_count: number;
      first_date: CivilDate;
      last_date: CivilDate;
      imported_by: string;
      imported_at: Instant;
    };
    reconciliation_rows: {
      id: string;
      utility_id: string;
      file_id: string;
      line_number: number;
      kind: 'settlement' | 'bank';
      provider: string;
      reference: string;
      amount_minor: bigint;
      fee_minor: bigint;
      batch: string | null;
      on_date: CivilDate;
      occurrence: number;
    };
    reconciliation_differences: {
      id: string;
      utility_id: string;
      kind: 'settlement' | 'bank';
      provider: string;
      what: 'missingHere' | 'missingThere' | 'amountDiffers' | 'duplicate';
      reference: string;
      ours_minor: bigint | null;
      theirs_minor: bigint | null;
      since: CivilDate;
      file_id: string;
      found_at: Instant;
    };
    reconciliation_notes: {
      difference_id: string;
      ordinal: number;
      utility_id: string;
      state: 'open' | 'explained' | 'closed';
      why: string;
      noted_by: string | null;
      file_id: string | null;
      noted_at: Instant;
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
