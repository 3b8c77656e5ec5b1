// The tables of the token log: what is written to them makes a leaf, by triggers of the database
// that migrations make (`prewatt_log.cover`). All columns of a row stand in its text but those that
// are left out here, each with its reason. Every other table of the schema has its reason, too: a
// table or a column that a migration adds has to be decided, or the test beside this fails.

export type LogTable = {
  readonly table: string;
  /** What is written once is never changed or taken away. */
  readonly isAppendOnly?: true;
  readonly leftOut?: readonly LeftOut[];
  /** Columns that stand in the text as their SHA-256. */
  readonly digested?: string;
};
/** Columns with spaces between. */
export type LeftOut = { readonly columns: string; readonly because: string };

const aPersonsDetails = "a person's details, which may have to be erased";
const aSecret = 'a secret, or the hash of one; it goes to no auditor';
const aJobsProgress = 'how far a job has come; the result stands in other rows';
const saidLast = 'what a meter or a reader said last; a later word changes it';
const wantedOfTheMeter = 'what the link or a person wants of the meter next; it carries no money';
const presentSupply = 'what the supply of a wallet does now; the money is in the ledger';
const waysToTheProvider = 'the way to the provider while it is asked';
const soldAhead = 'what of the float a site may sell ahead; the float itself is in the log';
const looksOfPages = 'how pages are written for customers; it moves no money';
const writtenAboutAHome = 'what people wrote about a home';

