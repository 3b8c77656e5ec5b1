// What each role of the server may do with each table: the privileges, and the columns where it has
// not all of them. A migration that gives or takes one changes its line here, and says why.

export type Held = Readonly<Record<string, readonly string[]>>;

const actsInsert = 'approval_id at kind operator_id reason rules_version utility_id';
const occupanciesUpdate = 'customer_id ended_at ended_by final_reading_wh merged_from';
const customersUpdate = 'changed_at changed_by email merged_into name note phone version';
const spansOf = 'day day_count day_energy_wh hour hour_count hour_energy_wh';

export const held: Readonly<Record<'prewatt_app' | 'prewatt_sign_in', Held>> = {
  prewatt_app: {
    // Leaves are written by triggers and get their places by a function of the owner's.
    'prewatt_log.columns': ['select'],
    'prewatt_log.entries': ['select'],
    'prewatt_log.heads': [
      'select',
      'update checkpoint peaks signed_at size witnessed witnessed_at witnessed_size',
    ],
    'prewatt_log.witnesses': ['insert', 'select', 'update signed_at size'],
    'prewatt_log.keys': ['insert', 'select'],
    'prewatt_log.leaves': ['select'],
    'prewatt_log.tiles': ['insert', 'select'],
    'prewatt_migrations.applied': ['select'],
    alert_choices: [
      'insert',
      'select',
      'update changed_at digest low quiet_from_minute quiet_to_minute restored very_low',
    ],
    alone_acts: ['insert', 'select'],
    approval_events: ['insert', 'select'],
    arrivals: [
      'insert',
      'select',
      'update checks decided_at next_check_at payment_bucket payment_id state',
    ],
    network_balance_days: [
      'insert',
      'select',
      'update energy_in_wh estimated_wh half_hours_wh high_wh low_wh metered_wh ' +
        'technical_wh unexplained_wh',
    ],
    network_balances: [
      'insert',
      'select',
      'update buying_homes days energy_in_wh estimated_wh from_day high_wh homes low_wh ' +
        'metered_wh outage_intervals own_homes read_counted_wh read_homes read_sold_wh round_id ' +
        'sold_minor sold_wh state technical_range_wh technical_wh unexplained_wh',
    ],
    network_moves: ['insert', 'select'],
    network_nodes: ['insert', 'select', 'update latitude_micro longitude_micro'],
    network_placements: ['delete', 'insert', 'select'],
    network_readings: ['insert', 'select'],
    network_voltages: ['insert', 'select'],
    placement_findings: [
      ...['insert', 'select'],
      'update basis decided_at decided_by found_at listed_percent meters next_percent pairs ' +
        'present_node_id present_phase share_percent state strength_tenths suggested_node_id ' +
        'suggested_phase',
    ],
    revenue_case_events: ['insert', 'select'],
    revenue_case_photos: ['insert', 'select'],
    revenue_cases: [
      'insert',
      'select',
      'update appeal_until approval_id bill billed_minor billed_wh check_in_with closed_at ' +
        'closed_by debt_id finding fine_debt_id fine_minor found_at found_by state visitors',
    ],
    revenue_fine_rules: ['insert', 'select'],
    revenue_lines: [
      'insert',
      'select',
      'update chart doubt expected_minor expected_wh held_state held_words need node_id ' +
        'probability_permille reasons recoverable_wh round_id standing',
    ],
    revenue_rounds: [
      'insert',
      'select',
      'update after_bucket after_code after_connection done_at homes stage step',
    ],
    bank_entries: ['insert', 'select', 'update outcome'],
    bank_statements: ['insert', 'select', 'update approved_by done_at state'],
    approvals: [
      'insert expires_at id kind payload reason request_id requested_at requested_by ' +
        'state utility_id',
      'select',
      'update decided_at decided_by emergency_id outcome seal state',
    ],
    budget_counts: ['insert', 'select', `update ${spansOf}`],
    budgets: ['insert', 'select'],
    emergency_acts: [`insert ${actsInsert}`, 'select'],
    emergency_notices: ['insert', 'select', 'update reason refused_at taken_at tries'],
    emergency_reviews: ['insert', 'select'],
    emergency_rules: ['insert', 'select'],
    command_stages: ['insert', 'select'],
    commands: [
      'insert',
      'select',
      'update attempts cancel_reason cancelled_by completed_at due_at result stage ' +
        'stage_at superseded_by',
    ],
    connections: [
      'insert',
      'select',
      'update blocked_reason converted_at credit_mode next_tariff prepaid_minor tariff_id ' +
        'tariff_parameters tariff_position',
    ],
    control_limits: ['insert', 'select'],
    conversion_events: ['insert', 'select'],
    corrections: ['insert', 'select'],
    debts: ['insert', 'select', 'update outstanding_minor'],
    epochs: ['select', 'update beats'],
    free_unit_runs: [
      'insert',
      'select',
      'update after_bucket after_id in_meter issued refused seen state state_at',
    ],
    grant_batch_rows: ['insert', 'select', 'update grant_id outcome refusal'],
    grant_batches: ['insert', 'select', 'update approval_id state state_at'],
    grant_views: ['insert', 'select'],
    grants: ['insert', 'select', 'update refusal seen_at seen_by seen_reason state state_at'],
    // Names that are too old, and reports that were taken up, are deleted.
    gateway_message_directory: ['delete', 'insert', 'select'],
    early_report_directory: ['delete', 'insert', 'select'],
    home_flag_events: ['insert', 'select'],
    import_chunks: ['insert', 'select'],
    import_rows: ['insert', 'select', 'update at faults outcome row_key'],
    imports: [
      'insert chunks_total columns created_at dry_run due_at file_name id kind next_chunk ' +
        'operator_id requested_by rows_created rows_refused rows_total rows_unchanged ' +
        'sha256 size_bytes state state_at utility_id value_minor',
      'select',
      'update approval_id due_at next_chunk rows_created rows_refused rows_unchanged ' +
        'state state_at',
    ],
    inbound_texts: ['insert', 'select', 'update answer done_at done_by state'],
    install_events: ['insert', 'select'],
    install_jobs: [
      'insert',
      'select',
      'update assigned_to end_reason ended_by is_watched meter_id state state_at',
    ],
    integration_key_directory: ['insert', 'select'],
    integration_keys: ['insert', 'select', 'update expires_at last_used_at'],
    integrations: ['insert', 'select', 'update revoked_at revoked_reason'],
    key_change_campaigns: ['insert', 'select'],
    key_change_meters: ['insert', 'select', 'update begun_at'],
    key_change_sets: ['insert', 'select', 'update heard_at refusal state state_at'],
    key_components: ['insert', 'select', 'update sealed'],
    kept_cards: ['insert', 'select', 'update ended_at sealed'],
    key_loads: ['insert', 'select', 'update approval_id state state_at'],
    landing_tokens: ['insert', 'select', 'update lift_grant_id lift_sale_id state state_at'],
    late_tokens: ['insert', 'select', 'update amount_minor mode_change_id state state_at'],
    ledger_accounts: ['insert', 'select'],
    dlms_device_directory: ['delete', 'insert', 'select'],
    dlms_links: [
      'insert',
      'select',
      'update account answered authentication client_sap client_title connection_id ' +
        'counters_known credited_wh device_id device_name ended_at fault fault_at faults framing ' +
        'has_wrapping_key host key_change last_read_at leased_by leased_until linked_at model_key next_read_at port ' +
        'profile_read_to reach read_every_s received received_next sealed ' +
        'sealed_next send_from server_sap server_title suite',
    ],
    dlms_models: ['insert', 'select', 'update model read_at'],
    lwm2m_endpoint_directory: ['delete', 'insert', 'select'],
    lighting_accounts: [
      'insert',
      'select',
      'update answered circuit_full_w circuit_generation circuit_group_id circuit_is_protected ' +
        'circuit_on_from_percent circuit_told closed_at counted_wh dim_below_nights dim_to_percent ' +
        'is_open latitude_micro_deg longitude_micro_deg look_at metered_by nights_left_tenths ' +
        'said_until standing standing_at',
    ],
    dim_programmes: ['insert', 'select', 'update changed_at document'],
    lamp_groups: ['insert', 'select', 'update programme_id'],
    lamps: [
      'insert',
      'select',
      'update asked_at asked_because asked_percent counted_wh counter_wh fault fault_at ' +
        'floor_percent full_milli_w group_id level_percent level_since milli_w read_at recent ' +
        'removed_at stage standby_milli_w tries visit_at',
    ],
    light_overrides: ['insert', 'select', 'update ended_at'],
    lamp_nights: ['insert', 'select', 'update energy_wh'],
    lamp_faults: ['insert', 'select', 'update ended_at'],
    lamp_links: [
      'insert',
      'select',
      'update address connection_id counter ended_at endpoint fault fault_at faults heard_at ' +
        'linked_at objects proof registered_at sealed serial sleeps speaks',
    ],
    lwm2m_links: [
      'insert',
      'select',
      'update address answered connection_id counter ended_at endpoint fault fault_at faults ' +
        'heard_at linked_at objects proof read_every_s registered_at sealed serial sleeps speaks',
    ],
    link_acts: ['insert', 'select'],
    link_refusals: ['insert', 'select', 'update last_at serial times'],
    message_attempts: ['insert', 'select', 'update outcome outcome_at reason tries'],
    messages: ['insert', 'select', 'update attempts check_at state state_at'],
    meter_alerts: ['insert', 'select', 'update ended_at seen_at seen_by seen_reason'],
    meter_authorities: ['insert', 'select'],
    meter_certificates: ['insert', 'select', 'update end_reason ended_at first_used_at'],
    meter_directory: ['insert', 'select'],
    meter_events: ['insert', 'select'],
    meter_exchanges: ['insert', 'select'],
    meter_protection: [
      'insert',
      'select',
      'update converted_at generation medical queued_at rules_digest rules_version ' + 'vulnerable',
    ],
    meter_states: [
      'insert',
      'select',
      'update available_energy_wh captured_at clock_ahead_ms credit_status ' +
        'credited_energy_wh import_energy_wh last_contact_at link_at link_session link_up load_switch ' +
        'owed_energy_wh power_w report',
    ],
    meter_tariffs: [
      'insert',
      'select',
      'update activates_at command_id digest generation held_digest next_from ' +
        'next_standing next_version_id now_standing now_version_id told_at',
    ],
    meters: [
      'insert',
      'select',
      'update commanded_at final_credited_minor final_credited_wh key_revision last_tid ' +
        'lift_power_w link_revoked_at next_secret_hash retired_at secret_generation ' +
        'secret_hash supply_group_code tariff_index wanted_key_revision ' +
        'wanted_supply_group_code wanted_tariff_index',
    ],
    mode_changes: [
      'insert',
      'select',
      'update amount_minor command_id debt_id energy_wh problem sale_id state state_at',
    ],
    operator_acts: ['insert', 'select'],
    operator_directory: ['select'],
    // Operators are made, and roles changed, by functions that look at the approval.
    operator_invitations: [
      'insert approval_id approved_by at days email id name operator_id requested_by role ' +
        'utility_id',
      'select',
      'update withdrawn_at withdrawn_by',
    ],
    operator_role_changes: ['select'],
    operators: ['select'],
    payment_directory: ['insert', 'select'],
    payments: [
      'insert',
      'select',
      'update card_check_at checkout_url checks decided_at hinted_minor hinted_reference ' +
        'next_check_at payer_phone provider_reference provider_request receipt_phone ' +
        'received_minor state',
    ],
    mail_address_directory: [
      'delete',
      'insert',
      'select',
      'update address changed_at code_hash code_tries code_until others proved_at receipts refused_at ' +
        'wanted_address warnings',
    ],
    mails: ['insert', 'select', 'update reason refused_at taken_at tried_at tries'],
    push_browser_directory: ['delete', 'insert', 'select', 'update auth made_at p256dh phone'],
    phone_choice_directory: ['insert', 'select', 'update changed_at language stopped_at'],
    phone_directory: ['insert', 'select'],
    postings: ['insert', 'select'],
    proof_results: ['insert', 'select'],
    proof_runs: ['insert', 'select', 'update buckets_done'],
    protection_replay_homes: ['insert', 'select'],
    protection_replays: [
      'insert',
      'select',
      'update finished_at last_bucket last_connection_id next_chunk sums',
    ],
    protection_rule_sets: ['insert', 'select'],
    provider_fees: [
      'insert fee_minor file_id on_date ordinal posted_at posted_bucket provider reference ' +
        'reversal_id transfer_id utility_id',
      'select',
    ],
    provider_reference_directory: ['insert', 'select'],
    quotes: ['insert', 'select'],
    ratings: ['insert', 'select'],
    reading_estimates: ['insert', 'select'],
    reading_findings: ['insert', 'select'],
    readings: ['insert', 'select'],
    reconciliation_differences: ['insert', 'select'],
    reconciliation_files: ['insert', 'select'],
    reconciliation_notes: ['insert', 'select'],
    reconciliation_rows: ['insert', 'select'],
    refund_orders: [
      'insert',
      'select',
      'update checks decided_at next_check_at provider_refund state',
    ],
    refunds: ['insert', 'select', 'update paid_at paid_by paid_reference state'],
    sale_reprints: ['insert', 'select'],
    sales: [
      'insert',
      'select',
      'update brought_forward_minor credit_minor delivered_at energy_wh issued_at lines ' +
        'meter_id month_energy_before_wh paid_at recovered_energy_wh recovered_minor ' +
        'remainder_minor reversed_at state stuck_at ' +
        'stuck_reason tariff_version_id',
    ],
    server_processes: [
      'delete',
      'insert id job_workers name state',
      'select',
      'update job_workers seen_at state',
    ],
    setting_rounds: [
      'insert',
      'select',
      'update after_bucket after_meter_id finished_at going_by started_at',
    ],
    supply_call_events: ['insert', 'select'],
    supply_calls: ['insert', 'select', 'update state state_at'],
    smart_card_directory: ['insert', 'select'],
    smart_card_loads: [
      'insert bucket card_number connection_id count key_id made_at meter_id operator_id ' +
        'sale_id token_ids utility_id',
      'select',
      'update answered_at outcomes',
    ],
    smart_card_reports: [
      'insert available bucket came_at card_number connection_id count event_sequence flags ' +
        'id import_energy_wh meter_id outcomes said_at sequence utility_id',
      'select',
    ],
    smart_cards: [
      'insert bucket card_number connection_id issued_at issued_by medium replaces request_id ' +
        'state state_at utility_id',
      'select',
      'update refusal refused_at seen_at seen_count seen_key seen_meter_id seen_report ' +
        'seen_report_digest state state_at',
    ],
    supply_holds: [
      'insert',
      'select',
      'update release_command_id release_reason released_at released_by',
    ],
    supply_watch: ['insert', 'select', 'update import_energy_wh out_since still_since'],
    forecast_ranges: [
      'insert',
      'select',
      'update early_milli ends ends_in_range late_milli made_at',
    ],
    supply_warnings: ['insert', 'select', 'update credit is_followed lasts_ms look_at told'],
    supply_forecasts: ['insert', 'select', 'update expected_at made_at'],
    tariff_assignment_batches: [
      'insert',
      'select',
      'update after_bucket after_id approval_id rows_done state state_at summary',
    ],
    tariff_assignment_rows: [
      'insert',
      'select',
      'update after_minor before_minor energy_after_wh energy_before_wh energy_wh outcome ' +
        'purchases refusal refused spent_minor use_of',
    ],
    tariff_assignments: ['insert', 'select'],
    tariff_back_test_rows: ['insert', 'select'],
    tariff_back_tests: [
      'insert',
      'select',
      'update after_bucket after_id connections_done finished_at summary',
    ],
    tariffs: ['insert', 'select', 'update approval_id approved_by state state_at withdrawn_by'],
    tokens: ['insert', 'select', 'update heard_at origin refusal state state_at'],
    top_up_rules: [
      'insert',
      'select',
      'update amount_minor changed_at days_ahead is_on look_at most_a_week_minor ' +
        'paused_until phone stop_reason stopped_at stopped_by way',
    ],
    top_ups: ['insert', 'select', 'update ended_at outcome told_at'],
    transfers: ['select'],
    provider_notifications: [
      'insert',
      'select',
      'update amount_minor awaits_reading currency_code failed_at judged_at judged_by ' +
        'judged_made last_heard_at phone_end provider_reference times',
    ],
    unallocated_money: [
      'insert account amount_minor came_at cause currency_code currency_scale id payer_name ' +
        'payer_phone payment_bucket payment_id provider provider_reference utility_id',
      'select',
      'update approval_id approved_by correction_bucket correction_id decided_at refund_reference ' +
        'requested_by state',
    ],
    usage_days: [
      'insert',
      'select',
      'update estimated_wh findings measured_wh quality rolled_at stale_at',
    ],
    usage_months: ['insert', 'select', 'update connection_id estimated_wh measured_wh whole_days'],
    utilities: ['select'],
    utility_setting_events: ['insert', 'select'],
    vending_keys: ['insert', 'select'],
    vendor_asks: ['insert', 'select'],
    vendor_clerks: ['insert', 'select', 'update pin_hash pin_is_own removed_at'],
    vendor_bank_batch_parts: ['insert', 'select'],
    vendor_batch_shifts: ['insert', 'select'],
    vendor_batches: [
      'insert',
      'select',
      'update counted_minor end_request ended_at expected_minor',
    ],
    vendor_deposit_reversals: [
      'insert approval_id approved_by reason request_id requested_by reversed_at transfer_id ' +
        'utility_id vendor_deposit_id vendor_id',
      'select',
    ],
    vendor_deposits: [
      'insert amount_minor approval_id approved_by id operator_id payment_bucket payment_id ' +
        'recorded_at recorded_by reference request_id transfer_id utility_id vendor_id',
      'select',
    ],
    vendor_key_directory: ['insert', 'select'],
    vendor_keys: [
      'insert approval_id approved_by created_at id label requested_by secret_hash ' +
        'utility_id vendor_id',
      'select',
      'update revoked_at',
    ],
    vendor_messages: [
      'insert',
      'select',
      'update answer answered_at confirmed_at state taken_until',
    ],
    vendor_phone_directory: ['insert', 'select'],
    vendor_phones: [
      'insert',
      'select',
      'update clerk_id enrolled_at secret_hash seen_at session_hash signed_in_at',
    ],
    vendor_pin_tries: ['delete', 'insert', 'select', 'update wrong'],
    vendor_sales: ['insert', 'select'],
    vendor_shifts: [
      'insert',
      'select',
      'update closed_at counted_minor end_request expected_minor',
    ],
    vendor_site_sales: [
      'insert amount_minor clerk_id key_id meter_pan promised_wh refusal reported_at request_id ' +
        'sold_at utility_id vendor_id',
      'select',
      'update refusal',
    ],
    vendor_terminal_directory: ['insert', 'select'],
    vendor_terminals: ['insert', 'select'],
    vendors: [
      'insert commission_basis_points created_at energy_per_hour_wh float_limit_minor id ' +
        'name tokens_per_hour utility_id',
      'select',
      'update blocked_reason budget_hour commission_basis_points energy_per_hour_wh ' +
        'float_limit_minor float_minor hour_energy_wh hour_tokens site_asked_at ' +
        'site_budget_minor site_key_id site_reserved_minor terms_approval_id tokens_per_hour',
    ],
    wallet_periods: ['insert', 'select', 'update problem rated_until stale_from'],
    webhook_deliveries: [
      'insert',
      'select',
      'update answer_fault answer_ms answer_status answered_at attempts due_at state',
    ],
    webhook_endpoints: ['insert', 'select', 'update off_reason state'],
    webhook_events: ['insert', 'select'],
    webhook_secrets: ['insert', 'select', 'update ends_at'],
    wallets: [
      'insert',
      'select',
      'update check_at command_id cut_power_w is_low low_ordinal meter_id next_meter_id problem ' +
        'promised_until rated_until since_at stale_from supply supply_at supply_ordinal ' +
        'told_least_minor until_at',
    ],
    use_count_directory: ['delete', 'insert', 'select', 'update count from_at'],
    ussd_session_directory: ['delete', 'insert', 'select', 'update at state'],
    customers: ['insert', 'select', `update ${customersUpdate}`],
    occupancies: ['insert', 'select', `update ${occupanciesUpdate}`],
    saved_views: ['delete', 'insert', 'select', 'update is_shared saved_at search'],
    ticket_events: ['insert', 'select'],
    tickets: ['insert', 'select', 'update answer assigned_to closed_at state version'],
    vending_outage_homes: ['insert', 'select'],
    vending_outages: ['insert', 'select', 'update end_cause ended_at ended_by grace_until'],
    weather_day_events: ['insert', 'select'],
    /** Every table of graphile-worker. */
    jobs: ['delete', 'insert', 'select', 'update'],
  },
  prewatt_sign_in: Object.fromEntries(
    'brakes account rateLimit session twoFactor user verification'
      .split(' ')
      .map((table) => [`auth.${table}`, ['delete', 'insert', 'select', 'update']]),
  ),
};
