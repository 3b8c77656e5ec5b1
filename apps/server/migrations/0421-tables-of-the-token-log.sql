-- The tables of the token log, with what of each stays out of it; apps/server/src/registry/token-log/log-tables.ts says why.

SELECT prewatt_log.cover('postings', is_append_only => true);
SELECT prewatt_log.cover('ledger_accounts', is_append_only => true);
SELECT prewatt_log.cover('connections', left_out => 'name address customer_name customer_phone');
SELECT prewatt_log.cover('debts');
SELECT prewatt_log.cover('quotes', is_append_only => true);
SELECT prewatt_log.cover('sales', public => $$'{"tariffVersionId":"' || r.tariff_version_id || '"}'$$);
SELECT prewatt_log.cover('payments',
  left_out => 'payer_phone receipt_phone checkout_url provider_request next_check_at checks card_check_at');
SELECT prewatt_log.cover('unallocated_money', left_out => 'payer_phone payer_name');
SELECT prewatt_log.cover('tokens',
  left_out => 'origin refusal heard_at',
  digested => 'digits',
  is_found => true,
  public => $$'{"meterId":"' || r.meter_id || '","kind":' || to_json(r.kind) || coalesce(',"tid":' || r.tid, '') ||
    coalesce(',"energyWh":"' || r.energy_wh || '"', '') || coalesce(',"amountE5":"' || r.amount_e5 || '"', '') ||
    coalesce(',"saleId":"' || r.sale_id || '"', '') || coalesce(',"grantId":"' || r.grant_id || '"', '') || '}'$$);
SELECT prewatt_log.cover('smart_cards',
  left_out => 'seen_count seen_meter_id seen_report seen_report_digest seen_key seen_at refusal refused_at');
SELECT prewatt_log.cover('smart_card_loads');
SELECT prewatt_log.cover('smart_card_reports', is_append_only => true);
SELECT prewatt_log.cover('grants', left_out => 'refusal seen_at seen_by seen_reason');
SELECT prewatt_log.cover('grant_batches');
SELECT prewatt_log.cover('grant_batch_rows');
SELECT prewatt_log.cover('approvals');
SELECT prewatt_log.cover('approval_events', is_append_only => true);
SELECT prewatt_log.cover('corrections', is_append_only => true);
SELECT prewatt_log.cover('refunds');
SELECT prewatt_log.cover('meter_exchanges', is_append_only => true);
SELECT prewatt_log.cover('mode_changes');
SELECT prewatt_log.cover('key_change_sets', left_out => 'refusal heard_at');
SELECT prewatt_log.cover('landing_tokens');
SELECT prewatt_log.cover('late_tokens');
SELECT prewatt_log.cover('ratings', is_append_only => true);
SELECT prewatt_log.cover('wallets',
  left_out => 'rated_until stale_from problem supply supply_at promised_until supply_ordinal command_id check_at ' ||
    'is_low low_ordinal until_at next_meter_id since_at');
SELECT prewatt_log.cover('wallet_periods', left_out => 'rated_until stale_from problem');
SELECT prewatt_log.cover('vendors', left_out => 'site_reserved_minor site_key_id site_asked_at');
SELECT prewatt_log.cover('vendor_keys');
SELECT prewatt_log.cover('vendor_terminals', is_append_only => true);
SELECT prewatt_log.cover('vendor_shifts');
SELECT prewatt_log.cover('vendor_sales', is_append_only => true, left_out => 'connection_name');
SELECT prewatt_log.cover('vendor_site_sales', left_out => 'refusal');
SELECT prewatt_log.cover('vendor_deposits', is_append_only => true);
SELECT prewatt_log.cover('vendor_deposit_reversals', is_append_only => true);
SELECT prewatt_log.cover('provider_fees', is_append_only => true);
SELECT prewatt_log.cover('vendor_batches');
SELECT prewatt_log.cover('vendor_asks', is_append_only => true);
SELECT prewatt_log.cover('control_limits', is_append_only => true);
SELECT prewatt_log.cover('alone_acts', is_append_only => true);
SELECT prewatt_log.cover('tariffs');
SELECT prewatt_log.cover('tariff_assignments', is_append_only => true);
SELECT prewatt_log.cover('tariff_assignment_batches', left_out => 'after_bucket after_id rows_done');
SELECT prewatt_log.cover('tariff_assignment_rows');
SELECT prewatt_log.cover('provider_reference_directory', is_append_only => true,
  utility => $$(SELECT d.utility_id FROM prewatt.payment_directory d WHERE d.payment_id = r.payment_id)$$);