export const logTables: readonly LogTable[] = [
  { table: 'postings', isAppendOnly: true },
  { table: 'ledger_accounts', isAppendOnly: true },
  {
    table: 'connections',
    leftOut: [{ because: aPersonsDetails, columns: 'name address customer_name customer_phone' }],
  },
  { table: 'debts' },
  { table: 'quotes', isAppendOnly: true },
  { table: 'sales' },
  {
    table: 'payments',
    leftOut: [
      { because: aPersonsDetails, columns: 'payer_phone receipt_phone' },
      {
        because: waysToTheProvider,
        columns: 'checkout_url provider_request next_check_at checks card_check_at',
      },
    ],
  },
  {
    table: 'unallocated_money',
    leftOut: [{ because: aPersonsDetails, columns: 'payer_phone payer_name' }],
  },
  {
    table: 'tokens',
    digested: 'digits',
    leftOut: [{ because: saidLast, columns: 'origin refusal heard_at' }],
  },
  {
    table: 'smart_cards',
    leftOut: [
      {
        because: saidLast,
        columns:
          'seen_count seen_meter_id seen_report seen_report_digest seen_key seen_at refusal refused_at',
      },
    ],
  },
  { table: 'smart_card_loads' },
  { table: 'smart_card_reports', isAppendOnly: true },
  {
    table: 'grants',
    leftOut: [
      { because: saidLast, columns: 'refusal' },
      { because: 'that somebody has read a refusal', columns: 'seen_at seen_by seen_reason' },
    ],
  },
  { table: 'grant_batches' },
  { table: 'grant_batch_rows' },
  { table: 'approvals' },
  { table: 'approval_events', isAppendOnly: true },
  { table: 'corrections', isAppendOnly: true },
  { table: 'refunds' },
  { table: 'meter_exchanges', isAppendOnly: true },
  { table: 'mode_changes' },
  { table: 'key_change_sets', leftOut: [{ because: saidLast, columns: 'refusal heard_at' }] },
  { table: 'landing_tokens' },
  { table: 'late_tokens' },
  { table: 'ratings', isAppendOnly: true },
  {
    table: 'wallets',
    leftOut: [
      { because: aJobsProgress, columns: 'rated_until stale_from problem' },
      {
        because: presentSupply,
        columns:
          'supply supply_at promised_until supply_ordinal command_id check_at is_low low_ordinal told_least_minor cut_power_w until_at next_meter_id since_at',
      },
    ],
  },
  {
    table: 'wallet_periods',
    leftOut: [{ because: aJobsProgress, columns: 'rated_until stale_from problem' }],
  },
  {
    table: 'vendors',
    leftOut: [{ because: soldAhead, columns: 'site_reserved_minor site_key_id site_asked_at' }],
  },
  { table: 'vendor_keys', leftOut: [{ because: aSecret, columns: 'secret_hash' }] },
  { table: 'vendor_terminals', isAppendOnly: true },
  { table: 'vendor_shifts' },
  {
    table: 'vendor_sales',
    isAppendOnly: true,
    leftOut: [{ because: aPersonsDetails, columns: 'connection_name' }],
  },
  {
    table: 'vendor_site_sales',
    leftOut: [{ because: 'why it could not be made until now', columns: 'refusal' }],
  },
  { table: 'vendor_deposits', isAppendOnly: true },
  { table: 'vendor_deposit_reversals', isAppendOnly: true },
  { table: 'provider_fees', isAppendOnly: true },
  { table: 'vendor_batches' },
  { table: 'vendor_asks', isAppendOnly: true },
  { table: 'control_limits', isAppendOnly: true },
  { table: 'alone_acts', isAppendOnly: true },
  { table: 'budgets', isAppendOnly: true },
  { table: 'emergency_rules', isAppendOnly: true },
  { table: 'emergency_acts', isAppendOnly: true },
  { table: 'emergency_reviews', isAppendOnly: true },
  { table: 'tariffs' },
  { table: 'tariff_assignments', isAppendOnly: true },
  {
    table: 'tariff_assignment_batches',
    leftOut: [{ because: aJobsProgress, columns: 'after_bucket after_id rows_done' }],
  },
  { table: 'tariff_assignment_rows' },
  { table: 'provider_reference_directory', isAppendOnly: true },
  { table: 'payment_directory', isAppendOnly: true },
  {
    table: 'meters',
    leftOut: [
      { because: aSecret, columns: 'secret_hash next_secret_hash' },
      {
        because: 'the number of the last token, which each sale moves; its own row tells it',
        columns: 'last_tid',
      },
      {
        because: wantedOfTheMeter,
        columns:
          'secret_generation link_revoked_at commanded_at lift_power_w starts_in_money wanted_supply_group_code wanted_tariff_index wanted_key_revision',
      },
    ],
  },
  { table: 'vending_keys', isAppendOnly: true, leftOut: [{ because: aSecret, columns: 'sealed' }] },
  { table: 'key_loads' },
  { table: 'key_components', leftOut: [{ because: aSecret, columns: 'sealed' }] },
  { table: 'key_change_campaigns', isAppendOnly: true },
  { table: 'key_change_meters', leftOut: [{ because: aJobsProgress, columns: 'begun_at' }] },
  { table: 'protection_rule_sets', isAppendOnly: true },
  {
    table: 'free_unit_runs',
    leftOut: [
      {
        because: aJobsProgress,
        columns: 'after_bucket after_id seen issued refused state state_at in_meter',
      },
    ],
  },
  { table: 'sale_reprints', isAppendOnly: true },
  { table: 'reconciliation_files', isAppendOnly: true },
  { table: 'reconciliation_rows', isAppendOnly: true },
  { table: 'reconciliation_differences', isAppendOnly: true },
  { table: 'reconciliation_notes', isAppendOnly: true },
  { table: 'imports', leftOut: [{ because: aJobsProgress, columns: 'next_chunk due_at' }] },
  { table: 'import_rows', leftOut: [{ because: aPersonsDetails, columns: 'row_key faults' }] },
  {
    table: 'operator_acts',
    isAppendOnly: true,
    leftOut: [{ because: aPersonsDetails, columns: 'address' }],
  },
  { table: 'utility_setting_events', isAppendOnly: true },
  { table: 'operators' },
  { table: 'operator_invitations' },
  { table: 'operator_role_changes', isAppendOnly: true },
  { table: 'operator_directory' },
  {
    table: 'utilities',
    leftOut: [{ because: looksOfPages, columns: 'page_language clock_hours money_form' }],
  },
  { table: 'bank_statements' },
  { table: 'bank_entries', leftOut: [{ because: aPersonsDetails, columns: 'payer_name' }] },
  {
    table: 'arrivals',
    leftOut: [
      { because: aPersonsDetails, columns: 'payer_phone payer_name' },
      { because: aSecret, columns: 'answer_secret' },
      { because: waysToTheProvider, columns: 'provider_request next_check_at checks' },
    ],
  },
  {
    table: 'refund_orders',
    leftOut: [
      { because: aSecret, columns: 'answer_secret' },
      { because: waysToTheProvider, columns: 'next_check_at checks' },
    ],
  },
  { table: 'vendor_batch_shifts', isAppendOnly: true },
  { table: 'vendor_bank_batch_parts', isAppendOnly: true },
  { table: 'vendor_clerks', leftOut: [{ because: aSecret, columns: 'pin_hash pin_is_own' }] },
  { table: 'revenue_fine_rules', isAppendOnly: true },
  {
    table: 'revenue_cases',
    leftOut: [
      { because: aPersonsDetails, columns: 'visitors' },
      { because: writtenAboutAHome, columns: 'check_in_with' },
    ],
  },
  {
    table: 'revenue_case_events',
    isAppendOnly: true,
    leftOut: [{ because: writtenAboutAHome, columns: 'details' }],
  },
  {
    table: 'home_flag_events',
    isAppendOnly: true,
    leftOut: [{ because: writtenAboutAHome, columns: 'evidence' }],
  },
  { table: 'conversion_events', isAppendOnly: true },
  { table: 'reading_estimates', isAppendOnly: true },
  { table: 'reading_findings', isAppendOnly: true },
  {
    table: 'top_up_rules',
    leftOut: [
      { because: aPersonsDetails, columns: 'phone' },
      { because: aJobsProgress, columns: 'look_at' },
    ],
  },
  { table: 'top_ups', leftOut: [{ because: aPersonsDetails, columns: 'phone' }] },
  { table: 'proof_results', isAppendOnly: true },
  { table: 'proof_runs', leftOut: [{ because: aJobsProgress, columns: 'buckets_done' }] },
  { table: 'meter_directory' },
  { table: 'vendor_key_directory', isAppendOnly: true },
];

