// The tables whose rows carry money, tokens, approvals or floats, and what of each stands once it
// is written: `stands` from its entry on, `settled` from the moment it is known. The proof
// compares both with its last run. A column that is in neither moves by nature; a rule holds it,
// or columns-not-shown.ts says why none does. A column that is added here begins to be compared.

export type HistoryTable = {
  readonly table: string;
  /** Columns with spaces between; a later column does not change what was said of these. */
  readonly stands: string;
  readonly settled?: string;
  /** A directory without a wall between utilities: what says whose a row is. */
  readonly isOf?: 'utility' | 'payment';
};

export const historyTables: readonly HistoryTable[] = [
  {
    table: 'postings',
    stands:
      'bucket id utility_id connection_id vendor_id sale_id payment_id correction_id rating_id ' +
      'mode_change_id reverses_id posted_at reasons debit_kinds debit_subject_ids credit_kinds ' +
      'credit_subject_ids amounts_minor',
  },
  {
    table: 'ledger_accounts',
    stands: 'bucket utility_id kind subject_id created_at',
  },
  {
    table: 'connections',
    stands: 'bucket id utility_id created_at',
  },
  {
    table: 'debts',
    stands: 'bucket id utility_id connection_id label rule created_at',
  },
  {
    table: 'quotes',
    stands:
      'bucket id utility_id connection_id amount_minor brought_forward_minor energy_wh lines ' +
      'remainder_minor created_at expires_at tariff_version_id month_energy_before_wh ' +
      'credit_minor',
  },
  {
    table: 'sales',
    stands: 'bucket id utility_id connection_id request_id amount_minor requested_at',
    settled:
      'meter_id paid_at issued_at tariff_version_id month_energy_before_wh brought_forward_minor ' +
      'energy_wh lines remainder_minor credit_minor recovered_energy_wh recovered_minor',
  },
  {
    table: 'payments',
    stands:
      'bucket id utility_id connection_id sale_id provider amount_minor requested_at card_id ' +
      'vendor_id request_id asked_by',
    settled: 'state provider_reference received_minor decided_at checkout_url provider_request',
  },
  {
    table: 'unallocated_money',
    stands:
      'id utility_id provider provider_reference amount_minor currency_code currency_scale cause ' +
      'payment_bucket payment_id came_at account payer_phone payer_name',
    settled:
      'state decided_at approval_id requested_by approved_by refund_reference ' +
      'correction_bucket correction_id',
  },
  {
    table: 'tokens',
    stands:
      'bucket id utility_id connection_id meter_id sale_id kind base_date tid digits energy_wh ' +
      'issued_at grant_id section amount_e5',
    settled: 'state',
  },
  {
    table: 'smart_cards',
    stands:
      'bucket card_number utility_id connection_id request_id medium replaces issued_by issued_at',
  },
  {
    table: 'smart_card_loads',
    stands:
      'bucket card_number count utility_id connection_id meter_id sale_id token_ids operator_id ' +
      'key_id made_at',
    settled: 'answered_at outcomes',
  },
  {
    table: 'smart_card_reports',
    stands:
      'bucket id utility_id connection_id card_number meter_id sequence count outcomes said_at ' +
      'available import_energy_wh event_sequence flags came_at',
  },
  {
    table: 'grants',
    stands:
      'bucket id utility_id connection_id meter_id request_id kind energy_wh parameters reason ' +
      'requested_by approval_id month tariff_version_id issued_at amount_minor transfer_id ' +
      'rules_version',
    settled: 'state',
  },
  {
    table: 'grant_batches',
    stands:
      'id utility_id request_id kind reason requested_by digest rows_total energy_total_wh ' +
      'created_at',
    settled: 'state approval_id state_at',
  },
  {
    table: 'grant_batch_rows',
    stands: 'utility_id batch_id ordinal bucket connection_id meter_pan energy_wh',
    settled: 'outcome refusal grant_id',
  },
  {
    table: 'approvals',
    stands:
      'id utility_id kind request_id payload reason requested_by requested_at expires_at ' +
      'unsealed',
  },
  {
    table: 'approval_events',
    stands: 'approval_id ordinal utility_id what operator_id reason shown at',
  },
  {
    table: 'corrections',
    stands:
      'bucket id utility_id connection_id kind request_id sale_id debt_id amount_minor reason ' +
      'proof money_to other_bucket other_connection_id other_sale_id requested_by approved_by ' +
      'approval_id at',
  },
  {
    table: 'refunds',
    stands: 'bucket id utility_id connection_id sale_id correction_id amount_minor due_at',
    settled: 'state paid_reference paid_by paid_at',
  },
  {
    table: 'meter_exchanges',
    stands:
      'bucket id utility_id connection_id old_meter_id new_meter_id balance_from balance_wh ' +
      'carried_wh grant_id reason requested_by approved_by approval_id at final_from ' +
      'final_import_wh balance_minor carried_minor per_kwh_micro_minor',
  },
  {
    table: 'mode_changes',
    stands:
      'bucket id utility_id connection_id meter_id request_id to_mode reason requested_by ' +
      'approved_by approval_id at site_read_at site_import_wh',
    settled: 'state energy_wh amount_minor sale_id command_id state_at problem',
  },
  {
    table: 'key_change_sets',
    stands:
      'bucket id utility_id connection_id meter_id sale_id grant_id from_supply_group_code ' +
      'from_tariff_index from_key_revision to_supply_group_code to_tariff_index to_key_revision ' +
      'issued_at',
    settled: 'state',
  },
  {
    table: 'landing_tokens',
    stands:
      'bucket id utility_id connection_id meter_id grant_id rules_version spell_sale_id step ' +
      'power_w lift_power_w expected_at lasts_until sent_at',
    settled: 'state lift_sale_id lift_grant_id state_at',
  },
  {
    table: 'late_tokens',
    stands: 'bucket meter_id sequence utility_id connection_id energy_wh at',
    settled: 'state mode_change_id amount_minor state_at',
  },
  {
    table: 'ratings',
    stands:
      'bucket id utility_id connection_id meter_id starts_at ends_at ordinal energy_wh ' +
      'charged_minor lines tariff_version_id position_before position_after replaces_id ' +
      'explanation rated_at',
  },
  {
    table: 'wallets',
    stands: 'bucket connection_id utility_id',
  },
  {
    table: 'wallet_periods',
    stands: 'bucket connection_id meter_id since_at utility_id until_at',
  },
  {
    table: 'vendors',
    stands: 'id utility_id name created_at float_limit_before_minor',
  },
  {
    table: 'vendor_keys',
    stands:
      'id utility_id vendor_id label secret_hash created_at approval_id requested_by approved_by of_before',
    settled: 'revoked_at',
  },
  {
    table: 'vendor_terminals',
    stands: 'key_id utility_id vendor_id client_id terminal_id certificate_sha256',
  },
  {
    table: 'vendor_shifts',
    stands: 'id utility_id vendor_id key_id opened_at clerk_id start_request',
    settled: 'closed_at expected_minor counted_minor end_request',
  },
  {
    table: 'vendor_sales',
    stands:
      'bucket sale_id utility_id connection_id vendor_id shift_id amount_minor commission_minor ' +
      'connection_name reprints request_id meter_pan',
  },
  {
    table: 'vendor_site_sales',
    stands:
      'vendor_id request_id utility_id key_id meter_pan amount_minor promised_wh sold_at clerk_id ' +
      'reported_at',
  },
  {
    table: 'vendor_deposits',
    stands:
      'id utility_id vendor_id request_id amount_minor reference transfer_id recorded_by ' +
      'recorded_at operator_id approval_id approved_by of_before payment_bucket payment_id',
  },
  {
    table: 'vendor_deposit_reversals',
    stands:
      'vendor_deposit_id utility_id vendor_id request_id reason transfer_id requested_by ' +
      'approved_by approval_id reversed_at',
  },
  {
    table: 'provider_fees',
    stands:
      'utility_id provider reference ordinal file_id fee_minor on_date posted_bucket transfer_id ' +
      'reversal_id posted_at',
  },
  {
    table: 'vendor_batches',
    stands: 'id utility_id vendor_id kind number started_at start_request',
    settled: 'ended_at expected_minor counted_minor end_request',
  },
  {
    table: 'vendor_asks',
    stands: 'utility_id request_id asked vendor_id key_id at',
  },
  {
    table: 'control_limits',
    stands:
      'utility_id version safety_cuts_per_hour safety_cut_hours alone_minor daily_minor ' +
      'approval_id requested_by approved_by at',
  },
  {
    table: 'alone_acts',
    stands: 'id utility_id operator_id kind subject amount_minor at',
  },
  {
    table: 'revenue_fine_rules',
    stands:
      'utility_id version tariff_name fixed_minor share_percent reason request_id set_by set_at',
  },
  {
    table: 'budgets',
    stands:
      'utility_id version budget per_hour per_day energy_per_hour_wh energy_per_day_wh ' +
      'approval_id requested_by approved_by at',
  },
  {
    table: 'emergency_rules',
    stands: 'utility_id version kinds roles per_day approval_id requested_by approved_by at',
  },
  {
    table: 'emergency_acts',
    stands: 'approval_id utility_id kind operator_id reason rules_version at done_at',
  },
  {
    table: 'emergency_reviews',
    stands: 'approval_id utility_id operator_id reviewed_by verdict note at',
  },
  {
    table: 'operator_invitations',
    stands:
      'id utility_id operator_id name email role days approval_id requested_by approved_by at ' +
      'expires_at',
    settled: 'joined_at withdrawn_at withdrawn_by',
  },
  {
    table: 'operator_role_changes',
    stands: 'approval_id utility_id operator_id from_role to_role requested_by approved_by at',
  },
  {
    table: 'tariffs',
    stands:
      'id utility_id name version document created_at effective_from effective_to reason ' +
      'request_id document_digest requested_by',
    settled: 'approval_id approved_by',
  },
  {
    table: 'tariff_assignments',
    stands:
      'bucket id utility_id connection_id request_id tariff_id parameters from_date reason ' +
      'assigned_by assigned_at',
  },
  {
    table: 'tariff_assignment_batches',
    stands:
      'id utility_id request_id digest tariff_id undo_of from_date chosen reason requested_by ' +
      'months from_at to_at rows_total created_at',
    settled: 'state approval_id summary rows_done state_at',
  },
  {
    table: 'tariff_assignment_rows',
    stands:
      'bucket batch_id connection_id utility_id before_tariff_id before_parameters tariff_id ' +
      'parameters',
    settled:
      'purchases refused energy_wh before_minor after_minor spent_minor energy_before_wh ' +
      'energy_after_wh use_of outcome refusal',
  },
  {
    table: 'provider_reference_directory',
    stands: 'provider provider_reference payment_id',
    isOf: 'payment',
  },
  {
    table: 'payment_directory',
    stands: 'payment_id utility_id bucket',
    isOf: 'utility',
  },
  {
    table: 'meters',
    stands: 'bucket id utility_id connection_id meter_pan encryption_algorithm created_at',
    settled: 'retired_at final_credited_wh final_credited_minor',
  },
  {
    table: 'vending_keys',
    stands:
      'id utility_id supply_group_code key_revision key_type key_expiry base_date dkga ' +
      'created_at load_id check_value',
  },
  {
    table: 'key_loads',
    stands:
      'id utility_id request_id supply_group_code key_revision key_type key_expiry base_date ' +
      'dkga expected_check_value reason opened_by opened_at',
    settled: 'state approval_id state_at',
  },
  {
    table: 'key_components',
    stands: 'load_id ordinal utility_id entered_by check_value entered_at',
  },
  {
    table: 'key_change_campaigns',
    stands:
      'id utility_id request_id name reason from_supply_group_code from_key_revision ' +
      'to_supply_group_code to_key_revision to_tariff_index requested_by meters_total created_at ' +
      'meters_digest',
  },
  {
    table: 'key_change_meters',
    stands: 'campaign_id bucket meter_id utility_id connection_id',
  },
  {
    table: 'protection_rule_sets',
    stands: 'utility_id version document approval_id requested_by approved_by live_at',
  },
  {
    table: 'free_unit_runs',
    stands: 'utility_id month started_at',
  },
  {
    table: 'sale_reprints',
    stands: 'bucket sale_id ordinal utility_id operator_id reason at key_id',
  },
  {
    table: 'reconciliation_files',
    stands:
      'id utility_id kind provider name digest row_count first_date last_date imported_by ' +
      'imported_at mapping',
  },
  {
    table: 'reconciliation_rows',
    stands:
      'id utility_id file_id line_number kind provider reference amount_minor fee_minor batch ' +
      'on_date occurrence',
  },
  {
    table: 'reconciliation_differences',
    stands:
      'id utility_id kind provider what reference ours_minor theirs_minor since file_id found_at',
  },
  {
    table: 'reconciliation_notes',
    stands: 'difference_id ordinal utility_id state why noted_by file_id noted_at',
  },
  {
    table: 'imports',
    stands:
      'id utility_id kind dry_run file_name sha256 size_bytes columns rows_total chunks_total ' +
      'requested_by created_at operator_id value_minor of_before',
    settled: 'state state_at rows_created rows_unchanged rows_refused approval_id',
  },
  {
    table: 'import_rows',
    stands: 'utility_id import_id line',
  },
  {
    table: 'operator_acts',
    stands: 'id utility_id operator_id by_name act subject details address at',
  },
  {
    table: 'utility_setting_events',
    stands: 'utility_id ordinal request_id setting value_before value_after changed_by reason at',
  },
];