SELECT prewatt_log.cover('payment_directory', is_append_only => true);
SELECT prewatt_log.cover('meters',
  left_out => 'secret_hash next_secret_hash secret_generation link_revoked_at commanded_at lift_power_w ' ||
    'starts_in_money wanted_supply_group_code wanted_tariff_index wanted_key_revision',
  public => $$'{"meter":' || to_json(r.meter_pan) || ',"keyRevision":' || r.key_revision || ',"supplyGroup":' ||
    to_json(r.supply_group_code) || ',"tariffIndex":' || to_json(r.tariff_index) || '}'$$);
SELECT prewatt_log.cover('vending_keys', is_append_only => true, left_out => 'sealed');
SELECT prewatt_log.cover('key_loads');
SELECT prewatt_log.cover('key_components', left_out => 'sealed');
SELECT prewatt_log.cover('key_change_campaigns', is_append_only => true);
SELECT prewatt_log.cover('key_change_meters', left_out => 'begun_at');
SELECT prewatt_log.cover('protection_rule_sets', is_append_only => true);
SELECT prewatt_log.cover('free_unit_runs',
  left_out => 'after_bucket after_id seen issued refused state state_at in_meter');
SELECT prewatt_log.cover('sale_reprints', is_append_only => true);
SELECT prewatt_log.cover('reconciliation_files', is_append_only => true);
SELECT prewatt_log.cover('reconciliation_rows', is_append_only => true);
SELECT prewatt_log.cover('reconciliation_differences', is_append_only => true);
SELECT prewatt_log.cover('reconciliation_notes', is_append_only => true);
SELECT prewatt_log.cover('imports', left_out => 'next_chunk due_at');
SELECT prewatt_log.cover('import_rows', left_out => 'row_key faults');
SELECT prewatt_log.cover('operator_acts', is_append_only => true, left_out => 'address');
SELECT prewatt_log.cover('utility_setting_events', is_append_only => true);
SELECT prewatt_log.cover('operators');
SELECT prewatt_log.cover('operator_directory');
SELECT prewatt_log.cover('utilities', utility => $$r.id$$);
SELECT prewatt_log.cover('bank_statements');
SELECT prewatt_log.cover('bank_entries', left_out => 'payer_name');
SELECT prewatt_log.cover('arrivals',
  left_out => 'payer_phone payer_name provider_request answer_secret next_check_at checks');
SELECT prewatt_log.cover('refund_orders', left_out => 'answer_secret next_check_at checks');
SELECT prewatt_log.cover('vendor_batch_shifts', is_append_only => true);
SELECT prewatt_log.cover('vendor_bank_batch_parts', is_append_only => true);
SELECT prewatt_log.cover('vendor_clerks', left_out => 'pin_hash pin_is_own');
SELECT prewatt_log.cover('revenue_cases', left_out => 'visitors check_in_with');
SELECT prewatt_log.cover('revenue_case_events', is_append_only => true, left_out => 'details');
SELECT prewatt_log.cover('home_flag_events', is_append_only => true, left_out => 'evidence');
SELECT prewatt_log.cover('conversion_events', is_append_only => true);
SELECT prewatt_log.cover('reading_estimates', is_append_only => true);
SELECT prewatt_log.cover('reading_findings', is_append_only => true);
SELECT prewatt_log.cover('top_up_rules', left_out => 'phone look_at');
SELECT prewatt_log.cover('top_ups', left_out => 'phone');
SELECT prewatt_log.cover('proof_results', is_append_only => true);
SELECT prewatt_log.cover('proof_runs', left_out => 'buckets_done');
SELECT prewatt_log.cover('meter_directory');
SELECT prewatt_log.cover('vendor_key_directory', is_append_only => true);