export const tablesNotLogged: readonly { readonly because: string; readonly tables: string }[] = [
  {
    because: 'how somebody likes to see a list',
    tables: 'saved_views',
  },
  {
    because: 'pictures of homes; their hashes stand in the finding of the case',
    tables: 'revenue_case_photos',
  },
  {
    because: 'messages and what delivers them; they move no money',
    tables:
      'alert_choices early_report_directory emergency_notices gateway_message_directory inbound_texts mail_address_directory mails message_attempts messages phone_choice_directory push_browser_directory ussd_session_directory supply_call_events supply_calls supply_warnings webhook_deliveries webhook_endpoints webhook_events webhook_secrets',
  },
  {
    because: 'links of devices, their secrets and what they said last',
    tables:
      'command_stages commands dlms_device_directory dlms_links dlms_models link_acts link_refusals lwm2m_endpoint_directory lwm2m_links meter_alerts meter_authorities meter_certificates meter_events meter_protection meter_states meter_tariffs server_processes setting_rounds supply_holds supply_watch',
  },
  {
    because: 'who lives where and what they ask for: personal data; they move no money',
    tables: 'customers occupancies ticket_events tickets',
  },
  {
    because: 'street lights; they use no credit of a customer',
    tables:
      'dim_programmes lamp_faults lamp_groups lamp_links lamp_nights lamps light_overrides lighting_accounts',
  },
  {
    because: 'reckoned from other rows, and reckoned again',
    tables:
      'forecast_ranges network_balance_days network_balances placement_findings protection_replay_homes protection_replays revenue_lines revenue_rounds supply_forecasts tariff_back_test_rows tariff_back_tests usage_days usage_months',
  },
  {
    because: 'where a row is found, or who may see it; what it leads to is in the log',
    tables:
      'integration_key_directory integration_keys integrations phone_directory smart_card_directory vendor_phone_directory vendor_terminal_directory',
  },
  {
    because: 'work of installers and planners; what comes of it is in the log',
    tables:
      'grant_views import_chunks install_events install_jobs kept_cards network_moves network_nodes network_placements network_readings network_voltages vending_outage_homes vending_outages weather_day_events',
  },
  {
    because: 'sign-ins of tills, and counters of a moment',
    tables: 'budget_counts use_count_directory vendor_phones vendor_pin_tries',
  },
  {
    because: 'what a provider or a shop sent, kept for a while; what it led to is in the log',
    tables: 'provider_notifications vendor_messages',
  },
  { because: 'of the installation, not of a utility', tables: 'epochs' },
  {
    because:
      'half-hours of all meters; what was charged for them is in the log, with the span and the energy (ratings)',
    tables: 'readings',
  },
];
